# PostgreSQL from Debian: a cluster of its own, not the system's; scram passwords, TLS on, an ICU default collation, so
# that text order is not byte order, as on most real servers.
# shellcheck source=support/certificates.sh
. "$here/servers/support/certificates.sh"
postgres_port=${AISHELL_POSTGRES_PORT:-15432}

postgres_install() { need_packages postgresql openssl; }

postgres_bin() {
  local folder
  folder=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
  if [ -n "$folder" ]; then printf '%s' "$folder"; else dirname "$(command -v initdb)"; fi
}

# PostgreSQL refuses to run as root. Root hands it to the postgres user, who keeps the one capability that is needed to
# reach a folder below a private home.
postgres_user=()
if [ "$(id -u)" -eq 0 ]; then
  postgres_user=(setpriv --reuid=postgres --regid=postgres --init-groups --inh-caps=+dac_override --ambient-caps=+dac_override)
fi

postgres_start() {
  local bin cluster=$data/cluster
  bin=$(postgres_bin)
  make_certificates "$data/tls"
  if [ ! -f "$cluster/PG_VERSION" ]; then
    printf 'aishell-test\n' >"$data/password"
    [ "$(id -u)" -eq 0 ] && chown -R postgres "$data"
    "${postgres_user[@]}" "$bin/initdb" -D "$cluster" --username=aishell --pwfile="$data/password" --auth=scram-sha-256 \
      --encoding=UTF8 --locale=C.UTF-8 --locale-provider=icu --icu-locale=en-US --no-sync >/dev/null
    "${postgres_user[@]}" tee -a "$cluster/postgresql.conf" >/dev/null <<CONF
listen_addresses = '127.0.0.1'
port = $postgres_port
unix_socket_directories = ''
max_connections = 200
fsync = off
max_wal_size = '1GB'
ssl = on
ssl_cert_file = '$data/tls/server.pem'
ssl_key_file = '$data/tls/server.key'
CONF
  fi
  launch postgres "${postgres_user[@]}" "$bin/postgres" -D "$cluster"
}

postgres_ready() {
  PGPASSWORD=aishell-test PGCONNECT_TIMEOUT=3 "$(postgres_bin)/psql" -qAt -h 127.0.0.1 -p "$postgres_port" -U aishell -d postgres -c 'SELECT 1' | grep -q 1
}

postgres_env() {
  echo "AISHELL_POSTGRES_URL=postgres://aishell:aishell-test@127.0.0.1:$postgres_port/postgres"
  echo "AISHELL_POSTGRES_CA=$AISHELL_SERVERS/data/postgres/tls/ca.pem"
}
