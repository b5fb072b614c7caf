#!/bin/sh
# The balancer of the journey across two hosts, from the distribution.
set -eu
if PATH="$PATH:/usr/sbin" command -v haproxy >/dev/null; then exit 0; fi
exec sh "$(dirname "$0")/get-packages.sh" haproxy
