# The ClickHouse engine (npm chdb) behind an HTTP server of the tests' own, since no package registry has the server.
# shellcheck source=support/certificates.sh
. "$here/servers/support/certificates.sh"
clickhouse_port=${AISHELL_CLICKHOUSE_PORT:-18123}
clickhouse_tls_port=${AISHELL_CLICKHOUSE_TLS_PORT:-18443}

clickhouse_install() {
  [ -d "$root/node_modules/tsx" ] || (cd "$root" && npm ci --no-audit --no-fund >&2)
  [ -d "$root/test/servers/node_modules/chdb" ] || (cd "$root/test/servers" && npm ci --no-audit --no-fund >&2)
}

clickhouse_start() {
  make_certificates "$data/tls"
  # The engine's queries run on libuv's threads.
  UV_THREADPOOL_SIZE=16 launch clickhouse node --import "$root/node_modules/tsx/dist/esm/index.mjs" \
    "$root/test/support/clickhouse-server.ts" "$data/files" "$clickhouse_port" "$clickhouse_tls_port" "$data/tls/server.pem" "$data/tls/server.key"
}

clickhouse_ready() {
  [ "$(curl -sf --max-time 5 "http://aishell:aishell-test@127.0.0.1:$clickhouse_port/?query=SELECT%201")" = 1 ]
}

clickhouse_env() {
  echo "AISHELL_CLICKHOUSE_URL=http://aishell:aishell-test@127.0.0.1:$clickhouse_port/"
  echo "AISHELL_CLICKHOUSE_TLS_URL=https://aishell:aishell-test@localhost:$clickhouse_tls_port/"
  echo "AISHELL_CLICKHOUSE_CA=$AISHELL_SERVERS/data/clickhouse/tls/ca.pem"
}
