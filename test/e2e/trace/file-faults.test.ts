/** Files in trouble under a trace: what can't be read is named, as closely as it can be told, and the rest is searched. */

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TraceAnswer } from '../../../src/answer/contract.js';
import { Asker, cli } from '../answers/ask.js';

const id = 'surge-19d-0007';
const event = (n: number) => `${JSON.stringify({ eventId: n % 100 === 1 ? id : `calm-${n}`, n, word: `word ${(n * 2_654_435_761).toString(36)}` })}\n`;
const events = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => event(from + i)).join('');

describe('a trace over files in trouble', { timeout: 120_000 }, () => {
  let dir: string;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'aishell-file-faults-'));
    process.env['XDG_CACHE_HOME'] = join(dir, 'cache');
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  /** A folder of its own, and what a trace over it comes to. */
  async function estate(name: string, files: Readonly<Record<string, string | Buffer>>): Promise<string> {
    await mkdir(join(dir, name, 'data'), { recursive: true });
    for (const [file, content] of Object.entries(files)) await writeFile(join(dir, name, 'data', file), content);
    await writeFile(join(dir, name, 'aishell.yaml'), 'services: { dykes: { kind: files, path: ./data } }\n');
    return join(dir, name, 'aishell.yaml');
  }
  async function trace(config: string): Promise<TraceAnswer> {
    const asker = await Asker.open(config);
    try {
      return await asker.session.trace(id, { deep: true, signal: AbortSignal.timeout(60_000) });
    } finally {
      await asker.close();
    }
  }
  const found = ({ steps }: TraceAnswer, table: string) => steps.filter((step) => step.table === table).map(({ row }) => Number(row['n'])).sort((a, b) => a - b);
  const reasons = ({ missing }: TraceAnswer) => missing.map(({ service, reason }) => `${service}: ${reason}`).sort();

  it('a line that is no JSON, a CSV record with too many fields: named by their bytes, and those before and after are found', async () => {
    const before = events(0, 1_150);
    const wrong = '{"eventId": oops}\n';
    const rows = Array.from({ length: 900 }, (_, n) => `${n},${n % 100 === 1 ? id : `calm-${n}`},"two\nlines"`);
    const answer = await trace(await estate('garbled', { 'locks.ndjson': `${before}${wrong}${events(1_150, 2_000)}`, 'pumps.csv': `n,eventId,note\n${rows.filter((_, n) => n !== 500).join('\n')}\n900,too,many,fields,here\n901,${id},"x"\n`, 'weirs.csv': `n,eventId,note\n${rows.join('\n')}\n900,too,many,fields,here\n901,${id},"x"\n` }));
    expect(found(answer, 'locks')).toEqual(Array.from({ length: 20 }, (_, n) => n * 100 + 1));
    expect(found(answer, 'weirs')).toEqual([...Array.from({ length: 9 }, (_, n) => n * 100 + 1), 901]);
    const place = (from: number, bytes: number) => `bytes ${from.toLocaleString('en-US')} to ${(from + bytes).toLocaleString('en-US')}`;
    expect(found(answer, 'pumps')).toEqual(found(answer, 'weirs'));
    expect(reasons(answer)).toEqual([expect.stringMatching(/pumps\.csv .*\(bytes [\d,]+ to [\d,]+ of pumps\.csv\)/) as string, expect.stringMatching(/weirs\.csv .*\(bytes [\d,]+ to [\d,]+ of weirs\.csv\)/) as string, expect.stringContaining(`locks.ndjson holds something that is no JSON: it was cut short or is garbled (${place(before.length, wrong.length)} of locks.ndjson)`) as string]);
    expect(answer.complete).toBe(false);
    expect(answer.coverage.find(({ table }) => table === 'locks')!.coverage).toMatchObject([{ reachedEnd: true, bound: 'the whole file; of it 1 part could not be read' }]);
  });

  it('a last line that is half written is left out with a word; a packed file that was cut is searched up to there', async () => {
    const packed = gzipSync(events(0, 20_000));
    const answer = await trace(await estate('half', { 'gates.ndjson': `${events(0, 300)}{"eventId":"sur`, 'sluices.ndjson.gz': packed.subarray(0, packed.length / 2) }));
    expect(found(answer, 'gates')).toEqual([1, 101, 201]);
    expect(answer.warnings.join()).toMatch(/dykes: gates\.ndjson ends in the middle of a record, which is left out \(bytes [\d,]+ to [\d,]+\)/);
    expect(found(answer, 'sluices').length).toBeGreaterThan(50);
    expect(reasons(answer)).toEqual([expect.stringContaining("sluices.ndjson.gz can't be read beyond byte") as string]);
    expect(answer.coverage.find(({ table }) => table === 'sluices')!.coverage).toMatchObject([{ reachedEnd: false, bound: expect.stringContaining("it can't be read further") as string }]);
  });

  it('a file that is none, one that vanished since: named with exit code 5, or 4 where a part is enough; the others are searched', async () => {
    const config = await estate('gone', { 'reefs.ndjson': events(0, 120), 'shoals.ndjson': events(0, 220), 'wrecks.parquet': 'PAR1 no more' });
    const run = (...more: string[]) => cli('trace', id, '--deep', '--format', 'json', '--config', config, ...more);
    const first = await run();
    const answer = JSON.parse(first.stdout) as TraceAnswer;
    expect([first.code, found(answer, 'reefs'), found(answer, 'shoals')], first.stderr).toEqual([5, [1, 101], [1, 101, 201]]);
    expect(reasons(answer)).toEqual([expect.stringMatching(/^dykes\.wrecks: dykes: wrecks\.parquet is damaged/) as string]);
    expect((await run('--allow-partial')).code).toBe(4);
    // Whoever mends or removes it need not say so.
    await rm(join(dir, 'gone/data/wrecks.parquet'));
    expect((await run()).code).toBe(0);
    await rm(join(dir, 'gone/data/shoals.ndjson'));
    const later = await run();
    const rest = JSON.parse(later.stdout) as TraceAnswer;
    expect([later.code, found(rest, 'reefs')], later.stderr).toEqual([5, [1, 101]]);
    expect(reasons(rest)).toEqual([expect.stringMatching(/^dykes\.shoals: .*shoals\.ndjson/) as string]);
  });

  it('a UUID is found in letters of the other case, and a topic is not asked for where there are none', async () => {
    const [upper, lower] = ['7F9C2BA4-E88F-47F8-A5F2-0C1D4E0A7C11', '99992ba4-e88f-47f8-a5f2-0c1d4e0a7c22'];
    const config = await estate('cases', { 'tolls.ndjson': `${JSON.stringify({ eventId: upper, n: 1 })}\n${JSON.stringify({ eventId: lower, causationId: upper, n: 2 })}\n` });
    const asker = await Asker.open(config);
    for (const typed of [upper.toLowerCase(), lower.toUpperCase(), lower]) expect([typed, found(await asker.session.trace(typed, { signal: AbortSignal.timeout(60_000) }), 'tolls')]).toEqual([typed, [1, 2]]);
    await expect(asker.session.trace(upper, { topics: ['nope'], signal: AbortSignal.timeout(60_000) })).rejects.toMatchObject({ code: 'usage', remedy: expect.stringContaining('leave --topics out') as string });
    await asker.close();
  });
});
