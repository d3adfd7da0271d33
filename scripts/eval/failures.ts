/** Why an answer is wrong or refused, in a few words, so that the commonest reasons can be counted. */

/** The first thing in which two statements differ, from the grossest to the finest. */
export function difference(ours: string, gold: string): string {
  const [a, b] = [facts(ours), facts(gold)];
  for (const key of Object.keys(a)) if (a[key] !== b[key]) return `wrong: ${key} (${b[key]!} in the gold, ${a[key]!} here)`.replace(/ \(.*\d\d.*\)$/, '');
  return 'wrong: the same form, other columns or values';
}

function facts(sql: string): Record<string, string> {
  const has = (pattern: RegExp) => (pattern.test(sql) ? 'yes' : 'no');
  const count = (pattern: RegExp) => String([...sql.matchAll(pattern)].length);
  const select = /^\s*select\s+(distinct\s+)?(.*?)\sfrom\s/is.exec(sql)?.[2] ?? '';
  return {
    'a set operation': has(/\b(intersect|union|except)\b/i),
    'a nested query': has(/\(\s*select/i),
    'groups': has(/\bgroup\s+by\b/i),
    'a condition on groups': has(/\bhaving\b/i),
    'an order': has(/\border\s+by\b/i),
    'aggregates shown': [...select.matchAll(/\b(count|sum|avg|min|max)\s*\(/gi)].map((m) => m[1]!.toLowerCase()).sort().join(' ') || 'none',
    'columns shown': String(select.split(',').length),
    'tables joined': count(/\bjoin\b/gi),
    'conditions': has(/\bwhere\b/i),
    'equal rows once': has(/\bdistinct\b/i),
  };
}

/** Why there was no reading, without the names and values of one database. */
export function reasonOf(reason: string): string {
  const plain = reason
    .replace(/"[^"]*"/g, '"…"')
    .replace(/nothing links .*/, 'nothing links the tables')
    .replace(/the value .*/, 'a value')
    .replace(/^an? (sum|avg) of .* a join repeats/, 'a sum or an average over rows that a join repeats')
    .replace(/\S+ is no number/, 'a column that is no number')
    .replace(/no column names the rows of .*/, 'no column names the rows');
  return `refused: ${plain}`;
}
