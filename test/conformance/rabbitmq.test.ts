/** The RabbitMQ connector on a real server: tables are streams, rows are JSON messages. */

import { decimal, types, type Literal, type ServiceConfig, type TlsOptions, type Type } from '../../connectors/contract.js';
import { connector } from '../../connectors/rabbitmq/index.js';
import { dateText, splitTimestamp, timeText } from '../../connectors/sql/calendar.js';
import { createStream, management, publish, reached, removeQueues, streamPort, streamTlsPort } from '../support/rabbitmq.js';
import { authorities } from './certificates.js';
import { conformance, type SeedTable } from './suite.js';

const prefix = `conformance-${process.pid}-`;
const names = ['extremes', 'large', 'many', 'empty'];
const { good, wrong } = await authorities('rabbitmq');

const columns: Record<string, Type> = {
  c_bool: types.boolean, c_int64: types.int64, c_float64: types.float64, c_decimal: decimal(38, 10), c_text: types.text, c_instant: types.timestamptz, c_json: types.json,
};
const words = { id: 'int64', word: 'text', line: 'text' };
/** Where a sample can't tell: decimals are numbers in JSON, and an empty stream has no sample. */
const declared = { extremes: { c_decimal: 'decimal(38,10)', c_json: 'json', c_instant: 'timestamptz' }, empty: words };

function service(port?: number): ServiceConfig {
  const through: ServiceConfig['options'] = port === undefined ? {} : { stream_port: port, addresses: { [`127.0.0.1:${streamPort}`]: `127.0.0.1:${port}` } };
  return { name: 'conformance', kind: 'rabbitmq', tags: {}, options: { ...reached, ...through, prefix, types: declared }, tls: undefined, baseDir: '/' };
}

function secure(ca: string): ServiceConfig {
  const tls: TlsOptions = { enabled: true, ca, verify: true };
  return { ...service(), options: { ...service().options, management, stream_port: streamTlsPort }, tls };
}

function json(value: Literal, type: Type): string {
  switch (type.kind) {
    case 'text':
      return JSON.stringify(value);
    case 'timestamp': {
      const { days, time } = splitTimestamp(value as bigint);
      return `"${dateText(days).text}T${timeText(time)}Z"`;
    }
    case 'float':
      return Object.is(value, -0) ? '-0.0' : String(value);
    default:
      return String(value);
  }
}

/** No NaN and no infinity in JSON; RFC 3339 has years 0 to 9999. */
function holds(value: Literal, type: Type): boolean {
  if (type.kind === 'float') return Number.isFinite(value);
  if (type.kind === 'timestamp') return (value as bigint) > -62_167_219_200_000_000n && (value as bigint) <= 253_402_300_799_999_999n;
  return true;
}

async function seed(tables: readonly SeedTable[]): Promise<void> {
  for (const { name, columns: seeded, rows } of tables) {
    await createStream(prefix + name);
    const messages = rows.map((row, r) => {
      const members = row.flatMap((value, i) => {
        if (value === null) return r % 2 === 0 ? [] : [`"${seeded[i]!.name}":null`];
        return [`"${seeded[i]!.name}": ${json(value, seeded[i]!.type)}`];
      });
      return { body: `{${members.join(', ')}}` };
    });
    await publish(prefix + name, messages);
  }
}

await conformance({
  name: 'rabbitmq',
  connector: () => Promise.resolve(connector),
  address: `127.0.0.1:${streamPort}`,
  service,
  columns,
  holds,
  seed,
  cleanup: () => removeQueues(names.map((name) => prefix + name)),
  mustPush: ['id', 'c_bool', 'c_int64', 'c_float64', 'c_text', 'c_instant'],
  mustShip: ['id', 'c_int64', 'c_text'],
  wrongPassword: () => ({ ...service(), options: { ...service().options, password: 'wrong-password' } }),
  tls: { good: () => secure(good), wrongAuthority: () => secure(wrong) },
});
