/** The server's messages, as far as rows.ts must know them: noise on the line must end in an error, never in a hang. */

export const codes = { dataRow: 0x44, rowDescription: 0x54, readyForQuery: 0x5a } as const;

/** Every message that may come while a query runs: 1 2 3 A C D E I N S T Z n s t. */
const known = new Set([...'123ACDEINSTZnst'].map((letter) => letter.charCodeAt(0)));
const maxMessage = 2 ** 30 + 64;
/** All but rows and their description are short. */
const maxOther = 2 ** 20;

export function messageBytes(buffer: Buffer, start: number): number {
  const code = buffer[start]!;
  const length = buffer.readUInt32BE(start + 1);
  const max = code === codes.dataRow ? maxMessage : maxOther;
  if (!known.has(code) || length < 4 || length > max) throw new Error('what came is not PostgreSQL\'s protocol');
  return length + 1;
}

/** pg's parser looks for the zeros that end strings, beyond the message's end if need be; so they must be there. */
export function isWellFormed(message: Buffer): boolean {
  const zeros = (count: number) => {
    let found = 0;
    for (let at = message.indexOf(0, 5); at >= 0; at = message.indexOf(0, at + 1)) if (++found === count) return true;
    return false;
  };
  const last = message.at(-1);
  switch (String.fromCharCode(message[0]!)) {
    case 'E':
    case 'N':
      return message.length > 6 && last === 0 && message.at(-2) === 0;
    case 'S':
      return last === 0 && zeros(2);
    case 'A':
      return last === 0 && message.length > 10 && message.subarray(9, -1).includes(0);
    case 'C':
      return last === 0;
    case 'Z':
      return message.length === 6;
    default:
      return true;
  }
}

/** The OIDs of a RowDescription's columns. */
export function fieldTypes(body: Buffer): number[] {
  const count = body.readUInt16BE(0);
  const types: number[] = [];
  let at = 2;
  for (let i = 0; i < count; i++) {
    const end = body.indexOf(0, at);
    if (end < 0) throw new RangeError('a column without a name');
    types.push(body.readUInt32BE(end + 7));
    at = end + 19;
  }
  return types;
}
