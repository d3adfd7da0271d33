/** MySQL and MariaDB owe the same, each on its own server. */

import mysql from 'mysql2/promise';
import { decimal, types, type Literal, type NativeQuery, type ServiceConfig, type TlsOptions, type Type } from '../../connectors/contract.js';
import { connector } from '../../connectors/mysql/index.js';
import { dateText, splitTimestamp, timeText } from '../../connectors/sql/calendar.js';
import { authorities } from './certificates.js';
import { conformance, type SeedTable } from './suite.js';

const database = `conformance_suite_${process.pid}`;

const native: Record<string, string> = {
  c_int8: 'tinyint', c_bool: 'tinyint(1)', c_uint8: 'tinyint unsigned', c_int16: 'smallint', c_uint16: 'smallint unsigned', c_int32: 'int',
  c_medium: 'mediumint unsigned', c_uint32: 'int unsigned', c_int64: 'bigint', c_uint64: 'bigint unsigned', c_bit: 'bit(64)', c_float32: 'float',
  c_float64: 'double', c_decimal: 'decimal(38,10)', c_money: 'decimal(12,2)', c_folded: 'varchar(400) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci',
  c_bin: 'varchar(400) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin', c_text: 'longtext CHARACTER SET utf8mb4', c_latin: 'varchar(250) CHARACTER SET latin1', c_mb3: 'varchar(400) CHARACTER SET utf8',
  c_blob: 'longblob', c_varbinary: 'varbinary(300)', c_date: 'date', c_time: 'time(6)', c_timestamp: 'datetime(6)', c_json: 'json', c_uuid: 'uuid',
};

const latin = /^[\u0001-\u007e\u00a1-\u00ff]*$/;

function holds(value: Literal, type: Type, column?: string): boolean {
  if (column === 'c_latin') return latin.test(value as string) && (value as string).length <= 250;
  if (column === 'c_mb3') return !/[\u{10000}-\u{10ffff}]/u.test(value as string);
  if (column === 'c_varbinary') return (value as Uint8Array).length <= 300;
  if (column === 'c_medium') return (value as bigint) < 2n ** 24n;
  switch (type.kind) {
    case 'float':
      return Number.isFinite(value);
    case 'date':
      return (value as bigint) >= -719_162n && (value as bigint) <= 2_932_896n;
    case 'timestamp':
      return (value as bigint) >= -62_135_596_800_000_000n && (value as bigint) <= 253_402_300_799_999_999n;
    default:
      return true;
  }
}

function seedValue(value: Literal, type: Type): unknown {
  if (value === null) return null;
  switch (type.kind) {
    case 'blob':
      return Buffer.from(value as Uint8Array);
    case 'date':
      return dateText(Number(value)).text;
    case 'time':
      return timeText(value as bigint);
    case 'timestamp': {
      const { days, time } = splitTimestamp(value as bigint);
      return `${dateText(days).text} ${timeText(time)}`;
    }
    case 'float':
      return value;
    default:
      return String(value);
  }
}

export async function mysqlConforms(name: 'mysql' | 'mariadb', address: string): Promise<void> {
  const url = new URL(address);
  const { good, wrong } = await authorities(name);
  const service = (port?: number, tls?: TlsOptions, password = url.password): ServiceConfig => ({
    name: 'conformance',
    kind: 'mysql',
    tags: {},
    options: { host: url.hostname, port: port ?? Number(url.port), user: url.username, password, database },
    tls,
    baseDir: '/',
  });
  const tls = (ca: string): TlsOptions => ({ enabled: true, ca, verify: true });
  const query = (text: string): NativeQuery => ({ text, params: [], columns: [{ id: 'id', name: 'id', type: types.int64 }] });

  const withClient = async <T>(work: (client: mysql.Connection) => Promise<T>): Promise<T> => {
    const client = await mysql.createConnection({ host: url.hostname, port: Number(url.port), user: url.username, password: url.password, charset: 'utf8mb4' });
    try {
      await client.query(`SET SESSION sql_mode = 'STRICT_ALL_TABLES', time_zone = '+00:00'`);
      return await work(client);
    } finally {
      await client.end();
    }
  };

  const seed = (tables: readonly SeedTable[]) =>
    withClient(async (client) => {
      await client.query(`CREATE DATABASE ${database} CHARACTER SET utf8mb4`);
      await client.query(`USE ${database}`);
      for (const { name: table, columns, rows } of tables) {
        const typed = columns.map((column) => `${column.name} ${native[column.name] ?? (column.name === 'id' ? 'bigint PRIMARY KEY' : 'longtext')}`);
        await client.query(`CREATE TABLE \`${table}\` (${typed.join(', ')})`);
        const perInsert = Math.max(1, Math.floor(2_000 / columns.length));
        for (let at = 0; at < rows.length; at += perInsert) {
          const batch = rows.slice(at, at + perInsert);
          const values = batch.map((row) => `(${row.map((_, i) => (columns[i]!.name === 'c_bit' ? 'CAST(? AS UNSIGNED)' : '?')).join(', ')})`);
          await client.execute(`INSERT INTO \`${table}\` VALUES ${values.join(', ')}`, batch.flatMap((row) => row.map((value, i) => seedValue(value, columns[i]!.type))) as never);
        }
      }
    });

  await conformance({
    name,
    connector: () => Promise.resolve(connector),
    address,
    service,
    columns: {
      c_bool: types.int8, c_int8: types.int8, c_uint8: types.uint8, c_int16: types.int16, c_uint16: types.uint16, c_int32: types.int32,
      c_medium: types.uint32, c_uint32: types.uint32, c_int64: types.int64, c_uint64: types.uint64, c_bit: types.uint64, c_float32: types.float32,
      c_float64: types.float64, c_decimal: decimal(38, 10), c_money: decimal(12, 2), c_text: types.text, c_folded: types.text, c_bin: types.text,
      c_latin: types.text, c_mb3: types.text, c_blob: types.blob, c_varbinary: types.blob, c_date: types.date, c_time: types.time, c_timestamp: types.timestamp,
      c_json: types.json, ...(name === 'mariadb' && { c_uuid: types.uuid }),
    },
    holds,
    seed,
    cleanup: () => withClient(async (client) => void (await client.query(`DROP DATABASE IF EXISTS ${database}`))),
    mustPush: ['c_bool', 'c_int64', 'c_uint64', 'c_float64', 'c_decimal', 'c_text', 'c_folded', 'c_bin', 'c_latin', 'c_blob', 'c_date', 'c_time', 'c_timestamp'],
    mustShip: ['id', 'c_int32', 'c_uint64', 'c_text', 'c_folded', 'c_latin', 'c_date', 'c_timestamp', 'c_decimal'], mustCompute: ['count(*)', 'count(*) by group'],
    mustWindow: ['rank', 'dense_rank', 'row_number', 'ntile', 'lag', 'lead', 'first_value', 'last_value', 'count', 'count_star', 'sum', 'min', 'max'],
    // MySQL has INTERSECT and EXCEPT since 8.0.31.
    mustUnite: ['union', 'union all', ...(name === 'mariadb' ? ['intersect', 'intersect all', 'except', 'except all'] : [])],
    mustNest: ['groups counted', 'groups by size', 'limited and filtered', 'limited and counted'],
    wrongPassword: () => service(undefined, undefined, 'wrong-password'),
    tls: { good: () => service(undefined, tls(good)), wrongAuthority: () => service(undefined, tls(wrong)) },
    writes: [
      query(`INSERT INTO ${database}.\`empty\` VALUES (1, 'a', 'b')`),
      query(`DELETE FROM ${database}.many`),
      query(`CREATE TABLE ${database}.extra (id bigint)`),
      query(`DROP TABLE ${database}.\`empty\``),
      query(`SELECT 1; DROP TABLE ${database}.\`empty\``),
      query(`TRUNCATE TABLE ${database}.many`),
    ],
    slow: query('SELECT SLEEP(600) + 0'),
    running: () =>
      withClient(async (client) => {
        const [rows] = await client.query<mysql.RowDataPacket[]>(`SELECT COUNT(*) AS n FROM information_schema.processlist WHERE info LIKE '%SLEEP(600)%' AND id <> CONNECTION_ID()`);
        return Number(rows[0]!['n']);
      }),
    dropColumn: () => withClient(async (client) => void (await client.query(`ALTER TABLE ${database}.\`empty\` DROP COLUMN word`))),
  });
}
