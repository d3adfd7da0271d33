/** One HTML page of its own: no script, nothing loaded from elsewhere, and nothing in it that a value could start. */

import type { Cell } from '../answer/contract.js';
import type { Block, BlockColumn } from './blocks.js';
import { blockColumn, cellText } from './blocks.js';
import { markup } from './markup.js';
import { safeLines } from './safe.js';
import { viewOf } from './views/index.js';
import { cutShort, queryNotes } from './views/query.js';
import { streamWriter } from './writer.js';
import type { WriterFactory } from './writer.js';

const style = `body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:90rem;padding:0 1rem;color:#1b1f24;background:#fff}
table{border-collapse:collapse;margin:.7rem 0;display:block;overflow-x:auto}th,td{border:1px solid #d0d7de;padding:.25rem .6rem;text-align:left;vertical-align:top}
th{background:#f6f8fa}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}td.null{color:#8c959f;font-style:italic}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:.5rem 0}dt{color:#656d76}dd{margin:0}
pre{background:#f6f8fa;padding:.7rem;overflow-x:auto}.dim{color:#656d76}.good{color:#1a7f37}.warning{color:#9a6700}.error{color:#cf222e}
.breaking{color:#cf222e;font-weight:600}.risky{color:#9a6700;font-weight:600}
@media(prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}th,pre{background:#161b22}th,td{border-color:#30363d}}`;

const start = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>aishell</title>
<style>${style}</style>
</head>
<body>
`;
const end = '</body>\n</html>\n';

function cell(value: Cell, { numeric }: BlockColumn): string {
  if (value === null) return `<td class="null">NULL</td>`;
  const text = cellText(value);
  // Words that a column of severities holds; a value that happens to be one of them is painted, and nothing more.
  const name = numeric ? ' class="n"' : text === 'breaking' || text === 'risky' ? ` class="${text}"` : '';
  return `<td${name}>${text.split(/\r\n|\n|\r/).map(markup).join('<br>')}</td>`;
}

const head = (columns: readonly BlockColumn[]): string => `<table>\n<thead><tr>${columns.map(({ name, numeric }) => `<th${numeric ? ' class="n"' : ''}>${markup(name)}</th>`).join('')}</tr></thead>\n<tbody>\n`;
const line = (cells: readonly Cell[], columns: readonly BlockColumn[]): string => `<tr>${cells.map((value, i) => cell(value, columns[i]!)).join('')}</tr>\n`;
const foot = '</tbody>\n</table>\n';

export function* htmlOf(blocks: readonly Block[]): Generator<string> {
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
        yield head(block.columns);
        for (const row of block.rows) yield line(row, block.columns);
        yield foot;
        break;
      case 'text':
        yield `<p class="${block.tone}">${safeLines(block.text).map(markup).join('<br>')}</p>\n`;
        break;
      case 'fact':
        yield `<dt>${markup(block.label)}</dt><dd class="${block.tone}">${safeLines(block.text).map(markup).join('<br>')}</dd>\n`;
        break;
      case 'code':
        yield `<pre><code>${safeLines(block.text).map(markup).join('\n')}</code></pre>\n`;
        break;
      case 'aligned':
        yield `<p class="dim">${block.lines.map((cells) => cells.map(markup).join(' &middot; ')).join('<br>')}</p>\n`;
    }
  }
  if (list) yield '</dl>\n';
}

export const html: WriterFactory = ({ verbose }, write) => {
  let columns: readonly BlockColumn[] = [];
  return streamWriter(
    {
      head(given) {
        columns = given.map(({ name, type }) => blockColumn(name, type));
        return start + head(columns);
      },
      row: (row) => line(row, columns),
      tail: (answer) => foot + [...htmlOf(queryNotes(answer, verbose))].join('') + end,
      cutShort: (why, rowCount) => foot + [...htmlOf([cutShort(rowCount, why)])].join('') + end,
      *whole(answer) {
        yield start;
        yield* htmlOf(viewOf(answer, verbose));
        yield end;
      },
    },
    write,
  );
};
