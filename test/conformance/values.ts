/** Values at which types break, and rows made of them. */

import { types, type Literal, type Type } from '../../connectors/contract.js';

const infinity = 2n ** 63n - 1n;

export function extremes(type: Type): Literal[] {
  switch (type.kind) {
    case 'boolean':
      return [true, false];
    case 'int': {
      const bits = BigInt(type.bits);
      const max = type.signed ? 2n ** (bits - 1n) - 1n : 2n ** bits - 1n;
      const min = type.signed ? -max - 1n : 0n;
      const odd = 2n ** 53n + 1n;
      return [0n, 1n, max, min, ...(type.signed ? [-1n] : []), ...(type.bits > 32 ? [odd] : [42n])];
    }
    case 'float':
      return type.bits === 32
        ? [0, 1.5, -3.25, Math.fround(0.1), Math.fround(3.4028234663852886e38), Math.fround(1.401298464324817e-45), NaN, Infinity, -Infinity]
        : [0, -0, 1.5, 0.1, -0.1, 1.7976931348623157e308, 5e-324, 2 ** 53 + 2, NaN, Infinity, -Infinity];
    case 'decimal': {
      const digits = '9'.repeat(type.precision);
      const whole = digits.slice(0, type.precision - type.scale) || '0';
      const max = type.scale === 0 ? whole : `${whole}.${digits.slice(-type.scale)}`;
      const small = type.scale === 0 ? '1' : `0.${'1'.padStart(type.scale, '0')}`;
      const one = type.scale === 0 ? '1' : `1.${'0'.repeat(type.scale)}`;
      const zero = type.scale === 0 ? '0' : `0.${'0'.repeat(type.scale)}`;
      return [zero, max, `-${max}`, small, `-${small}`, one];
    }
    case 'text':
      return [
        '', 'a', 'A', 'ä', 'z', 'Z', 'a ', ' a', 'B', 'b', 'é', 'e\u0301', 'ß', 'ss', '😀', '日本語', "it's", '"q"', 'a%b', 'a_b', 'a\\b',
        '\t\n', '\\N', 'NULL', '\u0001', '\ufeffx', '\u{10FFFF}', 'abc', 'ABC', 'x'.repeat(300), 'a\0b',
      ];
    case 'blob':
      return [Buffer.alloc(0), Buffer.from([0, 255]), Buffer.from([0x80]), Buffer.from('a'), Buffer.from(Array.from({ length: 256 }, (_, i) => i))];
    case 'uuid':
      return ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '7fffffff-ffff-ffff-ffff-ffffffffffff'];
    case 'date':
      return [0n, -1n, 11_016n, -719_162n, 2_932_896n, -354_285n, 2_147_483_647n, -2_147_483_647n];
    case 'time':
      return [0n, 1n, 43_200_000_001n, 86_399_999_999n, 86_400_000_000n];
    case 'timestamp': {
      const micros = [0n, -1n, 951_782_400_123_456n, -62_135_596_800_000_000n, 253_402_300_799_999_999n, -30_610_224_000_000_000n];
      return [...micros.map((value) => (type.unit === 'ns' ? value / 1000n : value)), infinity, -infinity];
    }
    case 'json':
      return ['{"a":1,"b":[true,null,"x"]}', '[]', '"text"', '{}', '[{"deep":{"er":"😀"}}]', '12.5'];
    default:
      return [];
  }
}

/** A pseudo-random generator with a fixed seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface SeedColumn {
  readonly name: string;
  readonly type: Type;
}

/** A row for every extreme of every column, NULL among them, in changing company. The first column is the id. */
export function extremeRows(columns: readonly SeedColumn[], holds: (value: Literal, type: Type, column: string) => boolean): Literal[][] {
  const sets = columns.map(({ name, type }) => [...extremes(type).filter((value) => holds(value, type, name)), null]);
  const count = Math.max(...sets.map((set) => set.length)) * 2;
  const next = random(7);
  return Array.from({ length: count }, (_, row) =>
    sets.map((set, i) => {
      if (i === 0) return BigInt(row + 1);
      return row < set.length ? set[row]! : set[Math.floor(next() * set.length)]!;
    }),
  );
}

export const id: SeedColumn = { name: 'id', type: types.int64 };

export function manyRows(count: number): Literal[][] {
  return Array.from({ length: count }, (_, i) => [BigInt(i + 1), `group ${i % 10}`, `some text that takes room in the stream, row ${i + 1}`]);
}
