/** Markdown (GitHub's tables), with everything that Markdown or HTML would act on escaped. */

import type { Cell } from '../answer/contract.js';
import type { Block, BlockColumn } from './blocks.js';
import { blockColumn, cellText, code } from './blocks.js';
import { drawn, inkOf } from './charts/terminal/index.js';
import { safeLines, safeText } from './safe.js';
import { viewOf } from './views/index.js';
import { cutShort, queryNotes } from './views/query.js';
import { streamWriter } from './writer.js';
import type { WriterFactory } from './writer.js';

function escaped(text: string): string {
  return safeText(text)
    .replace(/[\\`*_{}[\]<>|~#$]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replace(/^(\s*)([-+=])/, '$1\\$2')
    .replace(/^(\s*\d+)([.)])(?=\s|$)/, '$1\\$2');
}

/** Autolinks would make a value clickable that nobody wrote as a link. */
const inline = (text: string): string => escaped(text).replace(/\b(https?|ftp):\/\//gi, '$1:&#8203;//').replace(/\bwww\./gi, 'www&#8203;.');

function cell(value: Cell): string {
  if (value === null) return '*NULL*';
  return cellText(value)
    .split(/\r\n|\n|\r/)
    .map(inline)
    .join('<br>');
}

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
const head = (columns: readonly BlockColumn[]): string =>
  line(columns.map(({ name }) => inline(name))) + line(columns.map(({ numeric }) => (numeric ? '---:' : '---')));

function* blocksOf(blocks: readonly Block[]): Generator<string> {
  let list = false;
  for (const block of blocks) {
    const item = block.kind === 'fact' || block.kind === 'aligned';
    if (list !== item || (!item && !list)) yield '\n';
    list = item;
    switch (block.kind) {
      case 'heading':
        yield `${'#'.repeat(block.level + 1)} ${inline(block.text)}\n`;
        break;
      case 'table':
        yield head(block.columns);
        for (const row of block.rows) yield line(row.map(cell));
        break;
      case 'text':
        yield `${safeLines(block.text).map(inline).join('<br>')}\n`;
        break;
      case 'fact':
        // Without a label it goes on with what the one before says.
        yield `${block.label === '' ? '  -' : `- **${inline(block.label)}**:`} ${safeLines(block.text).map(inline).join('<br>')}\n`;
        break;
      case 'code': {
        // The fence is longer than any run of backticks inside, so nothing can close it.
        const fence = '`'.repeat(Math.max(3, ...[...block.text.matchAll(/`+/g)].map(([run]) => run.length + 1)));
        yield `${fence}${block.language}\n${safeLines(block.text).join('\n')}\n${fence}\n`;
        break;
      }
      case 'aligned':
        for (const cells of block.lines) yield `- ${cells.map((text) => inline(text.replace(/\s+/g, ' '))).join(' · ')}\n`;
        break;
      case 'chart':
        yield* blocksOf([code(drawn(block.chart, { width: 80, ascii: false, ink: inkOf(0) }).join('\n'), 'text')]);
    }
  }
}

export const markdown: WriterFactory = ({ verbose }, write) =>
  streamWriter(
    {
      head: (columns) => head(columns.map(({ name, type }) => blockColumn(name, type))),
      row: (row) => line(row.map(cell)),
      tail: (answer) => [...blocksOf(queryNotes(answer, verbose))].join(''),
      cutShort: (why, rowCount) => [...blocksOf([cutShort(rowCount, why)])].join(''),
      *whole(answer) {
        yield* blocksOf(viewOf(answer, verbose));
      },
    },
    write,
  );
