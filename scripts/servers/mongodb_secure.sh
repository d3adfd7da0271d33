# The same MongoDB-compatible server with sign-in and TLS, as a replica set of one: users aishell (root) and reader.
# shellcheck source=support/secantusdb.sh
. "$here/servers/support/secantusdb.sh"
# shellcheck source=support/certificates.sh
. "$here/servers/support/certificates.sh"
mongodb_secure_port=${AISHELL_MONGODB_SECURE_PORT:-17018}

mongodb_secure_install() {
  need_packages openssl
  secantusdb_install
}

mongodb_secure_start() {
  make_certificates "$data/tls"
  local server=("$secantusdb_home/bin/secantusd-py" --host 127.0.0.1 --port "$mongodb_secure_port" --storage-path "$data/files" --log-level WARNING)
  # Users are made while nobody has to sign in.
  if [ ! -f "$data/users" ]; then
    launch mongodb_secure "${server[@]}"
    local first=$pid plain="mongodb://127.0.0.1:$mongodb_secure_port/?directConnection=true"
    until secantusdb_ping "$plain"; do kill -0 "$first" || return 1; sleep 0.1; done
    "$secantusdb_home/bin/python" - "$plain" <<'PY'
import sys, pymongo
admin = pymongo.MongoClient(sys.argv[1], serverSelectionTimeoutMS=5000).admin
for user, roles in (("aishell", ["root"]), ("reader", ["readAnyDatabase"])):
    admin.command("createUser", user, pwd="aishell-test", roles=roles)
PY
    kill "$first"
    while kill -0 "$first" 2>/dev/null; do sleep 0.1; done
    touch "$data/users"
  fi
  launch mongodb_secure "${server[@]}" --auth --tls-cert-file "$data/tls/server.pem" --tls-key-file "$data/tls/server.key"
}

mongodb_secure_ready() {
  secantusdb_ping "mongodb://aishell:aishell-test@127.0.0.1:$mongodb_secure_port/?directConnection=true&tls=true&tlsCAFile=$data/tls/ca.pem"
}

mongodb_secure_env() {
  echo "AISHELL_MONGODB_SECURE_URL=mongodb://aishell:aishell-test@127.0.0.1:$mongodb_secure_port/"
  echo "AISHELL_MONGODB_SECURE_CA=$AISHELL_SERVERS/data/mongodb_secure/tls/ca.pem"
}
