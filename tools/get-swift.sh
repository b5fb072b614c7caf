#!/bin/sh
# The S3 server of `make test-s3`, from the distribution.
set -eu
if command -v swift-proxy-server >/dev/null; then exit 0; fi
exec sh "$(dirname "$0")/get-packages.sh" swift-proxy swift-account swift-container swift-object
