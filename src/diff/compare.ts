/** One pair of columns: what differs, and what that can do to a value on its way from right to left. */

import type { Difference } from '../answer/contract.js';
import { tableName, typeName } from '../algebra/index.js';
import type { Column, Table, Type } from '../algebra/index.js';
import { entityOf, words } from '../catalog/names.js';
import type { ColumnPair, TablePair } from './pairs.js';

type Finding = Pick<Difference, 'aspect' | 'severity' | 'what'>;

export function compareColumns(pair: TablePair, { left, right, role }: ColumnPair): Difference[] {
  const findings = [
    compareTypes(left.type, right.type),
    compareEnumerations(left, right),
    compareNullability(left, right, role),
    role === 'reference' ? compareKey(pair.right, right) : undefined,
    compareNames(left, right, role, pair.right),
  ];
  return findings
    .filter((finding): finding is Finding => finding !== undefined)
    .map((finding) => ({
      ...finding,
      left: `${tableName(pair.left)}.${left.name}`,
      right: `${tableName(pair.right)}.${right.name}`,
    }));
}

function compareTypes(left: Type, right: Type): Finding | undefined {
  const judged = judgeTypes(left, right);
  if (judged === undefined) return undefined;
  const [severity, why] = judged;
  return { aspect: 'type', severity, what: `${typeName(left)} here, ${typeName(right)} there: ${why}` };
}

/** What can go wrong when a value of type `from` is kept as type `to`; undefined where nothing can. */
function judgeTypes(to: Type, from: Type): readonly [Difference['severity'], string] | undefined {
  if (typeName(to) === typeName(from)) return undefined;
  if (to.kind === 'json' || from.kind === 'json') return ['risky', 'one side has no fixed type'];
  if (to.kind === 'int' && from.kind === 'int') {
    const fits = to.bits > from.bits ? to.signed || !from.signed : to.bits === from.bits && to.signed === from.signed;
    return fits ? ['note', 'wider here, values fit'] : ['breaking', 'values out of range cannot be kept'];
  }
  if (to.kind === 'decimal' && from.kind === 'decimal') {
    const whole = (type: typeof to) => type.precision - type.scale;
    return to.scale >= from.scale && whole(to) >= whole(from)
      ? ['note', 'wider here, values fit']
      : ['breaking', 'digits can be lost or refused'];
  }
  if (to.kind === 'float' && from.kind === 'float') {
    return to.bits > from.bits ? ['note', 'wider here, values fit'] : ['risky', 'digits can be lost'];
  }
  const exactBesideFloat = (type: Type) => type.kind === 'decimal' || (type.kind === 'int' && type.bits >= 64);
  if (to.kind === 'float' && exactBesideFloat(from)) return ['risky', 'binary floating point rounds what is exact there'];
  if (to.kind === 'float' && from.kind === 'int') return ['note', 'values fit'];
  if (from.kind === 'float' && exactBesideFloat(to)) return ['risky', 'rounding on the way; sums will not agree to the last digit'];
  if (to.kind === 'timestamp' && from.kind === 'timestamp') {
    if (to.zoned !== from.zoned) return ['risky', 'one side names the instant, the other a wall clock without its zone'];
    return to.unit === 'ns' ? ['note', 'finer here'] : ['note', 'nanoseconds are dropped'];
  }
  if (to.kind === 'date' && from.kind === 'timestamp') return ['risky', 'the time of day is dropped'];
  if (to.kind === 'timestamp' && from.kind === 'date') return ['note', 'a date kept as midnight'];
  if (to.kind === 'text') return ['risky', 'kept as text: comparison, sorting and leading zeros differ'];
  if (from.kind === 'text') return ['breaking', 'not every text is such a value'];
  if (to.kind === 'decimal' && from.kind === 'int') return ['note', 'kept as a decimal'];
  return ['breaking', 'the types do not convert'];
}

function compareEnumerations(left: Column, right: Column): Finding | undefined {
  const here = left.enumValues;
  const there = right.enumValues;
  if (here === undefined || there === undefined) return undefined;
  const unknown = there.filter((value) => !here.includes(value));
  if (unknown.length === 0) return undefined;
  const byCase = unknown.filter((value) => here.some((own) => own.toLowerCase() === value.toLowerCase()));
  return {
    aspect: 'values',
    severity: 'breaking',
    what: `values not known here: ${unknown.join(', ')}${byCase.length > 0 ? ` (${byCase.join(', ')}: only the case differs)` : ''}`,
  };
}

function compareNullability(left: Column, right: Column, role: ColumnPair['role']): Finding | undefined {
  if (left.nullable === right.nullable) return undefined;
  if (left.nullable) {
    return {
      aspect: 'nullability',
      severity: role === 'reference' ? 'note' : 'risky',
      what: role === 'reference' ? 'may be absent here' : 'may be absent here, never there',
    };
  }
  return { aspect: 'nullability', severity: 'breaking', what: 'required here, may be absent there' };
}

function compareKey(table: Table, column: Column): Finding | undefined {
  const unique =
    (table.primaryKey?.length === 1 && table.primaryKey[0] === column.name) ||
    table.uniques?.some((key) => key.length === 1 && key[0] === column.name);
  return unique
    ? undefined
    : { aspect: 'key', severity: 'risky', what: 'referred to from here, but nothing there keeps it unique' };
}

/**
 * A field of the same entity is compared as written: `totalAmount` beside `total_amount` differs in style alone. A
 * reference should begin with the word for what it refers to: `client_id` for a row of `users` is another word.
 */
function compareNames(left: Column, right: Column, role: ColumnPair['role'], target: Table): Finding | undefined {
  if (role === 'reference') {
    const entity = entityOf(target.name).join(' ');
    const name = words(left.name).join(' ');
    if (name.startsWith(entity) || words(right.name).join(' ') === name) return undefined;
    return { aspect: 'name', severity: 'note', what: `called ${left.name} here, the rows there are of ${target.name}` };
  }
  if (role === 'copy' || left.name === right.name) return undefined;
  return { aspect: 'name', severity: 'note', what: `the same words, written ${left.name} here and ${right.name} there` };
}
