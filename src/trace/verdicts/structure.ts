/** What is wrong, as the steps alone show it: copies, dead letters, effects that were written before their causes. */

import type { TraceVerdict } from '../../answer/contract.js';
import { words } from '../../catalog/names.js';
import { isMessage, originalOf } from '../graph.js';
import type { Placed } from '../graph.js';
import { headersOf } from '../headers.js';
import { idOf, messageIds, originOf } from '../message.js';
import { membersOf, nestedMembersOf } from '../payload.js';
import type { Row } from '../payload.js';

export function structuralVerdicts(placed: readonly Placed[]): TraceVerdict[] {
  return [...deadLetters(placed), ...publishedTwice(placed), ...outOfOrder(placed)];
}

function publishedTwice(placed: readonly Placed[]): TraceVerdict[] {
  const copies = new Map<string, Placed[]>();
  for (const one of placed.filter(({ node }) => isMessage(node) && originOf(node.row) === undefined)) {
    const id = idOf(one.node.row, 'eventId');
    // A message that can't be read is no copy of one that can, though it may carry its headers.
    const key = id === undefined ? undefined : `${one.node.table.service}.${one.node.table.name} ${id} ${attemptOf(one.node.row)} ${JSON.stringify(one.node.row['_value'] ?? null)}`;
    if (key !== undefined) copies.set(key, [...(copies.get(key) ?? []), one]);
  }
  return [...copies.values()]
    .filter((same) => same.length > 1)
    .map((same): TraceVerdict => ({
      kind: 'published twice',
      what: `${same[0]!.step.what} was published ${same.length === 2 ? 'twice' : `${same.length} times`}: ${same.map(({ step }) => placeOf(step.locator)).join(', ')}`,
      steps: same.map(({ step }) => step.n),
      basis: 'structure',
      because: `all carry the event id ${idOf(same[0]!.node.row, 'eventId')!} and the same content`,
    }));
}

const attemptNames = /(^| )(attempts?|retries|retry|redelivered|deliveries|delivery|try) ?(count|number|no|attempts?)?$/;

/** A message that says how many times it was tried is sent again on purpose. */
function attemptOf(row: Row): string {
  return Object.entries(headersOf(row)).filter(([name]) => attemptNames.test(words(name).join(' '))).map(([name, value]) => `${name}=${String(value as unknown)}`).sort().join(' ');
}

/** How such logs are called: x.DLQ, x-dlt (Spring), dead-letters. */
const letterWord = /^(dlq|dlt|dmq|dead|deadletters?|poison|undeliverable)$/;

/** What waits there for another try is not dead: x-retry-0 (Spring), x.retry.5000. */
const retryWord = /^(retry|retries|retrying|redelivery|\d+retry)$/;

function isDeadLetter({ node }: Placed): boolean {
  if (!isMessage(node)) return false;
  if (words(node.table.name).some((word) => retryWord.test(word)) && !words(node.table.name).some((word) => letterWord.test(word))) return false;
  return words(node.table.name).some((word) => letterWord.test(word)) || (originOf(node.row) !== undefined && errorOf(node.row) !== undefined);
}

function deadLetters(placed: readonly Placed[]): TraceVerdict[] {
  const nodes = placed.map(({ node }) => node);
  return placed.filter(isDeadLetter).map((letter): TraceVerdict => {
    const original = originalOf(letter.node, nodes);
    const numbers = placed.filter(({ node }) => node === original).map(({ step }) => step.n);
    const origin = originOf(letter.node.row);
    const from = origin === undefined ? '' : `, from ${origin.topic}${origin.partition === undefined ? '' : ` partition ${origin.partition} offset ${origin.offset ?? '?'}`}`;
    const error = errorOf(letter.node.row);
    return {
      kind: 'dead letter',
      what: `a message ended on ${letter.step.table}${from}${error === undefined ? '' : `: ${error}`}`,
      steps: [...numbers, letter.step.n],
      basis: 'structure',
      because: original === undefined ? 'the original is not among what was found' : 'the letter names its original',
    };
  });
}

const errorNames = /(^| )(error|exception|reason|failure|cause)( (message|reason|fqcn|text))?$/;

/** The error as the letter tells it; messages before names of classes. */
function errorOf(row: Row): string | undefined {
  const all = [...Object.entries(headersOf(row)), ...membersOf(row).map(({ name, value }): [string, string] => [name, value]), ...nestedMembersOf(row).map(({ fullName, value }): [string, string] => [fullName, value])];
  const told = all.filter(([name, value]) => errorNames.test(words(name).join(' ')) && typeof value === 'string' && value !== '');
  const best = told.find(([name]) => /message/i.test(name)) ?? told[0];
  return best === undefined ? undefined : String(best[1]);
}

/** In one partition the order is the log's own: an effect that stands before its cause was written too early. */
function outOfOrder(placed: readonly Placed[]): TraceVerdict[] {
  const byNumber = new Map(placed.map((one) => [one.step.n, one]));
  return placed.flatMap((effect): TraceVerdict[] => {
    const cause = effect.step.parent === null ? undefined : byNumber.get(effect.step.parent);
    if (cause === undefined || !isMessage(effect.node) || !isMessage(cause.node) || effect.node.table !== cause.node.table) return [];
    // It may only have led there.
    const id = idOf(cause.node.row, 'eventId');
    if (!messageIds(effect.node.row).some(({ role, value }) => role === 'causationId' && value === id)) return [];
    const place = ({ node }: Placed) => [String(node.row['_partition']), Number(node.row['_offset'])] as const;
    const [[at, offset], [causeAt, causeOffset]] = [place(effect), place(cause)];
    if (at !== causeAt || !(offset < causeOffset)) return [];
    return [
      {
        kind: 'out of order',
        what: `${effect.step.what} stands at offset ${offset}, before its cause ${cause.step.what} at offset ${causeOffset} of the same partition`,
        steps: [cause.step.n, effect.step.n],
        basis: 'structure',
        because: 'its causation id names an event that was written after it',
      },
    ];
  });
}

function placeOf(locator: Placed['step']['locator']): string {
  const { _partition: partition, _offset: offset } = locator;
  return partition === undefined ? Object.values(locator).map(String).join('/') : `partition ${String(partition)} offset ${String(offset)}`;
}
