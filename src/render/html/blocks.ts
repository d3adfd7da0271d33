/** Blocks as parts of a page. */

import type { Block } from '../blocks.js';
import { markup } from '../markup.js';
import { safeLines } from '../safe.js';
import { tableParts } from './table.js';

const lines = (text: string, between: string): string => safeLines(text).map(markup).join(between);

/** Names for elements, no two alike in one page. */
export type Ids = () => string;
export function ids(): Ids {
  let n = 0;
  return () => `e${(n += 1)}`;
}

export async function* htmlOf(blocks: readonly Block[], next: Ids = ids()): AsyncGenerator<string> {
  let list = false;
  for (const block of blocks) {
    if (list !== (block.kind === 'fact')) {
      list = !list;
      yield list ? '<dl>\n' : '</dl>\n';
    }
    switch (block.kind) {
      case 'heading':
        yield `<h${block.level}>${markup(block.text)}</h${block.level}>\n`;
        break;
      case 'table':
        yield* tableParts(block.columns, block.rows, next());
        break;
      case 'text':
        yield `<p class="${block.tone}">${lines(block.text, '<br>')}</p>\n`;
        break;
      case 'fact':
        yield `<dt>${markup(block.label)}</dt><dd class="${block.tone}">${lines(block.text, '<br>')}</dd>\n`;
        break;
      case 'code':
        yield `<pre><code>${lines(block.text, '\n')}</code></pre>\n`;
        break;
      case 'aligned':
        yield `<p class="dim">${block.lines.map((cells) => cells.map(markup).join(' &middot; ')).join('<br>')}</p>\n`;
        break;
      case 'chart': {
        const { chartSvg } = await import('../charts/svg.js');
        yield `<figure>${chartSvg(block.chart, next())}${block.chart.notes.length === 0 ? '' : `<figcaption class="dim">${block.chart.notes.map(markup).join('; ')}</figcaption>`}</figure>\n`;
        break;
      }
      case 'svg':
        yield `<figure>${await block.draw()}</figure>\n`;
        if (block.list !== undefined) yield `<ul class="dim">\n${block.list.map((line) => `<li>${lines(line, '<br>')}</li>\n`).join('')}</ul>\n`;
    }
  }
  if (list) yield '</dl>\n';
}
