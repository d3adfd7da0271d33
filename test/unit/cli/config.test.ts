/** aishell config init, check and show, in this process; the questions of init in a terminal. */

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { run } from '../../../src/cli/run.js';
import { connectors } from '../../../connectors/index.js';
import { openTerminal } from '../../support/pty.js';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'aishell-config-'));
});
afterEach(() => rm(dir, { recursive: true }));

async function aishell(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const texts = ['', ''];
  const sink = (i: number) => new Writable({ write: (chunk, _, done) => ((texts[i] += String(chunk)), done()) });
  const code = await run(args, '0.0.0', {
    cwd: dir, env: { HOME: dir, ...env }, stdin: Readable.from([]), stdout: sink(0), stderr: sink(1), openSession: () => Promise.reject(new Error('no store is asked')),
  });
  return { code, stdout: texts[0]!, stderr: texts[1]! };
}

test('init writes what config check accepts, with a word on every setting and no password', async () => {
  const { code, stdout } = await aishell(['config', 'init', 'shop=postgres://me:s3cretpw@db.internal/shop', 'events=kafka://u:pw%20x@h:9092', 'Old-Files=./files', '--timezone', 'Europe/Oslo']);
  expect(code).toBe(0);
  expect(stdout).toContain('export SHOP_PASSWORD=');
  expect(stdout).toContain('aishell config check');
  const text = await readFile(join(dir, 'aishell.yaml'), 'utf8');
  expect(text).not.toMatch(/s3cretpw|pw%20x/);
  expect(text).toContain('# schemas:  The schemas to show');
  const missing = await aishell(['config', 'check']);
  expect(missing.code).toBe(2);
  expect(missing.stdout).toMatch(/aishell\.yaml:\d+:\d+: the variable SHOP_PASSWORD is not set\n {2}what to do: .*\n.*EVENTS_PASSWORD/);
  const checked = await aishell(['config', 'check'], { SHOP_PASSWORD: 'a', EVENTS_PASSWORD: 'b' });
  expect([checked.code, checked.stdout]).toEqual([0, expect.stringContaining('nothing is wrong with it; 3 services: shop (postgres), events (kafka), Old-Files (files)')]);
});

test('init never overwrites, and refuses what it does not know without repeating a password', async () => {
  await writeFile(join(dir, 'aishell.yaml'), 'mine');
  expect(await aishell(['config', 'init', 'a=./x'])).toMatchObject({ code: 2, stderr: expect.stringContaining('is there already') as string });
  expect(await readFile(join(dir, 'aishell.yaml'), 'utf8')).toBe('mine');
  for (const [args, said] of [
    [['a=gopher://h'], 'gopher:// is no address'],
    [['postgres://me:s3cretpw@h/x'], 'is no service'],
    [['main=./x'], 'no service may be called main'],
    [['a=./x', 'A=./y'], 'two services are called A'],
    [['a=./x', '--timezone', 'Nowhere/Land'], 'there is no time zone'],
    [[], 'no service was given'],
  ] as const) {
    const { code, stderr } = await aishell(['config', 'init', '--config', 'other.yaml', ...args]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(said)]);
    expect(stderr).not.toContain('s3cretpw');
  }
});

test('a path stays what it was where it was typed', async () => {
  expect((await aishell(['config', 'init', '--config', 'team/aishell.yaml', 'a=./x'])).code).toBe(0);
  expect(await readFile(join(dir, 'team/aishell.yaml'), 'utf8')).toContain('path: ../x');
});

test.each(Object.keys(connectors))('%s has an address that init takes for it', async (kind) => {
  const { addresses } = await connectors[kind]!();
  expect(addresses).toBeDefined();
  for (const scheme of addresses!.schemes) {
    await rm(join(dir, 'aishell.yaml'), { force: true });
    const address = scheme === 'file' ? './here' : `${scheme}://me:pw@host/thing`;
    expect(await aishell(['config', 'init', `one=${address}`])).toMatchObject({ code: 0, stderr: '' });
    const { code, stdout } = await aishell(['config', 'check', '--format', 'json'], { ONE_PASSWORD: 'pw' });
    expect([code, JSON.parse(stdout)]).toEqual([0, { kind: 'config-check', path: join(dir, 'aishell.yaml'), ok: true, problems: [] }]);
    expect(await readFile(join(dir, 'aishell.yaml'), 'utf8')).toContain(`kind: ${kind}\n`);
  }
});

test('check tells every problem with its place', async () => {
  await writeFile(join(dir, 'aishell.yaml'), 'services:\n  a: { kind: postgres, prot: 5 }\n  b: { kind: postgress }\n');
  const { code, stdout } = await aishell(['config', 'check']);
  expect(code).toBe(2);
  expect(stdout).toMatch(/aishell\.yaml:2:\d+: .*prot[^]*aishell\.yaml:3:\d+: .*postgress/);
});

test('show has every value, its origin, and no secret', async () => {
  await writeFile(join(dir, 'pw'), 'from-a-file-77');
  await writeFile(join(dir, 'aishell.yaml'), [
    'timezone: Europe/Oslo', 'services:', '  crm:', '    kind: postgres', '    url: ${CRM_URL}', '    password: { file: pw }', '  old: { kind: files, path: "./${WHERE:-data}" }',
    'limits: { timeout: 2m }', 'model: { name: m, apiKey: k3y-of-the-model }', '',
  ].join('\n'));
  const env = { CRM_URL: 'postgres://me:in-the-url-88@db.internal:5432/crm?sslpassword=99-hidden' };
  const { code, stdout } = await aishell(['config', 'show'], env);
  expect(code).toBe(0);
  expect(stdout).not.toMatch(/in-the-url-88|99-hidden|from-a-file-77|k3y-of-the-model/);
  for (const line of [
    /timezone: Europe\/Oslo +# line 1\n/,
    /services\.crm\.url: postgres:\/\/me:\*\*\*@db\.internal:5432\/crm\?\*\*\* +# line 5, variable CRM_URL\n/,
    /services\.crm\.password: \*\*\* +# line 6, file pw\n/,
    /services\.old\.path: \.\/data +# line 7, variable WHERE\n/,
    /limits\.timeout: 2m +# line 8\n/,
    /limits\.resultRows: 1000 +# default\n/,
    /model\.apiKey: \*\*\* +# line 9\n/,
    /model\.retries: 2 +# default\n/,
  ]) expect(stdout).toMatch(line);
  const one = JSON.parse((await aishell(['config', 'show', '--service', 'old', '--format', 'json'], env)).stdout) as { settings: { setting: string }[] };
  expect(one.settings.map(({ setting }) => setting).filter((name) => name.startsWith('services.'))).toEqual(['services.old.kind', 'services.old.path']);
});

test('without addresses, init asks at a terminal', async () => {
  const loader = new URL('../../../node_modules/tsx/dist/esm/index.mjs', import.meta.url).href;
  const t = openTerminal(['--import', loader, fileURLToPath(new URL('../../support/real-cli.ts', import.meta.url)), 'config', 'init'], { cwd: dir, env: { HOME: dir, TSX_TSCONFIG_PATH: fileURLToPath(new URL('../../../tsconfig.json', import.meta.url)) } });
  await t.until('name of a service: ');
  t.type('shop\r');
  await t.until('address of shop: ');
  t.type('nonsense://x\r');
  await t.until('name of the next one (Enter ends): ');
  t.type('\r');
  await t.until('nonsense:// is no address');
  expect(await t.exited).toBe(2);
  const again = openTerminal(['--import', loader, fileURLToPath(new URL('../../support/real-cli.ts', import.meta.url)), 'config', 'init'], { cwd: dir, env: { HOME: dir, TSX_TSCONFIG_PATH: fileURLToPath(new URL('../../../tsconfig.json', import.meta.url)) } });
  await again.until('name of a service: ');
  again.type('shop\r');
  await again.until('address of shop: ');
  again.type('./data\r');
  await again.until('name of the next one');
  again.type('\r');
  await again.until('wrote ');
  expect(await again.exited).toBe(0);
  expect(await readFile(join(dir, 'aishell.yaml'), 'utf8')).toContain('path: ./data');
});
