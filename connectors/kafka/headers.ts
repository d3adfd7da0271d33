/** Headers as the JSON object that the column shows. */

interface Headers {
  readonly buffer: Buffer;
  headers(each: (nameStart: number, nameEnd: number, valueStart: number, valueEnd: number) => void): void;
}

/** {"name":"value"}; a header that is repeated becomes an array, one without a value null. */
export function headersJson(cursor: Headers): string {
  let all: Map<string, (string | null)[]> | undefined;
  cursor.headers((nameStart, nameEnd, valueStart, valueEnd) => {
    all ??= new Map();
    const name = cursor.buffer.toString('utf8', nameStart, nameEnd);
    const value = valueEnd < valueStart ? null : cursor.buffer.toString('utf8', valueStart, valueEnd);
    const values = all.get(name);
    if (values) values.push(value);
    else all.set(name, [value]);
  });
  if (!all) return '{}';
  return `{${[...all].map(([name, values]) => `${JSON.stringify(name)}:${JSON.stringify(values.length === 1 ? values[0] : values)}`).join(',')}}`;
}
