/** The first thing that went wrong, in the words of the message or row that tells of it: what answers "why". */

import type { TraceVerdict } from '../../answer/contract.js';
import { words } from '../../catalog/names.js';
import { isMessage } from '../graph.js';
import type { Placed } from '../graph.js';
import { changeOf } from '../change.js';
import { headersOf } from '../headers.js';
import { originOf, typeOfMessage } from '../message.js';
import { membersOf, nestedMembersOf } from '../payload.js';
import type { Row } from '../payload.js';

const failed = /(^| )(fail|failed|failure|reject|rejected|decline|declined|error|errored|abort|aborted|refused|denied|timeout|timedout|bounced)( |$)/;
const statusNames = /(^| )(status|state|outcome|result)$/;
const reasonNames = /(^| )(error|exception|reason|failure|cause|denial|rejection)( (message|reason|text|detail|details|code|description|fqcn))?$/;

/** @param placed in the order of the trace */
export function firstFailure(placed: readonly Placed[]): TraceVerdict[] {
  const parts = placed.filter(({ node }) => node.role === 'part' && (!isMessage(node) || originOf(node.row) === undefined));
  const told = parts.flatMap((one) => {
    const what = failureOf(one);
    return what === undefined ? [] : [{ one, ...what }];
  });
  // Who knows the reason says more than who only knows that it failed.
  const first = told.find(({ reason }) => reason !== undefined) ?? told[0];
  if (first === undefined) return [];
  const { one: { step }, what, reason, because } = first;
  return [{ kind: 'failed', what: reason === undefined ? what : `${what}: ${reason}`, steps: [step.n], basis: 'structure', because }];
}

function failureOf({ node, step }: Placed): { what: string; reason: string | undefined; because: string } | undefined {
  const { row } = node;
  if (isMessage(node)) {
    const type = typeOfMessage(row);
    // A table may be called failures.
    if (type === undefined || changeOf(row) !== undefined || !failed.test(words(type).join(' '))) return undefined;
    return { what: step.what, reason: reasonIn(row), because: 'the event is called so' };
  }
  const status = Object.entries(row).find(([name, value]) => statusNames.test(words(name).join(' ')) && typeof value === 'string' && failed.test(words(value).join(' ')));
  if (status === undefined) return undefined;
  return { what: `${step.what} is ${String(status[1])}`, reason: reasonIn(row), because: `${status[0]} = ${String(status[1])}` };
}

function reasonIn(row: Row): string | undefined {
  const all = [...Object.entries(headersOf(row)), ...membersOf(row).map(({ name, value }): [string, string] => [name, value]), ...nestedMembersOf(row).map(({ fullName, value }): [string, string] => [fullName, value])];
  const told = all.filter(([name, value]) => reasonNames.test(words(name).join(' ')) && typeof value === 'string' && value !== '');
  const best = told.find(([name]) => /message|text|detail/i.test(name)) ?? told.find(([name]) => /reason|cause/i.test(name)) ?? told[0];
  return best === undefined ? undefined : String(best[1]);
}
