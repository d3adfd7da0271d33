/**
 * What schema registries call compatible, judged here: of one schema with the last version, or with all of them.
 * Backward: who has the new schema reads what the old one wrote. Forward: who has the old one reads what the new one
 * writes. Full: both. Transitive: with every earlier version and not the last alone.
 */

import type { ResolvedSchema } from '../../../connectors/registry/index.js';
import { AishellError } from '../../errors.js';
import { avroProblems } from './avro.js';
import { jsonSchemaProblems } from './json-schema.js';
import { protobufProblems } from './protobuf.js';

export const levels = ['BACKWARD', 'BACKWARD_TRANSITIVE', 'FORWARD', 'FORWARD_TRANSITIVE', 'FULL', 'FULL_TRANSITIVE', 'NONE'] as const;
export type Level = (typeof levels)[number];

/** @returns why what `writer` wrote can't be read with `reader`; none: it can */
export async function readProblems(reader: ResolvedSchema, writer: ResolvedSchema): Promise<string[]> {
  if (reader.type !== writer.type) return [`${writer.type} was written, ${reader.type} is read`];
  try {
    switch (reader.type) {
      case 'AVRO':
        return avroProblems(reader, writer);
      case 'JSON':
        return jsonSchemaProblems(reader.text, writer.text);
      case 'PROTOBUF':
        return await protobufProblems(reader, writer);
    }
  } catch (error) {
    if (error instanceof AishellError) throw error;
    return [`a schema can't be read: ${(error as Error).message}`];
  }
}

/**
 * @param earlier versions, oldest first
 * @returns what stands against the level; none: the candidate is compatible
 */
export async function levelProblems(level: Level, candidate: ResolvedSchema, earlier: readonly ResolvedSchema[]): Promise<string[]> {
  if (level === 'NONE') return [];
  const compared = level.endsWith('_TRANSITIVE') ? earlier : earlier.slice(-1);
  const problems: string[] = [];
  for (const version of compared) {
    if (!level.startsWith('FORWARD')) problems.push(...(await readProblems(candidate, version)).map((problem) => `backward: ${problem}`));
    if (!level.startsWith('BACKWARD')) problems.push(...(await readProblems(version, candidate)).map((problem) => `forward: ${problem}`));
  }
  return [...new Set(problems)];
}
