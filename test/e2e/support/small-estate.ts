/** A small estate of files for the prompt's tests, and the bundle over it in a terminal. */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { TerminalOptions } from '../../support/pty.js';
import { openScreen } from '../../support/screen.js';
import type { Screen } from '../../support/screen.js';
import { withProgram, Workplace } from './aishell.js';

class SmallEstate {
  readonly #open: Screen[] = [];

  #place: Workplace | undefined;

  private get place(): Workplace {
    if (this.#place === undefined) throw new Error('the estate is there once the tests begin');
    return this.#place;
  }

  get dir(): string {
    return this.place.dir;
  }

  /** `zoo.animals` (id, name, kind, weight), `zoo.hard` with values that are hard to draw, `vets.visits` (visit, animal_id, at, note). */
  async create(): Promise<void> {
    const place = await Workplace.create();
    this.#place = place;
    const { dir } = place;
    await mkdir(join(dir, 'zoo'));
    await mkdir(join(dir, 'vets'));
    const animals = Array.from({ length: 300 }, (_, i) => `${i + 1},name ${i + 1},${['cat', 'dog', 'guinea pig'][i % 3]},${(i * 7) % 90}.5`);
    await writeFile(join(dir, 'zoo/animals.csv'), `id,name,kind,weight\n${animals.join('\n')}\n`);
    await writeFile(join(dir, 'zoo/hard.ndjson'), hard.map((row) => JSON.stringify(row)).join('\n'));
    await writeFile(join(dir, 'vets/visits.ndjson'), [1, 2, 2, 5].map((animal, i) => JSON.stringify({ visit: i + 1, animal_id: animal, at: `2026-01-0${i + 1}T10:00:00`, note: `note ${i}` })).join('\n'));
    await place.configure('services:\n  zoo: { kind: files, path: zoo }\n  vets: { kind: files, path: vets }\n');
    // The catalogue is read once, as it is for a person who comes back.
    await place.run(['schema']);
  }

  run(...args: readonly string[]): ReturnType<Workplace['run']> {
    return this.place.run(args);
  }

  /** A prompt that is ready. */
  async prompt(options: TerminalOptions & { readonly args?: readonly string[]; readonly slowMs?: number } = {}): Promise<Screen> {
    const screen = openScreen(this.place.command(options.args ?? []), { ...options, cwd: this.dir, env: { ...this.place.env, ...options.env } });
    this.#open.push(screen);
    await screen.shows('aishell>');
    return screen;
  }

  /** Ends what tests left open. */
  closeScreens(): void {
    for (const screen of this.#open.splice(0)) screen.kill();
  }

  async remove(): Promise<void> {
    this.closeScreens();
    await this.#place?.remove();
  }
}

/** The program over one estate for all tests of a file; what a test left open is ended after it. */
export function withSmallEstate(): SmallEstate {
  withProgram();
  const estate = new SmallEstate();
  beforeAll(() => estate.create());
  afterEach(() => estate.closeScreens());
  afterAll(() => estate.remove());
  return estate;
}

const hard = [
  { id: 1, what: 'emoji', value: '👩‍👩‍👧 family' },
  { id: 2, what: 'wide', value: '日本語の文字' },
  { id: 3, what: 'combining', value: 'e\u0301a\u0308o\u0302' },
  { id: 4, what: 'right to left', value: 'שלום עולם' },
  { id: 5, what: 'tab', value: 'a\tb' },
  { id: 6, what: 'lines', value: 'one\ntwo' },
  { id: 7, what: 'empty', value: '' },
  { id: 8, what: 'blank', value: '  ' },
  { id: 9, what: 'nothing', value: null },
  { id: 10, what: 'long', value: 'lorem ipsum dolor sit amet consectetur '.repeat(8).trim() },
];
