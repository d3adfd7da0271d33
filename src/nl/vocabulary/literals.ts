/** The values that stand in a statement, found by lexing alone: what is made of them is checked by the gate again. */

export interface Literal {
  readonly kind: 'text' | 'number';
  /** Without quotes. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
  /** In lower case: the column that a text is compared with by =, <> or IN, where it stands right before. */
  readonly column?: string;
}

/** Comments and quoted names are passed over; a number is not part of a word. */
const token = /--[^\n]*|\/\*[\s\S]*?\*\/|"(?:[^"]|"")*"|'(?:[^']|'')*'|[\p{L}_][\p{L}\p{N}_$]*|\d+(?:\.\d+)?(?:e[+-]?\d+)?/giu;
const compared = /(?:"((?:[^"]|"")*)"|([\p{L}_][\p{L}\p{N}_$]*))\s*(?:=|<>|!=|\bin\s*\((?:\s*'(?:[^']|'')*'\s*,)*)\s*$/iu;

export function literalsIn(sql: string): Literal[] {
  const found: Literal[] = [];
  for (const { 0: text, index: start } of sql.matchAll(token)) {
    const end = start + text.length;
    if (text.startsWith("'")) {
      const match = compared.exec(sql.slice(0, start));
      const column = (match?.[1]?.replaceAll('""', '"') ?? match?.[2])?.toLowerCase();
      found.push({ kind: 'text', value: text.slice(1, -1).replaceAll("''", "'"), start, end, ...(column !== undefined && { column }) });
    } else if (/^\d/.test(text)) {
      found.push({ kind: 'number', value: text, start, end });
    }
  }
  return found;
}
