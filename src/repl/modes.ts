/**
 * What a terminal is asked to do beyond showing text, taken back whatever ends the process: a shell that finds its
 * terminal on another screen or without a cursor is broken for the person who sits there.
 */

import { writeSync } from 'node:fs';

/** On, off; xterm's control sequences (https://invisible-island.net/xterm/ctlseqs/ctlseqs.html). */
const sequences = {
  /** It says where a paste begins and ends. */
  bracketedPaste: ['\u001b[?2004h', '\u001b[?2004l'],
  /** A screen of its own, without a cursor. */
  alternateScreen: ['\u001b[?1049h\u001b[?25l', '\u001b[?25h\u001b[?1049l'],
} as const;

type Mode = keyof typeof sequences;

const active = new Set<Mode>();
let watching = false;

export const terminalModes = {
  on(mode: Mode): void {
    if (!watching) process.on('exit', takeBack);
    watching = true;
    active.add(mode);
    process.stdout.write(sequences[mode][0]);
  },
  off(mode: Mode): void {
    active.delete(mode);
    process.stdout.write(sequences[mode][1]);
  },
};

/** At the process's end nothing but a synchronous write arrives. */
function takeBack(): void {
  if (active.size === 0) return;
  try {
    writeSync(process.stdout.fd, `${[...active].map((mode) => sequences[mode][1]).join('')}\u001b[?25h`);
  } catch {
    // There is no terminal any more.
  }
}
