# The five questions, and how a demonstration asks them; sourced by the two demo.sh.
questions=(
  "Show complete order details with user and product info across services"
  "Find payment failures and correlate with user service health"
  "Compare schema differences between services"
  "Track an event across all microservices"
  "Generate cross-service analytics report"
)

# ask_all ROOT CONFIG [-v]: each question with its SQL, what each service was asked, the answer and the time. Of a long
# answer the first and the last lines are shown, unless -v is given.
ask_all() {
  local root=$1 config=$2 question first=(--import "file://$1/examples/microservices/scripts/first-lines.mjs")
  if [ "${3:-}" = -v ]; then first=(); fi
  for question in "${questions[@]}"; do
    printf '\n\033[1m> %s\033[0m\n' "$question"
    node ${first[@]+"${first[@]}"} "$root/bin/aishell.js" --config "$config" query "$question" --limit 8 -v
  done
}
