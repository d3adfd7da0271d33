import { mkdtemp, mkdir, rm, writeFile, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { AishellError } from '../../../src/errors.js';
import { loadConfig } from '../../../src/config/index.js';
import type { Secret } from '../../../src/config/secret.js';
import { redact } from '../../../src/config/secret.js';

vi.mock('../../../connectors/index.js', () => import('./kinds.js'));

let root: string;
let dir: string;
let count = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'aishell-config-'));
});
afterAll(() => rm(root, { recursive: true }));
beforeEach(async () => {
  dir = join(root, String(count++));
  await mkdir(dir);
});

const env = () => ({ HOME: join(root, 'home') });
async function load(yaml: string, variables: Record<string, string> = {}) {
  await writeFile(join(dir, 'aishell.yaml'), yaml);
  return loadConfig({ cwd: dir, env: { ...env(), ...variables } });
}
async function failure(yaml: string, variables: Record<string, string> = {}): Promise<AishellError> {
  const error: unknown = await load(yaml, variables).then(() => undefined, (e: unknown) => e);
  expect(error).toBeInstanceOf(AishellError);
  expect((error as AishellError).exitCode).toBe(2);
  return error as AishellError;
}
const beta = 'services:\n  one:\n    kind: beta\n    path: data\n';

describe('where the file is', () => {
  test('upwards from the working directory', async () => {
    await writeFile(join(dir, 'aishell.yaml'), beta);
    await mkdir(join(dir, 'a/b'), { recursive: true });
    expect((await loadConfig({ cwd: join(dir, 'a/b'), env: env() })).path).toBe(join(dir, 'aishell.yaml'));
  });

  test('then the XDG folder', async () => {
    await mkdir(join(dir, 'xdg/aishell'), { recursive: true });
    await writeFile(join(dir, 'xdg/aishell/aishell.yaml'), beta);
    const config = await loadConfig({ cwd: dir, env: { ...env(), XDG_CONFIG_HOME: join(dir, 'xdg') } });
    expect(config.path).toBe(join(dir, 'xdg/aishell/aishell.yaml'));
  });

  test('nowhere: says where it looked and shows the smallest one', async () => {
    const error = await loadConfig({ cwd: dir, env: env() }).catch((e: unknown) => e as AishellError);
    expect((error as AishellError).message).toContain(dir);
    expect((error as AishellError).message).toContain(join(root, 'home/.config/aishell'));
    expect((error as AishellError).remedy).toContain('services:');
    expect((error as AishellError).remedy).toContain('examples/microservices/aishell.yaml');
  });

  test('a path that does not exist', async () => {
    await expect(loadConfig({ path: 'nope.yaml', cwd: dir, env: env() })).rejects.toThrow(/there is no configuration file .*nope\.yaml/);
  });

  test('a folder given as the path', async () => {
    await writeFile(join(dir, 'aishell.yaml'), beta);
    expect((await loadConfig({ path: dir, cwd: root, env: env() })).path).toBe(join(dir, 'aishell.yaml'));
  });
});

describe('what is read', () => {
  test('defaults', async () => {
    const config = await load(beta);
    expect(config).toMatchObject({
      timezone: 'UTC',
      links: [],
      vocabulary: { glossary: [], synonyms: [], hidden: [], examples: [] },
      flows: { writes: [], outboxes: [], sagas: [] },
      model: undefined,
      limits: { resultRows: 1000, movedRows: 20_000_000, movedBytes: 8 * 2 ** 30, timeoutMs: 300_000, memoryBytes: 2 ** 30, connectTimeoutMs: 10_000 },
    });
    expect(config.services).toEqual([{ name: 'one', kind: 'beta', tags: {}, options: { path: 'data' }, tls: undefined, baseDir: dir }]);
  });

  test('units, links, tags, tls, model', async () => {
    const config = await load(`
timezone: Europe/Berlin
services:
  one: { kind: beta, path: data, tags: { cloud: aws, tier: 1 }, tls: true }
  two: { kind: beta, path: data, tls: { ca: ca.pem, verify: false, servername: db.test } }
links:
  - { from: one.t.a, to: two.u.b }
  - { from: one.t.a, to: two.s.u.c, decision: rejected }
limits: { resultRows: 0, movedRows: 2M, movedBytes: 1.5 GB, timeout: 1h30m, memory: 512MiB, connectTimeout: 3 }
model: { name: m, apiKey: topsecret, timeout: 250ms }
`);
    expect(config.services[0]).toMatchObject({ tags: { cloud: 'aws', tier: '1' }, tls: { enabled: true, verify: true } });
    expect(config.services[1]!.tls).toEqual({ enabled: true, verify: false, ca: join(dir, 'ca.pem'), servername: 'db.test' });
    expect(config.links.map(({ decision }) => decision)).toEqual(['confirmed', 'rejected']);
    expect(config.limits).toEqual({ resultRows: 0, movedRows: 2e6, movedBytes: 1.5e9, timeoutMs: 5_400_000, memoryBytes: 512 * 2 ** 20, connectTimeoutMs: 3000 });
    expect(config.model).toMatchObject({ name: 'm', timeoutMs: 250, sendValues: false, retries: 2, samples: 1, ask: 'declined' });
    expect(config.model!.apiKey!.reveal()).toBe('topsecret');
    expect(JSON.stringify(config)).not.toContain('topsecret');
  });

  test('flows, and services in them that are not there', async () => {
    const services = 'services: { one: { kind: alpha, host: h } }\n';
    const { flows } = await load(`${services}flows:
  writes: [{ topic: one.bus, events: Sent, table: one.parcels, kept: 2d }]
  outboxes: [{ table: one.outgoing, event: id, published: sent_at, within: 90 }]
  sagas: [{ name: s, starts: A, within: 10m, steps: [{ event: [B, C], compensation: D }, { event: E, within: 1h }], fails: [F] }]
`);
    expect(flows).toEqual({
      writes: [{ topic: 'one.bus', events: ['Sent'], group: undefined, table: 'one.parcels', on: undefined, withinMs: 60_000, keptMs: 172_800_000 }],
      outboxes: [{ table: 'one.outgoing', event: 'id', published: 'sent_at', withinMs: 90_000 }],
      sagas: [{
        name: 's', starts: ['A'], fails: ['F'], withinMs: 600_000,
        steps: [{ events: ['B', 'C'], compensations: ['D'], withinMs: 600_000 }, { events: ['E'], compensations: [], withinMs: 3_600_000 }],
      }],
    });
    await expect(load(`${services}flows: { writes: [{ topic: onne.bus, table: one.parcels }] }`)).rejects.toMatchObject({ code: 'config', message: expect.stringContaining('there is no service onne') as string, remedy: expect.stringContaining('Did you mean one?') as string });
    await expect(load(`${services}flows: { writes: [{ topik: one.bus, table: one.parcels }] }`)).rejects.toMatchObject({ code: 'config', remedy: expect.stringContaining('topic') as string });
  });

  test('variables, their defaults, their types, and the escape', async () => {
    const config = await load(
      'services:\n  one: { kind: alpha, host: "${H}", port: "${P}", readonly: "${R:-true}" }\n  two: { kind: beta, path: "a/${X:-}$${Y}" }\n',
      { H: 'db', P: '5432' },
    );
    expect(config.services[0]!.options).toEqual({ host: 'db', port: 5432, readonly: true });
    expect(config.services[1]!.options).toEqual({ path: 'a/${Y}' });
  });

  test('secrets from text, files and commands; a password that looks like a number stays as written', async () => {
    await writeFile(join(dir, 'pw'), 'from-file\n');
    const config = await load(`
services:
  a: { kind: alpha, host: h, password: { file: pw } }
  b: { kind: alpha, host: h, password: "file:pw" }
  c: { kind: alpha, host: h, password: { command: [printf, 'from command'] } }
  d: { kind: alpha, host: h, password: 0123 }
  e: { kind: alpha, host: h, sasl: { user: u, password: nested-one } }
`);
    const password = (i: number) => (config.services[i]!.options['password'] as Secret).reveal();
    expect([0, 1, 2, 3].map(password)).toEqual(['from-file', 'from-file', 'from command', '0123']);
    const sasl = config.services[4]!.options['sasl'] as { user: string; password: Secret };
    expect(sasl.user).toBe('u');
    expect(sasl.password.reveal()).toBe('nested-one');
  });

  test('a password inside a URL is known as a secret, encoded or not', async () => {
    await load('services:\n  a: { kind: alpha, url: "proto://me:p%40ssw0rd@h1,h2/db" }\n');
    expect(redact('it said p@ssw0rd and p%40ssw0rd')).toBe('it said *** and ***');
  });

  test('variables and secrets of services that are left out need not be there', async () => {
    await writeFile(join(dir, 'aishell.yaml'), 'services:\n  a: { kind: beta, path: "${MISSING}" }\n  b: { kind: beta, path: x }\n');
    const config = await loadConfig({ cwd: dir, env: env(), services: ['b'] });
    expect(config.services.map(({ name }) => name)).toEqual(['b']);
    await expect(loadConfig({ cwd: dir, env: env(), services: ['c'] })).rejects.toThrow('there is no service c');
  });

  test('anchors and merge keys', async () => {
    const config = await load('x-base: &base { kind: beta }\nservices:\n  a: { <<: *base, path: p }\n');
    expect(config.services[0]).toMatchObject({ kind: 'beta', options: { path: 'p' } });
  });
});

describe('what is wrong, and where', () => {
  const cases: [string, string, RegExp, RegExp, Record<string, string>?][] = [
    ['syntax', 'services:\n  a: [1\n', /aishell\.yaml:3:1: this is not valid YAML/, /YAML/],
    ['a tab', 'services:\n\ta: 1\n', /aishell\.yaml:2:1: this is not valid YAML/, /spaces/],
    ['nothing in it', '  \n', /:1:1: the file is empty/, /services/],
    ['not a block', 'hello\n', /:1:1: the configuration must be a block/, /block/],
    ['no services', 'timezone: UTC\n', /:1:1: the configuration lacks services/, /services/],
    ['a misspelt key', 'servces: {}\nservices: {a: {kind: beta, path: x}}\n', /:1:1: the configuration has no setting servces/, /did you mean services\?/i],
    ['an unknown kind', 'services:\n  a:\n    kind: alhpa\n', /:3:11: service a is of an unknown kind: alhpa/, /Did you mean alpha\? The kinds are alpha, beta, gamma/],
    ['no kind', 'services:\n  a:\n    path: x\n', /:3:5: services\.a of the configuration lacks kind/, /kind/],
    ['a missing variable', 'services:\n  a: { kind: beta, path: "${NOT_THERE}" }\n', /:2:26: the variable NOT_THERE is not set/, /export NOT_THERE=/],
    ['a malformed reference', 'services:\n  a: { kind: beta, path: "${not there}" }\n', /:2:26: a variable reference is malformed/, /\$\{NAME\}/],
    ['a duplicate service', 'services:\n  a: { kind: beta, path: x }\n  a: { kind: beta, path: y }\n', /:3:3: a is declared twice/, /Rename or remove/],
    ['names equal but for case', 'services:\n  a: { kind: beta, path: x }\n  A: { kind: beta, path: y }\n', /:2:3: a and A differ in case alone/, /Rename/],
    ['a reserved name', 'services:\n  Main: { kind: beta, path: x }\n', /:2:3: no service may be called Main/, /main, temp, system, memory/],
    ['a name that catalogues have', 'services:\n  pg_catalog: { kind: beta, path: x }\n', /:2:3: no service may be called pg_catalog/, /information_schema, pg_catalog/],
    ['a name with a dot', 'services:\n  a.b: { kind: beta, path: x }\n', /:2:3: .*not allowed: a\.b/, /Rename/],
    ['an unknown setting of a kind', 'services:\n  a: { kind: alpha, host: h, prot: 1 }\n', /:2:30: service a \(alpha\) has no setting prot/, /port/],
    ['an unknown nested setting', 'services:\n  a: { kind: alpha, host: h, sasl: { usr: x } }\n', /:2:38: sasl of service a \(alpha\) has no setting usr/, /user/],
    ['a wrong type', 'services:\n  a: { kind: alpha, host: h, port: many }\n', /:2:36: port of service a \(alpha\) must be a whole number/, /whole number/],
    ['out of range', 'services:\n  a: { kind: alpha, host: h, port: 70000 }\n', /:2:36: port of service a \(alpha\) must be <= 65535/, /./],
    ['not one of', 'services:\n  a: { kind: alpha, host: h, mode: medium }\n', /:2:36: mode of service a \(alpha\) is none of fast, slow/, /fast, slow/],
    ['a missing setting', 'services:\n  a:\n    kind: beta\n', /:3:5: service a \(beta\) lacks path/, /path/],
    ['none of the alternatives', 'services:\n  a:\n    kind: alpha\n', /:3:5: service a \(alpha\) needs one of url, host/, /url/],
    ['a secret in a missing file', 'services:\n  a: { kind: alpha, host: h, password: { file: nope } }\n', /:2:40: the secret's file .*nope can't be read \(ENOENT\)/, /path/],
    ['a command that fails', 'services:\n  a: { kind: alpha, host: h, password: { command: [sh, -c, "echo locked >&2; exit 3"] } }\n', /the command sh for a secret exited with code 3: locked/, /by hand/],
    ['a command that is not there', 'services:\n  a: { kind: alpha, host: h, password: { command: [no-such-program-x] } }\n', /no-such-program-x for a secret could not be run \(ENOENT\)/, /by hand/],
    ['an empty secret', 'services:\n  a: { kind: alpha, host: h, password: { command: ["true"] } }\n', /the command true gave nothing/, /secret/],
    ['a unit', `${beta}limits: { timeout: 5 parsecs }\n`, /:5:20: limits\.timeout can’t be read/, /5m/],
    ['too little memory', `${beta}limits: { memory: 1MiB }\n`, /:5:19: limits\.memory is too small/, /256MiB/],
    ['a time zone', `timezone: Mars/Base\n${beta}`, /:1:11: there is no time zone Mars\/Base/, /IANA/],
    ['tls that is neither', 'services:\n  a: { kind: beta, path: x, tls: maybe }\n', /:2:34: services\.a\.tls of the configuration must be true or false or a block/, /true or false/],
    ['a link without a column', `${beta}links: [{ from: a, to: b.c.d }]\n`, /:5:17: links\.0\.from of the configuration is not of the form/, /./],
  ];
  test.each(cases)('%s', async (_, yaml, message, remedy, variables) => {
    const error = await failure(yaml, variables);
    expect(error.message).toMatch(message);
    expect(error.remedy).toMatch(remedy);
  });

  test('every problem is in data, in the order of the file', async () => {
    const error = await failure('services:\n  a: { kind: alpha, host: h, port: x }\n  b: { kind: beta }\n');
    expect(error.message).toMatch(/\(and 1 more\)$/);
    expect((error.data!['problems'] as { line: number }[]).map(({ line }) => line)).toEqual([2, 3]);
  });

  test('a value that came from a variable or is secret is not quoted', async () => {
    const error = await failure('services:\n  a: { kind: alpha, host: h, port: "${P}", mode: "${P}" }\n', { P: 'hunter2hunter2' });
    expect(JSON.stringify([error.message, error.remedy, error.data])).not.toContain('hunter2');
  });

  test('an alias bomb', async () => {
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]', ...'bcdefgh'.split('').map((c, i) => `${c}: &${c} [${Array(9).fill(`*${'abcdefg'[i]}`).join(',')}]`)].join('\n');
    expect((await failure(bomb)).message).toMatch(/alias/i);
  });

  test('a file without read rights', async () => {
    await writeFile(join(dir, 'aishell.yaml'), beta);
    await chmod(join(dir, 'aishell.yaml'), 0);
    if (process.getuid?.() === 0) return;
    await expect(loadConfig({ cwd: dir, env: env() })).rejects.toThrow(/can't be read \(EACCES\)/);
  });
});
