#!/usr/bin/env bash
# The example estate on real servers: containers where Docker runs, else scripts/servers.sh; then the same rows as in
# the embedded one. Run it again and everything is written afresh.
#
#   setup.sh [--scale N] [--seed N] [--now DATE]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
example=$(dirname "$here")
root=$(cd "$example/../.." && pwd)

[ -d "$root/node_modules/tsx" ] || (cd "$root" && npm ci --no-audit --no-fund)

if docker compose version >/dev/null 2>&1 && docker info >/dev/null 2>&1; then
  docker compose --file "$example/compose.yaml" up --detach --wait
else
  "$root/scripts/servers.sh" up postgres mysql mongodb clickhouse redis kafka
fi

cd "$root"
node --import tsx "$example/generator/main.ts" servers "$@"
echo "Now: examples/microservices/scripts/demo.sh, or npx aishell --config examples/microservices/aishell.servers.yaml" >&2
