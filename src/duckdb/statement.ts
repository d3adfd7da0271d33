/** The statement alone, fit to stand in parentheses: cut at its final semicolon and whatever comments follow it. */

/** What may hold a semicolon that ends nothing, and the semicolon. */
const tokens = /[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$|--[^\n]*|\/\*[\s\S]*?\*\/|;/g;

export function bareStatement(sql: string): string {
  for (const match of sql.matchAll(tokens)) {
    if (match[0] === ';') return sql.slice(0, match.index);
  }
  return sql;
}
