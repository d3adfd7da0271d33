/** Constants of a question as constants of a column's type, in the spelling that the catalogue knows. */

import type { ColumnEntry } from '../link/catalog.js';
import type { Operand } from '../read/sketch.js';
import { isoDate } from '../text/dates.js';
import type { Comparison, Predicate, Scalar } from '../tree/tree.js';
import { NoReading } from './reading.js';
import { isNumeric, isText, isTime } from './roles.js';

/** Words for the two ends of a flag, as stores spell them. */
const flags: readonly (readonly [string, readonly string[]])[] = [
  ['yes', ['y', 'yes', 't', 'true', '1']],
  ['true', ['y', 'yes', 't', 'true', '1']],
  ['no', ['n', 'no', 'f', 'false', '0']],
  ['false', ['n', 'no', 'f', 'false', '0']],
  ['female', ['f', 'female', 'woman']],
  ['male', ['m', 'male', 'man']],
];

/** The column's own spelling of a text. */
export function spelled(column: ColumnEntry, text: string): string {
  if (column.values.includes(text)) return text;
  const lower = text.toLowerCase();
  const same = column.values.filter((v) => v.toLowerCase() === lower);
  if (same.length > 0) return same[0]!;
  const flag = flags.find(([word]) => word === lower);
  const flagged = flag === undefined ? undefined : column.values.find((v) => flag[1].includes(v.toLowerCase()));
  return flagged ?? text;
}

/** undefined: this operand can't be compared with this column. */
export function compareWith(column: ColumnEntry, left: Scalar, op: Comparison, operand: Operand, stored?: string): Predicate | undefined {
  if (operand.kind === 'target') return undefined;
  if (isTime(column.type)) return compareTime(column, left, op, operand);
  const compare = (right: Scalar): Predicate => ({ kind: 'compare', op, left, right });
  if (isNumeric(column.type)) {
    const value = operand.kind === 'number' ? operand.value : Number(operand.kind === 'text' ? operand.value.replaceAll(',', '') : 'x');
    return Number.isFinite(value) ? compare({ kind: 'number', value }) : undefined;
  }
  if (column.type.kind === 'boolean') {
    const text = operand.kind === 'text' ? operand.value.toLowerCase() : '';
    const value = flags.find(([word]) => word === text);
    return value === undefined ? undefined : compare({ kind: 'boolean', value: value[1].includes('true') });
  }
  if (isText(column.type)) {
    if (operand.kind === 'number') {
      const text = String(operand.value);
      if (op === '=' || op === '<>') {
        if (column.names.some((n) => n.words.includes('date')) && !column.values.includes(text)) return { kind: 'like', arg: left, how: 'contains', value: text, negated: op === '<>' };
        return compare({ kind: 'text', value: text });
      }
      // Digits stored as text compare by their bytes: only as numbers is the answer right.
      const digits = column.values.length > 0 && column.values.every((v) => /^-?\d+(\.\d+)?$/.test(v));
      const year = column.names.some((n) => n.words.includes('year') || n.words.includes('date'));
      if (digits) return { kind: 'compare', op, left: { kind: 'cast', arg: left, to: 'DOUBLE' }, right: { kind: 'number', value: operand.value } };
      return year ? compare({ kind: 'text', value: text }) : undefined;
    }
    const text = operand.kind === 'date' ? operand.text : (stored ?? spelled(column, operand.value));
    // A store that writes one state in several cases means one state.
    const variants = column.values.filter((v) => v.toLowerCase() === text.toLowerCase());
    if (variants.length > 1 && (op === '=' || op === '<>')) {
      return { kind: 'in', arg: left, values: variants.map((value): Scalar => ({ kind: 'text', value })), negated: op === '<>' };
    }
    return compare({ kind: 'text', value: text });
  }
  if (column.type.kind === 'uuid' && operand.kind === 'text') return compare({ kind: 'text', value: operand.value });
  return undefined;
}

function compareTime(column: ColumnEntry, left: Scalar, op: Comparison, operand: Operand): Predicate | undefined {
  if (operand.kind === 'number') {
    if (operand.value < 1000 || operand.value > 9999) return undefined;
    if (column.written === true) return writtenYear(column, left, op, operand.value);
    return { kind: 'compare', op, left: { kind: 'part', unit: 'year', arg: left }, right: { kind: 'number', value: operand.value } };
  }
  const text = operand.kind === 'date' ? operand.text : operand.kind === 'text' ? operand.value : '';
  const iso = isoDate(text);
  if (iso === undefined && operand.kind === 'date') throw new NoReading(`${text} is no date`);
  if (iso === undefined) return undefined;
  if (iso.length === 10 && column.written === true && column.type.kind === 'timestamp' && (op === '=' || op === '<>')) return { kind: 'like', arg: left, how: 'starts', value: iso, negated: op === '<>' };
  // A day against an instant: the whole day.
  if (iso.length === 10 && column.type.kind === 'timestamp' && (op === '=' || op === '<>')) {
    return { kind: 'compare', op, left: { kind: 'cast', arg: left, to: 'DATE' }, right: { kind: 'time', value: iso, as: 'DATE' } };
  }
  return { kind: 'compare', op, left, right: timeConstant(column, iso) };
}

/** Dates as texts sort as they follow on each other, from the first day of a year to the end of its last. */
function writtenYear(column: ColumnEntry, left: Scalar, op: Comparison, year: number): Predicate {
  const first: Scalar = { kind: 'text', value: `${year}-01-01` };
  const last: Scalar = { kind: 'text', value: column.type.kind === 'date' ? `${year}-12-31` : `${year}-12-31T24:00` };
  if (op === '=' || op === '<>') return { kind: 'between', arg: left, low: first, high: last, negated: op === '<>' };
  return { kind: 'compare', op, left, right: op === '<' || op === '>=' ? first : last };
}

export function timeConstant(column: ColumnEntry, iso: string): Scalar {
  if (column.written === true) return { kind: 'text', value: column.type.kind === 'date' ? iso.slice(0, 10) : iso.replace(/ 00:00:00$/, '') };
  if (column.type.kind === 'timestamp' && column.type.zoned) return { kind: 'time', value: iso, as: 'TIMESTAMPTZ' };
  return { kind: 'time', value: iso, as: iso.length === 10 && column.type.kind === 'date' ? 'DATE' : 'TIMESTAMP' };
}
