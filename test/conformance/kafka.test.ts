/** The Kafka connector on a real broker: tables are topics, rows are JSON messages. */

import { decimal, types, type Literal, type ServiceConfig, type TlsOptions, type Type } from '../../connectors/contract.js';
import { connector } from '../../connectors/kafka/index.js';
import { dateText, splitTimestamp, timeText } from '../../connectors/sql/calendar.js';
import { createTopic, produce, removeTopics } from '../support/kafka.js';
import { servers } from '../support/servers.js';
import { authorities } from './certificates.js';
import { conformance, type SeedTable } from './suite.js';

const prefix = `conformance-${process.pid}-`;
const names = ['extremes', 'large', 'many', 'empty'];
const [broker] = servers.kafka.split(',') as [string];
const secure = process.env['AISHELL_KAFKA_TLS_BROKERS'] ?? '127.0.0.1:19095';
const { good, wrong } = await authorities('kafka');

const columns: Record<string, Type> = {
  c_bool: types.boolean, c_int64: types.int64, c_float64: types.float64, c_decimal: decimal(38, 10), c_text: types.text, c_instant: types.timestamptz, c_json: types.json,
};
const words = { id: 'int64', word: 'text', line: 'text' };
/** Where a sample can't tell: decimals are numbers in JSON, and an empty topic has no sample. */
const declared = { extremes: { c_decimal: 'decimal(38,10)', c_json: 'json', c_instant: 'timestamptz' }, empty: words };

function service(port?: number): ServiceConfig {
  const reached = `127.0.0.1:${port}`;
  const options: ServiceConfig['options'] = port === undefined ? { brokers: broker } : { brokers: reached, addresses: { [broker]: reached } };
  return { name: 'conformance', kind: 'kafka', tags: {}, options: { ...options, prefix, types: declared }, tls: undefined, baseDir: '/' };
}

function signedIn(ca: string, password = 'aishell-test'): ServiceConfig {
  const tls: TlsOptions = { enabled: true, ca, verify: true };
  const sasl = { mechanism: 'scram-sha-512', username: 'aishell', password };
  return { ...service(), options: { brokers: secure, sasl, prefix, types: declared }, tls };
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
  for (const [n, { name, columns: seeded, rows }] of tables.entries()) {
    await createTopic(prefix + name, { numPartitions: n + 1 });
    const messages = rows.map((row, r) => {
      const members = row.flatMap((value, i) => {
        if (value === null) return r % 2 === 0 ? [] : [`"${seeded[i]!.name}":null`];
        return [`"${seeded[i]!.name}": ${json(value, seeded[i]!.type)}`];
      });
      return { key: String(row[0]), value: `{${members.join(', ')}}` };
    });
    await produce(prefix + name, messages);
  }
}

await conformance({
  name: 'kafka',
  connector: () => Promise.resolve(connector),
  address: broker,
  service,
  columns,
  holds,
  seed,
  cleanup: () => removeTopics(names.map((name) => prefix + name)),
  mustPush: ['id', 'c_bool', 'c_int64', 'c_float64', 'c_text', 'c_instant'],
  mustShip: ['id', 'c_int64', 'c_text'],
  wrongPassword: () => signedIn(good, 'wrong-password'),
  tls: { good: () => signedIn(good), wrongAuthority: () => signedIn(wrong) },
});
