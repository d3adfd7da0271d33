/** Services, their tables and topics, and what refers to what, as a drawing of lines. */

import type { GraphAnswer } from '../../answer/contract.js';
import { count } from '../amounts.js';
import type { Block } from '../blocks.js';
import { code, text } from '../blocks.js';
import { safeText } from '../safe.js';
import { missingBlocks } from './proof.js';

/** A drawing in pages, lines of text everywhere. */
export function graphView({ services, links, missing }: GraphAnswer): Block[] {
  const lines = services.flatMap(({ name, store, tables }) => [
    `${safeText(name)} (${store})`,
    ...tables.flatMap((table, i) => {
      const path = `${name}.${table.name}`;
      const isLast = i === tables.length - 1;
      const out = links.filter(({ from }) => from === path).map(({ to, column, key, evidence }) => `${safeText(column)} ${evidence === 'declared' ? '──▶' : '╌╌▶'} ${safeText(to)}.${safeText(key)}`);
      const into = links.filter(({ to, from }) => to === path && from !== path).map(({ from, column }) => `◀── ${safeText(from)}.${safeText(column)}`);
      const mark = table.kind === 'topic' ? '≋ ' : table.kind === 'view' ? '◇ ' : '';
      return [`${isLast ? '└─' : '├─'} ${mark}${safeText(table.name)}`, ...[...out, ...into].map((line) => `${isLast ? ' ' : '│'}     ${line}`)];
    }),
    '',
  ]);
  const tables = services.reduce((sum, service) => sum + service.tables.length, 0);
  return [
    // A page shows the drawing, and the lines below it for who searches or listens.
    { kind: 'svg', draw: async () => (await import('../graph-drawing.js')).drawGraph({ services, links }) },
    code(lines.join('\n').trimEnd(), 'text'),
    text('──▶ declared  ╌╌▶ by name, value or your word  ≋ topic  ◇ view', 'dim'),
    text(`(${count(services.length)} services, ${count(tables)} tables, ${count(links.length)} links)`, 'dim'),
    ...missingBlocks(missing),
  ];
}
