# SecantusDB in a virtual environment of its own, for every MongoDB server among the test servers.
secantusdb_version=0.7.0b3
secantusdb_home=$cache/secantusdb-$secantusdb_version

secantusdb_install() {
  [ -x "$secantusdb_home/bin/secantusd-py" ] && return 0
  python3 -c "import ensurepip, venv" 2>/dev/null || need_packages python3 python3-venv
  # A virtual environment can't be moved, so a half-made one is told by the missing program and made anew.
  rm -rf "$secantusdb_home"
  python3 -m venv "$secantusdb_home"
  "$secantusdb_home/bin/pip" install --quiet --disable-pip-version-check "secantusdb==$secantusdb_version" >&2
}

secantusdb_ping() {
  timeout 10 "$secantusdb_home/bin/python" - "$@" 2>/dev/null <<'PY'
import sys, pymongo
pymongo.MongoClient(sys.argv[1], serverSelectionTimeoutMS=3000, connectTimeoutMS=3000).admin.command("ping")
PY
}
