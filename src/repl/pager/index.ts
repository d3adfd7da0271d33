/**
 * A long result on a screen of its own: up and down, sideways, and search, with the head of the table always in sight.
 *
 *   spool.ts  the lines, on disk     view.ts  where one stands and what a key does
 *
 * Nothing grows with the result but the file. The terminal's own screen comes back as it was.
 */

import type { ReadStream, WriteStream } from 'node:tty';
import { cut, windowOf } from '../../render/width.js';
import { terminalModes } from '../modes.js';
import type { Spool } from './spool.js';
import { found, press, within } from './view.js';
import type { Extent, View } from './view.js';

export interface Page {
  readonly spool: Spool;
  /** Lines at the beginning that stay in sight. */
  readonly header: number;
}

export interface Tty {
  readonly stdin: ReadStream;
  readonly stdout: WriteStream;
}

/** Until it is left. */
export async function showPage({ spool, header }: Page, { stdin, stdout }: Tty, color: boolean, signal: AbortSignal): Promise<void> {
  const extent = (): Extent => {
    const rows = stdout.rows ?? 24;
    const kept = Math.min(header, Math.max(0, rows - 3));
    return { lines: spool.length, header: kept, height: Math.max(1, rows - 1 - kept), width: stdout.columns ?? 80 };
  };
  let view: View = { top: 0, left: 0 };
  const draw = async (): Promise<void> => {
    const now = extent();
    view = within(view, now);
    const lines = [...(await spool.read(0, now.header)), ...(await spool.read(now.header + view.top, now.height))];
    const shown = lines.map((line, i) => marked(windowOf(line, view.left, now.width), view.wanted, color && i >= now.header));
    stdout.write(`\u001b[H${[...shown, ...Array<string>(Math.max(0, now.header + now.height - lines.length)).fill('~')].map((line) => `${line}\u001b[K\r\n`).join('')}${status(view, now, color)}\u001b[K`);
  };
  // One key after another: a search must not be overtaken.
  const keys: string[] = [];
  let wake: (() => void) | undefined;
  const push = (...more: string[]): void => {
    keys.push(...more);
    wake?.();
  };
  const read = (chunk: Buffer | string): void => push(...split(String(chunk)));
  const redraw = (): void => push('');
  const stop = (): void => push('q');
  stdin.setRawMode(true);
  stdin.on('data', read);
  stdin.ref();
  stdin.resume();
  stdout.on('resize', redraw);
  signal.addEventListener('abort', stop, { once: true });
  terminalModes.on('alternateScreen');
  try {
    for (;;) {
      if (keys.length === 0) {
        await draw();
        if (keys.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      }
      if (signal.aborted) return;
      const { view: next, effect } = press(view, keys.shift() ?? '', extent());
      view = next;
      if (effect === undefined) continue;
      if ('quit' in effect) return;
      const line = await spool.find(effect.find, Math.max(0, effect.from), effect.by, signal);
      view = line === undefined ? { ...view, message: `${effect.find} is not found ${effect.by === 1 ? 'below' : 'above'}` } : found(view, line, extent());
    }
  } finally {
    stdin.off('data', read);
    stdin.pause();
    stdin.setRawMode(false);
    stdout.off('resize', redraw);
    signal.removeEventListener('abort', stop);
    terminalModes.off('alternateScreen');
  }
}

/** A chunk may hold several keys. */
const split = (chunk: string): string[] => chunk.match(/\u001b(?:\[[0-9;]*[ -/]*[@-~]|O.|[^\u001b])?|[^]/gu) ?? [];

function status({ top, left, typing, message, wanted }: View, { lines, header, height, width }: Extent, color: boolean): string {
  const last = Math.min(lines - header, top + height);
  const where = `lines ${(top + 1).toLocaleString('en')}-${last.toLocaleString('en')} of ${(lines - header).toLocaleString('en')}${left > 0 ? `, from column ${left + 1}` : ''}`;
  const text = typing !== undefined ? `/${typing}` : (message ?? `${where}  (q leaves, / searches${wanted === undefined ? '' : ', n goes on'}, ? helps)`);
  const fitted = cut(text, width - 1);
  return color ? `\u001b[7m${fitted}\u001b[27m` : fitted;
}

/** Where what was looked for stands in a line that is shown. */
function marked(line: string, wanted: string | undefined, show: boolean): string {
  if (!show || wanted === undefined || wanted === '') return line;
  const folded = line.toLowerCase();
  // Some letters change their length when they are folded; then nothing is marked, rather than the wrong place.
  if (folded.length !== line.length) return line;
  let result = '';
  let from = 0;
  for (let at = folded.indexOf(wanted.toLowerCase()); at !== -1; at = folded.indexOf(wanted.toLowerCase(), from)) {
    result += `${line.slice(from, at)}\u001b[7m${line.slice(at, at + wanted.length)}\u001b[27m`;
    from = at + wanted.length;
  }
  return result + line.slice(from);
}
