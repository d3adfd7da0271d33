/** COM_STMT_PREPARE, COM_STMT_EXECUTE and COM_STMT_CLOSE as bytes. */

const maxPayload = 0xffffff;

export function prepare(sql: string): Buffer {
  return packets(Buffer.concat([Buffer.from([0x16]), Buffer.from(sql, 'utf8')]));
}

export function close(statement: number): Buffer {
  const payload = Buffer.alloc(5);
  payload[0] = 0x19;
  payload.writeUInt32LE(statement, 1);
  return packets(payload);
}

/** Parameters are strings, doubles or bytes; whatever else a value is, the statement casts it from its text. */
export function execute(statement: number, params: readonly unknown[]): Buffer {
  const head = Buffer.alloc(10);
  head[0] = 0x17;
  head.writeUInt32LE(statement, 1);
  head.writeUInt32LE(1, 6);
  if (params.length === 0) return packets(head);
  const values = params.map(parameter);
  const types = Buffer.from(values.flatMap(({ type }) => [type, 0]));
  return packets(Buffer.concat([head, Buffer.alloc((params.length + 7) >> 3), Buffer.from([1]), types, ...values.flatMap(({ bytes }) => bytes)]));
}

function parameter(value: unknown): { readonly type: number; readonly bytes: readonly Buffer[] } {
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(value);
    return { type: 0x05, bytes: [bytes] };
  }
  if (value instanceof Uint8Array) return { type: 0xfc, bytes: [lengthPrefix(value.length), Buffer.from(value)] };
  const text = Buffer.from(String(value), 'utf8');
  return { type: 0xfd, bytes: [lengthPrefix(text.length), text] };
}

function lengthPrefix(length: number): Buffer {
  if (length < 0xfb) return Buffer.from([length]);
  const bytes = Buffer.alloc(length <= 0xffff ? 3 : length <= maxPayload ? 4 : 9);
  bytes[0] = bytes.length === 3 ? 0xfc : bytes.length === 4 ? 0xfd : 0xfe;
  if (bytes.length === 9) bytes.writeBigUInt64LE(BigInt(length), 1);
  else bytes.writeUIntLE(length, 1, bytes.length - 1);
  return bytes;
}

/** A command's payload in packets of at most 16 MB, numbered from 0. */
function packets(payload: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0, number = 0; ; at += maxPayload, number++) {
    const part = payload.subarray(at, at + maxPayload);
    const header = Buffer.alloc(4);
    header.writeUIntLE(part.length, 0, 3);
    header[3] = number & 0xff;
    parts.push(header, part);
    if (part.length < maxPayload) return Buffer.concat(parts);
  }
}
