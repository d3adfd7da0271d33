/**
 * A picture of the real thing for README: the built program in a real pseudo-terminal, its screen read from a terminal
 * emulator and written as SVG.
 *
 *   npm run build && npx tsx scripts/capture.ts [--output docs/terminal.svg] [--config FILE] [--columns 110] [QUESTION ...]
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import xterm from '@xterm/headless';
import type { IBufferCell, Terminal as Screen } from '@xterm/headless';
import { openTerminal } from '../test/support/pty.js';

const path = (relative: string): string => fileURLToPath(new URL(`../${relative}`, import.meta.url));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    output: { type: 'string', default: path('docs/terminal.svg') },
    config: { type: 'string', default: path('examples/microservices/aishell.yaml') },
    columns: { type: 'string', default: '110' },
  },
});
const questions = positionals.length > 0 ? positionals : ['Find payment failures and correlate with user service health'];
const columns = Number(values.columns);

const font = { size: 14, width: 8.43, height: 18 } as const;
/** The eight colours that the product uses, on a dark ground. */
const palette = ['#3b4252', '#e06c75', '#98c379', '#e5c07b', '#61afef', '#c678dd', '#56b6c2', '#d8dee9'] as const;
const ground = '#1e222a';
const plainText = '#d8dee9';

async function record(): Promise<Screen> {
  const home = await mkdtemp(join(tmpdir(), 'aishell-capture-'));
  const screen = new xterm.Terminal({ cols: columns, rows: 60, scrollback: 5000, allowProposedApi: true, convertEol: false });
  const terminal = openTerminal([path('bin/aishell.js'), '--config', values.config, '--limit', '8'], {
    columns,
    rows: 60,
    env: { XDG_STATE_HOME: home, XDG_CACHE_HOME: home },
  });
  try {
    await terminal.until('aishell> ');
    for (const question of questions) {
      terminal.type(question);
      await terminal.until(question);
      terminal.type('\r');
      await terminal.until(/\d m?s[;)]/);
      await terminal.until('aishell> ');
    }
    // The state before leaving is the picture: leaving itself adds nothing to see.
    const output = terminal.output;
    terminal.type('\u0004');
    await terminal.exited;
    await new Promise<void>((resolve) => screen.write(output, resolve));
    return screen;
  } finally {
    terminal.kill();
    await rm(home, { recursive: true, force: true });
  }
}

function svg(screen: Screen): string {
  const buffer = screen.buffer.active;
  const rows: string[] = [];
  let last = buffer.length - 1;
  while (last > 0 && buffer.getLine(last)!.translateToString(true) === '') last -= 1;
  for (let y = 0; y <= last; y += 1) rows.push(...row(buffer.getLine(y)!, y));
  const width = Math.ceil(columns * font.width + 32);
  const height = (last + 1) * font.height + 60;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="aishell in a terminal">`,
    `<rect width="100%" height="100%" rx="8" fill="${ground}"/>`,
    ...['#e06c75', '#e5c07b', '#98c379'].map((color, i) => `<circle cx="${20 + i * 18}" cy="18" r="6" fill="${color}"/>`),
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${font.size}" fill="${plainText}" xml:space="preserve">`,
    ...rows,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

/** Runs of equal style, each placed by its own column, so that a font of other widths can't shift what follows. */
function row(line: NonNullable<ReturnType<Screen['buffer']['active']['getLine']>>, y: number): string[] {
  const runs: { x: number; width: number; text: string; style: string }[] = [];
  for (let x = 0; x < columns; x += 1) {
    const cell = line.getCell(x);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const text = cell.getChars() || ' ';
    const style = styleOf(cell);
    const run = runs.at(-1);
    if (run !== undefined && run.style === style && cell.getWidth() === 1) {
      run.text += text;
      run.width += 1;
    } else {
      runs.push({ x, width: cell.getWidth(), text, style });
    }
  }
  const top = 40 + (y + 1) * font.height - 4;
  return runs
    .filter(({ text, style }) => text.trim() !== '' || style.includes('data-inverse'))
    .map(({ x, width, text, style }) => {
      const left = (16 + x * font.width).toFixed(1);
      if (style.includes('data-inverse')) return `<rect x="${left}" y="${top - font.height + 5}" width="${(width * font.width).toFixed(1)}" height="${font.height}" fill="${plainText}"/>`;
      const shown = text.trimEnd();
      const length = (width - (text.length - shown.length)) * font.width;
      return `<text x="${left}" y="${top}" textLength="${length.toFixed(1)}"${style}>${escaped(shown)}</text>`;
    });
}

function styleOf(cell: IBufferCell): string {
  const color = cell.isFgPalette() ? ` fill="${palette[cell.getFgColor() % 8]}"` : '';
  return `${color}${cell.isBold() ? ' font-weight="bold"' : ''}${cell.isDim() ? ' opacity="0.6"' : ''}${cell.isInverse() ? ' data-inverse=""' : ''}`;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

await writeFile(values.output, svg(await record()));
console.log(`wrote ${values.output}`);
