/** A read as the commands that redis-cli would take; long lists of keys are cut short. */

import { namesSuffice, type ReadPayload } from './payload.js';
import { Pattern } from './pattern.js';

const shownKeys = 5;

export function showCommands(payload: ReadPayload): string {
  const { native, keys, parts, ids, limit, skip } = payload;
  const pattern = new Pattern(native.pattern, native.separator);
  const end = limit === undefined ? '' : ` # the first ${limit}${skip > 0 ? ` after ${skip}` : ''}`;
  if (keys?.length === 0 || ids?.length === 0) return '# nothing to ask: no key can match';
  if (native.pattern.parts.length > 0 && keys === undefined) {
    const glob = pattern.glob(parts.map((texts) => (texts?.length === 1 ? texts[0] : undefined)));
    return [`SCAN 0 MATCH ${word(glob)}`, ...(namesSuffice(payload) ? [`TYPE ${word(pattern.text)}`] : each(payload, pattern.text))].join('\n') + end;
  }
  const named = keys ?? [pattern.key([])];
  const shown = named.slice(0, shownKeys).flatMap((key) => each(payload, key));
  return [...shown, ...(named.length > shownKeys ? [`# and ${named.length - shownKeys} more keys`] : [])].join('\n') + end;
}

function each({ native, columns, ids, from, to, newestFirst }: ReadPayload, key: string): string[] {
  const fields = columns.flatMap(({ role }) => (role.from === 'field' ? [role.field] : []));
  const ttl = columns.some(({ role }) => role.from === 'ttl') ? [`TTL ${word(key)}`] : [];
  switch (native.type) {
    case 'hash':
      if (native.fieldRows) return [...ttl, `HGETALL ${word(key)}`];
      return [...ttl, fields.length === 0 ? `TYPE ${word(key)}` : `HMGET ${word(key)} ${fields.map(word).join(' ')}`];
    case 'string':
      return [...ttl, `GET ${word(key)}`];
    case 'list':
      return [...ttl, `LRANGE ${word(key)} 0 -1`];
    case 'set':
      return [...ttl, `SMEMBERS ${word(key)}`];
    case 'zset':
      return [...ttl, `ZRANGE ${word(key)} 0 -1 WITHSCORES`];
    case 'stream':
      if (ids !== undefined) return ids.slice(0, shownKeys).map((id) => `XRANGE ${word(key)} ${id} ${id}`);
      return [newestFirst ? `XREVRANGE ${word(key)} ${to} ${from}` : `XRANGE ${word(key)} ${from} ${to}`];
  }
}

function word(text: string): string {
  return /^[\w:.{}*@/+-]+$/.test(text) ? text : JSON.stringify(text);
}
