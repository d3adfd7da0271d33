/** What is called compatible here, beside what a real registry calls so: Apicurio's own compatibility endpoint. */

import { afterAll, describe, expect, it } from 'vitest';
import { SchemaRegistry } from '../../../connectors/registry/index.js';
import type { ResolvedSchema } from '../../../connectors/registry/index.js';
import { levelProblems } from '../../../src/diff/registry/index.js';
import type { Level } from '../../../src/diff/registry/index.js';
import { register, removeSubjects, setLevel } from '../../support/registry.js';
import { listening, servers } from '../../support/servers.js';
import { pairs } from './pairs.js';
import type { SchemaPair } from './pairs.js';

async function compatible(subject: string, schema: string): Promise<boolean> {
  const answer = await fetch(`${servers.registry}/compatibility/subjects/${subject}/versions`, { method: 'POST', headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' }, body: JSON.stringify({ schema }) });
  return ((await answer.json()) as { is_compatible: boolean }).is_compatible;
}

/** docs/schemas.md explains each: the registry refuses what the wire format allows. */
const explained: Readonly<Record<string, readonly Level[]>> = {
  'PROTOBUF: int32 becomes int64': ['BACKWARD', 'FORWARD', 'FULL'],
  'PROTOBUF: string becomes bytes': ['BACKWARD', 'FORWARD', 'FULL'],
  'PROTOBUF: a field goes, its number and name reserved': ['FORWARD', 'FULL'],
};

const isUp = await listening(servers.registry);
describe.skipIf(!isUp && process.env['CI'] !== 'true')('verdicts beside the registry’s', () => {
  const prefix = `verdicts-${process.pid}-${Date.now()}`;
  const subjects: string[] = [];
  const client = new SchemaRegistry({ service: 'bus', urls: [servers.registry], authorization: undefined, user: undefined, tls: undefined }, 10_000);
  afterAll(async () => {
    await removeSubjects(subjects);
    await client.close();
  });
  const resolved = (type: SchemaPair['type'], text: string): ResolvedSchema => ({ type, text, dependencies: [] });

  async function both(level: Level, subject: string, type: SchemaPair['type'], earlier: readonly string[], candidate: string): Promise<{ ours: boolean; theirs: boolean; why: string[] }> {
    await setLevel(subject, level);
    // The endpoint without a version asks by the rule, with every version where the rule says so.
    const theirs = level.endsWith('_TRANSITIVE') ? await compatible(subject, candidate) : (await client.compatibility(subject, { type, text: candidate, references: [] }, 'latest', AbortSignal.timeout(20_000)))!.isCompatible;
    const why = await levelProblems(level, resolved(type, candidate), earlier.map((text) => resolved(type, text)));
    return { ours: why.length === 0, theirs, why };
  }

  it(`agree on ${pairs.length} pairs of schemas, but for those that are explained`, async () => {
    expect(pairs.length).toBeGreaterThanOrEqual(60);
    const differing: Record<string, Level[]> = {};
    for (const [i, { what, type, before, after }] of pairs.entries()) {
      const subject = `${prefix}-${i}`;
      subjects.push(subject);
      await register(subject, { schema: before, ...(type !== 'AVRO' && { schemaType: type }) });
      for (const level of ['BACKWARD', 'FORWARD', 'FULL'] as const) {
        const { ours, theirs } = await both(level, subject, type, [before], after);
        if (ours !== theirs) (differing[`${type}: ${what}`] ??= []).push(level);
      }
    }
    expect(differing).toEqual(explained);
  }, 120_000);

  const record = (...fields: readonly string[]) => JSON.stringify({ type: 'record', name: 'Thing', fields: fields.map((one) => JSON.parse(one) as unknown) });
  const [a, b, bDefault] = ['{"name":"a","type":"int"}', '{"name":"b","type":"string"}', '{"name":"b","type":"string","default":""}'];
  const chains = [
    ['a field is required that the first version lacked', [record(a), record(a, bDefault)], record(a, b), 'BACKWARD'],
    ['a field goes that the first version required', [record(a, b), record(a, bDefault)], record(a), 'FORWARD'],
    ['both ways', [record(a, b), record(a, bDefault)], record(a), 'FULL'],
  ] as const;
  it.each(chains)('with every earlier version and not the last alone: %s', async (what, earlier, candidate, level) => {
    const subject = `${prefix}-${what.replaceAll(' ', '-')}`;
    subjects.push(subject);
    for (const schema of earlier) await register(subject, { schema });
    expect(await both(level, subject, 'AVRO', earlier, candidate)).toMatchObject({ ours: true, theirs: true });
    const transitive = await both(`${level}_TRANSITIVE` as Level, subject, 'AVRO', earlier, candidate);
    expect(transitive).toMatchObject({ ours: false, theirs: false, why: [expect.stringContaining('b was not written and has no default')] as unknown });
  });

  it('say why, with the place', async () => {
    const text = (type: string) => `{"type":"record","name":"T","fields":[{"name":"lines","type":{"type":"array","items":{"type":"record","name":"L","fields":[{"name":"qty","type":"${type}"}]}}}]}`;
    expect(await levelProblems('FULL', resolved('AVRO', text('long')), [resolved('AVRO', text('int'))])).toEqual(['forward: lines[].qty: long was written, int is read']);
    expect(await levelProblems('BACKWARD', resolved('AVRO', 'no schema'), [resolved('AVRO', text('int'))])).toEqual([expect.stringContaining("a schema can't be read")]);
  });
});
