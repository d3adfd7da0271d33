/** What the values break of what the schemas promise, worst first, and what was looked at. */

import type { CheckAnswer } from '../../answer/contract.js';
import { count, duration } from '../amounts.js';
import type { Block } from '../blocks.js';
import { placeOf } from '../findings.js';
import { fact, text, textColumn } from '../blocks.js';
import { missingBlocks, warningBlocks } from './proof.js';

type Check = CheckAnswer['checks'][number];

const columns = ['check', 'where', 'against', 'found', 'trend', 'what', 'for example'].map(textColumn);

export function checkView(answer: CheckAnswer): Block[] {
  const { checks, unchecked, elapsedMs, complete } = answer;
  const bad = checks.filter(({ ok }) => !ok).sort((a, b) => (b.found ?? 0) - (a.found ?? 0));
  const good = checks.filter(({ ok }) => ok);
  const line = `(${count(checks.length)} ${checks.length === 1 ? 'check' : 'checks'}, ${duration(elapsedMs)})`;
  return [
    ...(bad.length === 0 ? [text(unchecked.length === 0 ? 'Everything that was checked holds.' : `Everything that was checked holds; ${count(unchecked.length)} ${unchecked.length === 1 ? 'promise was' : 'promises were'} not checked.`, unchecked.length === 0 ? 'good' : 'dim')] : [{ kind: 'table', columns, rows: bad.map(row) } as const]),
    ...good.map((check): Block => fact('holds', `${check.check}: ${check.where}${check.against === null ? '' : ` in ${check.against}`}, ${check.what}${check.looked === null ? '' : ` (${count(check.looked)})`}`, 'dim')),
    ...checks.flatMap((check): Block[] => (check.sampled === null ? [] : [fact('looked at', `${check.where}: ${check.sampled}`, 'dim')])),
    ...unchecked.map((one) => fact('not checked', `${one.check}: ${placeOf(one)}: ${one.why}`, 'warning')),
    complete ? text(line, 'dim') : text(`${line} INCOMPLETE`, 'error'),
    ...warningBlocks(answer.warnings),
    ...missingBlocks(answer.missing),
  ];
}

function row({ check, where, against, found, looked, atLeast, trend, what, examples }: Check): string[] {
  const amount = found === null ? '' : `${atLeast ? 'at least ' : ''}${count(found)} of ${count(looked ?? 0)}`;
  return [check, where, against ?? '', amount, trend.length < 2 ? '' : trend.slice(-5).map(count).join(' → '), what, examples.join(', ')];
}
