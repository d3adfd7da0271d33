/** One event through everything: what happened in order or as a tree, what is missing, and where was looked. */

import type { TraceAnswer, TraceCoverage, TraceStep } from '../../answer/contract.js';
import { count, duration, rows, size } from '../amounts.js';
import type { Block } from '../blocks.js';
import { fact, numberColumn, text, textColumn } from '../blocks.js';
import { plainJson } from '../json.js';
import { because, edgeList, locator, mostDrawn } from '../trace-edges.js';
import { coverageFacts, isolation, missingBlocks, warningBlocks } from './proof.js';

export type TraceLayout = 'timeline' | 'tree';

export function traceView(answer: TraceAnswer, verbose: boolean, layout: TraceLayout): Block[] {
  const { steps, coverage, elapsedMs, complete, stopped } = answer;
  const services = new Set(steps.map(({ service }) => service)).size;
  const line = `(${count(steps.length)} ${steps.length === 1 ? 'find' : 'finds'} in ${services} ${services === 1 ? 'service' : 'services'}, ${duration(elapsedMs)})`;
  const why = stopped === 'cancelled' ? ': cancelled' : stopped === 'budget.time' ? ': out of time' : '';
  return [
    { kind: 'heading', level: 1, text: `Trace of ${answer.id}${answer.as.length === 0 ? '' : ` as ${answer.as.join(', ')}`}` },
    ...(answer.why === undefined ? [] : [fact('why', answer.why)]),
    ...(answer.chosen === null ? [] : [fact('chosen', answer.chosen)]),
    ...windowFacts(answer),
    ...drawing(answer),
    steps.length === 0 ? text(`Nothing was found under this id${complete ? ' where was looked' : ''}.`, 'warning') : layout === 'tree' ? treeOf(answer) : timelineOf(answer),
    ...(verbose ? steps.map((s) => fact(`${s.n} ${s.service}.${s.table}`, plainJson(s.row))) : []),
    ...verdictBlocks(answer),
    ...answer.skew.map(({ ahead, behind, atLeastMs, pairs }) =>
      fact('clock skew', `${ahead} are ahead of ${behind} by ${duration(atLeastMs)} or more: ${count(pairs)} ${pairs === 1 ? 'effect is' : 'effects are'} dated before ${pairs === 1 ? 'its cause' : 'their causes'}`, 'warning'),
    ),
    complete ? text(line, 'dim') : text(`${line} INCOMPLETE${why}`, 'error'),
    ...warningBlocks(answer.warnings),
    ...missingBlocks(answer.missing),
    { kind: 'heading', level: 2, text: 'Where was looked' },
    ...(verbose ? coverage.flatMap(everyLook) : summary(coverage)),
    ...scanBlocks(answer),
  ];
}

/** In pages: a lane a service; the reasons stand below it as text too. */
function drawing(answer: TraceAnswer): Block[] {
  if (answer.steps.length === 0) return [];
  return [
    { kind: 'svg', draw: async () => (await import('../trace-drawing.js')).drawTrace(answer), list: edgeList(answer) },
    ...(answer.steps.length > mostDrawn ? [text(`Of ${count(answer.steps.length)} steps, a page draws the first ${mostDrawn}.`, 'dim')] : []),
  ];
}

function windowFacts({ window }: TraceAnswer): Block[] {
  if (window === null) return [];
  const { since, until, because } = window;
  return [fact('logs', `${since === null ? 'from their start' : `from ${since}`} ${until === null ? 'to their end' : `to ${until}`} (${because})`)];
}

function timelineOf({ id, steps }: TraceAnswer): Block {
  const columns = [numberColumn('n'), { ...textColumn('at'), whole: true }, textColumn('service'), textColumn('table'), textColumn('what'), textColumn('where'), textColumn('because'), numberColumn('after')];
  return {
    kind: 'table',
    title: id,
    columns,
    rows: steps.map((s) => [s.n, s.at, s.service, s.table, s.what, locator(s.locator), because(s), s.parent]),
  };
}

function treeOf({ id, steps }: TraceAnswer): Block {
  const children = new Map<number | null, TraceStep[]>();
  for (const step of steps) children.set(step.parent, [...(children.get(step.parent) ?? []), step]);
  const lines: (readonly [string, TraceStep])[] = [];
  const walk = (parent: number | null, indent: string) => {
    const own = children.get(parent) ?? [];
    for (const [i, step] of own.entries()) {
      const isLast = i === own.length - 1;
      lines.push([`${parent === null ? '' : `${indent}${isLast ? '└─ ' : '├─ '}`}${step.what}`, step]);
      walk(step.n, parent === null ? '' : `${indent}${isLast ? '   ' : '│  '}`);
    }
  };
  walk(null, '');
  const columns = [textColumn('what'), { ...textColumn('at'), whole: true }, textColumn('service'), textColumn('where'), textColumn('because'), numberColumn('n')];
  return { kind: 'table', title: id, columns, rows: lines.map(([drawn, s]) => [drawn, s.at, s.service, locator(s.locator), because(s), s.n]) };
}

function verdictBlocks({ verdicts }: TraceAnswer): Block[] {
  if (verdicts.length === 0) return [];
  return [
    { kind: 'heading', level: 2, text: 'Verdicts' },
    ...verdicts.map(({ kind, what, steps, basis, because: why }) =>
      fact(kind, `${what}${steps.length === 0 ? '' : ` [${steps.join(', ')}]`} (${basis}: ${why})`, ['published twice', 'lagging', 'cannot tell'].includes(kind) ? 'warning' : 'error'),
    ),
  ];
}

function everyLook(looked: TraceCoverage): Block[] {
  const { service, table, asked, access, notSearched } = looked;
  return [
    fact(`${service}.${table}`, notSearched === null ? `${access === null ? '' : `${access}: `}${asked}, ${rows(looked.rows)}` : `not searched: ${notSearched}`, notSearched === null ? 'plain' : 'warning'),
    ...coverageFacts(looked.coverage),
  ];
}

/** A line a table, and one a partition: the widest stretch that was read of it. */
function summary(coverage: readonly TraceCoverage[]): Block[] {
  const tables = new Map<string, TraceCoverage[]>();
  for (const looked of coverage) {
    const name = `${looked.service}.${looked.table}`;
    tables.set(name, [...(tables.get(name) ?? []), looked]);
  }
  return [...tables].flatMap(([name, looks]): Block[] => {
    const made = looks.filter(({ notSearched }) => notSearched === null);
    const refused = looks.find(({ notSearched }) => notSearched !== null);
    const ways = [...new Set(made.map(({ access }) => access))].filter((access) => access !== null);
    const found = made.reduce((sum, look) => sum + look.rows, 0);
    const parts = widest(made);
    return [
      ...(made.length === 0 ? [] : [fact(name, `${ways.join(', ')}, asked ${made.length === 1 ? 'once' : `${made.length} times`}, ${rows(found)}${isolation(parts)}`)]),
      ...(refused === undefined ? [] : [fact(name, `not searched: ${refused.notSearched!}`, 'warning')]),
      ...parts.map(stretch),
    ];
  });
}

type Stretch = TraceCoverage['coverage'][number];

function widest(looks: readonly TraceCoverage[]): Stretch[] {
  const found = new Map<string, Stretch>();
  for (const part of looks.flatMap(({ coverage }) => coverage)) {
    const before = found.get(part.partition);
    if (before === undefined || part.messages > before.messages) found.set(part.partition, part);
  }
  return [...found.values()];
}

function stretch({ partition, from, to, messages, bytes, reachedEnd, bound, unit }: Stretch): Block {
  const part = unit === undefined ? `offsets ${from} to ${to}, ${count(messages)} messages, ${size(bytes)}` : `${unit} ${count(Number(from))} to ${count(Number(to))}${unit === 'bytes' && messages > 0 ? `, ${count(messages)} lines` : ''}`;
  return fact('', `${partition}: ${part}${reachedEnd ? ', to the end' : ', NOT to the end'} (${bound})`, reachedEnd ? 'dim' : 'warning');
}

function scanBlocks({ scans }: TraceAnswer): Block[] {
  if (scans.length === 0) return [];
  return [
    text('Not asked, since no index leads there; --deep scans them:', 'warning'),
    ...scans.map(({ service, table, columns, rows: n }) => fact(`${service}.${table}`, `${columns.join(', ')}: ${n === null ? 'a number of rows that is not known' : `${rows(n)} to read`}`)),
  ];
}
