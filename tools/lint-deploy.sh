#!/bin/sh
# The files of deploy/ as those read them who use them. Needs uvx, kubectl, haproxy, nginx, openssl and systemd.
set -eu
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
uvx --quiet yamllint -d '{extends: default, rules: {line-length: {max: 160}, document-start: disable}}' deploy
kubectl kustomize deploy/kubernetes > "$scratch/all.yaml"
uvx --quiet --from kubernetes-validate kubernetes-validate --strict "$scratch/all.yaml" deploy/kubernetes/secret.example.yaml
openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=chat -keyout "$scratch/key" -out "$scratch/cert" 2> /dev/null
cat "$scratch/key" "$scratch/cert" > "$scratch/both"
sed "s#/etc/haproxy/chat.example.com.pem#$scratch/both#" deploy/haproxy/haproxy.cfg > "$scratch/haproxy.cfg"
PATH="$PATH:/usr/sbin" haproxy -c -q -f "$scratch/haproxy.cfg"
{
  echo 'events {} http {'
  sed "s#/etc/nginx/chat.example.com.pem#$scratch/cert#; s#/etc/nginx/chat.example.com.key#$scratch/key#" deploy/nginx/yingke.conf
  echo '}'
} > "$scratch/nginx.conf"
PATH="$PATH:/usr/sbin" nginx -t -q -c "$scratch/nginx.conf"
for unit in deploy/systemd/*; do
  sed 's#^ExecStart=/opt/yingke/bin/yingke#ExecStart=/bin/true#' "$unit" > "$scratch/$(basename "$unit")"
done
SYSTEMD_UNIT_PATH="$scratch:" systemd-analyze verify "$scratch"/yingke*.service "$scratch"/yingke-backup.timer
