/** `formats:` of a service: how the keys and values of topics are written, where that is not JSON or told by a registry. */

import { resolve } from 'node:path';
import { AishellError, type ConfigValue, type JsonSchema, type ServiceConfig } from '../../contract.js';
import { glob } from '../../log/settings.js';

export type Side = 'key' | 'value';

export type SideFormat =
  /** JSON or text, whatever the bytes look like. */
  | { readonly kind: 'json' }
  /** Framed messages are decoded by the registry's schema. */
  | { readonly kind: 'registry' }
  | { readonly kind: 'avro'; readonly file: string }
  | { readonly kind: 'protobuf'; readonly file: string; readonly message: string | undefined };

export interface FormatRule {
  readonly topic: RegExp;
  readonly key: SideFormat | undefined;
  readonly value: SideFormat | undefined;
}

const sideSchema: JsonSchema = {
  anyOf: [
    { enum: ['json', 'registry'], description: 'json: as it is. registry: by the schema whose id stands before the message.' },
    {
      type: 'object',
      additionalProperties: false,
      required: ['type', 'file'],
      properties: {
        type: { enum: ['avro', 'protobuf'] },
        file: { type: 'string', description: 'Schema: .avsc; .proto, or a descriptor set as protoc -o writes it.' },
        message: { type: 'string', description: 'Protobuf: which message. Default: the first of the file.' },
      },
    },
  ],
};

export const formatsSchema: JsonSchema = {
  type: 'object',
  description: 'topic -> how its key and value are written; * stands for any part of a name. Default: JSON, and with a registry also what begins with a schema id.',
  additionalProperties: { type: 'object', additionalProperties: false, properties: { key: sideSchema, value: sideSchema } },
};

/** In the order of the file: the first that fits a topic counts. */
export function formatRules(service: ServiceConfig): FormatRule[] {
  const given = (service.options['formats'] ?? {}) as Readonly<Record<string, { readonly [side in Side]?: ConfigValue }>>;
  return Object.entries(given).map(([topic, sides]) => ({ topic: glob(topic), key: sideOf(sides.key, service), value: sideOf(sides.value, service) }));
}

function sideOf(value: ConfigValue | undefined, service: ServiceConfig): SideFormat | undefined {
  if (value === undefined || value === null) return undefined;
  if (value === 'registry' && service.options['registry'] === undefined) {
    throw new AishellError('config', `${service.name}: a format is \`registry\`, and there is none`, 'Set registry.url.', { service: service.name });
  }
  if (value === 'json' || value === 'registry') return { kind: value };
  const { type, file, message } = value as { readonly type: 'avro' | 'protobuf'; readonly file: string; readonly message?: string };
  const path = resolve(service.baseDir, file);
  return type === 'avro' ? { kind: 'avro', file: path } : { kind: 'protobuf', file: path, message };
}
