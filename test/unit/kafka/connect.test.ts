/** What is a message of Kafka Connect's JsonConverter, and what only looks like one. */

import { describe, expect, it } from 'vitest';
import { connectDecoder } from '../../../connectors/kafka/formats/connect.js';

const schema = { type: 'struct', fields: [{ field: 'id', type: 'int64' }] };
const shown = (text: string) => {
  const bytes = Buffer.from(`..${text}..`);
  return connectDecoder('value').decode(bytes, 2, bytes.length - 2);
};

describe('an envelope of Connect', () => {
  it.each([
    [JSON.stringify({ schema, payload: { id: 1 } }), '{"id":1}'],
    [JSON.stringify({ payload: { id: 1 }, schema }), '{"id":1}'],
    [`{ "schema" : ${JSON.stringify(schema)} ,\n "payload" : {"id": 12345678901234567890} } `, '{"id": 12345678901234567890}'],
    [JSON.stringify({ schema: { type: 'int64', optional: false }, payload: 42 }), '42'],
    [JSON.stringify({ schema: { type: 'string' }, payload: 'a' }), '"a"'],
    [JSON.stringify({ schema, payload: null }), 'null'],
  ])('%s is shown as %s', (text, payload) => {
    expect(shown(text)).toBe(payload);
  });

  it.each([
    [{ schema, payload: { id: 1 }, more: 1 }], [{ schema: 'v1', payload: { id: 1 } }], [{ schema: { type: 'object' }, payload: {} }], [{ schema: { type: 'struct' }, payload: {} }], [{ schema: null, payload: {} }], [{ payload: {} }], [[1]],
  ])('%j is none, and stays as it is', (message) => {
    expect(shown(JSON.stringify(message))).toBe(JSON.stringify(message));
  });

  it('that is cut or no text', () => {
    expect(shown('{"schema":{"type":"int64"},"payload":')).toBe('{"schema":{"type":"int64"},"payload":');
    expect(() => connectDecoder('value').decode(Buffer.from([0, 0xff, 0xfe]), 0, 3)).toThrow('no text');
  });
});
