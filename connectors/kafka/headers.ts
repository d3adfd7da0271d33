/** Headers as the JSON object that the column shows. */

import { isUtf8 } from 'node:buffer';

interface Headers {
  readonly buffer: Buffer;
  headers(each: (nameStart: number, nameEnd: number, valueStart: number, valueEnd: number) => void): void;
}

/**
 * Text as it is. Of a value that is no UTF-8 (a number as its bytes, as Spring writes it), each byte beyond ASCII stands as
 * U+EF00 and the byte, which is of Unicode's private use, so that none is lost and no two values look alike.
 */
function headerText(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  if (!text.includes('\ufffd') || isUtf8(bytes)) return text;
  return [...bytes].map((byte) => String.fromCharCode(byte < 128 ? byte : 0xef00 + byte)).join('');
}

/** {"name":"value"}; a header that is repeated becomes an array, one without a value null. */
export function headersJson(cursor: Headers): string {
  const names: string[] = [];
  const values: (string | null)[] = [];
  cursor.headers((nameStart, nameEnd, valueStart, valueEnd) => {
    names.push(cursor.buffer.toString('utf8', nameStart, nameEnd));
    values.push(valueEnd < valueStart ? null : headerText(cursor.buffer.subarray(valueStart, valueEnd)));
  });
  let text = '';
  for (const [i, name] of names.entries()) {
    if (names.indexOf(name) < i) continue;
    const value = names.includes(name, i + 1) ? values.filter((_, at) => names[at] === name) : values[i];
    text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${JSON.stringify(value)}`;
  }
  return `{${text}}`;
}
