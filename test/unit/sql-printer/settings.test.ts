import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret, type ConfigValue, type ServiceConfig } from '../../../connectors/contract.js';
import { passwordIn, settings as postgres } from '../../../connectors/postgres/settings.js';
import { checkedValues } from '../../../connectors/postgres/check-lists.js';
import { couldWrite } from '../../../connectors/mysql/health.js';
import { clientOptions, settings as mysql } from '../../../connectors/mysql/settings.js';
import { enumLabels } from '../../../connectors/mysql/types.js';

const service = (options: Record<string, ConfigValue>, baseDir = '/'): ServiceConfig => ({ name: 's', kind: 'k', tags: {}, options, tls: undefined, baseDir });

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aishell-settings-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('postgres settings', () => {
  it('take a URL apart, and let fields win over it', async () => {
    const url = new Secret('postgres://ann%40x:p%2Fw@db.example:6000/shop?sslmode=require');
    const found = await postgres(service({ url, database: 'other' }), {});
    expect(found).toMatchObject({ host: 'db.example', port: 6000, user: 'ann@x', password: 'p/w', database: 'other', mayFallBack: false });
    expect(found.ssl).toMatchObject({ rejectUnauthorized: false });
  });

  it('fall back to the PG* variables', async () => {
    const env = { PGHOST: 'h', PGPORT: '7000', PGUSER: 'u', PGDATABASE: 'd', PGPASSWORD: 'from-env', PGSSLMODE: 'disable' };
    expect(await postgres(service({}), env)).toMatchObject({ host: 'h', port: 7000, user: 'u', database: 'd', password: 'from-env', ssl: undefined });
  });

  it('encrypt where they can, save on this machine itself', async () => {
    expect(await postgres(service({ host: 'db.example', user: 'u' }), {})).toMatchObject({ mayFallBack: true, ssl: { rejectUnauthorized: false } });
    expect(await postgres(service({ host: '127.0.0.1', user: 'u' }), {})).toMatchObject({ ssl: undefined });
    const full = await postgres(service({ host: 'db.example', user: 'u', sslmode: 'verify-full' }), {});
    expect(full.ssl).toMatchObject({ rejectUnauthorized: true });
    expect(full.mayFallBack).toBe(false);
  });

  it('read .pgpass, unless others can read it too', async () => {
    const path = join(folder, 'pgpass');
    await writeFile(path, '# people\nother:*:*:*:no\n*:5432:d:u:se\\:cr\\\\et\n');
    await chmod(path, 0o600);
    const fields = service({ host: 'h', user: 'u', database: 'd' });
    expect((await postgres(fields, { PGPASSFILE: path })).password).toBe('se:cr\\et');
    await chmod(path, 0o644);
    expect((await postgres(fields, { PGPASSFILE: path })).password).toBeUndefined();
    expect(passwordIn('*:*:*:*:any', { host: '/run', port: 1, database: 'd', user: 'u' })).toBe('any');
  });

  it('do not repeat a URL that is wrong, since it may hold a password', async () => {
    await expect(postgres(service({ url: new Secret('mysql://u:hidden-word@h/d') }), {})).rejects.toSatisfy((error: Error) => !error.message.includes('hidden-word'));
  });
});

describe('mysql settings', () => {
  it('read [client] of an option file as MySQL does', async () => {
    const text = `[mysqld]\nuser=nobody\n[client]\nuser = ann # a comment\npassword="p#w"\nhost=db.example\n;port=1\nport=3400\nssl_ca=/x\n`;
    expect(clientOptions(text)).toEqual({ 'user': 'ann', 'password': 'p#w', 'host': 'db.example', 'port': '3400', 'ssl-ca': '/x' });
    await writeFile(join(folder, 'my.cnf'), text);
    const found = await mysql(service({ defaultsFile: 'my.cnf', port: 3500 }, folder));
    expect(found).toMatchObject({ host: 'db.example', port: 3500, user: 'ann', password: 'p#w' });
  });

  it('say which option file is missing', async () => {
    await expect(mysql(service({ defaultsFile: 'none.cnf' }, folder))).rejects.toMatchObject({ code: 'config' });
  });

  it('take a URL apart', async () => {
    const found = await mysql(service({ url: new Secret('mysql://u:p%40ss@db.example:3307/shop') }));
    expect(found).toMatchObject({ host: 'db.example', port: 3307, user: 'u', password: 'p@ss', databases: ['shop'] });
  });
});

describe('values that a column may have', () => {
  it('are read from CHECK ... IN as PostgreSQL prints it', () => {
    expect(checkedValues(`CHECK ((st = ANY (ARRAY['a'::text, 'it''s'::text])))`)).toEqual(['a', "it's"]);
    expect(checkedValues(`CHECK (((st)::text = ANY ((ARRAY['a'::character varying, 'b, c'::character varying])::text[])))`)).toEqual(['a', 'b, c']);
    expect(checkedValues(`CHECK ((n = ANY (ARRAY[1, 2])))`)).toBeUndefined();
    expect(checkedValues(`CHECK (((st = 'a'::text) OR (n > 1)))`)).toBeUndefined();
  });

  it('are read from ENUM', () => {
    expect(enumLabels("enum('a','b''c','d,e')")).toEqual(['a', "b'c", 'd,e']);
    expect(enumLabels("set('a')")).toBeUndefined();
  });
});

describe('grants', () => {
  it.each([
    [["GRANT USAGE ON *.* TO 'u'@'%'", "GRANT SELECT, SHOW VIEW ON `d`.* TO 'u'@'%'"], false],
    [["GRANT SELECT (a, b), UPDATE (c) ON `d`.`t` TO 'u'@'%'"], true],
    [["GRANT ALL PRIVILEGES ON *.* TO 'u'@'%' WITH GRANT OPTION"], true],
    [["GRANT USAGE ON *.* TO 'u'@'%'", "GRANT `r`@`%` TO `u`@`%`"], undefined],
  ])('%j', (grants, expected) => {
    expect(couldWrite(grants)).toBe(expected);
  });
});
