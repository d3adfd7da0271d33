/** A program in a real pseudo-terminal, seen as a person sees it: the cells of a terminal emulator. */

import xterm from '@xterm/headless';
import type { IBufferCell } from '@xterm/headless';
import { openTerminal } from './pty.js';
import type { Terminal, TerminalOptions } from './pty.js';

export interface Screen extends Terminal {
  /** The lines that are visible now, without blanks at their ends; the last ones that are empty are left out. */
  lines(): Promise<string[]>;
  /** Waits until what is visible holds the text, and gives it. */
  shows(text: string | RegExp, patienceMs?: number): Promise<string[]>;
  /** Waits until what is visible no longer holds the text. */
  hides(text: string | RegExp): Promise<string[]>;
  /** The cell that a text on the screen begins at; the lowest one of several. */
  cell(text: string): Promise<IBufferCell>;
  /**
   * Lines, also those that went up, which were longer than the screen, so that the terminal broke them where it stood.
   * What was typed may be so long.
   */
  broken(): Promise<string[]>;
  /** Is the alternate screen shown? */
  alternate(): boolean;
  /** Does a paste come in brackets? */
  brackets(): boolean;
}

const usualPatienceMs = 20_000;
const everyMs = 25;

/** `slowMs`: keys and output are under way for so long, as over a slow line; both keep their order. */
export function openScreen(args: readonly string[], { slowMs = 0, ...options }: TerminalOptions & { readonly slowMs?: number } = {}): Screen {
  const { columns = 100, rows = 40 } = options;
  const emulator = new xterm.Terminal({ cols: columns, rows, scrollback: 5000, allowProposedApi: true });
  const terminal = openTerminal(args, { ...options, columns, rows, onOutput: (data) => (slowMs === 0 ? emulator.write(data) : void setTimeout(() => emulator.write(data), slowMs)) });
  const settled = (): Promise<void> => new Promise((resolve) => emulator.write('', resolve));
  const lines = async (): Promise<string[]> => {
    await settled();
    const { active } = emulator.buffer;
    const visible = Array.from({ length: emulator.rows }, (_, i) => active.getLine(active.baseY + i)?.translateToString(true).trimEnd() ?? '');
    while (visible.at(-1) === '') visible.pop();
    return visible;
  };
  const wait = async (text: string | RegExp, wanted: boolean, patienceMs = usualPatienceMs): Promise<string[]> => {
    const until = Date.now() + patienceMs;
    for (;;) {
      const seen = await lines();
      const all = seen.join('\n');
      if ((typeof text === 'string' ? all.includes(text) : text.test(all)) === wanted) return seen;
      if (Date.now() > until) throw new Error(`waited in vain for the screen to ${wanted ? 'show' : 'hide'} ${String(text)}:\n${all}`);
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  };
  return {
    get output() {
      return terminal.output;
    },
    pid: terminal.pid,
    exited: terminal.exited,
    type: (keys) => (slowMs === 0 ? terminal.type(keys) : void setTimeout(() => terminal.type(keys), slowMs)),
    until: (text) => terminal.until(text),
    kill: () => terminal.kill(),
    hangUp: () => terminal.hangUp(),
    resize(c, r) {
      emulator.resize(c, r);
      terminal.resize(c, r);
    },
    lines,
    shows: (text, patienceMs) => wait(text, true, patienceMs),
    hides: (text) => wait(text, false),
    async cell(text) {
      const visible = await wait(text, true);
      const y = visible.findLastIndex((line) => line.includes(text));
      const { active } = emulator.buffer;
      return active.getLine(active.baseY + y)!.getCell(visible[y]!.indexOf(text))!;
    },
    async broken() {
      await settled();
      const { active } = emulator.buffer;
      const all = Array.from({ length: active.length }, (_, y) => active.getLine(y)!);
      const whole: { text: string; broken: boolean }[] = [];
      for (const line of all) {
        const text = line.translateToString(true);
        const last = whole.at(-1);
        if (line.isWrapped && last !== undefined) Object.assign(last, { text: `${last.text}|${text}`, broken: true });
        else whole.push({ text, broken: false });
      }
      return whole.filter(({ text, broken }) => broken && !/^(aishell|sql|\s+-)> /.test(text)).map(({ text }) => text);
    },
    alternate: () => emulator.buffer.active.type === 'alternate',
    brackets: () => emulator.modes.bracketedPasteMode,
  };
}
