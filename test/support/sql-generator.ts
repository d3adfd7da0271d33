/**
 * SELECTs made from a list of numbers, for property tests: the same numbers make the same statement, fewer or smaller
 * numbers make a simpler one, so a failing case is shrunk by shrinking the list (fast-check does it).
 *
 * Every statement has one right answer: no LIMIT without a total order, no floating-point sums, no cast that can fail.
 */

export type ColumnKind = 'int' | 'text' | 'decimal' | 'boolean' | 'date' | 'timestamp' | 'instant' | 'json';

export interface GeneratorColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  /** SQL literals, some of which occur in the column. */
  readonly samples: readonly string[];
}

export interface GeneratorTable {
  /** As a statement names it: service.table. */
  readonly name: string;
  readonly columns: readonly GeneratorColumn[];
}

export interface GeneratedSelect {
  readonly sql: string;
  /** The answer's rows come in one order only. */
  readonly ordered: boolean;
  /** Of the answer's columns. */
  readonly kinds: readonly ColumnKind[];
}

interface ScopeColumn {
  readonly sql: string;
  readonly name: string;
  readonly kind: ColumnKind;
  readonly samples: readonly string[];
}

interface Source {
  readonly sql: string;
  readonly columns: readonly ScopeColumn[];
}

interface Query {
  readonly sql: string;
  readonly columns: readonly GeneratorColumn[];
  readonly ordered: boolean;
}

export function generateSelect(choices: readonly number[], tables: readonly GeneratorTable[]): GeneratedSelect {
  const generator = new Generator(choices, tables);
  const { sql, ordered, columns } = generator.statement();
  return { sql, ordered, kinds: columns.map(({ kind }) => kind) };
}

const kindsByChoice: readonly ColumnKind[] = ['int', 'text', 'decimal', 'date', 'boolean', 'timestamp', 'instant', 'json'];

class Generator {
  #at = 0;
  #aliases = 0;
  #ctes: { name: string; columns: readonly GeneratorColumn[] }[] = [];

  constructor(
    private readonly choices: readonly number[],
    private readonly tables: readonly GeneratorTable[],
  ) {}

  statement(): Query {
    const ctes: string[] = [];
    for (let n = this.oneIn(5) ? 1 + this.below(2) : 0; n > 0; n--) {
      const name = `c${ctes.length}`;
      const query = this.query(1, []);
      ctes.push(`${name} AS ${this.pick(['', '', 'MATERIALIZED ', 'NOT MATERIALIZED '])}(${query.sql})`);
      this.#ctes.push({ name, columns: query.columns });
    }
    const query = this.query(2, []);
    return ctes.length === 0 ? query : { ...query, sql: `WITH ${ctes.join(', ')} ${query.sql}` };
  }

  /** A query with named columns; `outer` are the columns that a correlated one may use. */
  query(depth: number, outer: readonly ScopeColumn[], kinds?: readonly ColumnKind[]): Query {
    const first = this.select(depth, outer, kinds);
    let { sql } = first;
    if (outer.length === 0 && this.oneIn(7)) {
      const second = this.select(depth, outer, first.columns.map((column) => column.kind));
      sql = `${sql} ${this.pick(['UNION ALL', 'UNION', 'EXCEPT', 'INTERSECT', 'EXCEPT ALL', 'INTERSECT ALL'])} ${second.sql}`;
    }
    if (!this.oneIn(2)) return { ...first, sql, ordered: false };
    if (this.oneIn(5) && (kinds === undefined || kinds.length === 1)) return this.tied(sql, first.columns[0]!);
    const order = first.columns.map((_, i) => `${i + 1}${this.pick(['', ' DESC'])}${this.pick(['', '', ' NULLS FIRST'])}`);
    sql = `${sql} ORDER BY ${order.join(', ')}`;
    if (this.oneIn(2)) sql = `${sql} LIMIT ${1 + this.below(7)}${this.oneIn(3) ? ` OFFSET ${this.below(4)}` : ''}`;
    return { sql, columns: first.columns, ordered: true };
  }

  /** A limit that cuts among ties: whichever rows are taken, what they are ordered by is the same. */
  private tied(sql: string, column: GeneratorColumn): Query {
    const alias = `a${this.#aliases++}`;
    const limited = `${sql} ORDER BY 1${this.direction()} LIMIT ${1 + this.below(7)}${this.oneIn(3) ? ` OFFSET ${this.below(4)}` : ''}`;
    return { sql: `SELECT ${alias}.${quote(column.name)} AS k0 FROM (${limited}) AS ${alias}`, columns: [{ ...column, name: 'k0' }], ordered: false };
  }

  private select(depth: number, outer: readonly ScopeColumn[], kinds?: readonly ColumnKind[]): Query {
    const source = this.from(depth);
    const scope = source.columns;
    const where = this.oneIn(2) || outer.length > 0 ? ` WHERE ${this.condition(depth, scope, outer, true)}` : '';
    if (kinds === undefined && this.oneIn(12)) {
      const alias = scope[0]!.sql.split('.')[0]!;
      const starred = scope.filter((column) => column.sql.startsWith(`${alias}.`));
      const columns = starred.map(({ name, kind, samples }) => ({ name, kind, samples }));
      if (new Set(columns.map((column) => column.name)).size === columns.length) {
        return { sql: `SELECT ${alias}.* FROM ${source.sql}${where}`, columns, ordered: false };
      }
    }
    const grouped = this.oneIn(3);
    return grouped ? this.grouped(depth, source, where, kinds) : this.plain(depth, source, where, outer, kinds);
  }

  private plain(depth: number, source: Source, where: string, outer: readonly ScopeColumn[], kinds?: readonly ColumnKind[]): Query {
    const scope = source.columns;
    const wanted = kinds ?? Array.from({ length: 1 + this.below(3) }, () => scope[this.below(scope.length)]!.kind);
    const items = wanted.map((kind) => this.value(kind, scope, depth, outer));
    const place = kinds === undefined && this.oneIn(6) ? this.window(scope) : undefined;
    if (place !== undefined) items.push({ sql: place, name: '', kind: 'int', samples: ['1', '2', '3'] });
    const value = kinds === undefined && this.oneIn(8) ? this.windowValue(scope) : undefined;
    // Rows that are the same are numbered in one order and see their neighbours in another.
    if (value !== undefined && !/^(row_number|ntile)/.test(place ?? '')) items.push(value);
    // Of rows that are the same, which one is left would show in the windows of the list.
    const qualify = this.oneIn(12) ? ` QUALIFY ${this.window(scope, items.length > wanted.length)} <= ${1 + this.below(3)}` : '';
    const distinct = this.oneIn(8) ? 'DISTINCT ' : '';
    return this.named(items, (list) => `SELECT ${distinct}${list} FROM ${source.sql}${where}${qualify}`);
  }

  private grouped(depth: number, source: Source, where: string, kinds?: readonly ColumnKind[]): Query {
    const scope = source.columns;
    const wanted = kinds ?? ['int' as const, ...Array.from({ length: this.below(2) }, () => this.pick(kindsByChoice))];
    const groups = this.oneIn(4) ? [] : Array.from({ length: 1 + this.below(2) }, () => this.groupKey(scope));
    const items = wanted.map((kind) => this.aggregate(kind, scope, groups));
    if (kinds === undefined) items.push(...groups);
    const by = groups.length === 0 ? '' : ` GROUP BY ${this.oneIn(8) ? 'ROLLUP (' : '('}${groups.map((group) => group.sql).join(', ')})`;
    const having = this.oneIn(5) ? ` HAVING ${this.pick(['count(*) >= ', 'count(*) < ', `count(DISTINCT ${this.column(scope).sql}) <> `])}${this.below(3)}` : '';
    return this.named(items, (list) => `SELECT ${list} FROM ${source.sql}${where}${by}${having}`);
  }

  private named(items: readonly { sql: string; kind: ColumnKind; samples: readonly string[] }[], build: (list: string) => string): Query {
    const columns = items.map(({ kind, samples }, i) => ({ name: `k${i}`, kind, samples }));
    return { sql: build(items.map(({ sql }, i) => `${sql} AS k${i}`).join(', ')), columns, ordered: false };
  }

  private from(depth: number): Source {
    let source = this.source(depth);
    for (let n = this.pick([0, 0, 1, 1, 2]); n > 0; n--) source = this.join(source, depth);
    return source;
  }

  private source(depth: number): Source {
    const alias = `a${this.#aliases++}`;
    if (depth > 0 && this.oneIn(4)) {
      const query = this.query(depth - 1, []);
      return { sql: `(${query.sql}) AS ${alias}`, columns: scoped(alias, query.columns) };
    }
    if (this.#ctes.length > 0 && this.oneIn(2)) {
      const cte = this.pick(this.#ctes);
      return { sql: `${cte.name} AS ${alias}`, columns: scoped(alias, cte.columns) };
    }
    const table = this.pick(this.tables);
    if (!this.oneIn(10)) return { sql: `${table.name} AS ${alias}`, columns: scoped(alias, table.columns) };
    // With a filter of its own: joined, the same table is there twice.
    const inner = `a${this.#aliases++}`;
    const one = (name: string) => `(SELECT * FROM ${table.name} AS ${name} WHERE ${this.predicate(0, scoped(name, table.columns))})`;
    if (!this.oneIn(2)) return { sql: `${one(inner)} AS ${alias}`, columns: scoped(alias, table.columns) };
    const other = `a${this.#aliases++}`;
    const key = this.pick(table.columns).name;
    return {
      sql: `(${one(inner)} AS ${alias} ${this.pick(['JOIN', 'LEFT JOIN'])} ${one(`${other}i`)} AS ${other} ON ${alias}.${quote(key)} = ${other}.${quote(key)})`,
      columns: [...scoped(alias, table.columns), ...scoped(other, table.columns)],
    };
  }

  private join(left: Source, depth: number): Source {
    if (this.oneIn(14)) {
      const query = this.query(0, left.columns);
      const alias = `a${this.#aliases++}`;
      const columns = [...left.columns, ...scoped(alias, query.columns)];
      return { sql: `${left.sql} CROSS JOIN LATERAL (${query.sql}) AS ${alias}`, columns };
    }
    const right = this.source(depth);
    const pairs = left.columns.flatMap((a) => right.columns.filter((b) => b.kind === a.kind).map((b) => [a, b] as const));
    const columns = [...left.columns, ...right.columns];
    if (pairs.length === 0) return { sql: `${left.sql} CROSS JOIN ${right.sql}`, columns };
    const kind = this.pick(['JOIN', 'JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN', 'SEMI JOIN', 'ANTI JOIN']);
    const kept = kind === 'SEMI JOIN' || kind === 'ANTI JOIN' ? left.columns : columns;
    const [a, b] = this.pick(pairs);
    const equality = this.pick(['=', '=', '=', '=', 'IS NOT DISTINCT FROM']);
    const more = kind !== 'FULL JOIN' && this.oneIn(4) ? ` AND ${this.oneIn(2) ? this.predicate(0, columns) : this.comparison(columns)}` : '';
    if (kind !== 'FULL JOIN' && this.oneIn(12)) return { sql: `${left.sql} ${kind} ${right.sql} ON ${a.sql} ${this.pick(['<', '>='])} ${b.sql}${more}`, columns: kept };
    const once = left.columns.filter((c) => c.name === a.name).length === 1 && right.columns.filter((c) => c.name === a.name).length === 1;
    if (a.name === b.name && once && more === '' && this.oneIn(4)) {
      // The joined column has one name, which either side's alias would still reach.
      return { sql: `${left.sql} ${kind} ${right.sql} USING (${quote(a.name)})`, columns: kept };
    }
    return { sql: `${left.sql} ${kind} ${right.sql} ON ${a.sql} ${equality} ${b.sql}${more}`, columns: kept };
  }

  private condition(depth: number, scope: readonly ScopeColumn[], outer: readonly ScopeColumn[], correlate = false): string {
    const parts = Array.from({ length: 1 + this.below(2) }, () => this.predicate(depth, scope));
    if (correlate && outer.length > 0) {
      const pairs = scope.flatMap((a) => outer.filter((b) => b.kind === a.kind).map((b) => `${a.sql} = ${b.sql}`));
      if (pairs.length > 0) parts.unshift(this.pick(pairs));
    }
    return parts.join(this.oneIn(4) ? ' OR ' : ' AND ');
  }

  private predicate(depth: number, scope: readonly ScopeColumn[]): string {
    const column = this.column(scope);
    const literal = () => this.pick(column.samples);
    switch (this.below(depth > 0 ? 14 : 10)) {
      case 0:
        return this.comparison(scope);
      case 1:
        return `${column.sql} = ${literal()}`;
      case 2:
        return `${column.sql} ${this.pick(['<', '<=', '>', '>=', '<>'])} ${literal()}`;
      case 3:
        return `${column.sql} IN (${literal()}, ${literal()}, ${literal()})`;
      case 4:
        return `${column.sql} IS ${this.pick(['NULL', 'NOT NULL'])}`;
      case 5:
        return `${column.sql} BETWEEN ${literal()} AND ${literal()}`;
      case 6:
        return `(${this.predicate(0, scope)} OR ${this.predicate(0, scope)})`;
      case 7:
        return `NOT (${this.predicate(0, scope)})`;
      case 8:
        return column.kind === 'text' ? `${column.sql} ${this.pick(['LIKE', 'NOT LIKE', 'ILIKE'])} ${this.pick(["'a%'", "'%b'", "'%a%'", "'_b%'", "'%|_%'", "'a '"])}` : `${column.sql} IS DISTINCT FROM ${literal()}`;
      case 9:
        return `${column.sql} NOT IN (${literal()}, ${literal()})`;
      case 10:
      case 11: {
        const query = this.query(depth - 1, [], [column.kind]);
        return `${column.sql} ${this.pick(['IN', 'IN', 'NOT IN'])} (${query.sql})`;
      }
      case 12: {
        const query = this.query(0, scope);
        return `${this.pick(['EXISTS', 'NOT EXISTS'])} (${query.sql})`;
      }
      default: {
        const inner = this.source(0);
        const pairs = inner.columns.flatMap((a) => scope.filter((b) => b.kind === a.kind).map((b) => `${a.sql} = ${b.sql}`));
        const same = inner.columns.filter((a) => a.kind === column.kind && a.kind !== 'boolean');
        if (pairs.length === 0 || same.length === 0) return this.comparison(scope);
        return `${column.sql} ${this.pick(['=', '>=', '<'])} (SELECT ${this.pick(['max', 'min'])}(${this.pick(same).sql}) FROM ${inner.sql} WHERE ${this.pick(pairs)})`;
      }
    }
  }

  private comparison(scope: readonly ScopeColumn[]): string {
    const a = this.column(scope);
    const b = this.pick(scope.filter((column) => column.kind === a.kind));
    return `${a.sql} ${this.pick(['=', '<', '>=', '<>'])} ${b.sql}`;
  }

  private value(kind: ColumnKind, scope: readonly ScopeColumn[], depth: number, outer: readonly ScopeColumn[]): ScopeColumn {
    const columns = [...scope, ...outer].filter((column) => column.kind === kind);
    const fallback = { sql: literalOf(kind), name: '', kind, samples: [literalOf(kind)] };
    const column = columns.length === 0 ? fallback : this.pick(columns);
    switch (this.below(8)) {
      case 5:
        return { ...column, sql: `coalesce(${column.sql}, ${literalOf(kind)})` };
      case 6:
        return { ...column, sql: `CASE WHEN ${this.predicate(0, scope)} THEN ${column.sql} END` };
      case 7: {
        if (depth === 0 || kind !== 'int') return column;
        const query = this.query(0, scope);
        if (scope.length > 0 && this.oneIn(2)) return { ...column, sql: this.lookedUp(scope), samples: ['0', '1', '2'] };
        return { ...column, sql: `(SELECT count(*) FROM (${query.sql}))`, samples: ['0', '1', '2'] };
      }
      default:
        return column;
    }
  }

  /** A correlated subquery in the list. */
  private lookedUp(scope: readonly ScopeColumn[]): string {
    const inner = this.source(0);
    const pairs = inner.columns.flatMap((a) => scope.filter((b) => b.kind === a.kind).map((b) => `${a.sql} ${this.pick(['=', '=', '<'])} ${b.sql}`));
    return `(SELECT count(${this.pick(['*', this.pick(inner.columns).sql])}) FROM ${inner.sql}${pairs.length === 0 ? '' : ` WHERE ${this.pick(pairs)}`})`;
  }

  private groupKey(scope: readonly ScopeColumn[]): ScopeColumn {
    const column = this.column(scope);
    if ((column.kind !== 'date' && column.kind !== 'timestamp') || !this.oneIn(4)) return column;
    const samples = ['1970', '2024', '2', '29'];
    return this.oneIn(2)
      ? { sql: `date_trunc('${this.pick(['month', 'week', 'year'])}', ${column.sql})`, name: '', kind: 'timestamp', samples: ["TIMESTAMP '2024-02-01 00:00:00'"] }
      : { sql: `${this.pick(['year', 'month'])}(${column.sql})`, name: '', kind: 'int', samples };
  }

  /** Of decimals, exactly. */
  private product(scope: readonly ScopeColumn[], column: ScopeColumn): string {
    const other = this.pick(scope.filter((candidate) => candidate.kind === 'decimal'));
    return this.pick([column.sql, column.sql, `${column.sql} * (1 - ${other.sql})`, `${column.sql} + ${other.sql}`, `CASE WHEN ${this.predicate(0, scope)} THEN ${column.sql} ELSE 0 END`, `coalesce(${column.sql}, ${other.sql})`]);
  }

  private aggregate(kind: ColumnKind, scope: readonly ScopeColumn[], groups: readonly ScopeColumn[]): ScopeColumn {
    const column = this.column(scope);
    const samples = ['0', '1', '2', '3'];
    const filter = this.oneIn(6) ? ` FILTER (WHERE ${this.predicate(0, scope)})` : '';
    if (kind === 'int') {
      const numbers = scope.filter((candidate) => candidate.kind === 'int');
      if (numbers.length > 0 && this.oneIn(6)) {
        const number = this.pick(numbers).sql;
        const sum = this.pick([number, `CASE WHEN ${this.predicate(0, scope)} THEN 1 ELSE 0 END`, `${number} % 100`]);
        return { sql: `CAST(sum(${sum})${filter} AS DECIMAL(38,0)) % 1000`, name: '', kind: 'decimal', samples };
      }
      if (numbers.length > 0 && this.oneIn(6)) return { sql: averaged(`avg(${this.pick(numbers).sql})${filter}`), name: '', kind: 'decimal', samples };
      const call = this.pick(['count(*)', `count(${column.sql})`, `count(DISTINCT ${column.sql})`]);
      return { sql: call + filter, name: '', kind, samples };
    }
    const group = groups.find((candidate) => candidate.kind === kind);
    if (group !== undefined && this.oneIn(2)) return group;
    const same = scope.filter((candidate) => candidate.kind === kind);
    if (same.length === 0 || kind === 'boolean') return { sql: literalOf(kind), name: '', kind, samples: [literalOf(kind)] };
    const argument = this.pick(same);
    const name = kind === 'decimal' ? this.pick(['max', 'min', 'sum', 'avg', 'avg(DISTINCT']) : this.pick(['max', 'min']);
    if (name === 'avg') return { ...argument, sql: averaged(`avg(${this.product(scope, argument)})${filter}`) };
    if (name === 'avg(DISTINCT') return { ...argument, sql: averaged(`${name} ${argument.sql})${filter}`) };
    const call = `${name}(${name === 'sum' ? this.product(scope, argument) : argument.sql})${filter}`;
    return { ...argument, sql: name === 'sum' ? `CAST(${call} AS DECIMAL(38,2))` : call };
  }

  /** @param alike the same for rows that are the same */
  private window(scope: readonly ScopeColumn[], alike = false): string {
    const ties = `ORDER BY ${this.column(scope).sql}${this.direction()}`;
    const partition = this.oneIn(2) ? `PARTITION BY ${this.column(scope).sql} ` : '';
    const call = this.pick(['count(*)', 'rank()', 'dense_rank()', `count(${this.column(scope).sql})`, ...(alike ? [] : ['row_number()', 'ntile(3)'])]);
    if (call !== 'row_number()' && call !== 'ntile(3)') return `${call} OVER (${partition}${ties})`;
    return `${call} OVER (${partition}${this.total(scope)})`;
  }

  /** A value of another row, or of several. */
  private windowValue(scope: readonly ScopeColumn[]): ScopeColumn {
    const column = this.column(scope);
    const partition = this.oneIn(2) ? `PARTITION BY ${this.column(scope).sql} ` : '';
    const frame = this.pick(['', ' ROWS BETWEEN 1 PRECEDING AND CURRENT ROW', ' ROWS BETWEEN UNBOUNDED PRECEDING AND 1 FOLLOWING', ' RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING']);
    const ordered = column.kind === 'boolean' ? [] : ['min', 'max'];
    const name = this.pick(['lag', 'lead', 'first_value', 'last_value', ...ordered, ...(column.kind === 'int' || column.kind === 'decimal' ? ['sum'] : [])]);
    const isStep = name === 'lag' || name === 'lead';
    const call = `${name}(${column.sql}${isStep ? this.pick(['', ', 2']) : ''}) OVER (${partition}${this.total(scope)}${isStep ? '' : frame})`;
    if (name !== 'sum') return { ...column, sql: call };
    return column.kind === 'decimal' ? { ...column, sql: `CAST(${call} AS DECIMAL(38,2))` } : { sql: `CAST(${call} AS DECIMAL(38,0)) % 1000`, name: '', kind: 'decimal', samples: ['0', '1'] };
  }

  /** By every column: rows that tie are the same. */
  private total(scope: readonly ScopeColumn[]): string {
    return `ORDER BY ${scope.map(({ sql }) => `${sql}${this.direction()}`).join(', ')}`;
  }

  private direction(): string {
    return this.pick(['', '', ' DESC', ' NULLS FIRST', ' DESC NULLS LAST']);
  }

  private column(scope: readonly ScopeColumn[]): ScopeColumn {
    return this.pick(scope);
  }

  private below(bound: number): number {
    return (this.choices[this.#at++] ?? 0) % bound;
  }

  /** Never, once the choices have run out. */
  private oneIn(n: number): boolean {
    return this.below(n) === n - 1;
  }

  private pick<T>(options: readonly T[]): T {
    return options[this.below(options.length)]!;
  }
}

function scoped(alias: string, columns: readonly GeneratorColumn[]): ScopeColumn[] {
  return columns.map((column) => ({ ...column, sql: `${alias}.${quote(column.name)}` }));
}

/** Seven digits of it: past 2^53 the sum of an average is no double, and the last bit is anybody's. */
function averaged(call: string): string {
  return `CAST(CAST(${call} AS FLOAT) AS DECIMAL(38,6))`;
}

function literalOf(kind: ColumnKind): string {
  return { int: '1', text: "'a'", decimal: '1.50', boolean: 'true', date: "DATE '2024-02-29'", timestamp: "TIMESTAMP '2024-02-29 12:00:00'", instant: "TIMESTAMPTZ '2024-02-29 12:00:00+02'", json: "'1'::JSON" }[kind];
}

function quote(name: string): string {
  return `"${name}"`;
}
