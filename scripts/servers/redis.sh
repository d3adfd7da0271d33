# Redis 7 from Debian, no persistence.
redis_port=${AISHELL_REDIS_PORT:-16379}

redis_install() { need_packages redis-server; }

redis_start() {
  launch redis redis-server --bind 127.0.0.1 --port "$redis_port" --dir "$data" --save '' --appendonly no \
    --user default on '>aishell-test' '~*' '&*' '+@all'
}

redis_ready() { redis-cli -h 127.0.0.1 -p "$redis_port" --no-auth-warning -a aishell-test ping 2>/dev/null | grep -q PONG; }

redis_env() { echo "AISHELL_REDIS_URL=redis://:aishell-test@127.0.0.1:$redis_port/0"; }
