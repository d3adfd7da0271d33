/** Graphs for programs that draw: Mermaid's flowchart, and Graphviz' DOT. Nodes have numbers; names are labels only. */

import type { Answer, GraphAnswer } from '../answer/contract.js';
import { AishellError } from '../errors.js';
import { markup } from './markup.js';
import { safeText } from './safe.js';
import { wholeWriter } from './writer.js';
import type { WriterFactory } from './writer.js';

export const mermaid: WriterFactory = (_, write) => wholeWriter((answer) => mermaidText(graphOf(answer)), write);
export const dot: WriterFactory = (_, write) => wholeWriter((answer) => dotText(graphOf(answer)), write);

function graphOf(answer: Answer): GraphAnswer {
  if (answer.kind === 'graph') return answer;
  throw new AishellError('usage', 'this format draws graphs alone', 'Use it with aishell schema graph.');
}

/** table path -> node */
function nodes({ services }: GraphAnswer): Map<string, string> {
  const paths = services.flatMap(({ name, tables }) => tables.map((table) => `${name}.${table.name}`));
  return new Map(paths.map((path, i) => [path, `t${i}`]));
}

function mermaidText(graph: GraphAnswer): string {
  const ids = nodes(graph);
  // Mermaid reads HTML entities in labels, with a # for the &.
  const label = (text: string) => `"${markup(text).replaceAll('#', '#35;').replace(/&(#35;)?(\w+);/g, (_, hash: string | undefined, name: string) => `#${hash === undefined ? name : name};`)}"`;
  const lines = graph.services.flatMap(({ name, store, tables }, i) => [
    `  subgraph s${i}[${label(`${name} (${store})`)}]`,
    ...tables.map((table) => `    ${ids.get(`${name}.${table.name}`)}${table.kind === 'topic' ? `[/${label(table.name)}/]` : `[${label(table.name)}]`}`),
    '  end',
  ]);
  const links = known(graph, ids).map(({ from, to, column, evidence }) => `  ${ids.get(from)} ${evidence === 'declared' ? '-->' : '-.->'}|${label(column)}| ${ids.get(to)}`);
  return `flowchart LR\n${[...lines, ...links].join('\n')}\n`;
}

function dotText(graph: GraphAnswer): string {
  const ids = nodes(graph);
  const label = (text: string) => `"${safeText(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  const lines = graph.services.flatMap(({ name, store, tables }, i) => [
    `  subgraph cluster_${i} {`,
    `    label=${label(`${name} (${store})`)};`,
    ...tables.map((table) => `    ${ids.get(`${name}.${table.name}`)} [label=${label(table.name)}${table.kind === 'topic' ? ', shape=parallelogram' : ''}];`),
    '  }',
  ]);
  const links = known(graph, ids).map(({ from, to, column, evidence }) => `  ${ids.get(from)} -> ${ids.get(to)} [label=${label(column)}${evidence === 'declared' ? '' : ', style=dashed'}];`);
  return `digraph schema {\n  rankdir=LR;\n  node [shape=box];\n${[...lines, ...links].join('\n')}\n}\n`;
}

function known({ links }: GraphAnswer, ids: ReadonlyMap<string, string>): GraphAnswer['links'] {
  return links.filter(({ from, to }) => ids.has(from) && ids.has(to));
}
