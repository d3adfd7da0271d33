/** What a comparison found, one thing each: what the formats for build servers hold. */

import type { Answer, CheckAnswer } from '../answer/contract.js';
import { AishellError } from '../errors.js';

export interface Finding {
  /** What belongs together in a report: a pair of tables, a service. */
  readonly suite: string;
  /** Stable: 'diff/type', 'change/column-removed'. */
  readonly rule: string;
  readonly severity: 'breaking' | 'risky' | 'note';
  readonly where: string;
  readonly message: string;
}

export function findingsOf(answer: Answer): Finding[] {
  switch (answer.kind) {
    case 'diff':
      return answer.pairs.flatMap(({ left, right, differences }) =>
        differences.map((d): Finding => ({ suite: `${left} and ${right}`, rule: `diff/${d.aspect}`, severity: d.severity, where: d.left, message: `${d.left} and ${d.right}: ${d.what}` })),
      );
    case 'changes':
      return answer.changes.map((c): Finding => {
        const where = [c.service, c.table, c.column].filter((part) => part !== null).join('.');
        const values = [c.before, c.after].every((value) => value !== null) ? ` (${c.before} to ${c.after})` : '';
        const hit = c.consumers.length === 0 ? '' : ` Hits: ${c.consumers.join('; ')}.`;
        return { suite: c.service, rule: `change/${c.change.replaceAll(' ', '-')}`, severity: c.impact === 'safe' ? 'note' : c.impact, where, message: `${where}: ${c.change}${values}. Readers ${c.readers}, writers ${c.writers}: ${c.why}.${hit}` };
      });
    case 'check':
      return answer.checks.filter(({ ok }) => !ok).map((c): Finding => {
        const where = c.against === null ? c.where : `${c.where} and ${c.against}`;
        const some = c.examples.length === 0 ? '' : `; for example ${c.examples.slice(0, 3).join(', ')}`;
        const count = c.found === null ? '' : `${c.atLeast ? 'at least ' : ''}${c.found} of ${c.looked}: `;
        return { suite: c.check, rule: `check/${c.check.replaceAll(' ', '-')}`, severity: 'risky', where: c.where, message: `${where}: ${count}${c.what}${some}` };
      });
    default:
      throw new AishellError('usage', 'this format holds the findings of comparisons alone', 'Use it with aishell schema diff, with or without --against, or aishell check.');
  }
}

/** Everything that was looked at, so that a report also says what is well. */
export function suitesOf(answer: Answer): string[] {
  if (answer.kind === 'diff') return answer.pairs.map(({ left, right }) => `${left} and ${right}`);
  if (answer.kind === 'check') return [...new Set(answer.checks.map(({ check }) => check))];
  return answer.kind === 'changes' ? answer.services.map(({ name }) => name) : [];
}

/** What a check names as not looked at. */
/** `orders.user_id in users.id` */
export function placeOf({ where, against }: CheckAnswer['unchecked'][number]): string {
  return against === null ? where : `${where} in ${against}`;
}

export function uncheckedOf(answer: Answer): CheckAnswer['unchecked'] {
  return answer.kind === 'check' ? answer.unchecked : [];
}
