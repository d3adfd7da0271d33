/** Columns that tell what was earned, and the rows of theirs that say it was not. */

import { isMeasure, isText, timeOf } from '../build/roles.js';
import type { ColumnEntry, Schema, TableEntry } from '../link/catalog.js';
import { lemma, root } from '../text/lemma.js';
import type { Predicate, Source } from '../tree/tree.js';

const earned = new Set(['revenue', 'revenues', 'turnover', 'takings', 'earnings']);

export function isEarned(word: string): boolean {
  return earned.has(word.toLowerCase());
}

/** Rows that may stand for money that came, and those of them that say it did not. */
export interface Earning {
  readonly column: ColumnEntry;
  readonly without: readonly { readonly predicate: (p: { readonly source: Source }) => Predicate; readonly note: string }[];
}

const outgoing = new Set(['refund', 'expense', 'cost', 'salary', 'payslip', 'payout', 'purchase', 'budget', 'wage', 'fine', 'penalty', 'discount', 'tax', 'history', 'log', 'event', 'snapshot', 'forecast', 'target', 'bonus', 'claim', 'supply', 'supplier', 'transfer', 'account', 'debt', 'loan', 'cart', 'quote', 'offer', 'item', 'line', 'detail', 'credit']);
const money = new Set(['amount', 'total', 'total amount', 'total price', 'total value', 'grand total', 'amount paid', 'paid amount', 'amount value', 'total value', 'order total', 'total cent', 'amount cent']);

/** Columns that say how much money each of the things that happened brought. */
export function earningsOf(schema: Schema): Earning[] {
  return schema.tables.flatMap((table): Earning[] => {
    if (table.table.kind === 'topic' || table.table.kind === 'view' || timeOf(table) === undefined || table.names[0]!.words.some((w) => outgoing.has(w))) return [];
    const columns = table.columns.filter((c) => isMeasure(c) && c.names.some((n) => money.has(n.words.join(' ')) && n.weight >= 0.93));
    return columns.length === 1 ? [{ column: columns[0]!, without: unearned(table) }] : [];
  });
}

const lost = new Set(['fail', 'cancel', 'cancell', 'refund', 'declin', 'decline', 'void', 'reject', 'rever', 'revers', 'reverse', 'dispute', 'timeout', 'timed out', 'incomplete', 'chargeback', 'abort', 'expir', 'expire', 'pending', 'pend', 'unpaid', 'draft', 'open', 'no show', 'error', 'new', 'abandon']);

export function unearned(table: TableEntry): Earning['without'] {
  const states = table.columns.filter((c) => isText(c.type) && c.values.length <= 12 && c.names.some((n) => ['status', 'state', 'outcome', 'result', 'stage'].includes(n.words.at(-1)!)));
  const said = states.flatMap((column) => {
    const bad = column.values.filter((v) => lost.has(root(lemma(v.toLowerCase()))) || lost.has(lemma(v.toLowerCase())) || lost.has(v.toLowerCase().replace(/[_-]/g, ' ')));
    return bad.length === 0 ? [] : [{ predicate: ({ source }: { source: Source }): Predicate => ({ kind: 'in', arg: { kind: 'column', source, path: column.path, type: column.type }, values: bad.map((value) => ({ kind: 'text', value })), negated: true }), note: `without those whose ${column.path.join('.')} is ${bad.join(' or ')}` }];
  });
  const flags = table.columns.filter((c) => c.type.kind === 'boolean' && c.names.some((n) => ['succeed', 'success', 'successful', 'pay', 'paid', 'settle', 'capture'].includes(n.words.join(' '))));
  return [...said, ...flags.map((column) => ({ predicate: ({ source }: { source: Source }): Predicate => ({ kind: 'compare', op: '=', left: { kind: 'column', source, path: column.path, type: column.type }, right: { kind: 'boolean', value: true } }), note: `only those that ${column.path.join('.')} is true of` }))];
}
