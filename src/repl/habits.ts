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
  // clickhouse-client repeats by a dot alone.
  [/^(?:\\g|\.)$/, { input: '.again' }],
  [/^\\gx$/, { say: '.x on shows blocks, .again asks again.' }],
  [/^\\p$/, { input: '.history 2' }],
  [/^\\r$/, { say: 'Ctrl-C empties the line.' }],
  [/^\\gx?\s+(\S+)$/, { input: '.save $1' }],
  [/^\\gdesc$/, { say: '.explain says what a statement asks; its columns and types are in --format json.' }],
  [/^\\s(?:\s+(\S+))?$/, { input: '.history $1' }],
  [/^\\(?:refresh|#)$/, { input: '.refresh' }],
  [/^\\(?:a|t|H)$/, { say: '.format csv shows rows alone; .format lists the others, .save x.html makes a page.' }],
  [/^\\(?:dp|z)\b.*$/, { say: '.doctor says as whom each service was signed in to, and with which rights.' }],
  [/^\\(?:if|elif|else|endif|prompt|gexec|gset|bind|parse|crosstabview|cd|getenv|setenv)\b.*$/, { say: 'A session has no variables, branches or programs: .name keeps a query with parameters, .run fills them in.' }],
  [/^\\(?:v|errverbose)$/, { say: '.verbose on says more about where rows came from, and of a failure its causes.' }],
  [/^\\(?:echo|qecho|warn)\b.*$/, { say: 'A script in your own shell says what it likes between two calls of aishell.' }],
  [/^\\di\b.*$/, { say: '.schema service.table shows the keys of a table; indexes are the store’s own affair.' }],
  [/^\\watch(?:\s+([^]+))?$/, { input: '.watch $1' }],
  [/^\\(?:o|w)\s+(\S+)$/, { input: '.save $1' }],
  [/^(?:\\(?:o|log-file)\b|tee\b|notee$).*$/, { say: '.save FILE writes the whole of the answer that came last, in the format its ending says.' }],
  [/^\\pset\s+format\s+(\S+)$/, { input: '.format $1' }],
  [/^\\pset\s+pager\s+(on|off)$/, { input: '.pager $1' }],
  [/^\\(?:n|f)\+?$/, { input: '.name' }],
  [/^\\(?:n|f)\+?\s+(\S+)(?:\s+([^]+))?$/, { input: '.run $1 $2' }],
  [/^\\(?:ns|fs)\s+(\S+)(?:\s+([^]+))?$/, { input: '.name $1 $2' }],
  [/^\\(?:nd|fd)\s+(\S+)$/, { input: '.forget $1' }],
  [/^\\df.*$/, { say: 'A statement may call DuckDB’s functions that compute from their arguments; Tab lists them behind SELECT.' }],
  [/^\\du.*$/, { say: '.doctor says as whom each service was signed in to, and with which rights.' }],
  [/^\\(?:c|connect)\b.*$/, { say: 'All services are connected at once: write service.table. To keep to some, start with --service a,b.' }],
  [/^\\copy\b.*$/, { say: '.save file.csv writes the last answer to a file; nothing is ever written to a store.' }],
  [/^\\ir?\s+(\S+)$/, { input: '.read $1' }],
  [/^\\ir?$/, { input: '.help read' }],
  [/^\\!.*$/, { say: 'No program is started from here but your editor: .edit.' }],
  [/^\\set\b.*$/, { say: '.name keeps a query with parameters; .format, .limit, .x and .timing change how answers look.' }],
  // usql, and a question's own words
  [/^\\chart(?:\s+(?:type\s+)?(\w+))?$/, { input: '.chart $1' }],
  [/^(?:(?:and |now |please )*(?:show|draw|plot) (?:it|that|this|them) )?as an? (?:(bar|line|scatter|spark|heat)[ -]?)?(?:chart|graph|plot|map|line)[.!]?$/i, { input: '.chart $1' }],
  // MySQL, ClickHouse, MongoDB, SQLite
  [/^show\s+(?:full\s+)?(?:tables|collections|topics)(?:\s+(?:from|in)\s+(\S+))?$/i, { input: '.tables $1' }],
  [/^show\s+(?:databases|dbs|schemas|services)$/i, { input: '.services' }],
  [/^(?:describe|desc)\s+table\s+([\w."]+)$/i, { input: '.schema $1' }],
  [/^(?:describe|desc|show\s+columns\s+(?:from|in)|show\s+create\s+table)\s+([\w."]+)$/i, { input: '.schema $1' }],
  [/^explain\s+analy[sz]e\s+([^]+)$/i, { input: '.explain --analyze $1' }],
  [/^explain\s+(?:plan\s+for\s+|(?:plan|pipeline|syntax|ast|estimate)\s+(?=select|with))?([^]+)$/i, { input: '.explain $1' }],
  [/^(?:source|@)\s+(\S+\.\w+)$/i, { input: '.read $1' }],
  [/^load\(['"]?([^'")]+)['"]?\)$/, { input: '.read $1' }],
  [/^db(?:\.\w+(?:\([^]*)?)*$/, { say: 'Collections are tables here: SELECT * FROM service.collection WHERE ..., or a question in English. .tables lists them.' }],
  [/^show\s+(?:users|roles|grants|privileges)\b.*$/i, { say: '.doctor says as whom each service was signed in to, and with which rights.' }],
  [/^(?:keys\s+\S+|hgetall\s+\S+|scan\s+\d+.*)$/i, { say: 'Keys are tables here: SELECT * FROM service.pattern WHERE id = ..., or a question in English. .tables lists them.' }],
  [/^(?:pager|nopager)\b.*$/, { say: '.pager on or off; AISHELL_PAGER or PAGER names a program of yours.' }],
  [/^rehash$/, { input: '.refresh' }],
  [/^(?:history)$/, { input: '.history' }],
  [/^it$/, { say: 'All rows of an answer are in the pager; .limit 0 lifts the limit.' }],
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

/** What stands behind a text and is said of it alone: `\G` and `\gx` expand, `\g FILE` saves, `\watch 2` repeats. */
export interface Ending {
  readonly text: string;
  readonly expanded: boolean;
  /** A file to save to. */
  readonly save?: string;
  /** What .watch is told. */
  readonly watch?: string;
}

export function ending(text: string): Ending {
  if (/^\s*[.\\](?:help|h|\?)(?:\s|$)/.test(text)) return { text, expanded: false };
  const match = /^([^]*\S)\s*\\(?:(G)|(gx?)(?:[ \t]+([^\s;|]+))?|watch(?:[ \t]+([^\n;]*))?)\s*;?\s*$/.exec(text);
  if (match === null) {
    // ClickHouse's own way of asking for blocks.
    const bare = text.replace(/\s+format\s+vertical\s*;?\s*$/i, '');
    return { text: bare, expanded: bare !== text };
  }
  const [, before = '', g, gx, save, watch] = match;
  const repeats = g === undefined && gx === undefined;
  return { text: before.replace(/;$/, ''), expanded: g !== undefined || gx === 'gx', ...(save !== undefined && { save }), ...(repeats && { watch: (watch ?? '').trim() }) };
}
