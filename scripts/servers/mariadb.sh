# MariaDB from Debian.
# shellcheck source=support/certificates.sh
. "$here/servers/support/certificates.sh"
mariadb_port=${AISHELL_MARIADB_PORT:-13307}

mariadb_install() { need_packages mariadb-server openssl; }

mariadb_start() {
  local user=()
  [ "$(id -u)" -eq 0 ] && user=(--user=root)
  make_certificates "$data/tls"
  if [ ! -d "$data/files/mysql" ]; then
    mariadb-install-db --no-defaults "${user[@]}" --datadir="$data/files" --auth-root-authentication-method=normal --skip-test-db >>"$data/initialize.log" 2>&1
    cat >"$data/first.sql" <<'SQL'
CREATE USER IF NOT EXISTS 'aishell'@'%' IDENTIFIED BY 'aishell-test';
GRANT ALL PRIVILEGES ON *.* TO 'aishell'@'%' WITH GRANT OPTION;
SQL
  fi
  launch mariadb mariadbd --no-defaults "${user[@]}" --datadir="$data/files" --bind-address=127.0.0.1 --port="$mariadb_port" \
    --socket="$data/socket" --pid-file="$data/pid" --default-time-zone=+00:00 --character-set-server=utf8mb4 --local-infile=ON --max-allowed-packet=64M \
    --max-connections=200 --innodb-flush-log-at-trx-commit=0 --init-file="$data/first.sql" \
    --ssl-ca="$data/tls/ca.pem" --ssl-cert="$data/tls/server.pem" --ssl-key="$data/tls/server.key"
}

mariadb_ready() {
  mariadb --no-defaults --connect-timeout=3 -h 127.0.0.1 -P "$mariadb_port" -uaishell -paishell-test -e 'SELECT 1' >/dev/null
}

mariadb_env() {
  echo "AISHELL_MARIADB_URL=mysql://aishell:aishell-test@127.0.0.1:$mariadb_port/"
  echo "AISHELL_MARIADB_CA=$AISHELL_SERVERS/data/mariadb/tls/ca.pem"
}
