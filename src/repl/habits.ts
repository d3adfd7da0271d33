/** What hands know from psql, mysql, mongosh, clickhouse-client and kin: what it is here, or what to type instead. */

export type Habit = { readonly input: string } | { readonly say: string };

/** Whole inputs, without a semicolon at their end. `$1` is what the pattern's first group holds. */
const habits: readonly (readonly [RegExp, Habit])[] = [
  // psql
  [/^\\d\+?\s+(\S+)$/, { input: '.schema $1' }],
  [/^\\d(?:t|v|m|tv)?[S+]*$/, { input: '.tables' }],
  [/^\\d[tvm][S+]*\s+(\S+)$/, { input: '.tables $1' }],
  [/^\\(?:l|dn|conninfo)\+?$/, { input: '.services' }],
  [/^\\x(?:\s+(on|off))?$/, { input: '.x $1' }],
  [/^\\x\s+auto$/, { say: '.x is on or off here; rows that don’t fit the width turn into blocks by themselves.' }],
  [/^\\timing(?:\s+(on|off))?$/, { input: '.timing $1' }],
  [/^\\(?:q|quit|exit)$/, { input: '.quit' }],
  [/^\\(?:e|ed|edit)(?:\s+([^]+))?$/, { input: '.edit $1' }],
  [/^\\(?:\?|h|help)(?:\s.*)?$/, { input: '.help' }],
  [/^\\(?:g|p|r)$/, { input: '.last' }],
  [/^\\watch(?:\s+(\S+))?$/, { input: '.watch $1' }],
  [/^\\(?:o|w)\s+(\S+)$/, { input: '.save $1' }],
  [/^\\pset\s+format\s+(\S+)$/, { input: '.format $1' }],
  [/^\\pset\s+pager\s+(on|off)$/, { input: '.pager $1' }],
  [/^\\(?:n|f|fs|ns)\s+(\S+)(?:\s+([^]+))?$/, { input: '.name $1 $2' }],
  [/^\\df.*$/, { say: 'A statement may call DuckDB’s functions that compute from their arguments; Tab lists them behind SELECT.' }],
  [/^\\du.*$/, { say: '.doctor says as whom each service was signed in to, and with which rights.' }],
  [/^\\(?:c|connect)\b.*$/, { say: 'All services are connected at once: write service.table. To keep to some, start with --service a,b.' }],
  [/^\\copy\b.*$/, { say: '.save file.csv writes the last answer to a file; nothing is ever written to a store.' }],
  [/^\\i\b.*$/, { say: 'A file of SQL is run by: aishell sql < file.sql. A query that is needed often: .name and .run.' }],
  [/^\\!.*$/, { say: 'No program is started from here but your editor: .edit.' }],
  [/^\\set\b.*$/, { say: '.name keeps a query with parameters; .format, .limit, .x and .timing change how answers look.' }],
  // usql, and a question's own words
  [/^\\chart(?:\s+(?:type\s+)?(\w+))?$/, { input: '.chart $1' }],
  [/^(?:(?:and |now |please )*(?:show|draw|plot) (?:it|that|this|them) )?as an? (?:(bar|line|scatter|spark|heat)[ -]?)?(?:chart|graph|plot|map|line)[.!]?$/i, { input: '.chart $1' }],
  // MySQL, ClickHouse, MongoDB, SQLite
  [/^show\s+(?:full\s+)?(?:tables|collections|topics)(?:\s+(?:from|in)\s+(\S+))?$/i, { input: '.tables $1' }],
  [/^show\s+(?:databases|dbs|schemas|services)$/i, { input: '.services' }],
  [/^(?:describe|desc|show\s+columns\s+(?:from|in)|show\s+create\s+table)\s+([\w."]+)$/i, { input: '.schema $1' }],
  [/^use\s+(\S+)$/i, { say: 'There is nothing to switch to: all services are at hand, as $1.table. To keep to some, start with --service $1.' }],
  [/^(?:exit|quit|logout|bye|:q!?|exit\(\)|quit\(\))$/i, { input: '.quit' }],
  [/^(?:help|\?)$/i, { input: '.help' }],
  [/^(?:clear|cls)$/i, { say: 'Ctrl-L clears the screen.' }],
  [/^\.(?:databases|dbs)$/, { input: '.services' }],
  [/^\.(?:describe|desc|fullschema)(?:\s+(\S+))?$/, { input: '.schema $1' }],
  [/^\.(?:timer)(?:\s+(on|off))?$/, { input: '.timing $1' }],
  [/^\.mode\s+(\S+)$/, { input: '.format $1' }],
  [/^\.(?:output|once)\s+(\S+)$/, { input: '.save $1' }],
  [/^\\\S*.*$/, { say: 'There is no such backslash command. .help lists what there is.' }],
  [/^(?:insert\s+into|update\s+\S+\s+set|delete\s+from|drop\s+(?:table|database)|truncate\s+table|alter\s+table|create\s+(?:table|index|view))\b[^]*$/i, { say: 'aishell only reads: no statement that would write is run.' }],
];

/** Undefined: no habit of another shell, but a question, a statement or a command of ours. */
export function habit(text: string): Habit | undefined {
  const bare = text.trim().replace(/\s*;+$/, '');
  for (const [pattern, meant] of habits) {
    const match = pattern.exec(bare);
    if (match === null) continue;
    const filled = (template: string): string => template.replace(/\$(\d)/g, (_, group: string) => match[Number(group)] ?? '').trim();
    return 'input' in meant ? { input: filled(meant.input) } : { say: filled(meant.say) };
  }
  return undefined;
}

/** `SELECT ... \G`: a block a row, for this statement alone. */
export function withoutG(text: string): { readonly text: string; readonly expanded: boolean } {
  const match = /^([^]*\S)\s*\\(G|gx?)\s*;?\s*$/.exec(text);
  return match === null ? { text, expanded: false } : { text: match[1]!, expanded: match[2] !== 'g' };
}
