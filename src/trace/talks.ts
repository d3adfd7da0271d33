/**
 * Conversations that are numbered: such a number stands in messages by chance everywhere, so it is looked for under the very
 * name that it has, and the numbers of events are not looked for at all: each log counts its own.
 */

import { words } from '../catalog/names.js';
import type { Domains } from './domains.js';
import type { Found } from './found.js';
import type { LookUp } from './look-up.js';
import { messageIds } from './message.js';
import type { Row } from './payload.js';
import { memberTexts } from './statements.js';
import { isSpecific } from './unmistakable.js';

const nameOf = (where: string) => where.replace(/^header /, '').split('.').at(-1)!;
const isCalled = (where: string, name: string) => words(nameOf(where)).join('') === words(name).join('');

export function talkLookUps({ table, row, role }: Found, from: string, domains: Domains): LookUp[] {
  if (role !== 'part' || table.kind !== 'topic') return [];
  return messageIds(row).filter((id) => id.role === 'correlationId' && !isSpecific(id.value)).flatMap(({ where, value }) => {
    const name = nameOf(where);
    const isMeant = (other: Row) => messageIds(other).some((id) => id.role === 'correlationId' && id.value === value && isCalled(id.where, name));
    return domains.tables.filter(({ kind }) => kind === 'topic').flatMap((log) =>
      log.columns.filter((column) => ['_headers', '_value'].includes(column.name) && (column.type.kind === 'text' || column.type.kind === 'json')).map((column): LookUp => ({
        table: log, ids: [], positions: [],
        columns: [{ column, texts: { all: [memberTexts(name, value)], because: `${name} = ${value}` }, values: [{ value, from }], certainty: 'declared', role: 'part', accepts: isMeant }],
      })),
    );
  });
}
