/**
 * The pictures of README: the built program over the example estate, in a real pseudo-terminal whose cells become SVG,
 * and its report in a real Chromium.
 *
 *   npm run build && npx tsx scripts/capture.ts [NAME ...]
 */

import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import xterm from '@xterm/headless';
import { chromium } from 'playwright-core';
import { openTerminal } from '../test/support/pty.js';
import { svgOf } from './capture/svg.js';

const path = (relative: string): string => fileURLToPath(new URL(`../${relative}`, import.meta.url));
const program = [path('bin/aishell.js'), '--config', path('examples/microservices/aishell.yaml')];

interface Step {
  readonly type: string;
  /** What the screen says once it has been done. */
  readonly until: RegExp;
}

interface Picture {
  readonly label: string;
  readonly columns: number;
  /** Of the terminal; default 70. */
  readonly rows?: number;
  /** A command, from a shell; absent: the prompt. */
  readonly command?: readonly string[];
  readonly options?: readonly string[];
  /** At the prompt. */
  readonly steps?: readonly Step[];
}

/** The last line of what every answer says of itself. */
const ready = /\d m?s[;)]/;

const behind = ' FROM orders.orders o JOIN users.users u ON u.id = o.customer_id';

const pictures: Readonly<Record<string, Picture>> = {
  prompt: {
    label: 'A question over two services at the prompt, its rows and where they came from, and a follow-up',
    columns: 104,
    options: ['--limit', '5'],
    steps: [
      { type: 'how many failed payments per country of the user\r', until: ready },
      { type: 'top 3\r', until: ready },
    ],
  },
  completion: {
    label: 'Tab offers the columns that a statement may name, each with its type and table',
    columns: 104,
    steps: [{ type: `SELECT u.name, o.${behind}`, until: /customer_id/ }, { type: `${'\u001b[D'.repeat(behind.length)}\t`, until: /currency +column/ }],
  },
  chart: {
    label: 'Orders per day by status, drawn as lines',
    columns: 104,
    steps: [{ type: 'orders per day by status as a chart\r', until: ready }],
  },
  diff: {
    label: 'Where two services disagree about the same things, values included',
    columns: 104,
    steps: [{ type: '.diff orders products\r', until: ready }],
  },
  trace: {
    label: 'What happened to one order: its events, its rows in every store, a dead letter, and where was looked',
    columns: 168,
    rows: 110,
    command: ['trace', '104700', '--as', 'order_id', '--format', 'tree'],
  },
};

/** What a person sees once the steps are done. */
async function picture({ label, columns, rows = 70, command = [], options = [], steps = [] }: Picture, home: string): Promise<string> {
  const screen = new xterm.Terminal({ cols: columns, rows, scrollback: 0, allowProposedApi: true });
  const terminal = openTerminal([...program, ...command, ...options], { columns, rows, env: { COLORTERM: 'truecolor', LANG: 'C.UTF-8', XDG_STATE_HOME: join(home, `state-${label.length}`), XDG_CACHE_HOME: home } });
  try {
    const isCommand = command.length > 0;
    if (isCommand) await terminal.exited;
    else await terminal.until('aishell> ');
    for (const { type, until } of steps) {
      const calm = async (): Promise<void> => {
        for (let before = -1; before !== terminal.output.length; ) {
          before = terminal.output.length;
          await new Promise((resolve) => setTimeout(resolve, 700));
        }
      };
      await calm();
      terminal.type(type);
      await terminal.until(until);
      await calm();
    }
    await new Promise<void>((resolve) => screen.write(`${isCommand ? `$ aishell ${command.join(' ')}\r\n` : ''}${terminal.output}`, resolve));
    return svgOf(screen, columns, label);
  } finally {
    terminal.kill();
  }
}

/** A page of one answer, as Chromium shows its first screen. */
async function report(file: string, home: string): Promise<void> {
  const page = join(home, 'report.html');
  const ran = spawnSync(process.execPath, [...program, 'query', 'Find payment failures and correlate with user service health as a chart', '--output', page], { encoding: 'utf8', env: { ...process.env, XDG_CACHE_HOME: home } });
  if (ran.status !== 0) throw new Error(ran.stderr);
  const browser = await chromium.launch({ executablePath: process.env['AISHELL_CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const shown = await browser.newPage({ viewport: { width: 1000, height: 1180 } });
    await shown.goto(pathToFileURL(page).href);
    await shown.screenshot({ path: file });
  } finally {
    await browser.close();
  }
}

const wanted = process.argv.slice(2);
const home = await mkdtemp(join(tmpdir(), 'aishell-capture-'));
try {
  await mkdir(path('docs/pictures'), { recursive: true });
  // The catalogue is read once, as it is for a person who comes back.
  spawnSync(process.execPath, [...program, 'schema'], { env: { ...process.env, XDG_CACHE_HOME: home } });
  for (const [name, one] of Object.entries(pictures)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    await writeFile(path(`docs/pictures/${name}.svg`), await picture(one, home));
    console.log(`wrote docs/pictures/${name}.svg`);
  }
  if (wanted.length === 0 || wanted.includes('report')) {
    await report(path('docs/pictures/report.png'), home);
    console.log('wrote docs/pictures/report.png');
  }
} finally {
  await rm(home, { recursive: true, force: true });
}
