/** Are two results the same rows? Columns in any order, numbers with a tolerance, order only where the gold asks. */

/** A value as a driver gives it, or a cell of an answer: composite ones compare by their JSON. */
export type Value = null | number | bigint | string | boolean | Date | Uint8Array | object;

const maxColumns = 8;

export type Rows = readonly (readonly Value[])[];

/** @param goldSql decides whether order counts; '' means that it does not */
export function sameRows(gold: Rows, answer: Rows, goldSql: string): boolean {
  if (gold.length !== answer.length) return false;
  if (gold.length === 0) return true;
  const width = gold[0]!.length;
  if (answer[0]!.length !== width) return false;
  const left = gold.map((row) => row.map(normal));
  const right = answer.map((row) => row.map(normal));
  const ordered = asksForOrder(goldSql);
  for (const order of columnOrders(left, right, width)) {
    const mapped = right.map((row) => order.map((i) => row[i]!));
    const a = left.map((row) => row.join('\u0001'));
    const b = mapped.map((row) => row.join('\u0001'));
    if (!ordered) {
      a.sort();
      b.sort();
    }
    if (a.every((row, i) => row === b[i])) return true;
  }
  return false;
}

/** An ORDER BY that isn't in parentheses. */
function asksForOrder(sql: string): boolean {
  return /order\s+by/i.test(sql.replace(/\([^()]*\)/g, ''));
}

/**
 * The statement with the ties of its order broken by every column that it shows, in turn. Two statements with the same
 * order may list rows that it leaves equal in any way; once both break their ties alike, they must agree.
 * @returns undefined where there is no order, or where a limit makes its ties choose the rows
 */
export function withTiesBroken(sql: string, width: number): string | undefined {
  if (/\blimit\b/i.test(sql) || !asksForOrder(sql)) return undefined;
  return `${sql.replace(/;\s*$/, '')}, ${Array.from({ length: width }, (_, i) => i + 1).join(', ')}`;
}

/** Every way to map the answer's columns to the gold's in which each pair holds the same values. */
function* columnOrders(left: readonly string[][], right: readonly string[][], width: number): Generator<number[]> {
  if (width > maxColumns) {
    yield Array.from({ length: width }, (_, i) => i);
    return;
  }
  const bag = (rows: readonly string[][], i: number) => rows.map((row) => row[i]).sort().join('\u0001');
  const answers = Array.from({ length: width }, (_, i) => bag(right, i));
  const choices = Array.from({ length: width }, (_, i) => {
    const wanted = bag(left, i);
    return answers.flatMap((text, j) => (text === wanted ? [j] : []));
  });
  function* extend(prefix: number[]): Generator<number[]> {
    if (prefix.length === width) yield prefix;
    else for (const j of choices[prefix.length]!) if (!prefix.includes(j)) yield* extend([...prefix, j]);
  }
  yield* extend([]);
}

function normal(value: Value): string {
  if (value === null) return '\u0000';
  if (value instanceof Date) {
    const text = value.toISOString().slice(0, 19).replace('T', ' ');
    return text.endsWith(' 00:00:00') ? text.slice(0, 10) : text;
  }
  if (typeof value === 'object' && !(value instanceof Uint8Array)) return JSON.stringify(value);
  const text = String(value).replace(/ 00:00:00$/, '');
  if (typeof value === 'string' && !/^-?\d+(\.\d+)?$/.test(text)) return text;
  const number = Number(text);
  return Number.isFinite(number) ? Number(number.toPrecision(9)).toString() : text;
}
