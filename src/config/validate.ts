/** Judges one value of the file by its schema and puts what is wrong into words, at the place where it is wrong. */

import type { ErrorObject } from 'ajv/dist/2020.js';
import type { JsonSchema } from '../../connectors/contract.js';
import type { ConfigDocument, Path, Problem } from './document.js';
import { childFacets, facets, propertyNames } from './json-schema.js';
import { suggest } from './nearest.js';
import { certainlyValid } from './quick.js';

export interface Judged {
  readonly document: ConfigDocument;
  /** Where in the file the value stands. */
  readonly path: Path;
  /** What it is, for messages: "service billing (postgres)". */
  readonly what: string;
}

export async function validate(schema: JsonSchema, value: unknown, judged: Judged): Promise<Problem[]> {
  if (certainlyValid(schema, value)) return [];
  const { Ajv2020 } = await import('./ajv.js');
  const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: false, logger: false });
  const check = ajv.compile(schema);
  if (check(value)) return [];
  return inWords(check.errors ?? [], schema, judged);
}

/** A failed anyOf or oneOf brings the errors of all its members; only the summary is worth reading, with few exceptions. */
function inWords(errors: readonly ErrorObject[], schema: JsonSchema, judged: Judged): Problem[] {
  const summaries = errors.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf');
  const covered = (error: ErrorObject): boolean =>
    error.keyword === 'if' || error.propertyName !== undefined || summaries.some((summary) => summary !== error && error.schemaPath.startsWith(`${summary.schemaPath}/`));
  const seen = new Set<string>();
  return errors
    .filter((error) => !covered(error))
    .map((error) => problem(error, errors, schema, judged))
    .filter(({ line, column, message }) => {
      const key = `${line}:${column}:${message}`;
      return !seen.has(key) && seen.add(key);
    });
}

function problem(error: ErrorObject, all: readonly ErrorObject[], root: JsonSchema, { document, path, what }: Judged): Problem {
  const steps = error.instancePath.split('/').slice(1).map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const at: Path = [...path, ...steps];
  const name = steps.length === 0 ? what : `${steps.join('.')} of ${what}`;
  const params = error.params as Record<string, unknown>;

  switch (error.keyword) {
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const key = String(params['additionalProperty'] ?? params['unevaluatedProperty']);
      let here = facets(root, root);
      for (const step of steps) here = childFacets(here, step, root);
      return document.problem(at, `${name} has no setting ${key}`, sentence(suggest(key, propertyNames(here))), key);
    }
    case 'required':
      return document.problem(at, `${name} lacks ${String(params['missingProperty'])}`, `Add \`${String(params['missingProperty'])}:\` to it.`);
    case 'type':
      return document.problem(at, `${name} must be ${article(params['type'])}`, `Write ${article(params['type'])} here.`);
    case 'enum': {
      const allowed = (params['allowedValues'] as unknown[]).map(String);
      return document.problem(at, `${name} is none of ${allowed.join(', ')}`, `Write one of: ${allowed.join(', ')}.`);
    }
    case 'const':
      return document.problem(at, `${name} must be ${JSON.stringify(params['allowedValue'])}`, 'Write exactly that.');
    case 'anyOf':
    case 'oneOf':
      return alternatives(error, all, name, document, at);
    case 'pattern':
      return document.problem(at, `${name} is not of the form that is expected`, `It must match ${String(params['pattern'])}.`);
    case 'propertyNames':
      return document.problem(at, `${name} has a key that is not allowed: ${String(params['propertyName'])}`, 'Rename it.', String(params['propertyName']));
    default:
      return document.problem(at, `${name} ${error.message ?? 'is not valid'}`, 'Change it so.');
  }
}

function alternatives(error: ErrorObject, all: readonly ErrorObject[], name: string, document: ConfigDocument, at: Path): Problem {
  const members = all.filter((other) => other.schemaPath.startsWith(`${error.schemaPath}/`) && other.instancePath === error.instancePath);
  const missing = [...new Set(members.filter(({ keyword }) => keyword === 'required').map(({ params }) => String((params as Record<string, unknown>)['missingProperty'])))];
  if (missing.length > 0) return document.problem(at, `${name} needs one of ${missing.join(', ')}`, `Add \`${missing[0]}:\` to it.`);
  if ((error.params as Record<string, unknown>)['passingSchemas'] !== null && error.keyword === 'oneOf') {
    const keys = (error.parentSchema?.['oneOf'] as JsonSchema[] | undefined)?.flatMap(({ required }) => (Array.isArray(required) ? (required as string[]) : []));
    return document.problem(at, `${name} says the same thing in two ways`, keys && keys.length > 0 ? `Keep one of ${[...new Set(keys)].join(', ')}.` : 'Keep one of them.');
  }
  const kinds = [...new Set(members.filter(({ keyword }) => keyword === 'type').map(({ params }) => article((params as Record<string, unknown>)['type'])))];
  const expected = kinds.length > 0 ? kinds.join(' or ') : 'one of the forms that are allowed';
  return document.problem(at, `${name} must be ${expected}`, `Write ${expected} here.`);
}

const words: Readonly<Record<string, string>> = {
  string: 'text', number: 'a number', integer: 'a whole number', boolean: 'true or false', array: 'a list', object: 'a block of `name: value` lines', null: 'empty',
};

function article(type: unknown): string {
  return (Array.isArray(type) ? type : String(type).split(',')).map((t) => words[String(t)] ?? String(t)).join(' or ');
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[?.]$/.test(text) ? '' : '.');
}
