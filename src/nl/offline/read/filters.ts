/** The conditions of a sentence, one after another: comparisons, values, relations to other tables, superlatives. */

import type { Comparison } from '../tree/tree.js';
import { light } from '../text/words.js';
import type { Cursor } from './cursor.js';
import { push } from './state.js';
import type { FilterState } from './state.js';
import { isFiller, isHeadNoun, isVerb } from './verbs.js';
import type { Cond, Mention, Operand, Target } from './sketch.js';
import { isConstant, isMention, namesColumn, namesTable, operandOf } from './sketch.js';
import { isDeniedNumber, isHad } from './states.js';
import type { Chunk } from './chunks.js';
import { corresponding, isOccurrence, readComparison, readExtreme, readMeasured } from './compare.js';

/** Reads conditions until the sentence ends or turns to what is to be shown. True where it did turn. */
export function readFilters(cursor: Cursor): boolean {
  const { sketch } = cursor;
  const state: FilterState = { negated: false, or: false, both: false, preposition: '', subject: undefined, column: before(cursor), left: undefined, into: sketch.conds };
  while (!cursor.done) {
    const chunk = cursor.peek()!;
    if (cursor.isOp(0, 'comma', 'and') && turnsBack(cursor)) return true;
    if (readCondition(cursor, state)) continue;
    cursor.next();
    if (light.has(chunk.word) || isFiller(chunk.text) || (isHeadNoun(chunk.text) && isColumn(cursor.peek(-2)))) continue;
    if (isVerb(chunk.text) || /ly$/.test(chunk.text)) sketch.passed.push(chunk);
    else sketch.unread.push(chunk);
  }
  return false;
}

function isColumn(chunk: Chunk | undefined): boolean {
  return isMention(chunk) && namesColumn(chunk) && chunk.values.length === 0;
}

/** The column that stands right before the conditions: "Which product's description contains ...". */
function before(cursor: Cursor): Mention | undefined {
  const chunk = cursor.chunks[cursor.at - 1];
  return chunk === undefined ? undefined : cursor.sketch.mentions.findLast((m) => m.chunk === chunk && m.role === 'select' && !namesTable(chunk));
}

/** ", show their names", "and how many of them". */
function turnsBack(cursor: Cursor): boolean {
  let i = 1;
  while (cursor.isOp(i, 'comma', 'and')) i++;
  if (cursor.isOp(i, 'lead', 'question')) return true;
  if (cursor.isOp(i, 'count') && /^(how many|the number|the count)/.test(cursor.peek(i)!.text.toLowerCase()) && (cursor.peek(i + 1) === undefined || cursor.isOp(i + 1, 'be', 'have', 'period') || /^(there|them|times?|occurrences?|of)$/.test(cursor.peek(i + 1)!.text.toLowerCase()) && cursor.peek(i + 2) === undefined)) return true;
  if (cursor.isOp(i, 'count', 'aggregate') && !cursor.isOp(i + 1, 'compare')) return cursor.isOp(0, 'comma', 'and') && isMention(cursor.peek(i + 1));
  return cursor.peek(i)?.word === 'which' && isMention(cursor.peek(i + 1)) && cursor.isOp(0, 'comma');
}

function readCondition(cursor: Cursor, state: FilterState): boolean {
  const chunk = cursor.peek()!;
  const op = chunk.op;
  if (isMention(chunk)) return readMentioned(cursor, state);
  if (op === undefined) {
    if (chunk.dimension !== undefined && (readComparison(cursor, state, undefined) || readExtreme(cursor, state))) return true;
    if (chunk.number !== undefined) return readAmount(cursor, state);
    if (isConstant(chunk)) return readValue(cursor, state);
    return false;
  }
  switch (op.op) {
    case 'comma':
    case 'and':
      cursor.next();
      return true;
    case 'or':
      cursor.next();
      state.or = true;
      return true;
    case 'both':
      cursor.next();
      state.both = true;
      return true;
    case 'neither':
    case 'not':
    case 'except':
      cursor.next();
      state.negated = true;
      // "Neither tickets nor sales" denies each by itself.
      if (op.op === 'except' || chunk.text.toLowerCase() === 'nor') state.into = cursor.sketch.conds;
      return true;
    case 'without':
      cursor.next();
      return readWithout(cursor, state);
    case 'preposition':
      return readPreposition(cursor, state, op.word);
    case 'either':
    case 'relative':
    case 'be':
    case 'have':
    case 'all':
    case 'lead':
    case 'question':
    case 'period':
    case 'distinct':
    case 'possessive':
      cursor.next();
      if (op.op === 'relative' && op.word !== 'whose' && state.into !== cursor.sketch.conds && state.into.length > 0) state.into = cursor.sketch.conds;
      return true;
    case 'compare':
    case 'like':
    case 'between':
    case 'orMore':
    case 'orLess':
      return readComparison(cursor, state, undefined);
    case 'count':
    case 'aggregate':
      return readMeasured(cursor, state);
    case 'superlative':
    case 'common':
    case 'top':
      return readExtreme(cursor, state);
    case 'named': {
      const next = cursor.peek(1);
      if (!isConstant(next)) return false;
      cursor.next();
      return readValue(cursor, state, 'named');
    }
    case 'missing': {
      if (state.column === undefined) return false;
      cursor.next();
      push(state, { kind: 'missing', left: { mention: state.column }, negated: state.negated });
      return true;
    }
    default:
      return false;
  }
}

function readPreposition(cursor: Cursor, state: FilterState, word: string): boolean {
  const time = ({ before: '<', 'prior to': '<', 'earlier than': '<', until: '<=', after: '>', 'later than': '>', since: '>=', 'no later than': '<=', 'no earlier than': '>=' } as Record<string, Comparison>)[word];
  if (time !== undefined) {
    let i = 1;
    while (cursor.peek(i) !== undefined && (['the', 'year', 'date'].includes(cursor.peek(i)!.word) || cursor.preposition(i, 'of'))) i++;
    const constant = cursor.peek(i);
    if (isConstant(constant) && constant.op === undefined) {
      cursor.at += i + 1;
      const left: Target = state.column === undefined ? { dimension: { concepts: ['date', 'time', 'year'], high: true } } : { mention: { ...state.column, wants: 'time' } };
      if (state.column !== undefined) cursor.sketch.mentions.push(left.mention!);
      push(state, { kind: 'compare', left, op: time, right: operandOf(constant), negated: state.negated });
      return true;
    }
  }
  cursor.next();
  state.preposition = word;
  return true;
}

/** A bare value: its column is found by the value, the word before it, or what the sentence is about. */
function readValue(cursor: Cursor, state: FilterState, preposition = state.preposition): boolean {
  const chunk = cursor.next();
  const right = operandOf(chunk);
  const next = cursor.peek();
  const alternatives = [right];
  // "in France or Germany", "from A, B or C": one condition a value, all on the same column.
  let joiner: 'or' | 'and' | undefined;
  for (;;) {
    let i = 0;
    let seen: 'or' | 'and' | undefined;
    while (cursor.isOp(i, 'comma', 'and', 'or', 'either') || (i > 0 && (cursor.preposition(i, 'in', 'from', 'at', 'by') || cursor.peek(i)?.word === 'the' || cursor.isOp(i, 'named')))) {
      if (cursor.isOp(i, 'or')) seen = 'or';
      else if (cursor.isOp(i, 'and')) seen ??= 'and';
      i++;
    }
    const other = cursor.peek(i);
    if (i === 0 || !isConstant(other) || isMention(other) || other.op !== undefined || other.number !== undefined || isMention(cursor.peek(i + 1))) break;
    cursor.at += i + 1;
    joiner = seen ?? joiner;
    alternatives.push(operandOf(other));
  }
  const make = (operand: Operand): Cond => ({ kind: 'value', right: operand, anchor: state.subject, preposition, negated: state.negated });
  if (alternatives.length === 1 && isMention(next) && next.columns.length > 0 && !cursor.isOp(1, 'compare', 'be') && valueFits(right, next)) {
    // "WY state", "the Marketing department"
    cursor.next();
    const mention = cursor.mention(next, 'filter');
    push(state, { kind: 'compare', left: { mention }, op: '=', right, negated: state.negated });
    return true;
  }
  if (state.column !== undefined && state.or) {
    for (const operand of alternatives) push(state, { kind: 'compare', left: { mention: state.column }, op: '=', right: operand, negated: state.negated });
    return true;
  }
  if (alternatives.length === 1 && isMention(next) && namesTable(next) && preposition !== 'named') return readDescribed(cursor, state, right);
  const conds = alternatives.map(make);
  if (conds.length === 1) push(state, conds[0]!);
  else if (joiner === 'or' || !state.both) push(state, joiner === 'or' || state.negated ? { kind: 'or', args: conds } : { kind: 'both', args: conds });
  else push(state, { kind: 'both', args: conds });
  state.both = false;
  state.preposition = '';
  return true;
}

/** "any Biology courses": the value belongs to the table after it, and a denial to both. */
function readDescribed(cursor: Cursor, state: FilterState, right: Operand): boolean {
  const mention = cursor.mention(cursor.next(), 'relation');
  const conds: Cond[] = [{ kind: 'value', right, anchor: mention, preposition: '', negated: false }];
  const { negated } = state;
  push(state, { kind: 'relation', mention, negated, conds });
  if (negated) state.into = conds;
  state.subject = mention;
  return true;
}

function valueFits(right: Operand, chunk: { columns: readonly { column: { values: readonly string[] } }[] }): boolean {
  if (right.kind !== 'text' || right.entries.length === 0) return right.kind === 'text';
  return chunk.columns.some((c) => right.entries.some((e) => e.column === c.column));
}

/** "3 rooms", "5 or more courses", "2010". */
function readAmount(cursor: Cursor, state: FilterState): boolean {
  const chunk = cursor.peek()!;
  let op: Comparison = '=';
  let i = 1;
  if (cursor.isOp(i, 'orMore')) [op, i] = ['>=', i + 1];
  else if (cursor.isOp(i, 'orLess')) [op, i] = ['<=', i + 1];
  while (cursor.isOp(i, 'distinct') || ['the', 'of'].includes(cursor.peek(i)?.word ?? '') || corresponding.has(cursor.peek(i)?.text.toLowerCase() ?? '')) i++;
  const next = cursor.peek(i);
  if (isOccurrence(next)) {
    cursor.at += i + 1;
    push(state, { kind: 'compare', left: { aggregate: 'count' }, op, right: operandOf(chunk), negated: state.negated });
    return true;
  }
  // "the 5 oldest players"
  if (op === '=' && next?.dimension !== undefined && /(st|most \w+)$/.test(next.text.toLowerCase()) && isMention(cursor.peek(i + 1)) && cursor.sketch.limit === undefined) {
    cursor.at += i;
    cursor.sketch.limit = chunk.number!;
    return true;
  }
  const year = chunk.number! >= 1500 && chunk.number! <= 2100 && Number.isInteger(chunk.number);
  // "of the three artists with the most songs": how many are asked for, not how many they have.
  if (isMention(next) && op === '=' && namesTable(next) && state.preposition !== 'with' && !cursor.isOp(-1, 'have', 'compare') && cursor.chunks.slice(cursor.at + i).some((c) => c.op?.op === 'superlative' || c.op?.op === 'common' || (c.dimension !== undefined && /(st|most recently)$/.test(c.text.toLowerCase())))) {
    cursor.at += i;
    cursor.sketch.limit = chunk.number!;
    return true;
  }
  if (isMention(next) && !(year && op === '=')) {
    cursor.at += i + 1;
    const mention = cursor.mention(next, 'relation');
    push(state, { kind: 'relation', mention, negated: state.negated, amount: { op, value: chunk.number! }, conds: [] });
    return true;
  }
  cursor.at += op === '=' ? 1 : 2;
  if (state.column !== undefined && state.or) {
    push(state, { kind: 'compare', left: { mention: state.column }, op, right: operandOf(chunk), negated: state.negated });
    return true;
  }
  push(state, { kind: 'value', right: operandOf(chunk), anchor: state.subject, preposition: state.preposition, negated: state.negated });
  return true;
}

function readWithout(cursor: Cursor, state: FilterState): boolean {
  // "no jobs and no rentals": both of the rows themselves.
  if (['and', 'comma'].includes(cursor.chunks[cursor.at - 2]?.op?.op ?? '') || cursor.chunks[cursor.at - 2]?.op?.op === 'have') state.into = cursor.sketch.conds;
  cursor.skip('all', 'distinct');
  while (light.has(cursor.peek()?.word ?? 'x') && !isMention(cursor.peek()) && cursor.peek()?.op === undefined) cursor.next();
  const chunk = cursor.peek();
  if (chunk !== undefined && cursor.isOp(0, 'compare')) {
    state.negated = true;
    return true;
  }
  if (!isMention(chunk)) {
    state.negated = true;
    return true;
  }
  if (isConstant(cursor.peek(1)) && !namesTable(chunk)) {
    state.negated = true;
    return true;
  }
  cursor.next();
  const mention = cursor.mention(chunk, 'relation');
  const conds: Cond[] = [];
  push(state, { kind: 'relation', mention, negated: true, conds });
  state.into = conds;
  state.subject = mention;
  return true;
}

/** A table or a column: with what follows it is a comparison, a named thing, or a relation. */
function readMentioned(cursor: Cursor, state: FilterState): boolean {
  const chunk = cursor.peek()!;
  const after = cursor.peek(1);
  if (readComparison(cursor, state, chunk)) return true;
  // "the department 'Marketing'", "course Database"
  if (isConstant(after) && after.op === undefined && after.number === undefined && !isMention(after)) {
    cursor.next();
    if (namesTable(chunk) && !valueFits(operandOf(after), chunk)) {
      const anchor = cursor.mention(chunk, 'anchor');
      state.subject = anchor;
      return readValue(cursor, state, 'named');
    }
    const mention = cursor.mention(chunk, 'filter');
    state.column = mention;
    return readColumnValues(cursor, state, mention);
  }
  // "student 1004", "in room 112": the number is the row's own.
  if (namesTable(chunk) && after?.number !== undefined && after.op === undefined && !isMention(after) && !isMention(cursor.peek(2)) && !cursor.isOp(2, 'orMore', 'orLess') && !/s$/.test(chunk.text)) {
    cursor.at += 2;
    const mention = cursor.mention(chunk, 'filter');
    state.column = mention;
    push(state, { kind: 'compare', left: { mention }, op: '=', right: operandOf(after), negated: state.negated });
    return true;
  }
  cursor.next();
  if (isHad(cursor, chunk)) {
    push(state, { kind: 'missing', left: { mention: cursor.mention(chunk, 'filter') }, negated: !state.negated });
    return true;
  }
  if (chunk.values.length > 0 && state.preposition !== '' && !namesTable(chunk)) {
    push(state, { kind: 'value', right: operandOf(chunk), anchor: state.subject, preposition: state.preposition, negated: state.negated });
    return true;
  }
  const mention = cursor.mention(chunk, 'relation');
  if (!namesTable(chunk)) state.column = mention;
  else {
    state.subject = mention;
    state.column = undefined;
  }
  const { negated } = state;
  const conds: Cond[] = [];
  push(state, { kind: 'relation', mention, negated, conds });
  if (negated && isDeniedNumber(cursor.chunks, chunk)) cursor.sketch.unread.push(chunk);
  if (negated) state.into = conds;
  state.preposition = '';
  return true;
}

/** "status failed or late": values of one named column. */
function readColumnValues(cursor: Cursor, state: FilterState, mention: Mention): boolean {
  const before = state.into.length;
  const chunk = cursor.next();
  const negated = state.negated;
  const conds: Cond[] = [{ kind: 'compare', left: { mention }, op: '=', right: operandOf(chunk), negated }];
  let joiner: 'or' | 'and' | undefined;
  for (;;) {
    let i = 0;
    while (cursor.isOp(i, 'or', 'and', 'comma')) {
      if (cursor.isOp(i, 'or')) joiner = 'or';
      else if (cursor.isOp(i, 'and') && joiner === undefined && isConstant(cursor.peek(i + 1)) && !isMention(cursor.peek(i + 1))) joiner = 'and';
      i++;
    }
    const next = cursor.peek(i);
    if (i === 0 || !isConstant(next) || isMention(next) || next.op !== undefined || next.number !== undefined) break;
    cursor.at += i + 1;
    conds.push({ kind: 'compare', left: { mention }, op: '=', right: operandOf(next), negated });
  }
  if (conds.length === 1) push(state, conds[0]!);
  else push(state, joiner === 'and' && state.both ? { kind: 'both', args: conds } : joiner === 'and' && !negated ? { kind: 'both', args: conds } : { kind: 'or', args: conds });
  state.both = false;
  return state.into.length >= before;
}
