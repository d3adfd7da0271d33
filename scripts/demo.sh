#!/usr/bin/env bash
# From a fresh clone to five answers: installs from npm, builds, writes the embedded estate (files, no server), and asks.
# What is up to date is not done again. With -v, long answers are shown whole.
set -euo pipefail
if [ $# -gt 1 ] || { [ $# -eq 1 ] && [ "$1" != -v ]; }; then
  echo "usage: scripts/demo.sh [-v]" >&2
  exit 2
fi
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
example=examples/microservices

node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null || {
  echo "aishell needs Node 20.19 or newer (https://nodejs.org)." >&2
  exit 1
}

# Is $1 there, and newer than everything else that is named?
is_current() {
  local made=$1
  shift
  [ -e "$made" ] && [ -z "$(find "$@" -newer "$made" -print -quit)" ]
}

if ! is_current node_modules/.package-lock.json package-lock.json; then
  echo "Installing ..." >&2
  npm ci --no-audit --no-fund --loglevel=error
  touch node_modules/.package-lock.json
fi
if ! is_current dist/main.js src connectors package.json scripts/build.ts; then
  echo "Building ..." >&2
  npm run --silent build
fi
# The estate's week ends today.
if is_current "$example/data/estate.json" "$example/generator"; then
  node --import tsx "$example/generator/main.ts" embedded --if-outdated
else
  node --import tsx "$example/generator/main.ts" embedded
fi

# shellcheck source=../examples/microservices/scripts/questions.sh
. "$example/scripts/questions.sh"
ask_all "$root" "$example/aishell.yaml" "${1:-}"

cat <<'END'

Next:
  scripts/demo.sh -v                                                       the same, long answers whole
  npx aishell --config examples/microservices/aishell.yaml                 ask your own, at a prompt
  npx aishell --config examples/microservices/aishell.yaml schema          what there is
  npx aishell --config examples/microservices/aishell.yaml sql "SELECT status, count(*) FROM orders.orders GROUP BY ALL"
  examples/microservices/scripts/setup.sh                                  the same estate on PostgreSQL, MySQL, MongoDB, ClickHouse, Redis and Kafka
END
