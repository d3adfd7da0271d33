/** Members of nested columns as columns of their own: `amount.value`, `lines[].sku`, `tags[]`. */

import type { Column, Member, Table } from './schema.js';
import type { Type } from './types.js';

const maxDepth = 8;
/** Of one column: whoever has more keeps data as names. */
const mostFields = 2_000;

/**
 * Every member below the column, in order, parents before what they hold. The elements of a list of structs have no line
 * of their own; those of a list of plain values are `tags[]`.
 */
export function fieldsOf(column: Column): Column[] {
  const facts = new Map((column.members ?? []).map((member) => [keyOf(member.steps), member]));
  const found: Column[] = [];
  const add = (steps: readonly (string | null)[], type: Type): void => {
    if (found.length >= mostFields) return;
    const known: Partial<Member> = facts.get(keyOf(steps)) ?? {};
    const { nativeType = 'member', steps: _, ...rest } = known;
    found.push({ name: fieldName(column.name, steps), type, nullable: true, nativeType, ...rest, within: { column: column.name, steps } });
  };
  const walk = (type: Type, steps: readonly (string | null)[]): void => {
    if (steps.length >= maxDepth) return;
    if (type.kind === 'list') {
      const inner = [...steps, null];
      if (type.element.kind !== 'struct' && type.element.kind !== 'list') add(inner, type.element);
      else walk(type.element, inner);
    } else if (type.kind === 'struct') {
      for (const field of type.fields) {
        add([...steps, field.name], field.type);
        walk(field.type, [...steps, field.name]);
      }
    }
  };
  walk(column.type, []);
  return found;
}

/** The table with its members as further columns, for what compares and links by column. Never for a statement's names. */
export function withFields(table: Table): Table {
  const fields = table.columns.filter(({ within }) => within === undefined).flatMap(fieldsOf);
  return fields.length === 0 ? table : { ...table, columns: [...table.columns.filter(({ within }) => within === undefined), ...fields] };
}

/** A member of the elements of some list: a row has many of it. */
export function isRepeated({ within }: Column): boolean {
  return within?.steps.includes(null) === true;
}

function fieldName(column: string, steps: readonly (string | null)[]): string {
  return steps.reduce<string>((name, step) => (step === null ? `${name}[]` : `${name}.${step}`), column);
}

function keyOf(steps: readonly (string | null)[]): string {
  return JSON.stringify(steps);
}
