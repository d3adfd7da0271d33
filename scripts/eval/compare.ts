/** Are two results the same rows? Columns in any order, numbers with a tolerance, order only where the gold asks. */

export type Value = null | number | bigint | string | boolean | Date | Uint8Array;

const maxColumns = 8;

export function sameRows(gold: readonly Value[][], answer: readonly Value[][], goldSql: string): boolean {
  if (gold.length !== answer.length) return false;
  if (gold.length === 0) return true;
  const width = gold[0]!.length;
  if (answer[0]!.length !== width) return false;
  const left = gold.map((row) => row.map(normal));
  const right = answer.map((row) => row.map(normal));
  const ordered = /order\s+by/i.test(goldSql.replace(/\([^()]*\)/g, ''));
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
  const text = String(value).replace(/ 00:00:00$/, '');
  if (typeof value === 'string' && !/^-?\d+(\.\d+)?$/.test(text)) return text;
  const number = Number(text);
  return Number.isFinite(number) ? Number(number.toPrecision(9)).toString() : text;
}
