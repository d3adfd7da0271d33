/**
 * Logs of which nothing says what their keys are keys of, and whose messages may name a thing by nothing else. That the
 * messages around have keys of that table too, and that these are keys of no other, tells.
 */

import { tableName } from '../algebra/index.js';
import type { Table } from '../algebra/index.js';
import { accessTo } from './access.js';
import { rowsAsked } from './asked.js';
import type { TraceContext } from './contract.js';
import { keyOf } from './domains.js';
import type { Domain, Domains } from './domains.js';
import type { Found } from './found.js';
import { inParallel, unlessLost } from './in-parallel.js';
import type { LookUp } from './look-up.js';
import type { Row } from './payload.js';
import { between, isOneOf, keysAndTimes, literal, logRead, partOf, rowsOf } from './statements.js';

/** Offsets on either side. */
const reach = 100;
const mostKeys = 50;
const fewestKeys = 3;
/** With fewer, one that is of another table too is enough to doubt. */
const fewKeys = 10;
const leastShare = 0.9;
const mostRivals = 30;

export class KeyedLogs {
  readonly #asked = new Map<string, Promise<boolean>>();
  readonly #proven = new Set<string>();

  constructor(
    private readonly domains: Domains,
    private readonly context: TraceContext,
  ) {}

  /** The messages whose key is that value, on logs of which nothing is known. */
  lookUps(domain: Domain, value: string, from: string): LookUp[] {
    return this.domains.tables.flatMap((log): LookUp[] => {
      const key = log.columns.find(({ name, type }) => name === '_key' && type.kind === 'text');
      if (log.kind !== 'topic' || key === undefined || this.domains.domainOf(log, key) !== undefined) return [];
      return [{ table: log, ids: [], positions: [], columns: [{ column: key, values: [{ value, from }], certainty: 'matched', role: 'part', unproven: domain }] }];
    });
  }

  /** Without what only seemed to belong. What belongs for another reason as well need not be proven. */
  async proved(found: readonly Found[]): Promise<Found[]> {
    const alone = found.filter(({ reasons }) => reasons.every(({ unproven }) => unproven !== undefined));
    const work = alone.flatMap(({ table, row, reasons }) => reasons.flatMap(({ unproven }) => (unproven === undefined ? [] : [{ table, row, unproven }])));
    await inParallel(work, ({ table, row, unproven }) => this.#holds(table, row, unproven));
    return this.proven(found);
  }

  /** As far as it was told before. */
  proven(found: readonly Found[]): Found[] {
    return found.flatMap((one) => {
      const reasons = one.reasons.filter(({ unproven }) => unproven === undefined || this.#proven.has(nameOf(one.table, unproven)));
      return reasons.length === 0 ? [] : [{ ...one, reasons }];
    });
  }

  #holds(log: Table, row: Row, domain: Domain): Promise<boolean> {
    const name = nameOf(log, domain);
    const asked = this.#asked.get(name) ?? this.#ask(log, row, domain);
    this.#asked.set(name, asked);
    return asked.then((holds) => {
      if (holds) this.#proven.add(name);
      return holds;
    });
  }

  async #ask(log: Table, row: Row, domain: Domain): Promise<boolean> {
    const keys = await this.#keysAround(log, row);
    if (keys.length < fewestKeys) return false;
    const share = await this.#share(domain, keys);
    if (share < (keys.length < fewKeys ? 1 : leastShare)) return false;
    const isRival = ({ table, column }: Domain) => table !== domain.table && keyOf(table) === column && keys.some((key) => literal(key, column) !== undefined);
    const rivals = this.domains.all().filter(isRival).slice(0, mostRivals);
    const shares = await inParallel(rivals, (rival) => this.#share(rival, keys));
    return shares.every((other) => other <= (keys.length < fewKeys ? 0 : 0.5));
  }

  async #keysAround(log: Table, row: Row): Promise<string[]> {
    const [partition, offset] = [row['_partition'], row['_offset']];
    if (offset === undefined || offset === null || !log.columns.some(({ name }) => name === '_offset')) return [];
    const at = BigInt(String(offset));
    const where = [...between(partOf(log, '_offset'), at - BigInt(reach), at + BigInt(reach)), ...(partition === undefined || partition === null ? [] : [isOneOf(partOf(log, '_partition'), [BigInt(String(partition))])])];
    const answer = await unlessLost(() => rowsAsked(logRead(log, where, 2 * reach + 1), this.context), this.context.signal);
    const keys = (answer === undefined ? [] : rowsOf(answer)).flatMap((other) => (typeof other['_key'] === 'string' ? [other['_key']] : []));
    return [...new Set(keys)].slice(0, mostKeys);
  }

  /** How many of them are keys of the table; 0 where only a scan could tell. */
  async #share({ table, column }: Domain, keys: readonly string[]): Promise<number> {
    const read = accessTo(table, column, this.domains.local) === 'scan' ? undefined : keysAndTimes(table, column, keys, keys.length * 2);
    const answer = read === undefined ? undefined : await unlessLost(() => rowsAsked(read, this.context), this.context.signal);
    if (answer === undefined) return 0;
    return new Set(rowsOf(answer).map((row) => String(row[column.name]))).size / keys.length;
  }
}

function nameOf(log: Table, domain: Domain): string {
  return `${tableName(log)} ${domain.path}`;
}
