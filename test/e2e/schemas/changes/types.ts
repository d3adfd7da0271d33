/**
 * What a change of type does to those who read and those who write, from the values that the two types hold:
 * where the new type holds all that the old one held, writers go on as before and readers may meet what they did not
 * know; where it holds less, readers go on and writers are refused; where neither holds all of the other, both fail.
 * What is only rounded or moved to another zone, and never refused, is a risk.
 */

export type Holds =
  | { readonly kind: 'exact'; readonly least: bigint; readonly most: bigint; readonly scale: number }
  | { readonly kind: 'float'; readonly mantissa: number }
  | { readonly kind: 'text' | 'bytes' | 'json' | 'date' | 'clock' | 'instant' }
  /** Alike with nothing else. */
  | { readonly kind: 'other'; readonly name: string };

export const integer = (bits: number, signed = true): Holds => ({ kind: 'exact', least: signed ? -(2n ** BigInt(bits - 1)) : 0n, most: 2n ** BigInt(signed ? bits - 1 : bits) - 1n, scale: 0 });
export const exact = (precision: number, scale: number): Holds => ({ kind: 'exact', least: 1n - 10n ** BigInt(precision - scale), most: 10n ** BigInt(precision - scale) - 1n, scale });
export const float = (mantissa: number): Holds => ({ kind: 'float', mantissa });
export const other = (name: string): Holds => ({ kind: 'other', name });

type Impact = 'safe' | 'risky' | 'breaking';
type Exact = Holds & { readonly kind: 'exact' };

const all = (a: Exact, b: Exact): boolean => a.least <= b.least && a.most >= b.most && a.scale >= b.scale;
/** Is every whole number of it kept by so many binary digits? */
const fits = ({ most, scale }: Exact, { mantissa }: Holds & { kind: 'float' }): boolean => scale === 0 && most < 2n ** BigInt(mantissa);

/** @returns what readers meet, what writers meet */
export function effect(before: Holds, after: Holds): readonly [Impact, Impact] {
  if (before.kind === 'exact' && after.kind === 'exact') return all(after, before) ? ['risky', 'safe'] : all(before, after) ? ['safe', 'breaking'] : ['breaking', 'breaking'];
  if (before.kind === 'float' && after.kind === 'float') return after.mantissa > before.mantissa ? ['risky', 'safe'] : ['safe', 'risky'];
  if (before.kind === 'exact' && after.kind === 'float') return before.scale > 0 ? ['risky', 'risky'] : fits(before, after) ? ['risky', 'safe'] : ['breaking', 'risky'];
  // Fractions or large numbers are refused or cut; what is left is read as it was, save that long numbers are rounded.
  if (before.kind === 'float' && after.kind === 'exact') return [fits(after, before) ? 'safe' : 'risky', 'breaking'];
  const pair = `${before.kind} ${after.kind}`;
  if (pair === 'text bytes') return ['breaking', 'risky'];
  if (pair === 'bytes text') return ['risky', 'breaking'];
  if (after.kind === 'text') return ['breaking', 'risky'];
  if (before.kind === 'text') return ['risky', 'breaking'];
  if (before.kind === 'json' || after.kind === 'json') return ['risky', 'risky'];
  if (pair === 'date clock') return ['risky', 'safe'];
  if (pair === 'clock date') return ['safe', 'risky'];
  const dates = ['date', 'clock', 'instant'];
  if (dates.includes(before.kind) && dates.includes(after.kind)) return ['risky', 'risky'];
  return ['breaking', 'breaking'];
}

/** The line that is to be said of a column whose type changed. */
export function typeLine(column: string, before: Holds, after: Holds): string {
  const [readers, writers] = effect(before, after);
  return `type ${column}: readers ${readers}, writers ${writers}`;
}

/** Every pair `from > to > to` of a list of the store's own type names, both of whose ends the table holds. */
export function pairsOf(table: Readonly<Record<string, Holds>>, lists: readonly string[]): { readonly from: string; readonly to: string; readonly line: string }[] {
  return lists.flatMap((list) => {
    const [from, ...tos] = list.split(' > ') as [string, ...string[]];
    return tos.map((to) => ({ from, to, line: typeLine('v', table[from]!, table[to]!) }));
  });
}
