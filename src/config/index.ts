/**
 * aishell.yaml: found, read, checked, its variables and secrets resolved.
 *
 *   find.ts        where the file is                     document.ts   YAML with lines and columns
 *   variables.ts   ${NAME} in any text                    secrets.ts    file: and command: secrets
 *   shape.ts       the value that a schema expects        validate.ts   ajv, and its findings in words
 *   services.ts    each service by its connector's schema  limits.ts    units and defaults
 *   model.ts       the language model's settings          flows.ts     what follows from what
 *   telemetry.ts   where aishell's own spans go
 *   file-schema.ts the schema of the whole file, which ships as schema/aishell.schema.json
 *
 * Every complaint names file, line and column, and says how to mend it. Only kinds that are named get loaded, and the
 * validator itself only when something looks wrong: reading a sound file costs a few milliseconds.
 */

import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AishellError } from '../errors.js';
import type { Config, ConfirmedExample, LinkDecision } from './contract.js';
import { ConfigDocument, problemError } from './document.js';
import type { Problem } from './document.js';
import { anyService, fileSchema } from './file-schema.js';
import { findConfig } from './find.js';
import { checkFlowServices, readFlows } from './flows.js';
import type { WrittenFlows } from './flows.js';
import { readLimits } from './limits.js';
import { suggest } from './nearest.js';
import { readModel } from './model.js';
import { readServices } from './services.js';
import { shape } from './shape.js';
import type { Shaping } from './shape.js';
import { readTelemetry } from './telemetry.js';
import type { WrittenTelemetry } from './telemetry.js';
import { substitute } from './variables.js';
import { validate } from './validate.js';
import type { Env } from './xdg.js';

export interface LoadOptions {
  /** `--config`; absent means: look for it. */
  readonly path?: string;
  readonly cwd: string;
  readonly env: Env;
  /** Only these services: variables and secrets of the others need not be there. */
  readonly services?: readonly string[];
}

const maxBytes = 4 * 2 ** 20;

type File = {
  readonly services: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly timezone?: string;
  readonly limits?: Readonly<Record<string, string | number>>;
  readonly links?: readonly (Omit<LinkDecision, 'decision'> & Partial<LinkDecision>)[];
  readonly glossary?: Readonly<Record<string, string>>;
  readonly synonyms?: Readonly<Record<string, readonly string[]>>;
  readonly hidden?: readonly string[];
  readonly flows?: WrittenFlows;
  readonly examples?: readonly ConfirmedExample[];
  readonly model?: Readonly<Record<string, unknown>>;
  readonly telemetry?: WrittenTelemetry;
};

export async function loadConfig(options: LoadOptions): Promise<Config> {
  const path = await findConfig(options);
  const document = new ConfigDocument(path, await read(path));
  const { value, fromVariable, problems: missing } = substitute(document, options.env);
  const wanted = (name: unknown): boolean => options.services === undefined || options.services.includes(String(name));

  const problems: Problem[] = missing.filter(({ path: at }) => at[0] !== 'services' || wanted(at[1]));
  const context: Shaping = { document, fromVariable, baseDir: dirname(path), problems, secrets: new Set() };
  const schema = fileSchema(anyService);
  const shaped = await shape(value, [], schema, context);
  problems.push(...(await validate(schema, shaped, { document, path: [], what: 'the configuration' })));
  // Without a sound outline there is nothing further to look at.
  if (problems.length > 0) throw problemError(problems);

  const file = shaped as File;
  checkWanted(options.services, Object.keys(file.services));
  const entries = Object.fromEntries(Object.entries(file.services).filter(([name]) => wanted(name)));
  const services = await readServices(entries, context);
  const { limits, duration } = readLimits(file.limits, document, problems);
  checkTimezone(file.timezone, document, problems);
  const model = file.model === undefined ? undefined : readModel(file.model, duration(['model', 'timeout'], file.model['timeout'], 60_000));
  const flows = readFlows(file.flows, duration);
  checkAddresses(file, document, problems);
  checkFlowServices(file.flows, Object.keys(file.services), document, problems);
  if (problems.length > 0) throw problemError(problems);
  return {
    path,
    services,
    timezone: file.timezone ?? 'UTC',
    limits,
    links: (file.links ?? []).map(({ from, to, decision }) => ({ from, to, decision: decision ?? 'confirmed' })),
    vocabulary: {
      glossary: Object.entries(file.glossary ?? {}).map(([term, means]) => ({ term: term.trim(), means: means.trim() })),
      synonyms: Object.entries(file.synonyms ?? {}).map(([of, words]) => ({ of, words })),
      hidden: file.hidden ?? [],
      examples: file.examples ?? [],
    },
    flows,
    model,
    ...(file.telemetry && { telemetry: readTelemetry(file.telemetry) }),
  };
}

async function read(path: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    throw new AishellError('config', `${path} can't be read (${code})`, 'Check its rights.', { cause: error });
  }
  if (text.length > maxBytes) throw new AishellError('config', `${path} is larger than 4 MiB`, 'Is this the right file?');
  if (text.trim() === '') throw new AishellError('config', `${path}:1:1: the file is empty`, 'Declare at least one service under `services:`.');
  return text;
}

function checkWanted(wanted: readonly string[] | undefined, declared: readonly string[]): void {
  const unknown = wanted?.find((name) => !declared.includes(name));
  if (unknown === undefined) return;
  const near = suggest(unknown, declared);
  throw new AishellError('usage', `there is no service ${unknown} in the configuration`, near.charAt(0).toUpperCase() + near.slice(1));
}

function checkTimezone(zone: string | undefined, document: ConfigDocument, problems: Problem[]): void {
  if (zone === undefined) return;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    problems.push(document.problem(['timezone'], `there is no time zone ${zone}`, 'Write an IANA name: UTC, Europe/Berlin, America/New_York.'));
  }
}

/** A slip in the name of a service would show what was to be hidden. */
function checkAddresses({ services, hidden, synonyms }: File, document: ConfigDocument, problems: Problem[]): void {
  const names = Object.keys(services);
  const check = (address: string, path: readonly (string | number)[], key?: string): void => {
    const [service = ''] = address.split('.');
    if (service === '*' || names.some((name) => name.toLowerCase() === service.toLowerCase())) return;
    const near = suggest(service, names);
    problems.push(document.problem(path, `there is no service ${service}`, near.charAt(0).toUpperCase() + near.slice(1), key));
  };
  (hidden ?? []).forEach((entry, i) => check(entry, ['hidden', i]));
  for (const of of Object.keys(synonyms ?? {})) check(of, ['synonyms'], of);
}
