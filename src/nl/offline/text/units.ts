/** Units that numbers are said in and that names of columns end in: "2 hours" of `delay_min` are 120, "50 euros" of `total_cents` 5000. */

export interface Measured {
  readonly family: 'time' | 'mass' | 'length' | 'money' | 'data';
  /** In the family's smallest unit here. */
  readonly size: number;
}

const units = new Map<string, Measured>();
function unit(family: Measured['family'], size: number, words: string): void {
  for (const word of words.split(' ')) units.set(word, { family, size });
}
unit('time', 1, 'ms millisecond milliseconds millis');
unit('time', 1_000, 'second seconds sec secs s');
unit('time', 60_000, 'minute minutes min mins');
unit('time', 3_600_000, 'hour hours hr hrs h');
unit('time', 86_400_000, 'day days');
unit('time', 604_800_000, 'week weeks');
unit('mass', 1, 'g gram grams');
unit('mass', 1_000, 'kg kgs kilo kilos kilogram kilograms');
unit('mass', 1_000_000, 't tonne tonnes');
unit('length', 1, 'mm millimeter millimeters millimetre millimetres');
unit('length', 10, 'cm centimeter centimeters centimetre centimetres');
unit('length', 1_000, 'm meter meters metre metres');
unit('length', 1_000_000, 'km kilometer kilometers kilometre kilometres');
unit('length', 1_609_344, 'mile miles mi');
unit('money', 1, 'cent cents penny pence');
unit('money', 100, 'dollar dollars euro euros pound pounds usd eur gbp chf');
unit('data', 1, 'byte bytes');
unit('data', 1_000, 'kb kilobyte kilobytes');
unit('data', 1_000_000, 'mb megabyte megabytes');
unit('data', 1_000_000_000, 'gb gigabyte gigabytes');

/** Of a word behind a number. */
export function unitSaid(word: string): Measured | undefined {
  return word.length > 1 || word === 'm' || word === 'h' ? units.get(word) : undefined;
}

/** Of the words of a column's name, as they are written. */
export function unitKept(words: readonly string[]): Measured | undefined {
  return words.length > 1 ? units.get(words.at(-1)!) : undefined;
}
