# Redis 7 from Debian, no persistence; one port in the clear, one with TLS.
# shellcheck source=support/certificates.sh
. "$here/servers/support/certificates.sh"
redis_port=${AISHELL_REDIS_PORT:-16379}
redis_tls_port=${AISHELL_REDIS_TLS_PORT:-16380}

redis_install() { need_packages redis-server openssl; }

redis_start() {
  make_certificates "$data/tls"
  launch redis redis-server --bind 127.0.0.1 --port "$redis_port" --tls-port "$redis_tls_port" --tls-auth-clients no \
    --tls-cert-file "$data/tls/server.pem" --tls-key-file "$data/tls/server.key" --tls-ca-cert-file "$data/tls/ca.pem" \
    --dir "$data" --save '' --appendonly no --user default on '>aishell-test' '~*' '&*' '+@all'
}

redis_ready() { redis-cli -h 127.0.0.1 -p "$redis_port" --no-auth-warning -a aishell-test ping 2>/dev/null | grep -q PONG; }

redis_env() {
  echo "AISHELL_REDIS_URL=redis://:aishell-test@127.0.0.1:$redis_port/0"
  echo "AISHELL_REDIS_TLS_PORT=$redis_tls_port"
  echo "AISHELL_REDIS_CA=$AISHELL_SERVERS/data/redis/tls/ca.pem"
}
