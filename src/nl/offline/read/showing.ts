/** Where a reader of what is to be shown stands, and how one more thing comes to be shown. */

import type { AggregateName } from '../tree/tree.js';
import type { Cursor } from './cursor.js';
import type { Mention } from './sketch.js';
import { namesColumn, namesTable } from './sketch.js';

export interface State {
  /** Something said that another thing to show comes: "and", a comma, an aggregate. */
  more: boolean;
  number: 'count' | 'total' | undefined;
  pending: AggregateName[];
  /** The aggregates of a list of columns: "average age and height". */
  last: AggregateName[];
  distinct: boolean;
  /** Columns that still wait for "of X". */
  loose: Mention[];
  anchor: Mention | undefined;
}

export function addSelect(cursor: Cursor, state: State): Mention {
  const { sketch } = cursor;
  const chunk = cursor.next();
  const mention = cursor.mention(chunk, 'select');
  if (state.pending.length === 0 && state.last.length > 0 && cursor.chunks[cursor.at - 2]?.op?.op === 'and' && namesColumn(chunk) && state.last[0] !== 'count') state.pending = state.last;
  if (state.pending.length === 0) sketch.selects.push({ mention });
  for (const aggregate of state.pending) sketch.selects.push({ aggregate, mention, ...(state.distinct ? { distinct: true } : {}), ...(state.number === undefined ? {} : { number: state.number }) });
  if (state.pending.length === 0 && state.distinct) sketch.distinct = true;
  state.last = state.pending;
  state.more = false;
  state.number = undefined;
  state.pending = [];
  state.distinct = false;
  if (!namesTable(chunk)) {
    state.loose.push(mention);
    if (state.anchor !== undefined) mention.anchor = state.anchor;
  } else if (state.last.length === 0) {
    state.anchor = undefined;
  }
  return mention;
}
