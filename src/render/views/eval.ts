/** How the questions of a file fared: the sums by kind, then every one that went wrong or unanswered. */

import type { EvalAnswer, EvalCase } from '../../answer/contract.js';
import { count, duration } from '../amounts.js';
import type { Block } from '../blocks.js';
import { code, fact, numberColumn, text, textColumn } from '../blocks.js';

const columns = [textColumn('kind'), ...['questions', 'answered', 'right', 'wrong', 'refused'].map(numberColumn)];

export function evalView(answer: EvalAnswer, verbose: boolean): Block[] {
  const { file, kinds, answeredPercent, rightPercent, unproven, cases, elapsedMs } = answer;
  const percent = (value: number | null) => (value === null ? 'none' : `${value} %`);
  return [
    { kind: 'heading', text: `Questions of ${file}`, level: 1 },
    { kind: 'table', columns, rows: kinds.map((k) => [k.kind, k.questions, k.right + k.wrong, k.right, k.wrong, k.refused]) },
    fact('answered', percent(answeredPercent)),
    fact('of those right', percent(rightPercent)),
    ...(unproven === 0 ? [] : [fact('not counted', `${count(unproven)}, whose gold statement proves nothing`, 'warning')]),
    ...section('Wrong', cases, 'wrong'),
    ...section('Refused', cases, 'refused'),
    ...section('Not counted', cases, 'unproven'),
    ...(verbose ? section('Right', cases, 'right') : []),
    text(`(${count(cases.length)} questions, ${duration(elapsedMs)})`, 'dim'),
  ];
}

function section(title: string, cases: readonly EvalCase[], verdict: EvalCase['verdict']): Block[] {
  const own = cases.filter((one) => one.verdict === verdict);
  if (own.length === 0) return [];
  return [
    { kind: 'heading', text: title, level: 2 },
    ...own.flatMap(({ question, database, gold, sql, why }): Block[] => [
      fact('question', database === null ? question : `${question} (${database})`),
      ...(why === null ? [] : [fact('why', why)]),
      ...(gold === null ? [] : [code(`-- gold\n${gold}`)]),
      ...(sql === null ? [] : [code(`-- answered by\n${sql}`)]),
    ]),
  ];
}
