#!/usr/bin/env bash
# Real servers without containers, for the tests and for the example estate.
#
#   scripts/servers.sh up [name ...]      install what is missing, start, wait for a real request to succeed
#   scripts/servers.sh down [name ...]    stop by recorded pid, remove the data
#   scripts/servers.sh status             what runs, and where
#   scripts/servers.sh env                the addresses, as shell exports
#   scripts/servers.sh need package ...   install Debian packages that are missing: what tests need beside servers
#
# A server is one file scripts/servers/<name>.sh with four functions: <name>_install, <name>_start (leaves the pid in
# $pid), <name>_ready (exit 0 once a real request succeeds) and <name>_env (prints NAME=value lines). Everything listens
# on 127.0.0.1. Data lives under $AISHELL_SERVERS/data/<name>, downloads under $AISHELL_SERVERS/cache.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
export AISHELL_SERVERS=${AISHELL_SERVERS:-$root/.servers}
cache=$AISHELL_SERVERS/cache
run=$AISHELL_SERVERS/run
mkdir -p "$cache" "$run" "$AISHELL_SERVERS/data"

say() { printf '%s\n' "$*" >&2; }
die() { say "servers.sh: $*"; exit 1; }

# Installs Debian packages that are missing; on another system says what to install by hand.
need_packages() {
  local missing=()
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  command -v apt-get >/dev/null || die "install these first: ${missing[*]}"
  local sudo=()
  [ "$(id -u)" -eq 0 ] || sudo=(sudo)
  # Packages must not start system services of their own beside ours.
  "${sudo[@]}" apt-get update -qq >/dev/null
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# Runs a program in the background, detached, logging to data/<name>/log; leaves its pid in $pid.
launch() {
  local name=$1
  shift
  setsid nohup "$@" >"$AISHELL_SERVERS/data/$name.log" 2>&1 </dev/null &
  pid=$!
}

# The oldest JDK home among the candidates that has the major version asked for.
java_home() {
  local major=$1 variable=JAVA${1}_HOME
  if [ -n "${!variable:-}" ]; then printf '%s' "${!variable}"; return; fi
  local home
  for home in "${JAVA_HOME:-}" /usr/lib/jvm/*"-$major"* /opt/java/*"$major"* /opt/*temurin*"$major"* /opt/jdk*"$major"*; do
    [ -x "$home/bin/java" ] || continue
    "$home/bin/java" -version 2>&1 | head -n 1 | grep -Eq "\"$major[.\"]" && { printf '%s' "$home"; return; }
  done
  die "no JDK $major found; set $variable"
}

all() { for file in "$here"/servers/*.sh; do basename "$file" .sh; done; }

alive() { [ -f "$run/$1.pid" ] && kill -0 "$(cat "$run/$1.pid")" 2>/dev/null; }

up() {
  local name=$1 pid=
  data=$AISHELL_SERVERS/data/$name
  if alive "$name" && "${name}_ready"; then return; fi
  "${name}_install"
  mkdir -p "$data"
  "${name}_start"
  [ -n "$pid" ] || die "$name did not report a pid"
  echo "$pid" >"$run/$name.pid"
  local waited=0
  until "${name}_ready" >/dev/null 2>&1; do
    kill -0 "$pid" 2>/dev/null || { tail -n 20 "$AISHELL_SERVERS/data/$name.log" >&2 || true; die "$name stopped while starting"; }
    waited=$((waited + 1))
    [ $waited -lt 600 ] || die "$name did not answer within 60 s"
    sleep 0.1
  done
  say "$name is up"
}

down() {
  local name=$1
  if alive "$name"; then
    local old
    old=$(cat "$run/$name.pid")
    kill "$old" 2>/dev/null || true
    for _ in $(seq 100); do kill -0 "$old" 2>/dev/null || break; sleep 0.1; done
    kill -9 "$old" 2>/dev/null || true
  fi
  rm -rf "$run/$name.pid" "$AISHELL_SERVERS/data/$name" "$AISHELL_SERVERS/data/$name.log"
}

command=${1:-}
[ $# -gt 0 ] && shift
if [ "$command" = need ]; then
  need_packages "$@"
  exit
fi
names=("$@")
[ ${#names[@]} -gt 0 ] || mapfile -t names < <(all)
for name in "${names[@]}"; do
  [ -f "$here/servers/$name.sh" ] || die "no server '$name'; there are: $(all | tr '\n' ' ')"
  # shellcheck source=/dev/null
  . "$here/servers/$name.sh"
done

case $command in
  up) for name in "${names[@]}"; do up "$name"; done ;;
  down) for name in "${names[@]}"; do down "$name"; done ;;
  status) for name in "${names[@]}"; do alive "$name" && echo "$name up (pid $(cat "$run/$name.pid"))" || echo "$name down"; done ;;
  env) for name in "${names[@]}"; do "${name}_env" | sed 's/^/export /'; done ;;
  *) sed -n '2,13p' "${BASH_SOURCE[0]}" | sed 's/^# \{0,1\}//'; exit 2 ;;
esac
