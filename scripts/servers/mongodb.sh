# MongoDB's protocol on WiredTiger: SecantusDB from PyPI, since no package registry has mongod. No sign-in, no TLS; its
# neighbour mongodb_secure has both.
# shellcheck source=support/secantusdb.sh
. "$here/servers/support/secantusdb.sh"
mongodb_port=${AISHELL_MONGODB_PORT:-17017}

mongodb_install() { secantusdb_install; }

mongodb_start() {
  launch mongodb "$secantusdb_home/bin/secantusd-py" --host 127.0.0.1 --port "$mongodb_port" --storage-path "$data/files" \
    --log-level WARNING --standalone
}

mongodb_ready() { secantusdb_ping "mongodb://127.0.0.1:$mongodb_port/?directConnection=true"; }

mongodb_env() { echo "AISHELL_MONGODB_URL=mongodb://127.0.0.1:$mongodb_port/"; }
