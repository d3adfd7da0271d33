/** Signing in, rights, and addresses that lead nowhere. */

import { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AishellError, redact, Secret } from '../../../connectors/contract.js';
import { connector } from '../../../connectors/kafka/index.js';
import { createTopic, produce, removeTopics, withAdmin } from '../../support/kafka.js';
import { ask, broker, host, service, signal, skip, withSource } from './ask.js';

const sasl = process.env['AISHELL_KAFKA_SASL_BROKERS'] ?? '127.0.0.1:19094';
const tls = process.env['AISHELL_KAFKA_TLS_BROKERS'] ?? '127.0.0.1:19095';
const topic = 'unit-access-shared';
const hidden = 'unit-access-hidden';

const acl = {
  resourceType: AclResourceTypes.TOPIC, resourceName: topic, resourcePatternType: ResourcePatternTypes.LITERAL,
  principal: 'User:reader', host: '*', permissionType: AclPermissionTypes.ALLOW,
};

async function failure(options: Parameters<typeof service>[0]): Promise<AishellError> {
  const error: unknown = await connector.connect(service(options), { ...host, connectTimeoutMs: 3_000 }, signal()).then((source) => source.close(), (e: unknown) => e);
  expect(error).toBeInstanceOf(AishellError);
  return error as AishellError;
}

describe.skipIf(skip)('access to a cluster', () => {
  beforeAll(async () => {
    if (skip) return;
    await createTopic(topic);
    await createTopic(hidden);
    await produce(topic, [{ value: '{"n":1}' }]);
    await withAdmin((admin) => admin.createAcls({ acl: [{ ...acl, operation: AclOperationTypes.READ }, { ...acl, operation: AclOperationTypes.DESCRIBE_CONFIGS }] }));
  });

  afterAll(async () => {
    if (skip) return;
    await withAdmin((admin) => admin.deleteAcls({ filters: [{ ...acl, operation: AclOperationTypes.ANY, permissionType: AclPermissionTypes.ANY }] }));
    await removeTopics([topic, hidden]);
  });

  it.each(['plain', 'scram-sha-256', 'scram-sha-512'])('signs in with %s, and a role that reads can do nothing else', async (mechanism) => {
    const options = { brokers: sasl, sasl: { mechanism, username: 'reader', password: new Secret('aishell-test') } };
    await withSource(options, async (source, table) => {
      expect((await ask(source, table(topic), { columns: ['n'] })).rows).toEqual([[1n]]);
      expect(table(hidden)).toBeUndefined();
      const health = await source.health(signal());
      expect(health).toMatchObject({ user: 'reader', canWrite: false, advice: [] });
      expect(health.rights).toContain(`${topic}: READ, DESCRIBE, DESCRIBE_CONFIGS`);
    });
  });

  it('tells a role that could write what to do about it', async () => {
    await withSource({ url: `kafka://aishell:aishell-test@${sasl}`, topics: ['unit-access-*'] }, async (source) => {
      const health = await source.health(signal());
      expect(health).toMatchObject({ user: 'aishell', canWrite: true });
      expect(health.advice[0]).toContain('READ, DESCRIBE and DESCRIBE_CONFIGS');
    });
    await withSource({ topics: ['unit-access-*'] }, async (source) => {
      expect((await source.health(signal())).advice[0]).toContain('without signing in');
    });
  });

  it.each(['plain', 'scram-sha-256', 'scram-sha-512'])('refuses a wrong password with %s, once and without printing it', async (mechanism) => {
    const error = await failure({ brokers: [sasl, sasl], sasl: { mechanism, username: 'reader', password: 'not the password' } });
    expect(error.code).toBe('source.auth');
    expect(error.remedy).toContain('sasl.password');
    expect(JSON.stringify([error.message, error.remedy])).not.toContain('not the password');
    expect(redact('not the password')).toBe('***');
  });

  it('names the mechanisms that the broker offers instead', async () => {
    const error = await failure({ brokers: sasl, sasl: { mechanism: 'oauthbearer', token: 'a.b.c' } });
    expect(error).toMatchObject({ code: 'source.auth', message: expect.stringContaining('SCRAM-SHA-256') });
  });

  it('says what may be wrong when the listener is another one', async () => {
    for (const options of [{ brokers: tls }, { brokers: sasl }]) {
      const error = await failure(options);
      expect(['source.unreachable', 'source.cut', 'source.timeout', 'source.auth']).toContain(error.code);
      expect(error.remedy).toMatch(/TLS|SASL|sasl/);
    }
    expect((await failure({ brokers: broker, sasl: { username: 'aishell', password: 'aishell-test' } })).code).toBe('source.auth');
  });

  it('begins with whichever broker answers', async () => {
    await withSource({ brokers: [`127.0.0.1:1`, broker], topics: ['unit-access-*'] }, async (source, table) => {
      expect((await ask(source, table(topic), { columns: ['n'] })).rows).toEqual([[1n]]);
    });
  });

  it('refuses settings that lead nowhere before it connects', async () => {
    expect((await failure({ url: 'kafka://user:hunter2secret@' })).message).not.toContain('hunter2secret');
    expect((await failure({ brokers: 'http://x' })).code).toBe('config');
    expect((await failure({ sasl: { username: 'x' } })).remedy).toContain('sasl.password');
    expect((await failure({ brokers: 'nowhere.invalid:9092' })).code).toBe('source.unreachable');
  });
});
