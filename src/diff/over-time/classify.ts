/**
 * What a change does to those who read and to those who write. The terms are the schema registries': a change is forward
 * compatible when readers that know the old schema can read what is written by the new one, backward compatible when what
 * was or is written by the old one is still good, and fully compatible when both hold.
 */

import { parseType, types } from '../../algebra/index.js';
import { judgeTypes } from '../type-flow.js';
import type { Compatibility, Impact, RawChange, Verdict } from './contract.js';
import { nativeVerdict } from './native-type.js';
import { levelVerdict, versionVerdict } from './registered.js';
import { isObserved } from './snapshot.js';

const order: readonly Impact[] = ['safe', 'risky', 'breaking'];

export function worst(...impacts: readonly Impact[]): Impact {
  return order[Math.max(0, ...impacts.map((impact) => order.indexOf(impact)))]!;
}

export function compatibilityOf(verdicts: readonly Verdict[]): Compatibility {
  const forward = verdicts.every(({ readers }) => readers !== 'breaking');
  const backward = verdicts.every(({ writers }) => writers !== 'breaking');
  return forward && backward ? 'full' : backward ? 'backward' : forward ? 'forward' : 'none';
}

const verdict = (readers: Impact, writers: Impact, why: string): Verdict => ({ readers, writers, why });

/** Schemas of a registry are compared by what their languages say of them. */
export async function verdictOf(change: RawChange): Promise<Verdict> {
  return change.registration === undefined ? classify(change) : versionVerdict(change.registration);
}

export function classify(change: RawChange): Verdict {
  const { kind, table, before, after, from, to } = change;
  const observed = table !== undefined && isObserved(table.kind);
  switch (kind) {
    case 'migration':
    case 'comment':
      return verdict('safe', 'safe', 'nothing reads or writes by it');
    case 'table added':
      return verdict('safe', 'safe', 'nobody knows it yet');
    case 'table removed':
      return observed ? verdict('breaking', 'risky', 'it was not seen any more') : verdict('breaking', 'breaking', 'who reads or writes it fails');
    case 'table renamed':
    case 'column renamed':
      return verdict('breaking', observed ? 'risky' : 'breaking', 'who uses the old name fails');
    case 'table kind':
      return after === 'table' ? verdict('safe', 'safe', 'it can be read as before') : verdict('safe', 'breaking', `a ${String(after)} takes no rows as a ${String(before)} did`);
    case 'column added':
      if (table?.kind === 'view') return verdict('safe', 'safe', 'what it reads has it already');
      if (to!.nullable || to!.default !== undefined || to!.generated === true) return verdict('safe', 'safe', 'writers may leave it out');
      return observed ? verdict('safe', 'risky', 'rows written before lack it') : verdict('safe', 'breaking', 'writers that do not know it leave it out, and it is required without a default');
    case 'column removed':
      if (!observed) return verdict('breaking', 'breaking', 'who names it fails');
      return from!.presence === 'sometimes' ? verdict('risky', 'safe', 'it was there sometimes and was not seen any more') : verdict('breaking', 'safe', 'it was not seen any more');
    case 'type':
      return typeVerdict(change);
    case 'native type':
      return observed ? verdict('risky', 'risky', 'the same canonical type, but the store keeps it in another way') : nativeVerdict(before!, after!);
    case 'unit':
      return before === null || after === null ? verdict('risky', 'risky', 'one of the two names no unit: the numbers may mean another amount') : verdict('breaking', 'breaking', `numbers that meant ${before} are read as ${after}`);
    case 'length':
      return lengthVerdict(before, after);
    case 'labels':
      return labelsVerdict(change);
    case 'nullability':
      return after === 'required'
        ? verdict('safe', 'breaking', 'writers may have left it out, and rows may lack it')
        : verdict('risky', 'safe', 'readers may meet it absent for the first time');
    case 'default':
      return defaultVerdict(change);
    case 'generated':
      return after === null
        ? to!.nullable || to!.default !== undefined
          ? verdict('risky', 'risky', 'writers left it to the store, and their rows no longer hold what it worked out')
          : verdict('safe', 'breaking', 'writers left it to the store')
        : verdict('risky', 'breaking', 'the store refuses or overrules what writers give');
    case 'collation':
      return verdict('risky', 'risky', 'comparison, order and uniqueness of text follow it');
    case 'presence':
      return after === 'always' ? verdict('safe', 'safe', 'it was never absent in the sample') : verdict('risky', 'safe', 'readers may meet it absent');
    case 'primary key':
      if (before === null) return verdict('safe', 'breaking', 'rows that repeat it are refused');
      if (after === null) return verdict('risky', 'safe', 'rows may repeat it from now on');
      return verdict('risky', 'breaking', 'rows are told apart by something else');
    case 'unique key':
      return before === null ? verdict('safe', 'breaking', 'rows that repeat it are refused') : verdict('risky', 'safe', 'a look-up by it may find several rows');
    case 'subject added':
      return verdict('safe', 'safe', 'messages follow a registered schema from now on');
    case 'subject removed':
      return verdict('risky', 'risky', 'writers that look it up fail; where it was deleted for good, its messages cannot be decoded');
    case 'schema version removed':
      return verdict('risky', 'safe', 'where it was deleted for good, messages written by it cannot be decoded');
    case 'schema version':
      return verdict('risky', 'risky', 'not compared');
    case 'compatibility level':
      return levelVerdict(before!, after!);
    case 'check':
      return before === null ? verdict('safe', 'breaking', 'rows that do not meet it are refused') : verdict('risky', 'safe', 'readers may meet rows that it kept out');
    case 'foreign key':
      return before === null ? verdict('safe', 'breaking', 'rows that refer to nothing are refused') : verdict('risky', 'safe', 'rows may refer to nothing from now on');
  }
}

function typeVerdict({ before, after, from, to, table }: RawChange): Verdict {
  const [old, now] = [before, after].map((name) => parseType(name!) ?? types.text);
  const impact = (judged: ReturnType<typeof judgeTypes>): Impact => (judged === undefined || judged.severity === 'note' ? 'safe' : judged.severity);
  if (table === undefined || !isObserved(table.kind)) {
    // A declared type refuses what it does not hold.
    const isJson = (native: string | undefined) => /^json/i.test(native ?? '');
    if (old!.kind === 'text' && isJson(to?.native)) return verdict('risky', 'breaking', 'not every text is JSON');
    if (now!.kind === 'text' && isJson(from?.native)) return verdict('breaking', 'risky', 'not every text is JSON');
    if (old!.kind === 'float' && now!.kind === 'decimal' && now!.precision < 38) return verdict('risky', 'breaking', 'larger numbers are refused, and the others rounded');
  }
  const reading = judgeTypes(old!, now!);
  const writing = judgeTypes(now!, old!);
  const readers = impact(reading);
  const writers = impact(writing);
  const widens = writers === 'safe' && readers === 'breaking';
  const why = writers === 'breaking' ? writing!.why : (reading?.why ?? writing?.why ?? 'values stay as they are');
  // The store hands out the wider type, and who keeps the narrower one fails only at a value that needs it.
  return verdict(widens ? 'risky' : readers, writers, widens ? `readers that keep the old type fail at values beyond it` : why);
}

function lengthVerdict(before: string | null, after: string | null): Verdict {
  const [old, now] = [before, after].map((length) => (length === null ? Infinity : Number(length)));
  return now! < old!
    ? verdict('safe', 'breaking', 'longer values are refused or cut')
    : verdict('risky', 'safe', 'readers that keep the old length may meet longer values');
}

function labelsVerdict({ from, to }: RawChange): Verdict {
  if (from?.labels === undefined) return verdict('safe', 'breaking', 'other values are refused from now on');
  if (to?.labels === undefined) return verdict('risky', 'safe', 'readers may meet any value');
  const added = to.labels.filter((label) => !from.labels!.includes(label));
  const removed = from.labels.filter((label) => !to.labels!.includes(label));
  if (added.length === 0 && removed.length === 0) return verdict('risky', 'safe', 'the order of the labels is that of sorting');
  const why = [...(removed.length > 0 ? [`${removed.join(', ')} is refused`] : []), ...(added.length > 0 ? [`readers may not know ${added.join(', ')}`] : [])].join('; ');
  return verdict(added.length > 0 ? 'risky' : 'safe', removed.length > 0 ? 'breaking' : 'safe', why);
}

function defaultVerdict({ before, after, to }: RawChange): Verdict {
  if (before === null) return verdict('safe', 'safe', 'writers may leave it out now');
  if (after === null) {
    return to!.nullable || to!.generated === true ? verdict('risky', 'safe', 'rows written without it are left empty') : verdict('safe', 'breaking', 'writers left it out, and it is required');
  }
  return verdict('risky', 'safe', 'rows written without it get another value');
}
