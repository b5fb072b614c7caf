#!/bin/sh
# Packages of the distribution that some tests need: get-packages.sh PACKAGE...
set -eu
if ! command -v apt-get >/dev/null; then
  echo "These tests need: $*. Install them, then run this again." >&2
  exit 1
fi
as_root=
if [ "$(id -u)" != 0 ]; then
  if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
  else
    echo "These tests need more. Run as root: apt-get install -y $*" >&2
    exit 1
  fi
fi
$as_root apt-get update -qq
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends "$@"
