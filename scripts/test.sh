#!/usr/bin/env bash
# Everything that must hold: installs what is missing (npm packages, real servers), then lint, types, layers and every
# test. The last line is `N passed, N failed, N skipped`. Under CI=true a skipped test counts as failed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

failed_steps=0
step() {
  local title=$1
  shift
  echo "== $title"
  local from=$SECONDS
  if "$@"; then echo "== $title: ok ($((SECONDS - from)) s)"; else echo "== $title: FAILED ($((SECONDS - from)) s)"; failed_steps=$((failed_steps + 1)); fi
}

report=$(mktemp)
trap 'rm -f "$report"; [ "${AISHELL_KEEP_SERVERS:-}" = 1 ] || scripts/servers.sh down >/dev/null 2>&1' EXIT

step 'npm packages' npm ci --no-audit --no-fund --loglevel=error
step 'browser, shells' scripts/servers.sh need chromium zsh fish mandoc
step 'servers' scripts/servers.sh up
eval "$(scripts/servers.sh env)"
step 'build' npm run --silent build
step 'lint' npm run --silent lint
step 'types' npm run --silent types
step 'layers' npm run --silent layers
step 'tests' npx vitest run --reporter=default --reporter=json --outputFile.json="$report"

# vitest's own counts, plus one for every step before it that failed.
read -r passed failed skipped < <(node -e '
  const report = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8") || "{}");
  const suites = (report.testResults ?? []).filter((s) => s.status === "failed" && s.assertionResults.length === 0).length;
  console.log(report.numPassedTests ?? 0, (report.numFailedTests ?? 0) + suites, (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0));
' "$report" 2>/dev/null || echo '0 1 0')
[ "${passed:-0}" -gt 0 ] || failed=$((failed + 1))
failed=$((failed > failed_steps ? failed : failed_steps))
if [ "${CI:-}" = true ] && [ "$skipped" -gt 0 ]; then
  echo "skipped tests count as failed under CI"
  failed=$((failed + skipped))
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
