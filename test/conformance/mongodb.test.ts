/** The MongoDB connector on a real server of its protocol. */

import { Binary, Decimal128, Double, Long, MongoClient, type Db } from 'mongodb';
import { decimal, types, type Literal, type ServiceConfig, type TlsOptions, type Type } from '../../connectors/contract.js';
import { connector } from '../../connectors/mongodb/index.js';
import { servers } from '../support/servers.js';
import { authorities } from './certificates.js';
import { conformance, type SeedTable } from './suite.js';

const database = `conformance_suite_${process.pid}`;
const { good, wrong } = await authorities('mongodb_secure');
const plain = new URL(servers.mongodb);
const secure = new URL(process.env['AISHELL_MONGODB_SECURE_URL'] ?? 'mongodb://aishell:aishell-test@127.0.0.1:17018/');

function service(port?: number): ServiceConfig {
  const options = { url: `mongodb://${plain.hostname}:${port ?? plain.port}/${database}?directConnection=true` };
  return { name: 'conformance', kind: 'mongodb', tags: {}, options, tls: undefined, baseDir: '/' };
}

function secureService(ca: string, password = secure.password): ServiceConfig {
  const tls: TlsOptions = { enabled: true, ca, verify: true };
  const options = { host: secure.hostname, port: Number(secure.port), user: secure.username, password, database };
  return { name: 'conformance', kind: 'mongodb', tags: {}, options, tls, baseDir: '/' };
}

async function withDatabase(url: string, options: object, work: (db: Db) => Promise<void>): Promise<void> {
  const client = await new MongoClient(url, options).connect();
  try {
    await work(client.db(database));
  } finally {
    await client.close();
  }
}

const onPlain = (work: (db: Db) => Promise<void>) => withDatabase(servers.mongodb, { directConnection: true }, work);
const onSecure = (work: (db: Db) => Promise<void>) => withDatabase(secure.href, { tls: true, tlsCAFile: good, authSource: 'admin' }, work);

function bson(value: Literal, type: Type): unknown {
  if (value === null) return null;
  switch (type.kind) {
    case 'int':
      return Long.fromBigInt(value as bigint);
    case 'float':
      return new Double(value as number);
    case 'decimal':
      return Decimal128.fromString(value as string);
    case 'uuid':
      return new Binary(Buffer.from((value as string).replaceAll('-', ''), 'hex'), 4);
    case 'blob':
      return new Binary(value as Uint8Array);
    case 'timestamp':
      return new Date(Number((value as bigint) / 1000n));
    case 'json':
      return JSON.parse(value as string);
    default:
      return value;
  }
}

const declared: Partial<Record<Type['kind'], string>> = { int: 'long', text: 'string' };

async function seed(db: Db, tables: readonly SeedTable[]): Promise<void> {
  for (const { name, columns, rows } of tables) {
    // Nothing but a validator tells the fields of an empty collection.
    const properties = Object.fromEntries(columns.map((column) => [column.name, { bsonType: declared[column.type.kind] }]));
    await db.createCollection(name, rows.length === 0 ? { validator: { $jsonSchema: { bsonType: 'object', properties } } } : {});
    await db.collection(name).createIndex({ id: 1 }, { unique: true });
    for (const indexed of ['c_text', 'c_int64', 'c_uuid', 'c_instant']) if (columns.some((column) => column.name === indexed)) await db.collection(name).createIndex({ [indexed]: 1 });
    const documents = rows.map((row, n) => Object.fromEntries(row.flatMap((value, i) => (value === null && n % 2 === 0 ? [] : [[columns[i]!.name, bson(value, columns[i]!.type)]]))));
    for (let at = 0; at < documents.length; at += 2_000) await db.collection(name).insertMany(documents.slice(at, at + 2_000));
  }
}

/** Dates are whole milliseconds, and decimals have 34 digits. */
function holds(value: Literal, type: Type): boolean {
  if (type.kind === 'timestamp') return (value as bigint) % 1000n === 0n && Math.abs(Number(value)) < 9e18;
  return true;
}

await conformance({
  name: 'mongodb',
  connector: () => Promise.resolve(connector),
  address: servers.mongodb,
  service,
  columns: {
    c_bool: types.boolean, c_int64: types.int64, c_float64: types.float64, c_decimal: decimal(38, 6), c_text: types.text,
    c_blob: types.blob, c_uuid: types.uuid, c_instant: types.timestamptz, c_json: types.json,
  },
  holds: (value, type) => holds(value, type) && !(type.kind === 'decimal' && String(value).replace(/\D/g, '').replace(/^0+/, '').length > 34),
  many: 6_000,
  seed: async (tables) => {
    await onPlain((db) => seed(db, tables));
    await onSecure((db) => seed(db, tables.filter(({ name }) => name === 'many')));
  },
  cleanup: async () => {
    await onPlain(async (db) => void (await db.dropDatabase()));
    await onSecure(async (db) => void (await db.dropDatabase()));
  },
  mustPush: ['id', 'c_bool', 'c_int64', 'c_float64', 'c_decimal', 'c_text', 'c_uuid', 'c_instant'],
  mustShip: ['id', 'c_int64', 'c_text', 'c_uuid', 'c_instant', 'c_decimal'],
  mustCompute: [
    'count(*)', 'count(*) by group', 'count("c_json")', 'count("c_blob")', 'sum("c_int64")', 'sum("c_int64") by group', 'sum("c_decimal") by group',
    'min("c_text")', 'max("c_text") by group', 'min("c_instant")', 'max("c_decimal")', 'min("c_bool")', 'count(DISTINCT "c_text")', 'count(DISTINCT "c_uuid")',
    'count(DISTINCT "c_decimal") by group', 'count(DISTINCT "c_instant")',
  ],
  mustNest: ['groups counted', 'groups by size'], mustJoin: ['inner by id', 'left by id', 'left by c_text', 'inner by c_uuid', 'left by c_int64', 'inner by c_instant', 'semi by id', 'anti by c_text', 'semi by c_uuid', 'anti by c_int64', 'semi by c_instant'],
  wrongPassword: () => secureService(good, 'wrong-password'),
  tls: { good: () => secureService(good), wrongAuthority: () => secureService(wrong) },
});
