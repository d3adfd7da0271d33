/** The multipart/form-data of ClickHouse's external tables and parameters: names, file names, bytes. */

export interface Part {
  readonly name: string;
  readonly file: boolean;
  readonly data: Buffer;
}

export function parseMultipart(body: Buffer, contentType: string): Part[] {
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1];
  if (boundary === undefined) throw new Error('multipart/form-data without a boundary');
  const delimiter = Buffer.from(`--${boundary}`);
  const parts: Part[] = [];
  let at = body.indexOf(delimiter);
  while (at >= 0) {
    const start = at + delimiter.length;
    if (body.subarray(start, start + 2).toString() === '--') return parts;
    const head = body.indexOf('\r\n\r\n', start);
    const next = body.indexOf(`\r\n--${boundary}`, head);
    if (head < 0 || next < 0) break;
    const headers = body.subarray(start, head).toString();
    parts.push({
      name: /\bname="([^"]*)"/.exec(headers)?.[1] ?? '',
      file: /\bfilename="/.test(headers),
      data: body.subarray(head + 4, next),
    });
    at = next + 2;
  }
  throw new Error('multipart/form-data ends early');
}
