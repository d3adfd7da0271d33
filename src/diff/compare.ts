/** One pair of columns: what differs, and what that can do to a value on its way from right to left. */

import type { Difference } from '../answer/contract.js';
import { isNested, tableName, typeName } from '../algebra/index.js';
import type { Column, Table } from '../algebra/index.js';
import { entityOf, words } from '../catalog/names.js';
import type { ColumnPair, TablePair } from './pairs.js';
import { judgeTypes, rangeOf } from './type-flow.js';
import { compareUnits } from './units.js';
import { family, readFor } from './values/paths.js';
import type { LinkSample } from './values/sample.js';

export type Finding = Pick<Difference, 'aspect' | 'severity' | 'what'>;

/** What was looked up of one pair beyond the sample. */
export interface Observation {
  /** A value there that the type here cannot hold; null: there is none; undefined: nothing to ask. */
  readonly outside: string | null | undefined;
  /** Keys of a sample were found there in the very spelling that they have here. */
  readonly allFound: boolean;
}

/** Text columns with more different values than this are no enumeration. */
const mostLabels = 30;
const enoughShifted = 20;

export function compareColumns(pair: TablePair, columns: ColumnPair, observed?: Observation): Difference[] {
  const { left, right, role } = columns;
  const isTopic = pair.left.kind === 'topic';
  const unit = role === 'reference' ? undefined : compareUnits(pair, columns);
  const findings = [
    // Another type is what another unit brings with it.
    unit?.severity === 'breaking' ? undefined : compareTypes(columns, observed),
    unit,
    compareLengths(left, right),
    compareEnumerations(columns),
    compareNullability(left, right, role),
    role === 'reference' ? compareKey(pair.right, right) : undefined,
    role !== 'reference' && unit?.severity !== 'breaking' ? (compareClocks(columns) ?? compareCopies(columns, isTopic)) : undefined,
    compareNames(left, right, role, pair.right, columns.values),
  ];
  return at(pair, left, right, findings);
}

/** What the keys of a link say: some that only match under another spelling. */
export function compareKeys(pair: TablePair, from: Column, to: Column, sample: LinkSample): Difference[] {
  const findings = sample.respelled.map(({ how, count, here, there }): Finding => ({
    aspect: 'key',
    // Stores that know UUIDs as such compare them whatever their spelling.
    severity: from.type.kind === 'uuid' || to.type.kind === 'uuid' ? 'risky' : 'breaking',
    what: `${count} of ${sample.keys} sampled keys match only ${how}: ${JSON.stringify(here)} here, ${JSON.stringify(there)} there; a join on equality loses them`,
  }));
  return at(pair, from, to, findings);
}

/**
 * What the table could not take, where messages are written to it: said only of messages whose schema is declared, and
 * as a possibility where nothing says that they are.
 */
export function compareFeed(pair: TablePair): Difference[] {
  const { left, right, columns, isFed, isSameEntity } = pair;
  const isDeclared = left.registered?.some(({ side }) => side === 'value') === true;
  if (!isFed && !(isDeclared && isSameEntity)) return [];
  const turned = { ...pair, left: right, right: left };
  const severity = isFed ? 'breaking' : 'risky';
  const what = (text: string) => `${isFed ? '' : 'if the messages are written here: '}${text}`;
  const given = new Set(columns.map(({ right: column }) => column.name));
  const lacking = right.columns
    .filter((column) => isRequired(column) && column.default === undefined && column.generated !== true && column.within === undefined && !given.has(column.name))
    .map((column): Difference => ({ aspect: 'missing', severity, left: `${tableName(right)}.${column.name}`, right: tableName(left), what: what('required here without a default, and no field there gives it') }));
  const judged = columns.filter(({ role }) => role === 'same' || role === 'reference').flatMap(({ left: field, right: column }): Difference[] => {
    const findings = [compareTypes({ left: column, right: field, role: 'same' }, undefined), compareLengths(column, field), compareEnumerations({ left: column, right: field, role: 'same' }), compareNullability(column, field, 'same')];
    const serious = findings.filter((finding) => finding?.severity === 'breaking');
    return at(turned, column, field, serious).map((one) => ({ ...one, severity, what: what(one.what) }));
  });
  return [...judged, ...lacking];
}

/** What concerns two tables and no single pair of their columns. */
export function compareTables(pair: TablePair, found: readonly Difference[]): Difference[] {
  const { left, right, columns, isSameEntity } = pair;
  const result: Difference[] = [];
  const [here, there] = [clocks(left), clocks(right)];
  const isReported = found.some(({ what }) => what.includes('wall clock'));
  if (here !== undefined && there !== undefined && here.zoned !== there.zoned && !isReported) {
    result.push({
      aspect: 'type',
      severity: 'risky',
      left: `${tableName(left)}.${here.column}`,
      right: `${tableName(right)}.${there.column}`,
      what: `${here.zoned ? 'instants here, wall clocks without a zone there' : 'wall clocks without a zone here, instants there'}: comparing them assumes a zone`,
    });
  }
  const kept = new Set(columns.flatMap((column) => [column.right.name, readFor(column.right)]));
  const isNestedHere = new Set(left.columns.filter(({ type }) => isNested(type)).map(({ name }) => words(name).join(' ')));
  const isLacking = ({ name, within, type }: Column) =>
    !kept.has(name) && !name.startsWith('_') && (within === undefined || (isNestedHere.has(words(within.column).join(' ')) && !isNested(type)));
  // Of a struct that is there as a struct, the members say what lacks.
  const lacking = right.columns.filter((column) => isLacking(column) && !(isNested(column.type) && isNestedHere.has(words(column.name).join(' ')))).map(({ name }) => name);
  if (isSameEntity && lacking.length > 0 && kept.size > 0) {
    const names = lacking.length > 8 ? `${lacking.slice(0, 8).join(', ')} and ${lacking.length - 8} more` : lacking.join(', ');
    result.push({ aspect: 'missing', severity: 'note', left: tableName(left), right: tableName(right), what: `not carried here: ${names}` });
  }
  return result;
}

function at(pair: TablePair, left: Column, right: Column, findings: readonly (Finding | undefined)[]): Difference[] {
  return findings
    .filter((finding): finding is Finding => finding !== undefined)
    .map((finding) => ({ ...finding, left: `${tableName(pair.left)}.${left.name}`, right: `${tableName(pair.right)}.${right.name}` }));
}

/** Whether a table's times have a zone; undefined where it has none, or both kinds. */
function clocks(table: Table): { readonly zoned: boolean; readonly column: string } | undefined {
  const times = table.columns.flatMap(({ name, type, within }) => (within === undefined && type.kind === 'timestamp' && !name.startsWith('_') ? [{ zoned: type.zoned, column: name }] : []));
  const [first] = times;
  return first !== undefined && times.every(({ zoned }) => zoned === first.zoned) ? first : undefined;
}

function compareTypes({ left, right, role }: ColumnPair, observed: Observation | undefined): Finding | undefined {
  const judged = judgeTypes(left.type, right.type);
  if (judged === undefined) return undefined;
  // The day of an instant under a name of its own is kept on purpose.
  if (role === 'values' && left.type.kind === 'date') return { aspect: 'type', severity: 'note', what: `the day alone here, ${typeName(right.type)} there` };
  if (right.type.kind === 'uuid' && left.type.kind === 'text' && observed?.allFound === true) {
    return { aspect: 'type', severity: 'note', what: 'a UUID kept as text, in the one spelling that a UUID is printed in' };
  }
  const what = (why: string) => `${typeName(left.type)} here, ${typeName(right.type)} there: ${why}`;
  if (judged.severity !== 'breaking' || left.type.kind !== 'int' || right.type.kind !== 'int' || observed?.outside === undefined) {
    return { aspect: 'type', severity: judged.severity, what: what(judged.why) };
  }
  if (observed.outside !== null) return { aspect: 'type', severity: 'breaking', what: what(`${observed.outside} is there and cannot be kept here`) };
  // Nothing but a sign apart: keys that count upwards never get there. A narrower column is filled up one day.
  const narrower = rangeOf(left.type)[1] < rangeOf(right.type)[1];
  return narrower
    ? { aspect: 'type', severity: 'risky', what: what(`every value fits today, none above ${rangeOf(left.type)[1]} would`) }
    : { aspect: 'type', severity: 'note', what: what('every value there fits; a negative one would not') };
}

function compareLengths(left: Column, right: Column): Finding | undefined {
  const here = left.maxLength;
  if (here === undefined) return undefined;
  if (right.type.kind === 'uuid') return here < 36 ? { aspect: 'length', severity: 'breaking', what: `at most ${here} characters here, a UUID has 36` } : undefined;
  if (right.type.kind !== left.type.kind || (right.type.kind !== 'text' && right.type.kind !== 'blob')) return undefined;
  if (right.enumValues !== undefined) {
    const long = right.enumValues.find((value) => [...value].length > here);
    return long === undefined ? undefined : { aspect: 'length', severity: 'breaking', what: `at most ${here} characters here, too few for ${long}` };
  }
  if (right.maxLength === undefined) return { aspect: 'length', severity: 'risky', what: `at most ${here} characters here, no limit there` };
  return right.maxLength > here ? { aspect: 'length', severity: 'breaking', what: `at most ${here} characters here, ${right.maxLength} there` } : undefined;
}

function compareEnumerations({ left, right, role, values }: ColumnPair): Finding | undefined {
  if (role === 'reference') return undefined;
  const here = labels(left);
  const there = labels(right);
  if (here === undefined || there === undefined) return undefined;
  const unknown = there.filter((value) => !here.includes(value));
  if (unknown.length === 0) return undefined;
  const byCase = unknown.filter((value) => here.some((own) => own.toLowerCase() === value.toLowerCase()));
  const isDeclared = left.enumValues !== undefined;
  // Of observed values only those that are spelled otherwise tell something; others may not have come yet.
  if (!isDeclared && byCase.length === 0) return undefined;
  const shown = isDeclared ? unknown : byCase;
  const note = byCase.length > 0 ? ` (${byCase.length === shown.length ? 'only the case differs' : `${byCase.join(', ')}: only the case differs`})` : '';
  const rows = values !== undefined && values.folded > 0 ? `; so in ${values.folded} of ${values.compared} sampled rows` : '';
  return {
    aspect: 'values',
    severity: isDeclared ? 'breaking' : 'risky',
    what: `values not known here: ${shown.join(', ')}${note}${rows}`,
  };
}

/** Declared labels, or the few values that were seen. */
function labels({ enumValues, sampleValues, type }: Column): readonly string[] | undefined {
  if (enumValues !== undefined) return enumValues;
  return type.kind === 'text' && sampleValues !== undefined && sampleValues.length <= mostLabels ? sampleValues : undefined;
}

/** Whether a schemaless store's field was always there. */
const neverAbsent = (column: Column): boolean => isRequired(column) || (column.presence !== undefined && column.presence >= 1);
const isRequired = ({ nullable, required }: Column): boolean => !nullable || required === true;

function compareNullability(left: Column, right: Column, role: ColumnPair['role']): Finding | undefined {
  if (role === 'values') return undefined;
  const [here, there] = [neverAbsent(left), neverAbsent(right)];
  if (here === there) return undefined;
  if (!here) return { aspect: 'nullability', severity: 'note', what: role === 'reference' ? 'may be absent here' : 'may be absent here, never there' };
  // What was never seen to be absent is not required.
  if (!isRequired(left)) return { aspect: 'nullability', severity: 'note', what: 'always there in the sample here, may be absent there' };
  return { aspect: 'nullability', severity: 'breaking', what: 'required here, may be absent there' };
}

function compareKey(table: Table, column: Column): Finding | undefined {
  const unique =
    (table.primaryKey?.length === 1 && table.primaryKey[0] === column.name) ||
    table.uniques?.some((key) => key.length === 1 && key[0] === column.name);
  // A store that declares no keys at all says nothing by not declaring this one.
  const declares = table.primaryKey !== undefined || table.uniques !== undefined || table.kind === 'table';
  return unique
    ? undefined
    : { aspect: 'key', severity: declares ? 'risky' : 'note', what: 'referred to from here, but nothing there keeps it unique' };
}

/** Rows that one key ties together, and that should hold the same. */
function compareCopies({ left, role, values }: ColumnPair, isTopic: boolean): Finding | undefined {
  if (values === undefined) return undefined;
  const { compared, equal, folded, examples } = values;
  const differing = compared - equal - folded;
  if (differing === 0 || equal + folded === 0) return undefined;
  const example = examples[0] && `; row ${examples[0].key}: ${JSON.stringify(examples[0].left)} here, ${JSON.stringify(examples[0].right)} there`;
  return {
    aspect: 'copy',
    // A message tells what was true when it was sent, and an amount may be one of that day on purpose.
    severity: isTopic || role === 'values' || family(left.type) === 'number' ? 'note' : 'risky',
    what: `the two differ in ${differing} of ${compared} sampled rows${example ?? ''}`,
  };
}

/** Times that are as many hours off in nearly every row: one of the two is no UTC, or both are of other zones. */
function compareClocks({ values }: ColumnPair): Finding | undefined {
  const shifted = values?.shifted;
  if (values === undefined || shifted === undefined || shifted.count < enoughShifted || shifted.count / values.compared < 0.9) return undefined;
  const hours = (minutes: number) => `${Math.abs(minutes) / 60} h ${minutes > 0 ? 'later' : 'earlier'}`;
  return { aspect: 'unit', severity: 'breaking', what: `times here are ${shifted.minutes.map(hours).join(' or ')} than those there, in ${shifted.count} of ${values.compared} sampled rows: clocks of different zones` };
}

/** How often the two hold the same in rows that belong together. */
function overlapText(values: ColumnPair['values']): string {
  if (values === undefined) return '';
  const { compared, equal, folded, scaled } = values;
  return `: in ${Math.max(equal + folded, scaled?.count ?? 0)} of ${compared} sampled rows`;
}

/**
 * A field of the same entity is compared as written: `totalAmount` beside `total_amount` differs in style alone. A
 * reference should begin with the word for what it refers to: `client_id` for a row of `users` is another word.
 */
function compareNames(left: Column, right: Column, role: ColumnPair['role'], target: Table, values: ColumnPair['values']): Finding | undefined {
  if (role === 'reference') {
    const entity = entityOf(target.name).join(' ');
    const name = words(left.name).join(' ');
    if (name.startsWith(entity) || words(right.name).join(' ') === name) return undefined;
    return { aspect: 'name', severity: 'note', what: `called ${left.name} here, the rows there are of ${target.name}` };
  }
  if (role === 'copy' || left.name === right.name) return undefined;
  if (role === 'values') return { aspect: 'name', severity: 'note', what: `the same values, called ${left.name} here and ${right.name} there${overlapText(values)}` };
  return { aspect: 'name', severity: 'note', what: `the same words, written ${left.name} here and ${right.name} there` };
}
