/** Google's own message types in the forms that Protobuf's JSON mapping gives them (protobuf.dev, "ProtoJSON Format"). */

import type { MessagePlan, Values } from './protobuf-plan.js';
import { instantText } from './text.js';

/** What an Any holds, as JSON text; undefined: its type is not known. */
type ReadAny = (name: string, bytes: Buffer) => string | undefined;

/** undefined: a message like any other. */
export function wellKnownText(plan: MessagePlan, values: Values, readAny: ReadAny): string | undefined {
  if (!plan.name.startsWith('google.protobuf.')) return undefined;
  // Their names are in snake case or in camel case, as the file came that they are from.
  const inner = (name: string) => values[plan.fields.find((field) => field.name.replaceAll('_', '').toLowerCase() === name)?.slot ?? -1];
  const get = (name: string) => {
    const value = inner(name);
    return typeof value === 'string' ? value : undefined;
  };
  switch (plan.name) {
    case 'google.protobuf.Timestamp': {
      const [seconds, nanos] = [BigInt(get('seconds') ?? 0), BigInt(get('nanos') ?? 0)];
      return instantText(seconds * 1_000_000_000n + nanos, 1_000_000_000n, 'Z');
    }
    case 'google.protobuf.Duration': {
      const nanos = BigInt(get('seconds') ?? 0) * 1_000_000_000n + BigInt(get('nanos') ?? 0);
      const [sign, size] = nanos < 0n ? ['-', -nanos] : ['', nanos];
      const fraction = String(size % 1_000_000_000n).padStart(9, '0').replace(/0+$/, '');
      return `"${sign}${size / 1_000_000_000n}${fraction === '' ? '' : `.${fraction}`}s"`;
    }
    case 'google.protobuf.FieldMask': {
      const paths = inner('paths');
      return JSON.stringify(Array.isArray(paths) ? paths.map((path) => JSON.parse(path) as string).join(',') : '');
    }
    case 'google.protobuf.Empty':
      return '{}';
    case 'google.protobuf.Struct': {
      const fields = inner('fields');
      return `{${fields instanceof Map ? [...fields].map(([key, value]) => `${key}:${value}`).join(',') : ''}}`;
    }
    case 'google.protobuf.ListValue': {
      const items = inner('values');
      return `[${Array.isArray(items) ? items.join(',') : ''}]`;
    }
    case 'google.protobuf.Value': {
      if (get('nullvalue') !== undefined) return 'null';
      return get('numbervalue') ?? get('stringvalue') ?? get('boolvalue') ?? get('structvalue') ?? get('listvalue') ?? 'null';
    }
    case 'google.protobuf.Any':
      return anyText(get('typeurl') ?? '""', get('value') ?? '""', readAny);
    default: {
      if (!/^google\.protobuf\.(Double|Float|U?Int(32|64)|Bool|String|Bytes)Value$/.test(plan.name)) return undefined;
      const zero = /\.(String|Bytes)Value$/.test(plan.name) ? '""' : plan.name.endsWith('BoolValue') ? 'false' : '0';
      return get('value') ?? zero;
    }
  }
}

function anyText(typeUrl: string, value: string, readAny: ReadAny): string {
  const url = JSON.parse(typeUrl) as string;
  const text = readAny(url.slice(url.lastIndexOf('/') + 1), Buffer.from(JSON.parse(value) as string, 'base64'));
  if (text === undefined) return `{"@type":${typeUrl},"value":${value}}`;
  // What has a form of its own in JSON stands below `value`.
  return text.startsWith('{"') ? `{"@type":${typeUrl},${text.slice(1)}` : `{"@type":${typeUrl},"value":${text}}`;
}
