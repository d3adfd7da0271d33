/** Every look-up of a trace goes through here, and leaves behind what the answer says of where was looked. */

import { tableName } from '../algebra/index.js';
import type { Table } from '../algebra/index.js';
import type { MissingSource, TraceCoverage, TraceScan } from '../answer/contract.js';
import { AishellError } from '../errors.js';
import { accessTo, localServices, worst } from './access.js';
import { rowsAsked } from './asked.js';
import type { ReadAnswer, TableRead, TraceContext, TraceOptions } from './contract.js';
import { nativeName } from './graph.js';
import { countValues } from './look-up.js';
import type { LookUp } from './look-up.js';
import type { Row } from './message.js';
import { withMembers } from './payload.js';
import { maxRowsPerValue, rowsOf, textOf } from './statements.js';
import { stepKey } from './timeline.js';

export class Looks {
  coverage: TraceCoverage[] = [];
  readonly scans = new Map<string, TraceScan>();
  readonly missing = new Map<string, MissingSource>();
  /** Tables whose rows came without all that they say. */
  readonly partlyRead = new Set<string>();
  readonly warnings = new Set<string>();
  /** The same is asked again and again: the latest look at a table stands for those before. */
  isRepeated = false;
  readonly #local: ReadonlySet<string>;

  constructor(
    private readonly context: TraceContext,
    private readonly options: TraceOptions,
    tables: readonly Table[],
  ) {
    this.#local = localServices(context.catalog.services);
    for (const source of context.missing) this.missing.set(source.service, source);
    const logs = tables.filter((table) => table.kind === 'topic');
    const unknown = options.topics?.find((topic) => !logs.some((table) => isCalled(table, topic)));
    if (unknown !== undefined) {
      throw new AishellError('usage', `There is no topic or stream '${unknown}'.`, logs.length === 0 ? 'No service here has topics or streams: leave --topics out.' : `There are: ${logs.map(tableName).sort().join(', ')}.`);
    }
  }

  /** Without what only a scan could tell, unless that was asked for; what is left out is remembered with its cost. */
  affordable(lookUp: LookUp): LookUp {
    const { table } = lookUp;
    if (table.kind === 'topic' || this.options.deep === true) return lookUp;
    const isDear = ({ column }: LookUp['columns'][number]) => accessTo(table, column, this.#local) === 'scan';
    for (const { column } of lookUp.columns.filter(isDear)) {
      const key = tableName(table);
      const before = this.scans.get(key)?.columns ?? [];
      this.scans.set(key, { service: table.service, table: table.name, columns: [...new Set([...before, column.name])], rows: table.rows?.count ?? null });
    }
    return { ...lookUp, columns: lookUp.columns.filter((part) => !isDear(part)) };
  }

  /** Runs one look-up and records what was looked at. What can't be read is recorded as not searched. */
  async look(lookUp: LookUp, reads: readonly TableRead[]): Promise<readonly Row[] | 'too many'> {
    const { table } = lookUp;
    const { service, name } = table;
    const left = this.#leftOut(table);
    if (left !== undefined) return this.#notSearched(table, reads, left);
    const gone = this.missing.get(service) ?? this.missing.get(tableName(table));
    if (gone !== undefined) return this.#notSearched(table, reads, gone.reason);
    try {
      const answers: ReadAnswer[] = [];
      for (const read of reads) answers.push(await rowsAsked(read, this.context));
      const rows = answers.length === 1 ? rowsOf(answers[0]!) : eachOnce(table, answers.flatMap(rowsOf));
      const fragments = answers.flatMap((answer) => answer.fragments);
      const isCut = answers.some(({ truncated }) => truncated);
      this.#record({
        service,
        table: name,
        asked: fragments.map((fragment) => fragment.native).join('; ') || asked(reads),
        access: worst(lookUp.columns.map(({ column }) => accessTo(table, column, this.#local)), table),
        rows: isCut ? answers.reduce((sum, { rowCount }) => sum + rowCount, 0) : rows.length,
        coverage: fragments.flatMap((fragment) => fragment.coverage ?? []),
        notSearched: null,
      });
      for (const warning of answers.flatMap(({ warnings }) => warnings)) this.warnings.add(warning);
      // Its messages are there, but not all that they say; it is asked again all the same.
      for (const lacking of answers.flatMap(({ missing }) => missing)) {
        this.missing.set(`${tableName(table)}: ${lacking.reason}`, lacking);
        this.partlyRead.add(tableName(table));
      }
      if (isCut || rows.length > maxRowsPerValue * countValues(lookUp)) return 'too many';
      return table.kind === 'topic' ? rows.map(withMembers) : rows;
    } catch (error) {
      if (this.context.signal.aborted) this.#notSearched(table, reads, 'stopped before its end');
      if (this.context.signal.aborted || !(error instanceof AishellError) || error.kind !== 'source') throw error;
      // A store that can't be reached at all is not asked again; one table's trouble says nothing of the others.
      const isWhole = ['source.unreachable', 'source.auth', 'source.tls', 'source.timeout'].includes(error.code);
      const what = isWhole ? service : tableName(table);
      this.missing.set(what, { service: what, reason: error.message, remedy: error.remedy });
      return this.#notSearched(table, reads, error.message);
    }
  }

  /** A store that was away may be back. */
  forgive(): void {
    for (const { name, tables } of this.context.catalog.services) for (const what of [name, ...tables.map(tableName)]) this.missing.delete(what);
  }

  #record(looked: TraceCoverage): void {
    // While a trace is followed, its logs are read as they grow, which is told apart.
    if (this.isRepeated && looked.access === 'log') return;
    if (this.isRepeated) this.coverage = this.coverage.filter(({ service, table }) => service !== looked.service || table !== looked.table);
    this.coverage.push(looked);
  }

  #notSearched({ service, name }: Table, reads: readonly TableRead[], why: string): readonly Row[] {
    if (!this.coverage.some((looked) => looked.service === service && looked.table === name && looked.notSearched === why)) {
      this.coverage.push({ service, table: name, asked: asked(reads), access: null, rows: 0, coverage: [], notSearched: why });
    }
    return [];
  }

  #leftOut(table: Table): string | undefined {
    const { topics } = this.options;
    return table.kind !== 'topic' || topics === undefined || topics.some((topic) => isCalled(table, topic)) ? undefined : 'left out by --topics';
  }
}

function asked(reads: readonly TableRead[]): string {
  return reads.map(textOf).join('; ');
}

/** A row may hold what was looked for in several columns. */
function eachOnce(table: Table, rows: readonly Row[]): Row[] {
  return [...new Map(rows.map((row) => [stepKey(table, row), row])).values()];
}

function isCalled(table: Table, topic: string): boolean {
  const said = topic.toLowerCase();
  return [table.name, nativeName(table), tableName(table)].some((name) => name.toLowerCase() === said);
}
