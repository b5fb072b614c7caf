#!/bin/sh
# The browser of the journeys, from the distribution, with a Chinese font.
set -eu
for each in chromium chromium-browser google-chrome; do
  if command -v "$each" >/dev/null; then exit 0; fi
done
if ! command -v apt-get >/dev/null; then
  echo "The journeys need Chromium on the PATH. Install it, then run this again." >&2
  exit 1
fi
as_root=
if [ "$(id -u)" != 0 ]; then
  if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
  else
    echo "The journeys need Chromium. Run as root: apt-get install -y chromium fonts-noto-cjk" >&2
    exit 1
  fi
fi
$as_root apt-get update -qq
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk
