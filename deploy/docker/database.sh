#!/bin/sh
# Run once by the image of PostgreSQL: an ordinary role that owns its database.
set -eu
psql --username postgres --set password="$DATABASE_PASSWORD" <<'SQL'
CREATE ROLE yingke LOGIN PASSWORD :'password';
CREATE DATABASE yingke OWNER yingke ENCODING 'UTF8' TEMPLATE template0;
SQL
