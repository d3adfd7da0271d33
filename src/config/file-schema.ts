/**
 * The JSON Schema of aishell.yaml. `fileSchema` is what reading validates by, without the kinds' own settings, so that
 * no connector is loaded in vain; `wholeSchema` puts every kind in and allows references, for editors.
 */

import type { JsonSchema } from '../../connectors/contract.js';
import { isSchema } from './json-schema.js';

/** DuckDB's own catalogues: a service of that name could not be told from them in a statement. */
export const reservedNames: readonly string[] = ['main', 'temp', 'system', 'memory', 'information_schema', 'pg_catalog'];

const amount = (description: string, examples: readonly (string | number)[]): JsonSchema => ({ type: ['string', 'number'], description, examples });

const address = { type: 'string', pattern: '^[^.]+(\\.[^.]+){2,3}$', description: 'service.table.column or service.schema.table.column' };

const tableAddress = { type: 'string', pattern: '^[^.]+(\\.[^.]+){1,2}$' };
const duration = (description: string, example: string): JsonSchema => amount(`${description}; a bare number is seconds.`, [example]);
/** One type of event, or several of which any will do. */
const eventTypes = (description: string): JsonSchema => ({
  description,
  anyOf: [{ type: 'string', minLength: 1 }, { type: 'array', minItems: 1, items: { type: 'string', minLength: 1 } }],
});

const flowsSchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  description: 'What must follow from what, for the verdicts of a trace; without it they are learned from other events.',
  properties: {
    writes: {
      type: 'array',
      description: 'Consumers that make a row of each event.',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['topic', 'table'],
        properties: {
          topic: { ...tableAddress, description: 'service.topic' },
          events: eventTypes('Types of events; default: all of the topic.'),
          group: { type: 'string', minLength: 1, description: 'The consumer group that it reads with.' },
          table: { ...tableAddress, description: 'service.table' },
          on: { type: 'object', minProperties: 1, description: 'Field of the message: column of the table. Default: as they are linked.', additionalProperties: { type: 'string', minLength: 1 } },
          within: duration('How long it may take. Default 60s', '60s'),
          kept: duration('How long rows are kept. Default: for good', '18h'),
        },
      },
    },
    outboxes: {
      type: 'array',
      description: 'Tables of events that are published later.',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['table', 'event', 'published'],
        properties: {
          table: { ...tableAddress, description: 'service.table' },
          event: { type: 'string', minLength: 1, description: 'The column of the event’s id.' },
          published: { type: 'string', minLength: 1, description: 'The column that is filled in once it has left.' },
          within: duration('How long it may take. Default 5m', '5m'),
        },
      },
    },
    sagas: {
      type: 'array',
      description: 'Steps that belong together, by the types of their events.',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name', 'starts', 'steps'],
        properties: {
          name: { type: 'string', minLength: 1, maxLength: 100 },
          starts: eventTypes('The event that it begins with.'),
          steps: {
            type: 'array',
            minItems: 1,
            items: {
              type: 'object',
              additionalProperties: false,
              required: ['event'],
              properties: {
                event: eventTypes('The event that says that the step was made.'),
                compensation: eventTypes('The event that says that it was undone.'),
                within: duration('After the step before. Default: as for the saga', '10m'),
              },
            },
          },
          fails: eventTypes('Events after which the steps that were made are undone.'),
          within: duration('Between one step and the next. Default 5m', '5m'),
        },
      },
    },
  },
};

export const tagsSchema: JsonSchema = {
  type: 'object',
  description: 'Words of your own about the service, shown by schema, explain and doctor: cloud, region, team.',
  additionalProperties: { type: ['string', 'number', 'boolean'] },
};

export const tlsSchema: JsonSchema = {
  description: 'TLS to the store: true for the system’s authorities, or its settings.',
  anyOf: [
    { type: 'boolean' },
    {
      type: 'object',
      additionalProperties: false,
      properties: {
        enabled: { type: 'boolean', description: 'Default true.' },
        ca: { type: 'string', minLength: 1, description: 'PEM file of the certificate authority.' },
        cert: { type: 'string', minLength: 1, description: 'PEM file of the client’s certificate.' },
        key: { type: 'string', minLength: 1, description: 'PEM file of the client’s key.' },
        servername: { type: 'string', minLength: 1, description: 'The name to expect in the server’s certificate.' },
        verify: { type: 'boolean', description: 'Default true; false accepts any certificate.' },
      },
    },
  ],
};

export function fileSchema(service: JsonSchema): JsonSchema {
  return {
    type: 'object',
    additionalProperties: false,
    required: ['services'],
    patternProperties: { '^x-': { description: 'Yours: anchors to refer to.' } },
    properties: {
      $schema: { type: 'string' },
      timezone: { type: 'string', description: 'IANA name; relative dates are read in it. Default UTC.', examples: ['UTC', 'Europe/Berlin'] },
      services: {
        type: 'object',
        minProperties: 1,
        description: 'The stores to ask, by the name that statements use: service.table.',
        propertyNames: { pattern: '^[A-Za-z_][A-Za-z0-9_-]*$', maxLength: 63 },
        additionalProperties: service,
      },
      links: {
        type: 'array',
        description: 'Your word on what refers to what across services.',
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['from', 'to'],
          properties: {
            from: address,
            to: address,
            decision: { enum: ['confirmed', 'rejected'], description: 'Default confirmed.' },
          },
        },
      },
      flows: flowsSchema,
      glossary: {
        type: 'object',
        description: 'Terms of your business and what they mean: sum(service.table.column) where ..., service.table where ..., or plain words.',
        propertyNames: { pattern: '\\S', maxLength: 100 },
        additionalProperties: { type: 'string', minLength: 1, maxLength: 2000 },
      },
      synonyms: {
        type: 'object',
        description: 'Other words for a table or a column, by service.table or service.table.column.',
        propertyNames: { pattern: '^[^.]+(\\.[^.]+){1,3}$' },
        additionalProperties: { type: 'array', minItems: 1, items: { type: 'string', minLength: 1, maxLength: 100 } },
      },
      hidden: {
        type: 'array',
        description: 'Tables and columns that aishell does not see: service.table, service.table.column; a part may be *.',
        items: { type: 'string', pattern: '^[^.]+(\\.[^.]+){1,3}$' },
      },
      examples: {
        type: 'array',
        description: 'Questions with the SQL that you confirmed.',
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['question', 'sql'],
          properties: {
            question: { type: 'string', minLength: 1, maxLength: 4000 },
            sql: { type: 'string', minLength: 1, maxLength: 262144 },
          },
        },
      },
      telemetry: {
        type: 'object',
        additionalProperties: false,
        required: ['otlp'],
        description: 'Sends OpenTelemetry spans of what aishell does itself to a collector. Absent: nothing is sent.',
        properties: {
          otlp: { type: 'string', pattern: '^https?://[^\\s@?#]+$', description: 'The collector’s address for OTLP over HTTP; /v1/traces is added. Sign-in belongs into headers.', examples: ['http://localhost:4318'] },
          service: { type: 'string', minLength: 1, maxLength: 200, description: 'service.name of the spans. Default aishell.' },
          headers: {
            type: 'object',
            description: 'Sent along, such as Authorization.',
            propertyNames: { pattern: '^[A-Za-z0-9-]+$', maxLength: 100 },
            additionalProperties: { type: 'string', 'x-secret': true },
          },
          queries: { type: 'boolean', description: 'Send the text of native queries too, which may hold values of a question. Default false.' },
        },
      },
      limits: {
        type: 'object',
        additionalProperties: false,
        properties: {
          resultRows: amount('Rows in an answer; 0 means all. Default 1,000.', [1000, '50k', 0]),
          movedRows: amount('Rows that one statement may move out of all stores together. Default 20M.', ['20M']),
          movedBytes: amount('Bytes likewise. Default 8GiB.', ['8GiB']),
          timeout: amount('Per statement; a bare number is seconds. Default 5m.', ['5m', '30s']),
          memory: amount('Resident memory of the process. Default 1GiB.', ['1GiB']),
          connectTimeout: amount('Per service; a bare number is seconds. Default 10s.', ['10s']),
        },
      },
      model: {
        type: 'object',
        additionalProperties: false,
        required: ['name'],
        description: 'A language model for questions that the built-in translator does not understand.',
        properties: {
          baseUrl: { type: 'string', pattern: '^https?://', description: 'Any endpoint that speaks the OpenAI protocol.' },
          name: { type: 'string', minLength: 1, description: 'The model’s name.' },
          apiKey: { type: 'string', 'x-secret': true },
          send_values: { type: 'boolean', description: 'May the model see values of rows? Default false: names, types and comments only.' },
          timeout: amount('Of silence; a bare number is seconds. Default 60s.', ['60s']),
          retries: { type: 'integer', minimum: 0, maximum: 10, description: 'Further attempts after a failure that may pass. Default 2.' },
          samples: { type: 'integer', minimum: 1, maximum: 9, description: 'Replies asked for, of which the majority counts. Default 1.' },
          schemaTokens: { type: 'integer', minimum: 500, maximum: 1000000, description: 'What the schema may take of a prompt. Default 15,000.' },
          ask: { enum: ['declined', 'always'], description: 'When: if the built-in translator declines (default), or always, to compare the two.' },
          price: {
            type: 'object',
            additionalProperties: false,
            required: ['input', 'output'],
            description: 'Of a million tokens, to show what a question cost.',
            properties: {
              input: { type: 'number', minimum: 0 },
              output: { type: 'number', minimum: 0 },
              currency: { type: 'string', minLength: 1, maxLength: 10, description: 'Default USD.' },
            },
          },
        },
      },
    },
  };
}

/** A service as far as every kind agrees; its own settings are judged by its connector's schema. */
export const anyService: JsonSchema = {
  type: 'object',
  required: ['kind'],
  properties: {
    kind: { type: 'string' },
    tags: tagsSchema,
    tls: tlsSchema,
    traces: { type: 'object', minProperties: 1, description: 'Where spans of the service are: they join a trace by its id.' },
    logs: { description: 'Log files of the service: their lines join a trace by its id.' },
  },
};

/** The schema that ships. `kinds` are the connectors' configSchemas by kind, `telemetry` those of spans and log lines. */
export function wholeSchema(kinds: Readonly<Record<string, JsonSchema>>, telemetry: Readonly<Record<string, JsonSchema>> = {}): JsonSchema {
  const { logs = {}, ...traces } = telemetry;
  const common = {
    tags: tagsSchema,
    tls: tlsSchema,
    traces: { ...(anyService['properties'] as Readonly<Record<string, JsonSchema>>)['traces'], additionalProperties: false, properties: traces },
    logs,
  };
  const names = Object.keys(kinds).sort();
  const service = {
    type: 'object',
    required: ['kind'],
    properties: { kind: { enum: names, description: 'What the store is.' } },
    allOf: names.map((kind) => ({
      if: { properties: { kind: { const: kind } }, required: ['kind'] },
      then: { $ref: `#/$defs/${kind}` },
    })),
  };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'aishell.yaml',
    ...(withReferences(fileSchema(service)) as JsonSchema),
    $defs: Object.fromEntries(names.map((kind) => [kind, withReferences(rebase(kindSchema(kind, kinds[kind]!, common), kind))])),
  };
}

function kindSchema(kind: string, own: JsonSchema, common: Readonly<Record<string, unknown>>): JsonSchema {
  const properties = isSchema(own['properties']) ? own['properties'] : {};
  return {
    additionalProperties: false,
    ...own,
    properties: { kind: { const: kind }, ...properties, ...common },
  };
}

/** A local `$ref` of a kind's schema, once that schema lies under `$defs`. */
function rebase(node: unknown, kind: string): unknown {
  if (Array.isArray(node)) return node.map((item) => rebase(item, kind));
  if (!isSchema(node)) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [
      key,
      key === '$ref' && typeof value === 'string' && value.startsWith('#/') ? `#/$defs/${kind}/${value.slice(2)}` : rebase(value, kind),
    ]),
  );
}

/** What a person may write in place of a value: `${NAME}` for anything, a file or a command for a secret. */
function withReferences(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withReferences);
  if (!isSchema(node)) return node;
  if (node['x-secret'] === true) {
    const { description, 'x-secret': mark } = node;
    const file = { type: 'object', additionalProperties: false, required: ['file'], properties: { file: { type: 'string' } } };
    const command = {
      type: 'object',
      additionalProperties: false,
      required: ['command'],
      properties: { command: { type: 'array', minItems: 1, items: { type: 'string' } } },
    };
    return {
      ...(description === undefined ? {} : { description }),
      'x-secret': mark,
      // Written as a number or a pattern-less text: what it resolves to is judged when it is read.
      anyOf: [{ type: ['string', 'number'] }, file, command],
    };
  }
  const inner = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, key === 'if' ? value : withReferences(value)]));
  const scalar = inner['type'] === 'number' || inner['type'] === 'integer' || inner['type'] === 'boolean';
  if (!scalar && !(inner['type'] === undefined && Array.isArray(inner['enum']))) return inner;
  const { description, ...rest } = inner;
  return { ...(description === undefined ? {} : { description }), anyOf: [rest, { type: 'string', pattern: '\\$\\{' }] };
}
