/**
 * Units and currencies, where a name, a comment or a column beside says them: `price_cents`, `amount_usd`, `duration_ms`,
 * "in kilograms", `currency`. Only what is written is read; a number without a word for its unit has none.
 */

import type { Column, Table, Type } from '../algebra/index.js';
import { words } from './names.js';

export type Quantity = 'money' | 'duration' | 'mass' | 'length' | 'data' | 'share' | 'temperature';

export interface Unit {
  readonly quantity: Quantity;
  /** The unit's usual name: `cent`, `ms`, `kg`; of money in whole units of its currency, `unit`. */
  readonly name: string;
  /** How many of the quantity's base unit one of it is; absent where units convert by more than a factor. */
  readonly factor?: number;
  /** ISO 4217, where it is named. */
  readonly currency?: string;
  /** The column beside it that names each row's currency. */
  readonly currencyColumn?: string;
}

const of = (quantity: Quantity, factor: number, name: string, ...spellings: string[]) => [name, ...spellings].map((word) => [word, { quantity, name, factor }] as const);

const units: ReadonlyMap<string, Unit> = new Map<string, Unit>([
  ...of('money', 0.01, 'cent', 'cents', 'pence', 'minor', 'rappen', 'centimes'),
  ...of('duration', 1e-9, 'ns', 'nanos', 'nanosecond', 'nanoseconds'),
  ...of('duration', 1e-6, 'us', 'µs', 'usec', 'microsecond', 'microseconds'),
  ...of('duration', 1e-3, 'ms', 'msec', 'msecs', 'millis', 'millisecond', 'milliseconds'),
  ...of('duration', 1, 's', 'sec', 'secs', 'seconds'),
  ...of('duration', 60, 'min', 'mins', 'minutes'),
  ...of('duration', 3600, 'h', 'hr', 'hrs', 'hours'),
  ...of('duration', 86_400, 'd', 'days'),
  ...of('mass', 1e-6, 'mg', 'milligrams'),
  ...of('mass', 1e-3, 'g', 'grams', 'gram'),
  ...of('mass', 1, 'kg', 'kgs', 'kilo', 'kilos', 'kilograms', 'kilogram'),
  ...of('mass', 1000, 't', 'tons', 'tonnes'),
  ...of('mass', 0.45359237, 'lb', 'lbs', 'pounds'),
  ...of('mass', 0.028349523125, 'oz', 'ounces'),
  ...of('length', 1e-3, 'mm', 'millimeters', 'millimetres'),
  ...of('length', 1e-2, 'cm', 'centimeters', 'centimetres'),
  ...of('length', 1, 'm', 'meters', 'metres'),
  ...of('length', 1000, 'km', 'kilometers', 'kilometres'),
  ...of('length', 1609.344, 'mi', 'miles'),
  ...of('length', 0.3048, 'ft', 'feet'),
  ...of('length', 0.0254, 'inch', 'inches'),
  ...of('data', 0.125, 'bits'),
  ...of('data', 1, 'byte', 'bytes'),
  ...of('data', 1e3, 'kb', 'kilobytes'),
  ...of('data', 1e6, 'mb', 'megabytes'),
  ...of('data', 1e9, 'gb', 'gigabytes'),
  ...of('data', 1024, 'kib'),
  ...of('data', 1024 ** 2, 'mib'),
  ...of('data', 1024 ** 3, 'gib'),
  ...of('share', 0.01, 'percent', 'pct', 'percentage'),
  ...of('share', 1e-4, 'bps'),
  ...of('share', 1, 'ratio', 'fraction'),
  ['celsius', { quantity: 'temperature', name: 'celsius' }],
  ['fahrenheit', { quantity: 'temperature', name: 'fahrenheit' }],
  ['kelvin', { quantity: 'temperature', name: 'kelvin' }],
]);

/** Words of one or few letters, or of two meanings, that are a unit only behind one of these. */
const durations = ['duration', 'timeout', 'latency', 'elapsed', 'ttl', 'delay', 'interval', 'uptime', 'took', 'wait', 'age', 'time', 'runtime', 'length'];
const lengths = ['height', 'width', 'length', 'depth', 'distance', 'radius', 'diameter', 'altitude', 'size'];
const needs: Readonly<Record<string, readonly string[]>> = {
  s: durations, min: durations, h: durations, d: durations, days: durations, hours: durations, minutes: durations, us: durations,
  g: ['weight', 'mass', 'net', 'gross'], t: ['weight', 'mass', 'load'], pounds: ['weight', 'mass', 'net', 'gross'], m: lengths, feet: lengths, inch: lengths, ratio: ['discount', 'tax', 'share'], fraction: ['discount', 'tax', 'share'],
  minor: ['amount', 'price', 'total', 'value', 'balance', 'fee', 'cost'],
};

const currencies = new Set('aud brl cad chf cny czk dkk eur gbp hkd huf idr ils inr jpy krw mxn myr nok nzd php pln ron sek sgd thb try uah usd zar'.split(' '));
const currencyWords: Readonly<Record<string, string>> = { euro: 'EUR', euros: 'EUR', dollar: 'USD', dollars: 'USD' };

const moneyWords = new Set(['price', 'amount', 'total', 'subtotal', 'cost', 'fee', 'revenue', 'balance', 'tax', 'charge', 'salary', 'refund', 'discount', 'budget', 'payout', 'turnover', 'money', 'fare', 'rent', 'wage', 'paid', 'due']);

/** @param table whose other columns may name the currency */
export function unitOf(column: Column, table?: Table): Unit | undefined {
  if (!isNumber(column.type)) return undefined;
  const name = words(column.name.replaceAll('[]', ''));
  const { unit, currency } = unitIn(name) ?? unitIn(commentWords(column.comment), true) ?? {};
  const isMoney = unit?.quantity === 'money' || currency !== undefined || (unit === undefined && name.some((word) => moneyWords.has(word)));
  if (!isMoney) return unit;
  const beside = table && currencyBeside(column, name, table);
  const only = beside?.enumValues ?? beside?.sampleValues;
  const told = currency ?? (only?.length === 1 && /^[A-Za-z]{3}$/.test(only[0]!) ? only[0]!.toUpperCase() : undefined);
  // A word for money alone says nothing of how it is counted.
  if (unit === undefined && currency === undefined && beside === undefined) return undefined;
  return {
    ...(unit ?? { quantity: 'money', name: 'unit', factor: 1 }),
    ...(told !== undefined && { currency: told }),
    ...(beside !== undefined && { currencyColumn: beside.name }),
  };
}

/** The name's words without those for its unit: `price_cents` and `price` are one thing. */
export function wordsWithoutUnit(name: string): readonly string[] {
  const all = words(name);
  let end = all.length;
  while (end > 1 && unitIn(all.slice(0, end)) !== undefined) end--;
  return all.slice(0, end);
}

/** Does its name alone say money? */
export function isMoneyName(name: string): boolean {
  return words(name).some((word) => moneyWords.has(word));
}

export function unitText({ quantity, name, currency, currencyColumn }: Unit): string {
  const money = [currency ?? (currencyColumn === undefined ? undefined : `currency in ${currencyColumn}`), name === 'unit' ? undefined : `${name}s`].filter((part) => part !== undefined);
  return quantity === 'money' ? money.join(' ') : name;
}

function isNumber(type: Type): boolean {
  return type.kind === 'int' || type.kind === 'float' || type.kind === 'decimal';
}

/** The unit that the last words are. */
function unitIn(name: readonly string[], isText = false): { readonly unit?: Unit; readonly currency?: string } | undefined {
  const last = name.at(-1);
  if (last === undefined || (name.length < 2 && !isText)) return undefined;
  const currency = currencyOf(last);
  if (currency !== undefined) {
    const before = units.get(name.at(-2) ?? '');
    return { currency, ...(before?.quantity === 'money' && { unit: before }) };
  }
  // `amount_micros`: a millionth of the currency's unit; `elapsed_micros` a time.
  if (last === 'micros') return { unit: name.some((word) => moneyWords.has(word)) ? { quantity: 'money', name: 'micro', factor: 1e-6 } : units.get('us')! };
  const found = units.get(last === 'unit' || last === 'units' ? (name.at(-2) ?? '') : last);
  if (found === undefined) return undefined;
  const needed = needs[last];
  if (needed !== undefined && !isText && !name.slice(0, -1).some((word) => needed.includes(word))) return undefined;
  const code = currencyOf(name.at(-2) ?? '');
  return { unit: found, ...(found.quantity === 'money' && code !== undefined && { currency: code }) };
}

function currencyOf(word: string): string | undefined {
  return currencies.has(word) ? word.toUpperCase() : currencyWords[word];
}

/** The words behind "in", "unit" or inside of brackets: a comment may say much else. */
function commentWords(comment: string | undefined): readonly string[] {
  const found = /(?:\bin|\bunits?:?|[([])\s*([\p{L}µ]+(?:\s[\p{L}µ]+)?)\s*(?:$|[.,;:)\]])/iu.exec(comment ?? '');
  return found === null ? [] : words(found[1]!);
}

/** `price_currency` for price, else the one `currency` of the table or of the same struct. */
function currencyBeside(column: Column, name: readonly string[], table: Table): Column | undefined {
  const place = column.name.slice(0, column.name.lastIndexOf('.') + 1);
  const siblings = table.columns.filter((other) => other !== column && other.type.kind === 'text' && other.name.startsWith(place) && !other.name.slice(place.length).includes('.'));
  const named = siblings.filter((other) => {
    const parts = words(other.name.slice(place.length));
    return parts.includes('currency') && parts.every((part) => ['currency', 'code', 'iso'].includes(part) || name.includes(part));
  });
  return named.sort((a, b) => words(b.name).length - words(a.name).length)[0];
}
