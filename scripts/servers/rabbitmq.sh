# RabbitMQ 3.10 from Debian with streams and management: a node, a cookie, an epmd and a data folder of its own. AMQP
# and streams each in the clear and with TLS. Users, all with the password aishell-test: aishell may do everything,
# "reader" may only read and monitor, and "blind" may not look at the management API.
# shellcheck source=support/certificates.sh
. "$here/servers/support/certificates.sh"
rabbitmq_port=${AISHELL_RABBITMQ_PORT:-15670}
rabbitmq_tls_port=${AISHELL_RABBITMQ_TLS_PORT:-15671}
rabbitmq_management_port=${AISHELL_RABBITMQ_MANAGEMENT_PORT:-15672}
rabbitmq_stream_port=${AISHELL_RABBITMQ_STREAM_PORT:-15552}
rabbitmq_stream_tls_port=${AISHELL_RABBITMQ_STREAM_TLS_PORT:-15551}
rabbitmq_epmd_port=${AISHELL_RABBITMQ_EPMD_PORT:-15369}
rabbitmq_dist_port=${AISHELL_RABBITMQ_DIST_PORT:-15673}
rabbitmq_home=/usr/lib/rabbitmq/bin

rabbitmq_install() {
  [ -x "$rabbitmq_home/rabbitmq-server" ] || {
    # Debian's package would start a node of the system.
    local policy=/usr/sbin/policy-rc.d sudo=()
    [ "$(id -u)" -eq 0 ] || sudo=(sudo)
    [ -e "$policy" ] || { printf '#!/bin/sh\nexit 101\n' | "${sudo[@]}" tee "$policy" >/dev/null; "${sudo[@]}" chmod +x "$policy"; local made=1; }
    need_packages rabbitmq-server
    [ -z "${made:-}" ] || "${sudo[@]}" rm -f "$policy"
  }
  need_packages openssl curl
  [ "$(dpkg-query -W -f '${Version}' rabbitmq-server 2>/dev/null | cut -d. -f1,2)" = 3.10 ] || say "rabbitmq: the tests were written for RabbitMQ 3.10"
}

rabbitmq_start() {
  make_certificates "$data/tls"
  mkdir -p "$data/home"
  printf 'aishell-test-cookie' >"$data/home/.erlang.cookie"
  chmod 400 "$data/home/.erlang.cookie"
  cat >"$data/rabbitmq.conf" <<CONF
listeners.tcp.1 = 127.0.0.1:$rabbitmq_port
listeners.ssl.1 = 127.0.0.1:$rabbitmq_tls_port
ssl_options.cacertfile = $data/tls/ca.pem
ssl_options.certfile = $data/tls/server.pem
ssl_options.keyfile = $data/tls/server.key
ssl_options.verify = verify_none
stream.listeners.tcp.1 = 127.0.0.1:$rabbitmq_stream_port
stream.listeners.ssl.1 = 127.0.0.1:$rabbitmq_stream_tls_port
stream.advertised_host = 127.0.0.1
stream.advertised_port = $rabbitmq_stream_port
stream.advertised_tls_host = 127.0.0.1
stream.advertised_tls_port = $rabbitmq_stream_tls_port
management.tcp.ip = 127.0.0.1
management.tcp.port = $rabbitmq_management_port
default_user = aishell
default_pass = aishell-test
disk_free_limit.absolute = 50MB
collect_statistics_interval = 1000
log.console = true
log.console.level = warning
log.file = false
CONF
  printf '[rabbitmq_management,rabbitmq_stream,rabbitmq_stream_management].' >"$data/enabled_plugins"
  launch rabbitmq env HOME="$data/home" ERL_EPMD_ADDRESS=127.0.0.1 ERL_EPMD_PORT="$rabbitmq_epmd_port" RABBITMQ_DIST_PORT="$rabbitmq_dist_port" \
    RABBITMQ_NODENAME="aishell@localhost" RABBITMQ_CONFIG_FILE="$data/rabbitmq.conf" RABBITMQ_ENABLED_PLUGINS_FILE="$data/enabled_plugins" \
    RABBITMQ_CONF_ENV_FILE=/dev/null RABBITMQ_MNESIA_BASE="$data/mnesia" RABBITMQ_LOG_BASE="$data/log" RABBITMQ_PID_FILE="$data/pid" \
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='+S 1:1 -kernel inet_dist_use_interface {127,0,0,1}' \
    bash -c '
      # In the foreground: a daemon of its own would outlive the node.
      epmd -address 127.0.0.1 -port "$ERL_EPMD_PORT" & names=$!
      "$1" & server=$!
      trap "kill $server" TERM
      wait $server
      wait $server
      kill $names' _ "$rabbitmq_home/rabbitmq-server"
}

rabbitmq_api() { curl -sf -m 3 -u aishell:aishell-test -H 'content-type: application/json' "$@"; }

# The management API answers, every listener is up, and the users are there.
rabbitmq_ready() {
  local api=http://127.0.0.1:$rabbitmq_management_port/api
  rabbitmq_api "$api/overview" | grep -q '"protocol":"stream/ssl"' || return 1
  rabbitmq_api "$api/users/blind" >/dev/null && return 0
  local user
  for user in reader:monitoring blind:; do
    rabbitmq_api -X PUT -d "{\"password\":\"aishell-test\",\"tags\":\"${user#*:}\"}" "$api/users/${user%:*}" &&
      rabbitmq_api -X PUT -d '{"configure":"^$","write":"^$","read":".*"}' "$api/permissions/%2f/${user%:*}" || return 1
  done
}

rabbitmq_env() {
  echo "AISHELL_RABBITMQ_URL=amqp://aishell:aishell-test@127.0.0.1:$rabbitmq_port/"
  echo "AISHELL_RABBITMQ_TLS_PORT=$rabbitmq_tls_port"
  echo "AISHELL_RABBITMQ_MANAGEMENT_URL=http://127.0.0.1:$rabbitmq_management_port/"
  echo "AISHELL_RABBITMQ_STREAM_PORT=$rabbitmq_stream_port"
  echo "AISHELL_RABBITMQ_STREAM_TLS_PORT=$rabbitmq_stream_tls_port"
  echo "AISHELL_RABBITMQ_CA=$AISHELL_SERVERS/data/rabbitmq/tls/ca.pem"
}
