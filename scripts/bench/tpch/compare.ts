/** Are these the same rows? Numbers by value (1e-9 of it, as sums of floats may differ), the rest by text; in any order. */
export function sameRows(left: readonly (readonly unknown[])[], right: readonly (readonly unknown[])[]): boolean {
  if (left.length !== right.length) return false;
  const [a, b] = [sorted(left), sorted(right)];
  return a.every((row, i) => row.length === b[i]!.length && row.every((cell, j) => same(cell, b[i]![j])));
}

function sorted(rows: readonly (readonly unknown[])[]): (string | number | null)[][] {
  const key = (row: readonly (string | number | null)[]) => row.map((cell) => (typeof cell === 'number' ? cell.toPrecision(9) : String(cell))).join('\u0001');
  return rows.map((row) => row.map(plain)).toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** Peers write numbers as numbers or as text. */
function plain(cell: unknown): string | number | null {
  if (cell === null || cell === undefined) return null;
  const text = String(cell);
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : text.trimEnd();
}

function same(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
  return a === b;
}
