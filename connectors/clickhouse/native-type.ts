/** ClickHouse's type names as trees: `Nullable(DateTime64(3, 'UTC'))`. */

export interface NativeType {
  readonly name: string;
  /** As written, unquoted for nothing: types, numbers, `'text' = 1`, "`name` Type". */
  readonly args: readonly string[];
}

export function parseType(text: string): NativeType {
  const open = text.indexOf('(');
  if (open < 0) return { name: text.trim(), args: [] };
  return { name: text.slice(0, open).trim(), args: splitArgs(text.slice(open + 1, text.lastIndexOf(')'))) };
}

/** Splits at commas outside parentheses and quotes. */
function splitArgs(text: string): string[] {
  const args: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (c === "'" || c === '`' || c === '"') i = endOfQuoted(text, i);
    else if (c === '(') depth++;
    else if (c === ')') depth--;
    else if (c === ',' && depth === 0) {
      args.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  const last = text.slice(start).trim();
  if (last !== '') args.push(last);
  return args;
}

/** The index of the closing quote. Backslash escapes the next character; a doubled quote stays inside. */
export function endOfQuoted(text: string, start: number): number {
  const quote = text[start];
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === quote) {
      if (text[i + 1] !== quote) return i;
      i++;
    }
  }
  return text.length;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0', b: '\b', f: '\f', a: '\x07', v: '\v' };

export function unquote(quoted: string): string {
  const quote = quoted[0]!;
  return quoted
    .slice(1, endOfQuoted(quoted, 0))
    .replaceAll(quote + quote, quote)
    .replaceAll(/\\(.)/gs, (_, c: string) => escapes[c] ?? c);
}

/** `a Int32`, "`a b` Int32" or a bare type: the members of a Tuple. */
export function tupleMember(arg: string, position: number): { readonly name: string; readonly type: string } {
  if (arg[0] === '`' || arg[0] === '"') {
    const end = endOfQuoted(arg, 0);
    return { name: unquote(arg.slice(0, end + 1)), type: arg.slice(end + 1).trim() };
  }
  const named = /^(\w+)\s+(\w.*)$/s.exec(arg);
  return named ? { name: named[1]!, type: named[2]! } : { name: String(position), type: arg };
}

export function quote(name: string): string {
  return `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
}

export function quoteText(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
