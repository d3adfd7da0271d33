/** Comparisons ("age over 30", "older than the average", "price between 10 and 20") and superlatives within conditions. */

import type { Comparison } from '../tree/tree.js';
import type { Chunk } from './chunks.js';
import type { Cursor } from './cursor.js';
import { push } from './state.js';
import type { FilterState } from './state.js';
import { readTarget } from './order.js';
import type { Cond, Mention, Operand, Target } from './sketch.js';
import { isTime } from '../build/roles.js';
import { isParticiple } from './verbs.js';
import { isConstant, isMention, namesTable, operandOf } from './sketch.js';

const articles = new Set(['the', 'a', 'an', 'of', 'be', 'value', 'their', 'its', 'his', 'her', 'that', 'all', 'than', 'any', 'some', 'to', 'as', 'or']);

/** Words before what is counted that say nothing more of it. */
export const corresponding = new Set(['corresponding', 'associated', 'such', 'respective', 'related']);

/** "two or more records", "at least 3 entries": rows of whatever is grouped. */
export function isOccurrence(chunk: Chunk | undefined): boolean {
  return chunk !== undefined && chunk.tables.length === 0 && /^(records?|entry|entries|rows?|occurrences?)$/.test(chunk.text.toLowerCase());
}

/** Reads `[column] [not] operator operand`; false, and nothing moved, where it isn't there. */
export function readComparison(cursor: Cursor, state: FilterState, column: Chunk | undefined): boolean {
  const start = cursor.at;
  let i = column === undefined ? 0 : 1;
  const mentioned = (): Mention | undefined => (column === undefined ? undefined : cursor.mention(column, 'filter'));
  // "age of students over 30"
  let anchor: Chunk | undefined;
  if (column !== undefined && !namesTable(column) && cursor.preposition(i, 'of') && isMention(cursor.peek(i + 1)) && namesTable(cursor.peek(i + 1)!)) {
    anchor = cursor.peek(i + 1);
    i += 2;
  }
  // "products whose name contains ..."
  const whose = cursor.op('relative', -1)?.word === 'whose' ? cursor.peek(-2) : undefined;
  const owner = column !== undefined && isMention(whose) && namesTable(whose) && !namesTable(column) ? cursor.sketch.mentions.findLast((m) => m.chunk === whose) : undefined;
  let negated = state.negated;
  while (cursor.isOp(i, 'be', 'have', 'either') || (cursor.preposition(i, 'of', 'in', 'as', 'at', 'with', 'for', 'to', 'from') && column !== undefined) || (column !== undefined && cursor.peek(i) !== undefined && articles.has(cursor.peek(i)!.word) && cursor.peek(i)!.op === undefined) || cursor.isOp(i, 'not') || (column !== undefined && cursor.isOp(i, 'relative') && i === 1 && cursor.isOp(i + 1, 'be', 'compare', 'like'))) {
    if (cursor.isOp(i, 'not')) negated = !negated;
    i++;
  }
  const chunk = cursor.peek(i);
  if (chunk === undefined) return false;
  const left = (wants?: Mention['wants']): Target => {
    const mention = mentioned();
    if (mention !== undefined) {
      if (anchor !== undefined) mention.anchor = cursor.mention(anchor, 'anchor');
      else if (owner !== undefined) mention.anchor = owner;
      if (wants !== undefined) mention.wants = wants;
      state.column = mention;
      return { mention };
    }
    if (state.column !== undefined) return { mention: state.column };
    return state.left ?? {};
  };
  const finish = (cond: Cond, end: number): boolean => {
    state.negated = false;
    if ('left' in cond) state.left = cond.left;
    push(state, cond);
    cursor.at = Math.max(end, start);
    return true;
  };

  const like = cursor.op('like', i);
  if (like !== undefined) {
    let at = i + 1;
    const letter = (k: number) => cursor.peek(k)?.text.length === 1 && (cursor.peek(k + 1) === undefined || cursor.peek(k + 1)!.op !== undefined) && /letter$/.test(cursor.peek(k - 1)?.text.toLowerCase() ?? '');
    while (cursor.peek(at)?.quoted === undefined && !letter(at) && (cursor.peek(at)?.op?.op === 'preposition' || ['the', 'a', 'an', 'letter', 'word', 'string', 'in', 'text', 'substring', 'phrase', 'value', 'character', 'name', 'it'].includes(cursor.peek(at)?.word ?? ''))) at++;
    const value = cursor.peek(at);
    // "Whose name contains green": one word of its own, at the end of what is said.
    const bare = value !== undefined && value.op === undefined && !value.named && value.number === undefined && value.end - value.start === 1 && /^\p{L}{2,}$/u.test(value.text) && (cursor.peek(at + 1) === undefined || cursor.isOp(at + 1, 'and', 'or', 'comma', 'period')) && value.text.toLowerCase() !== 'than';
    if (bare && (column !== undefined || state.column !== undefined) && value.values.length === 0 && value.quoted === undefined) return finish({ kind: 'like', left: left('text'), how: like.how, value: value.text, negated }, start + at + 1);
    if (value?.quoted === undefined && value?.values.length !== undefined && value.values.length === 0 && value.number === undefined && !/^[A-Za-z]$/.test(value?.text ?? '')) return false;
    if (value === undefined || (column === undefined && state.column === undefined)) return false;
    return finish({ kind: 'like', left: left('text'), how: like.how, value: value.quoted ?? value.text, negated }, start + at + 1);
  }
  if (cursor.isOp(i, 'between')) {
    let at = i + 1;
    while (cursor.peek(at) !== undefined && articles.has(cursor.peek(at)!.word)) at++;
    const low = cursor.peek(at);
    let second = at + 1;
    while (cursor.isOp(second, 'and') || cursor.preposition(second, 'to') || articles.has(cursor.peek(second)?.word ?? '')) second++;
    const high = cursor.peek(second);
    if (!isConstant(low) || !isConstant(high)) return false;
    const target = left(low.date !== undefined ? 'time' : 'number');
    const cond: Cond = { kind: 'between', left: target.mention === undefined ? { dimension: { concepts: ['date', 'time', 'year'], high: true } } : target, low: operandOf(low), high: operandOf(high), negated };
    return finish(cond, start + second + 1);
  }
  if (column !== undefined && cursor.isOp(i, 'missing')) return finish({ kind: 'missing', left: left(), negated }, start + i + 1);

  let op: Comparison | undefined = cursor.op('compare', i)?.is;
  if (op === undefined && chunk.text === '=' ) op = '=';
  if (op === undefined && ['>', '<', '>=', '<='].includes(chunk.text)) op = chunk.text as Comparison;
  let dimension = chunk.dimension;
  let at = i;
  const moreOrLess = cursor.op('compare', i);
  if (moreOrLess !== undefined && cursor.peek(i + 1)?.dimension !== undefined && cursor.preposition(i + 2, 'than')) {
    // "more expensive than"
    dimension = cursor.peek(i + 1)!.dimension!;
    op = (moreOrLess.is === '>') === dimension.high ? '>' : '<';
    at = i + 3;
  } else if (op !== undefined) {
    at = i + 1;
    dimension = undefined;
  } else if (dimension !== undefined && cursor.preposition(i + 1, 'than')) {
    op = dimension.high ? '>' : '<';
    at = i + 2;
  } else if (column !== undefined && cursor.preposition(i, 'before', 'prior to', 'earlier than', 'after', 'later than', 'since', 'until')) {
    const word = cursor.op('preposition', i)!.word;
    op = /after|later/.test(word) ? '>' : word === 'since' ? '>=' : word === 'until' ? '<=' : '<';
    at = i + 1;
  } else if (column !== undefined && i > 1 && isConstant(chunk) && chunk.op === undefined && !isMention(chunk) && !isBareYear(cursor, i, column, chunk)) {
    // "Paid in cash", of paid_at: how, and not when.
    if (isParticiple(column.text) && chunk.values.length > 0 && column.columns[0] !== undefined && isTime(column.columns[0].column.type)) return false;
    // "age is 30", "with status of failed"; "address in Alaska state" is of the state
    if (belongsToNext(cursor, i, column)) return false;
    return finishEquality(cursor, state, left, chunk, negated, start + i + 1, finish);
  } else if (column !== undefined && i === 1 && chunk.number !== undefined && chunk.op === undefined && !isMention(chunk) && !namesTable(column)) {
    return finishEquality(cursor, state, left, chunk, negated, start + i + 1, finish);
  } else return false;

  // "more passengers than 1000"
  const noun = cursor.peek(at);
  if (column === undefined && dimension === undefined && isMention(noun) && cursor.preposition(at + 1, 'than') && cursor.peek(at + 2)?.number !== undefined) {
    const mention = cursor.mention(noun, 'relation');
    return finish({ kind: 'relation', mention, negated, amount: { op, value: cursor.peek(at + 2)!.number! }, conds: [] }, start + at + 3);
  }
  // "a higher salary than the average", "a lower support rate than oppose rate"
  if (column === undefined && dimension === undefined && isMention(noun) && !namesTable(noun) && cursor.preposition(at + 1, 'than')) {
    let right = at + 2;
    while (articles.has(cursor.peek(right)?.word ?? '') && cursor.peek(right)?.op === undefined) right++;
    const constant = cursor.peek(right);
    const mention = cursor.mention(noun, 'filter');
    mention.wants = 'number';
    state.column = mention;
    if (constant?.number !== undefined && constant.op === undefined) return finish({ kind: 'compare', left: { mention }, op, right: operandOf(constant), negated }, start + right + 1);
    if (compareTarget(cursor, { op, at: right, negated, left: () => ({ mention }), finish, start })) return true;
  }
  while (cursor.preposition(at, 'than') || (cursor.peek(at) !== undefined && articles.has(cursor.peek(at)!.word) && !cursor.isOp(at, 'aggregate'))) at++;
  const operand = cursor.peek(at);
  if (operand === undefined) return false;
  const leftOf = (wants?: Mention['wants']): Target => (dimension === undefined ? left(wants) : { dimension });

  if (isConstant(operand) && operand.op === undefined && !(isMention(operand) && operand.number === undefined && operand.values.length === 0)) {
    // "advise more than 2 students": it is the students that are counted.
    const after = cursor.peek(at + 1);
    if (column !== undefined && column.loose && operand.number !== undefined && isMention(after) && (namesTable(after) || /(ed|ing)$/.test(column.text))) return false;
    let end = at + 1;
    let is = op;
    if (cursor.isOp(end, 'orMore')) [is, end] = ['>=', end + 1];
    else if (cursor.isOp(end, 'orLess')) [is, end] = ['<=', end + 1];
    if (column === undefined && dimension === undefined && operand.number !== undefined) {
      // "over 200 attendees", "more than 3 rooms", "at least twice"
      while (cursor.isOp(end, 'distinct') || articles.has(cursor.peek(end)?.word ?? '') || corresponding.has(cursor.peek(end)?.text.toLowerCase() ?? '')) end++;
      const noun = cursor.peek(end);
      const old = /^years?$/.test(noun?.text.toLowerCase() ?? '') ? (cursor.peek(end + 1)?.text.toLowerCase() === 'old' ? 2 : cursor.preposition(end + 1, 'of') && cursor.peek(end + 2)?.word === 'age' ? 3 : 0) : 0;
      if (old > 0) return finish({ kind: 'compare', left: { dimension: { concepts: ['age'], high: true } }, op: is, right: operandOf(operand), negated }, start + end + old);
      if (isOccurrence(noun)) return finish({ kind: 'compare', left: { aggregate: 'count' }, op: is, right: operandOf(operand), negated }, start + end + 1);
      if (isMention(noun)) {
        const mention = cursor.mention(noun, 'relation');
        const cond: Cond = { kind: 'relation', mention, negated, amount: { op: is, value: operand.number }, conds: [] };
        return finish(cond, start + end + 1);
      }
      if (state.column === undefined && !/^(year|people|time)/.test(noun?.word ?? '') && !['once', 'twice'].includes(operand.text)) return false;
      if (/^time/.test(noun?.text ?? '') || ['once', 'twice'].includes(operand.text)) {
        return finish({ kind: 'compare', left: { aggregate: 'count' }, op: is, right: operandOf(operand), negated }, start + end + (/^time/.test(noun?.text ?? '') ? 1 : 0));
      }
      if (noun?.word === 'year' && state.column === undefined) return finish({ kind: 'compare', left: { dimension: { concepts: ['age'], high: true } }, op: is, right: operandOf(operand), negated }, start + end + 1);
    }
    const target = leftOf(operand.number !== undefined ? 'number' : operand.date !== undefined ? 'time' : undefined);
    if (target.mention === undefined && target.dimension === undefined) return false;
    // "a number of rooms above 3": the relation's count
    return finish({ kind: 'compare', left: target, op: is, right: operandOf(operand), negated }, start + end);
  }
  return compareTarget(cursor, { op, at, negated, left: leftOf, finish, start });
}

/** "the address in Alaska state", "the mills of 'post' type": the value is of the column that follows it. */
function belongsToNext(cursor: Cursor, i: number, column: Chunk): boolean {
  const value = cursor.peek(i)!;
  const next = cursor.peek(i + 1);
  if (value.number !== undefined || value.date !== undefined || !isMention(next) || namesTable(next) || next.loose || isConstant(next) || /s$/.test(next.text)) return false;
  const fits = (c: Chunk) => c.columns.some((m) => value.values.some((v) => v.column === m.column));
  return value.values.length === 0 ? cursor.preposition(i - 1) : fits(next) && !fits(column);
}

/** "estimation in 1995": the year is no value of the estimation. */
function isBareYear(cursor: Cursor, i: number, column: Chunk, chunk: Chunk): boolean {
  if (chunk.number === undefined && chunk.date === undefined) return false;
  if (chunk.number !== undefined && (chunk.number < 1500 || chunk.number > 2100)) return false;
  const dated = column.columns.some((c) => c.score > 0.8 && (isTime(c.column.type) || c.column.names.some((n) => n.words.includes('year') || n.words.includes('date'))));
  return cursor.preposition(i - 1, 'in', 'on', 'during', 'at', 'for', 'from') && !dated;
}

interface Half {
  readonly op: Comparison;
  readonly at: number;
  readonly negated: boolean;
  readonly left: (wants?: Mention['wants']) => Target;
  readonly finish: (cond: Cond, end: number) => boolean;
  readonly start: number;
}

/** The right side is itself asked for: the average, the highest, another column. */
function compareTarget(cursor: Cursor, half: Half): boolean {
  const { at, op, negated, finish, start } = half;
  const superlative = cursor.op('superlative', at);
  if (superlative !== undefined && isMention(cursor.peek(at + 1))) {
    const left = half.left('number');
    const mention = cursor.mention(cursor.peek(at + 1)!, 'filter');
    return finish({ kind: 'compare', left, op, right: { kind: 'target', target: { aggregate: superlative.high ? 'max' : 'min', mention } }, negated }, start + at + 2);
  }
  const aggregate = cursor.op('aggregate', at)?.name;
  const right = readTarget(cursor, at);
  if (right?.target.mention === undefined || right.target.aggregate === 'count') {
    if (aggregate === undefined) return false;
    // "older than average": the same column's average.
    const left = half.left('number');
    if (left.mention === undefined && left.dimension === undefined) return false;
    return finish({ kind: 'compare', left, op, right: { kind: 'target', target: { ...left, aggregate } }, negated }, start + at + 1);
  }
  const left = half.left('number');
  const same = left.mention === undefined && left.dimension === undefined;
  right.target.mention.role = 'filter';
  const cond: Cond = { kind: 'compare', left: same ? { mention: right.target.mention } : left, op, right: { kind: 'target', target: right.target }, negated };
  if (same && right.target.aggregate === undefined) return false;
  return finish(cond, start + at + right.length);
}

function finishEquality(cursor: Cursor, state: FilterState, left: (w?: Mention['wants']) => Target, chunk: Chunk, negated: boolean, end: number, finish: (c: Cond, e: number) => boolean): boolean {
  let op: Comparison = '=';
  let at = end;
  const ahead = at - cursor.at;
  if (cursor.isOp(ahead, 'orMore')) [op, at] = ['>=', at + 1];
  else if (cursor.isOp(ahead, 'orLess')) [op, at] = ['<=', at + 1];
  const operand: Operand = operandOf(chunk);
  const target = left(operand.kind === 'number' ? 'any' : operand.kind === 'date' ? 'time' : undefined);
  const first: Cond = { kind: 'compare', left: target, op, right: operand, negated };
  if (!finish(first, at)) return false;
  // "status failed or late": further values of the same column
  const more: Cond[] = [];
  let joiner = '';
  for (;;) {
    let i = 0;
    while (cursor.isOp(i, 'or', 'and', 'comma')) {
      if (!cursor.isOp(i, 'comma')) joiner = cursor.peek(i)!.op!.op;
      i++;
    }
    const next = cursor.peek(i);
    const follows = cursor.peek(i + 1);
    if (i === 0 || !isConstant(next) || isMention(next) || next.op !== undefined || isMention(follows) || (next.number !== undefined) !== (chunk.number !== undefined)) break;
    cursor.at += i + 1;
    more.push({ kind: 'compare', left: target, op, right: operandOf(next), negated });
  }
  if (more.length > 0) {
    const last = state.into.pop()!;
    state.into.push(joiner === 'or' || negated ? { kind: 'or', args: [last, ...more] } : { kind: 'both', args: [last, ...more] });
    state.both = false;
  }
  return true;
}

/** "average price above 10", "number of rooms greater than 3": a measure of a group. */
export function readMeasured(cursor: Cursor, state: FilterState): boolean {
  const { op } = cursor.peek()!;
  const aggregate = op?.op === 'aggregate' ? op.name : 'count';
  let i = 1;
  while (articles.has(cursor.peek(i)?.word ?? '') || cursor.preposition(i, 'of') || cursor.isOp(i, 'distinct', 'count')) i++;
  const noun = cursor.peek(i);
  if (!isMention(noun)) return false;
  const before = state.into.length;
  cursor.at += i;
  if (!readComparison(cursor, state, noun)) {
    cursor.at -= i;
    return false;
  }
  const cond = state.into.at(-1);
  if (state.into.length === before || cond?.kind !== 'compare' || cond.left.mention === undefined) return true;
  if (aggregate === 'count') cond.left.mention.role = 'relation';
  state.into[state.into.length - 1] = { ...cond, left: { ...cond.left, aggregate } };
  return true;
}

/** "with the highest salary", "who has the most orders", "that is the oldest". */
export function readExtreme(cursor: Cursor, state: FilterState): boolean {
  const { sketch } = cursor;
  const chunk = cursor.peek()!;
  const op = chunk.op;
  if (op?.op === 'common') {
    cursor.next();
    push(state, { kind: 'extreme', by: { aggregate: 'count' }, high: op.high, count: sketch.limit });
    return true;
  }
  if (op?.op === 'top') {
    const number = cursor.peek(1)?.number;
    if (number === undefined) return chunk.dimension === undefined ? false : dimensionExtreme(cursor, state);
    cursor.at += 2;
    sketch.limit = number;
    if (cursor.isOp(0, 'superlative', 'common')) return readExtreme(cursor, state);
    const target = readTarget(cursor, 0);
    if (target === undefined) return true;
    cursor.at += target.length;
    push(state, { kind: 'extreme', by: target.target, high: op.high, count: number });
    return true;
  }
  if (op?.op !== 'superlative') return dimensionExtreme(cursor, state);
  const next = cursor.peek(1);
  if (next?.dimension !== undefined && !isMention(next)) {
    cursor.at += 2;
    const column = cursor.peek();
    if (isMention(column) && !namesTable(column) && next.dimension.concepts.includes('date')) {
      const mention = cursor.mention(cursor.next(), 'order');
      mention.wants = 'time';
      push(state, { kind: 'extreme', by: { mention }, high: op.high === next.dimension.high, count: sketch.limit });
      return true;
    }
    push(state, { kind: 'extreme', by: { dimension: next.dimension }, high: op.high === next.dimension.high, count: sketch.limit });
    return true;
  }
  let i = 1;
  while ((['of', 'the', 'total', 'amount', 'number', 'distinct', 'different'].includes(cursor.peek(i)?.word ?? '') || corresponding.has(cursor.peek(i)?.text.toLowerCase() ?? '')) && !isMention(cursor.peek(i))) i++;
  // "the most female students": a value between says which of them are counted.
  const adjective = cursor.peek(i);
  const described = cursor.peek(i + 1);
  if (isConstant(adjective) && adjective.values.length > 0 && adjective.number === undefined && !isMention(adjective) && isMention(described) && namesTable(described)) {
    const anchor = cursor.mention(described, 'relation');
    push(state, { kind: 'value', right: operandOf(adjective), anchor, preposition: '', negated: false });
    cursor.at += i + 2;
    push(state, { kind: 'extreme', by: { aggregate: 'count', mention: anchor }, high: op.high, count: sketch.limit });
    return true;
  }
  const target = readTarget(cursor, i);
  if (target === undefined) {
    // "bought the most", "used the least": by how often.
    const ends = cursor.peek(1) === undefined || cursor.isOp(1, 'period', 'comma', 'and') || ['often', 'frequently', 'times', 'time'].includes(cursor.peek(1)!.text.toLowerCase());
    if (!ends || !/\b(most|least|fewest)$/.test(chunk.text.toLowerCase())) return false;
    cursor.at += cursor.peek(1) !== undefined && cursor.peek(1)!.op === undefined ? 2 : 1;
    push(state, { kind: 'extreme', by: { aggregate: 'count' }, high: op.high, count: sketch.limit });
    return true;
  }
  const counted = /number of|amount of/.test(chunk.text) || cursor.isOp(1, 'count');
  const { mention } = target.target;
  const total = [...Array(i).keys()].some((ahead) => cursor.peek(ahead)?.word === 'total' || /\btotal$/.test(cursor.peek(ahead)!.text.toLowerCase()));
  cursor.at += i + target.length;
  const summed = total && mention !== undefined && !counted && !namesTable(mention.chunk) && target.target.aggregate === undefined;
  const by: Target = summed ? { ...target.target, aggregate: 'sum' } : mention !== undefined && (counted || namesTable(mention.chunk)) && target.target.aggregate === undefined ? { ...target.target, aggregate: 'count' } : target.target;
  if (mention !== undefined && by.aggregate !== 'count') mention.wants = 'number';
  push(state, { kind: 'extreme', by, high: op.high, count: sketch.limit });
  return true;
}

function dimensionExtreme(cursor: Cursor, state: FilterState): boolean {
  const chunk = cursor.peek()!;
  if (chunk.dimension === undefined || !/st$|^last$|^first$/.test(chunk.word)) return false;
  cursor.next();
  push(state, { kind: 'extreme', by: { dimension: chunk.dimension }, high: chunk.dimension.high, count: cursor.sketch.limit });
  return true;
}
