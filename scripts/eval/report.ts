/** Prints what a run found: the totals, the totals by kind of gold statement, and examples on request. */

import { kindOf } from '../../src/eval/kind.js';
import type { Translation } from '../../src/nl/contract.js';
import type { Question } from './data.js';
import { difference, reasonOf } from './failures.js';

export interface Outcome {
  readonly question: Question;
  readonly translation: Translation;
  readonly verdict: 'right' | 'wrong' | 'refused' | 'skipped';
  readonly error?: string;
}

interface ReportOptions {
  readonly show: string | undefined;
  readonly limit: number;
  readonly msPerQuestion: number;
}

export function printReport(outcomes: readonly Outcome[], options: ReportOptions): void {
  const print = (line: string) => process.stdout.write(`${line}\n`);
  if (options.show !== undefined) {
    for (const outcome of outcomes.filter((o) => o.verdict === options.show).slice(0, options.limit)) print(example(outcome));
  }
  const kinds = new Map<string, Outcome[]>();
  for (const outcome of outcomes) {
    const kind = kindOf(outcome.question.query);
    kinds.set(kind, [...(kinds.get(kind) ?? []), outcome]);
  }
  for (const [kind, list] of [...kinds].sort((a, b) => b[1].length - a[1].length)) print(line(kind, list));
  print(line('all', outcomes));
  printCommonest(
    outcomes.flatMap((o) => {
      if (o.translation.kind === 'refusal') return [o.translation.notUnderstood.length > 0 ? 'refused: part of the question has no reading' : reasonOf(o.translation.reason)];
      return o.verdict === 'wrong' && o.translation.kind === 'statement' ? [difference(o.translation.statement.sql, o.question.query)] : [];
    }),
  );
  print(`${options.msPerQuestion.toFixed(2)} ms a question; a curve of answered against right by the least confidence:`);
  for (const least of [0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95]) {
    const answered = outcomes.filter((o) => o.translation.kind === 'statement' && o.translation.confidence >= least);
    print(line(`confidence >= ${least}`, answered, outcomes.length));
  }
}

/** The ten commonest. */
export function printCommonest(reasons: readonly string[]): void {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  process.stdout.write('the ten commonest failures:\n');
  for (const [reason, count] of [...counts].sort((a, b) => b[1] - a[1]).slice(0, 10)) process.stdout.write(`${String(count).padStart(5)}  ${reason}\n`);
}

function line(name: string, list: readonly Outcome[], of = list.length): string {
  const count = (verdict: string) => list.filter((o) => o.verdict === verdict).length;
  const answered = count('right') + count('wrong');
  const percent = (n: number, total: number) => (total === 0 ? '-' : `${((100 * n) / total).toFixed(1)}%`);
  return `${name.padEnd(34)} ${String(of).padStart(5)} questions, ${percent(answered, of).padStart(6)} answered, ${percent(count('right'), answered).padStart(6)} of those right`;
}

function example({ question, translation, error }: Outcome): string {
  const lines = [`[${question.db}] ${question.question}`, `  gold ${question.query}`];
  if (translation.kind === 'statement') lines.push(`  ours ${translation.statement.sql}  (${translation.confidence.toFixed(2)})`);
  else if (translation.kind === 'refusal') lines.push(`  refused ${translation.reason} | ${translation.notUnderstood.join('; ')}`);
  else lines.push(`  ours ${translation.kind}`);
  if (error !== undefined) lines.push(`  error ${error.split('\n')[0]}`);
  return lines.join('\n');
}
