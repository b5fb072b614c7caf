#!/bin/sh
# Put uv into .tools/bin, from PyPI, with whatever this machine's Python 3.11 or newer brings along.
set -eu
cd "$(dirname "$0")/.."

python=
for each in python3 python3.14 python3.13 python3.12 python3.11; do
  if command -v "$each" >/dev/null && "$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    python=$each
    break
  fi
done
if [ -z "$python" ]; then
  echo "Python 3.11 or newer is needed. On Debian 12 or newer: apt-get install -y python3" >&2
  exit 1
fi

rm -rf .tools
# 1. A virtual environment with pip. Debian leaves ensurepip out of python3, so this may fail.
if "$python" -m venv .tools >/dev/null 2>&1 && .tools/bin/python -m pip install --quiet uv; then
  exit 0
fi
# 2. The system's pip, into a folder of our own; nothing of the system is touched.
rm -rf .tools
if "$python" -m pip --version >/dev/null 2>&1 && "$python" -m pip install --quiet --target .tools/lib uv; then
  mkdir -p .tools/bin
  ln -sf ../lib/bin/uv .tools/bin/uv
  exit 0
fi
# 3. No pip at all: the wheel itself, checked against the hash that the index names.
rm -rf .tools
exec "$python" tools/fetch_uv.py .tools/bin/uv
