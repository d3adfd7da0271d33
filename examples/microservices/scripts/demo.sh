#!/usr/bin/env bash
# Answers the five questions from the real servers that setup.sh filled. With -v, long answers are shown whole.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
# shellcheck source=questions.sh
. "$here/questions.sh"

[ -f "$root/dist/main.js" ] || (cd "$root" && npm ci --no-audit --no-fund && npm run --silent build)
ask_all "$root" "$(dirname "$here")/aishell.servers.yaml" "${1:-}"
