/** What PostgreSQL computes as DuckDB does. numeric is exact, so sums and products of whole numbers and decimals are. */

import { isReason } from '../contract.js';
import type { Reason, Type } from '../contract.js';
import type { Computes, Family, Operand, Print } from '../sql/style.js';

/** float8 adds in the order of the rows, and bool, uuid and bytea have no min and max. */
const ordered: ReadonlySet<Family> = new Set(['integer', 'decimal', 'text', 'date', 'time', 'timestamp', 'instant']);
/** -0 and 0 are one group, and either may stand for it. */
const grouped: ReadonlySet<Family> = new Set([...ordered, 'boolean', 'uuid', 'blob']);
const truncated = new Set(['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second']);
const fields = new Set(['year', 'month', 'day']);

/** @param deterministic whether values that differ in bytes differ under the operand's collation */
export function postgresComputes(deterministic: (operand: Operand) => boolean): Computes {
  return {
    joins: new Set(['inner', 'left', 'semi', 'anti']),
    derived: new Set(['inner', 'left', 'semi', 'anti']),
    count: (argument) => `count(${argument})`,
    group(operand) {
      if (!grouped.has(operand.family)) return { reason: `groups of ${operand.family} are made locally` };
      if (operand.family === 'text' && !deterministic(operand)) return { reason: 'groups under a collation that ignores differences are made locally' };
      return { by: operand.print, show: operand.print };
    },
    distinct(operand) {
      if (!grouped.has(operand.family)) return { reason: `distinct ${operand.family} are counted locally` };
      return operand.family === 'text' && !deterministic(operand) ? (bind) => `${operand.print(bind)} COLLATE "C"` : operand.print;
    },
    extreme(name, operand) {
      if (!ordered.has(operand.family)) return { reason: `${name} of ${operand.family} is computed locally` };
      const byBytes = operand.family === 'text' ? ' COLLATE "C"' : '';
      return (bind) => `${name}(${operand.print(bind)}${byBytes})`;
    },
    sum: (operand) => (bind) => `sum(${operand.print(bind)})`,
    arithmetic: (op, left, right) => (bind) => `(${left.print(bind)} ${op} ${right.print(bind)})`,
    conditional: () => true,
    call,
    windows: { functions: new Set(['row_number', 'rank', 'dense_rank', 'ntile', 'lag', 'lead', 'first_value', 'last_value']), aggregates: true },
    sets: {
      admits: () => true,
      item(operand, type) {
        if (!grouped.has(operand.family)) return { reason: `${operand.family} is united locally` };
        const item = sent(operand, type);
        // Columns under several collations can't be compared, unless one is named.
        return isReason(item) || operand.family !== 'text' ? item : (bind) => `${item(bind)} COLLATE "C"`;
      },
    },
    send: (operand, type) => sent(operand, type),
  };
}

function call(name: string, args: readonly Operand[]): Print | Reason {
  const local = { reason: `${name}() is computed locally` };
  const [first, second] = args;
  if (fields.has(name) && args.length === 1 && (first!.family === 'date' || first!.family === 'timestamp')) {
    // An infinite date has no fields in DuckDB; the year before 1 is 0 there and -1 here.
    return (bind) => {
      const sql = first!.print(bind);
      const field = `extract(${name} from ${sql})::int8`;
      const shown = name === 'year' ? `${field} + (${field} < 0)::int` : field;
      return `CASE WHEN isfinite(${sql}) THEN ${shown} END`;
    };
  }
  const isTime = second?.family === 'timestamp' || second?.family === 'date';
  if (name === 'date_trunc' && args.length === 2 && isTime && truncated.has(String(first!.value).toLowerCase())) {
    return (bind) => `date_trunc('${String(first!.value).toLowerCase()}', ${second.print(bind)}::timestamp)`;
  }
  return local;
}

function sent(operand: Operand, type: Type): Print | Reason {
  const wire = wireType(type);
  return wire === undefined ? { reason: 'a value of this type is computed locally' } : (bind) => `(${operand.print(bind)})::${wire}`;
}

function wireType(type: Type): string | undefined {
  switch (type.kind) {
    case 'int':
      // Unsigned ones and those of 8 bits have no type here.
      return type.signed && type.bits >= 16 ? (type.bits === 16 ? 'int2' : type.bits === 32 ? 'int4' : type.bits === 64 ? 'int8' : undefined) : undefined;
    case 'decimal':
      return 'numeric';
    case 'boolean':
      return 'bool';
    case 'text':
    case 'uuid':
    case 'date':
      return type.kind;
    case 'time':
      return 'time';
    case 'timestamp':
      return type.unit === 'ns' ? undefined : type.zoned ? 'timestamptz' : 'timestamp';
    default:
      return undefined;
  }
}
