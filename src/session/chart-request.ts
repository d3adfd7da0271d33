/**
 * "... as a bar chart" at the end of a question says how the answer is to be shown and nothing of what is asked, so it is
 * taken off before any translator sees the question.
 */

import { chartKinds } from '../answer/contract.js';
import type { ChartKind, ChartRequest } from '../answer/contract.js';
import { AishellError } from '../errors.js';

export interface Asked {
  readonly question: string;
  readonly chart?: ChartRequest;
}

const shown = String.raw`(?:(?:and\s+)?(?:shown|drawn|plotted|displayed|rendered|visuali[sz]ed|presented|charted|graphed|show (?:it|them|this|that)|draw (?:it|them|this|that)|plot (?:it|them|this|that))\s+)?`;
const adjectives = String.raw`(?:nice|simple|small|quick|horizontal|vertical|grouped|time\s*series|ascii|braille|terminal)`;
/** `as a line chart`, `in a heat map`, `as bars`, `with a pie chart`. */
const tail = new RegExp(
  String.raw`[\s,;:(\u2014-]+${shown}(?:as|in|with|using)\s+(?:an?\s+|the\s+)?(?:${adjectives}\s+)*(?:(?<kind>[a-z]+(?:[\s-](?:and[\s-])?[a-z]+)?)[\s-]+)?(?<noun>charts?|graphs?|plots?|diagrams?|graphics?)\s*[.!?)]*$` +
    String.raw`|[\s,;:(\u2014-]+${shown}(?:as|in|with|using)\s+(?:an?\s+|the\s+)?(?:${adjectives}\s+)*(?<alone>bars|columns bars|spark\s?-?lines?|heat\s?-?maps?|histogram|pie|tree\s?-?map)\s*[.!?)]*$`,
  'i',
);

const kinds: Readonly<Record<string, ChartKind>> = {
  bar: 'bar', bars: 'bar', column: 'bar', columns: 'bar', line: 'line', lines: 'line', 'time series': 'line', timeseries: 'line', trend: 'line', heat: 'heat', heatmap: 'heat', scatter: 'scatter', scatterplot: 'scatter', dot: 'scatter',
  point: 'scatter', spark: 'spark', sparkline: 'spark',
};

/** @throws AishellError for a kind of chart that there is none of */
export function chartAsked(question: string): Asked {
  const match = tail.exec(question);
  if (match === null || match.index === 0) return { question };
  const { kind, alone } = match.groups!;
  const rest = question.slice(0, match.index).trimEnd();
  const word = (kind ?? alone)?.toLowerCase().replace(/[\s-]+/g, ' ');
  if (word === undefined) return { question: rest, chart: 'auto' };
  const plain = word.replace(/s$/, '');
  const found = kinds[word] ?? kinds[plain] ?? kinds[plain.replace(/ (map|line)$/, '')];
  if (found !== undefined) return { question: rest, chart: found };
  throw new AishellError('usage', `there is no ${word} chart here`, `There are ${chartKinds.join(', ')}: say "as a bar chart", or "as a chart" for what suits the answer.`);
}
