/** The first part of a sentence: what is to be shown. Hands over to filters.ts where conditions begin. */

import type { Cursor } from './cursor.js';
import type { Chunk } from './chunks.js';
import { addSelect } from './showing.js';
import type { State } from './showing.js';
import { readDimension, readSuperlative } from './superlative.js';
import { isConstant, isMention, namesColumn, namesTable, operandOf } from './sketch.js';
import { stateColumns } from './states.js';
import { isTime } from '../build/roles.js';
import { light } from '../text/words.js';
import { isParticiple, isVerb } from './verbs.js';

const articles = new Set(['the', 'a', 'an', 'their', 'its', 'his', 'her', 'those', 'these']);

/** Reads until a condition begins or the sentence ends. */
export function readSelect(cursor: Cursor): void {
  const state: State = { more: true, number: undefined, pending: [], last: [], distinct: false, loose: [], anchor: undefined };
  readShown(cursor, state);
  // "..., and how many are there": the rows of what was asked for before.
  if (state.pending.includes('count')) cursor.sketch.selects.push({ aggregate: 'count' });
}

function readShown(cursor: Cursor, state: State): void {
  const { sketch } = cursor;
  while (!cursor.done) {
    const chunk = cursor.peek()!;
    const op = chunk.op;
    if (isEverything(cursor, chunk)) {
      sketch.everything = true;
      cursor.next();
      continue;
    }
    if (isMention(chunk)) {
      // "first name middle name and last name"
      const before = cursor.chunks[cursor.at - 1];
      const listed = isMention(before) && namesColumn(before) && namesColumn(chunk) && !chunk.loose && cursor.isOp(1, 'and', 'comma') && isMention(cursor.peek(2));
      if (!state.more && !listed && sketch.selects.length > 0) return;
      readMention(cursor, state);
      continue;
    }
    if (op === undefined) {
      if (isConstant(chunk) && chunk.number !== undefined && readLimit(cursor)) continue;
      if (chunk.dimension !== undefined && readDimension(cursor, state)) continue;
      if (isConstant(chunk)) {
        if (chunk.number !== undefined) return;
        readAdjective(cursor, state);
        continue;
      }
      if (light.has(chunk.word) || chunk.word === 'everything') {
        const before = cursor.chunks[cursor.at - 1];
        if (/^(info|information|detail|details|everything|column|columns|record|records|data|attributes)$/.test(chunk.text.toLowerCase()) && (before?.op?.op === 'all' || chunk.word === 'everything' || /^(information|info|details)$/.test(chunk.text.toLowerCase()))) sketch.everything = true;
        cursor.next();
      } else if (cursor.at === 0 && ['name', 'state', 'sort', 'order', 'arrange', 'rank'].includes(chunk.word)) cursor.next();
      else if (sketch.selects.length > 0) return;
      else {
        cursor.next();
        // "average rating": what is to be measured is no verb, whatever it ends in.
        (isVerb(chunk.text) && state.pending.length === 0 ? sketch.passed : sketch.unread).push(chunk);
      }
      continue;
    }
    switch (op.op) {
      case 'lead':
      case 'question':
      case 'all':
      case 'both':
      case 'period':
      case 'sort':
      case 'possessive':
        cursor.next();
        break;
      case 'be':
      case 'have':
        if (sketch.selects.length > 0) return;
        cursor.next();
        break;
      case 'comma':
      case 'and':
        state.more = true;
        cursor.next();
        break;
      case 'distinct':
        state.more = true;
        state.distinct = true;
        cursor.next();
        break;
      case 'count':
        cursor.next();
        state.more = true;
        state.number = /total/.test(chunk.text.toLowerCase()) || state.pending.includes('sum') ? 'total' : 'count';
        if (state.pending.length === 0 || state.pending[0] === 'sum') state.pending = ['count'];
        break;
      case 'aggregate':
        cursor.next();
        state.more = true;
        if (state.pending.includes('count') && op.name === 'sum') break;
        state.pending = [...state.pending.filter((p) => p !== 'count'), op.name];
        break;
      case 'relative':
        if (sketch.selects.length === 0) {
          cursor.next();
          break;
        }
        return;
      case 'top': {
        const number = cursor.peek(1)?.number;
        if (number !== undefined) {
          sketch.limit = number;
          cursor.next();
          cursor.next();
          if (!op.high && sketch.orders.length === 0) sketch.passed.push(chunk);
          break;
        }
        if (chunk.dimension !== undefined && readDimension(cursor, state)) break;
        cursor.next();
        sketch.unread.push(chunk);
        break;
      }
      case 'superlative':
        if (sketch.selects.length > 0 && !state.more) return;
        readSuperlative(cursor, state);
        break;
      case 'common': {
        if (sketch.selects.length > 0 && !state.more) return;
        cursor.next();
        // "most frequently ordered product"
        if (cursor.peek()?.op === undefined && !isMention(cursor.peek()) && /ed$/.test(cursor.peek()?.text ?? '') && isMention(cursor.peek(1))) sketch.passed.push(cursor.next());
        const next = cursor.peek();
        if (isMention(next)) {
          const mention = addSelect(cursor, state);
          sketch.conds.push({ kind: 'extreme', by: { aggregate: 'count', mention }, high: op.high, count: sketch.limit });
        } else sketch.unread.push(chunk);
        break;
      }
      case 'preposition': {
        let i = 1;
        while (cursor.peek(i) !== undefined && (articles.has(cursor.peek(i)!.word) || cursor.isOp(i, 'all', 'distinct', 'each', 'both'))) i++;
        const next = cursor.peek(i);
        if (sketch.selects.length === 0 && state.pending.length === 0) {
          // "In which city ...", "For all students, ..."
          if (isConstant(next) && !isMention(next)) {
            if (!sketch.everything || next.number !== undefined || !isMention(cursor.peek(i + 1)) || !namesTable(cursor.peek(i + 1)!)) return;
            cursor.at += i;
            readAdjective(cursor, state);
            addSelect(cursor, state);
            break;
          }
          if (isMention(next) && sketch.everything && ['about', 'of', 'on', 'for', 'regarding'].includes(op.word)) {
            cursor.at += i;
            addSelect(cursor, state);
            break;
          }
          if (isMention(next) && namesTable(next) && cursor.isOp(i + 1, 'comma') && !cursor.isOp(i - 1, 'relative')) {
            cursor.at += i;
            state.anchor = cursor.mention(cursor.next(), 'anchor');
            sketch.subject ??= state.anchor;
            break;
          }
          cursor.next();
          break;
        }
        if (op.word === 'with' && state.pending.length === 0 && showsMore(cursor)) {
          cursor.next();
          state.more = true;
          break;
        }
        if (isMention(next) && !isConstant(cursor.peek(i + 1)) && (namesTable(next) || (state.pending.length > 0 && op.word === 'of')) && ['of', 'for', 'from', 'in', 'among', 'on', 'about', 'by', 'across', 'at', 'with', 'to', 'within'].includes(op.word)) {
          if (state.pending.length > 0) {
            cursor.at += i;
            break;
          }
          if (op.word === 'of' || op.word === 'for' || op.word === 'from' || op.word === 'across' || op.word === 'among' || (state.loose.length > 0 && op.word !== 'with' && op.word !== 'by' && op.word !== 'to')) {
            cursor.at += i;
            readAnchor(cursor, state);
            break;
          }
          return;
        }
        if (op.word === 'of' && isMention(next) && state.pending.length === 0 && namesColumn(next) && !isConstant(cursor.peek(i + 1)) && !cursor.isOp(i + 1, 'compare', 'be', 'between')) {
          // "the names of the heads": a column that stands for its table.
          cursor.at += i;
          readAnchor(cursor, state);
          break;
        }
        if (op.word === 'of' && (cursor.isOp(i, 'superlative', 'common', 'top') || next?.dimension !== undefined || next?.number !== undefined)) {
          cursor.at += i;
          if (next?.number !== undefined && !readLimit(cursor)) return;
          break;
        }
        if (op.word === 'of' && isConstant(next)) {
          cursor.at += i;
          break;
        }
        if (state.pending.length > 0 && op.word === 'of') {
          cursor.at += i;
          break;
        }
        if (op.word === 'with' && cursor.isOp(i, 'count', 'aggregate') && !hasComparison(cursor, i)) {
          // "types with the number of artworks of each type"
          cursor.at += i;
          state.more = true;
          break;
        }
        return;
      }
      default:
        if (sketch.selects.length === 0 && state.pending.length === 0 && !['not', 'without', 'compare', 'between'].includes(op.op)) {
          cursor.next();
          break;
        }
        return;
    }
  }
}

/** "all information about X", though a column may be called by these words too. */
function isEverything(cursor: Cursor, chunk: Chunk): boolean {
  if (!isMention(chunk) || !/^(info|information|details)$/.test(chunk.text.toLowerCase()) || (chunk.columns[0]?.score ?? 0) >= 0.95 || namesTable(chunk)) return false;
  return cursor.sketch.selects.length === 0 && cursor.isOp(-1, 'all') && cursor.preposition(1, 'about', 'of', 'on', 'for');
}

/** "Payments with the guest name", "orders with their customer and total": to the end, names of what is shown as well. */
function showsMore(cursor: Cursor): boolean {
  let article = '';
  let last: Chunk | undefined;
  for (let i = 1; cursor.peek(i) !== undefined && !cursor.isOp(i, 'period'); i++) {
    const chunk = cursor.peek(i)!;
    if (cursor.isOp(i, 'and', 'comma', 'possessive')) continue;
    if (['the', 'their', 'its', 'his', 'her'].includes(chunk.word) && !isMention(chunk)) {
      article ||= chunk.word;
      continue;
    }
    if (!isMention(chunk) || isConstant(chunk) || chunk.op !== undefined || stateColumns(chunk).length > 0 || isVerb(chunk.text)) return false;
    last = chunk;
  }
  if (last === undefined) return false;
  return article === '' ? last.word === 'name' : article !== 'the' || last.word === 'name' || (namesColumn(last) && !namesTable(last));
}

function hasComparison(cursor: Cursor, from: number): boolean {
  for (let i = from; i < from + 5; i++) if (cursor.isOp(i, 'compare', 'between')) return true;
  return false;
}

/** A table after "of": the columns before it are its columns. */
function readAnchor(cursor: Cursor, state: State): void {
  const chunk = cursor.peek()!;
  const follows = cursor.peek(1);
  // "of the student's ...", "of each product category"
  if (follows !== undefined && isMention(follows) && namesColumn(follows) && namesTable(chunk) && !cursor.isOp(1, 'count') && stateColumns(follows).length === 0 && !isDated(cursor, 1)) {
    readMention(cursor, state);
    return;
  }
  const mention = cursor.mention(cursor.next(), 'anchor');
  for (const column of state.loose) column.anchor = mention;
  if (state.loose.length === 0) cursor.sketch.conds.push({ kind: 'relation', mention, negated: false, conds: [] });
  else cursor.sketch.subject ??= mention;
  state.loose = [];
  state.anchor = mention;
  state.more = false;
  state.last = [];
}

/** "Exhibitions opening next month", of opens_on: which of them, and not when. */
function isDoing(verb: Chunk, behind: Chunk | undefined): boolean {
  return behind === undefined && /[a-z]{3}ing$/i.test(verb.text) && verb.columns.length > 0 && verb.columns[0]!.score >= 0.9 && isTime(verb.columns[0]!.column.type);
}

/** "vessels built before 1990", of a year that is called built_year. */
function isDated(cursor: Cursor, at: number): boolean {
  const [verb, since] = [cursor.peek(at), cursor.peek(at + 1)?.op];
  if (verb === undefined || verb.end - verb.start !== 1 || !(isParticiple(verb.text) || /ing$/i.test(verb.text)) || cursor.peek(at + 2)?.number === undefined) return false;
  return (since?.op === 'preposition' && ['before', 'after', 'since', 'until', 'in', 'during'].includes(since.word)) || since?.op === 'compare' || since?.op === 'between';
}

function readMention(cursor: Cursor, state: State): void {
  const chunk = cursor.peek()!;
  let next = 1;
  const possessive = cursor.isOp(next, 'possessive');
  if (possessive) next++;
  while (cursor.peek(next) !== undefined && possessive && articles.has(cursor.peek(next)!.word)) next++;
  const after = cursor.peek(next);
  // "patients registered ...": what was done to them is a condition on them.
  if (namesTable(chunk) && isMention(after) && !possessive && (stateColumns(after).length > 0 || isDated(cursor, next) || isDoing(after, cursor.peek(next + 1)))) {
    addSelect(cursor, state);
    return;
  }
  // "student names", "each student's name": the table says whose columns follow.
  if (namesTable(chunk) && isMention(after) && state.pending.length === 0 && (possessive || after.word === 'name' || (namesColumn(after) && after.columns.some((c) => c.score > 0.9 && chunk.tables.some((t) => t.table === c.column.table))))) {
    const anchor = cursor.mention(chunk, 'anchor');
    cursor.sketch.subject ??= anchor;
    cursor.at += next;
    const column = addSelect(cursor, state);
    column.anchor = anchor;
    state.loose = state.loose.filter((m) => m !== column);
    return;
  }
  addSelect(cursor, state);
}

/** "3 oldest", "five products with". */
function readLimit(cursor: Cursor): boolean {
  const { sketch } = cursor;
  const number = cursor.peek()!.number!;
  const next = cursor.peek(1);
  if (next === undefined) return false;
  if (cursor.isOp(1, 'superlative', 'common') || (next.dimension !== undefined && /st$/.test(next.text))) {
    sketch.limit = number;
    cursor.next();
    return true;
  }
  if (isMention(next) && sketch.selects.length === 0 && number < 1000) {
    sketch.limit = number;
    cursor.next();
    return true;
  }
  return false;
}

/** French singers, male students: a value before what it describes. */
function readAdjective(cursor: Cursor, state: State): void {
  const chunk = cursor.next();
  const next = cursor.peek();
  // "tyres of each vehicle": a value describes rows, it is nothing to show of them.
  if (cursor.preposition(0, 'of') && cursor.sketch.selects.length === 0 && chunk.quoted === undefined) cursor.sketch.unread.push(chunk);
  const anchor = isMention(next) ? cursor.mention(next, 'anchor') : state.anchor;
  cursor.sketch.conds.push({ kind: 'value', right: operandOf(chunk), anchor, preposition: '', negated: false });
}
