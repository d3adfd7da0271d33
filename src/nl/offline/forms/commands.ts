/** Questions that are really one of the other commands: schema comparison, trace, doctor, schema. */

import type { Translation } from '../../contract.js';
import { tableName } from '../../../algebra/index.js';
import { entityOf, singular } from '../../../catalog/names.js';
import { matchTables } from '../link/match.js';
import type { FormInput } from './input.js';
import { servicesIn } from './services.js';

export function readCommand(input: FormInput): Translation | undefined {
  const text = input.tokens.map((t) => t.lower).join(' ');
  return readDiff(text, input) ?? readTrace(text, input) ?? readDoctor(text, input) ?? readSchema(text, input);
}

const compared = /\b(compar(e|es|ed|ing|ison)|differ(s|ing|ence|ences|ent|ently)?|diff|diffs|mismatch(es|ed)?|inconsisten(t|cy|cies)|drift(s|ed)?|disagree(s|ment|ments)?|discrepanc(y|ies)|conflict(s|ing)?|align(ed|ment)?)\b/;
const structure = /\b(schemas?|schemata|structures?|data models?|column types?|field types?|types? of (columns|fields)|definitions?|data types|column definitions?|field definitions?|table definitions?|field names|column names|nullability|typing)\b/;
const acrossServices = /\b(services?|microservices?|systems?|stores?|databases?|estate)\b/;

function readDiff(text: string, { tokens, schema }: FormInput): Translation | undefined {
  if (!compared.test(text) || !structure.test(text)) return undefined;
  const named = servicesIn(tokens, schema.services, true).map((s) => s.service);
  if (named.length < 2 && !acrossServices.test(text)) return undefined;
  const [left, right] = named;
  return {
    kind: 'diff',
    reading: left === undefined ? 'compare the schemas of linked tables between all services' : `compare the schema of ${left} with ${right ?? 'the other services'}`,
    confidence: 0.95,
    ...(left === undefined ? {} : { left }),
    ...(right === undefined ? {} : { right }),
  };
}

const traced = /^(please |can you |could you |i want to |i need to |help me |show me how to |let s |let us )*(track|trace|follow|tail|chase)\b/;
const journey = /\b(journey|trail|path|life ?cycle|lifecycle|timeline|saga|trace|full history|whole history|story|footprint|footprints)\b/;
const happened = /\b(what happened (to|with)|where (did|does|has|is) .* (go|gone|been|travel|end up)|everything that happened (to|with))\b/;
const event = /\b(events?|messages?|correlation|requests?|transactions?|saga|traceparent|trace id|event id)\b/;
const everywhere = /\b(across|through|throughout|over|between|in) (all |every |each |the |our |my |whole |entire |complete |of )*(microservices?|services?|systems?|stores?|databases?|estate|platform|everything)\b/;

const why = /^(why|how come|(what|whats|what s|what is|what was)( is| was)? (the )?(reason|cause|matter|problem|wrong)|what (broke|made|caused|went wrong|prevented|stopped|blocked)|for what reason)\b/;
const wrong = /\b(fail(s|ed|ing|ure)?|reject(ed|ion)?|declin(e|ed)|cancel(s|led|ed|lation)?|abort(ed)?|refus(e|ed|al)|den(y|ied)|error(s|ed)?|stuck|wrong|break|broke(n)?|crash(ed)?|not|never|missing|lost|late|delayed|unfinished|pending|refund(ed)?|happen(ed)?|return(ed)?|bounce(d)?)\b/;

function readTrace(text: string, input: FormInput): Translation | undefined {
  const { question, tokens, schema } = input;
  const reason = why.test(text) && wrong.test(text) && isNamed(idIn(question, tokens), input);
  const verb = traced.test(text);
  const noun = journey.test(text);
  const asked = happened.test(text);
  if (!verb && !noun && !asked && !reason) return undefined;
  const id = idIn(question, tokens);
  const wide = everywhere.test(text);
  const strong = reason || (verb && (event.test(text) || wide || id !== undefined)) || (noun && wide) || (asked && id !== undefined) || (noun && id !== undefined && !/\b(how many|average|list|count)\b/.test(text));
  if (!strong) return undefined;
  // A noun that is a table or a column here, and nothing that says "across services": an ordinary question.
  if (!verb && !wide && noun && !reason && matchTables(schema, tokens.filter((t) => journey.test(t.lower)).map((t) => t.lemma), false).length > 0) return undefined;
  const as = id === undefined ? undefined : thingBefore(id, input);
  return {
    kind: 'trace',
    reading: id === undefined ? 'follow the most recent event that reached several services through all of them' : `follow ${as === undefined ? '' : `${as} `}${id} through every service${reason ? ' and say what went wrong' : ''}`,
    confidence: 0.95,
    ...(id === undefined ? {} : { id }),
    ...(as !== undefined && { as }),
    ...(reason && { why: true as const }),
  };
}

/** A bare number may count things ("why did 12 orders fail"): it is an id behind the name of a thing, or a #. */
function isNamed(id: string | undefined, input: FormInput): boolean {
  return id !== undefined && (!/^\d+$/.test(id) || input.question.includes(`#${id}`) || thingBefore(id, input) !== undefined);
}

/** "order 1042", "payment no. P-77": what the id is of, where the estate has such a thing. */
function thingBefore(id: string, { question, schema }: FormInput): string | undefined {
  const before = question.slice(0, question.indexOf(id)).replace(/['"`]$/, '');
  const said = /([\p{L}][\p{L}_-]*)\s+(?:(?:with|having|of)\s+)?(?:the\s+)?(?:#|no\.?|nr\.?|number|id|key|ref(?:erence)?|called|named)?\s*[:#=]?\s*$/iu.exec(before)?.[1];
  if (said === undefined) return undefined;
  const word = singular(said.toLowerCase());
  const tables = matchTables(schema, [word], false).map(({ table }) => table.table).filter(({ kind }) => kind !== 'topic');
  if (tables.some(({ name }) => entityOf(name).join(' ') === word)) return word;
  // Another word for it: the catalogue's synonyms know which table it means.
  const [only, more] = tables;
  const key = only?.primaryKey?.length === 1 ? only.primaryKey[0] : undefined;
  return only === undefined || more !== undefined || key === undefined ? undefined : `${tableName(only)}.${key}`;
}

/** UUID, ULID, trace id, anything in quotes, a word with digits in it, or a number that counts nothing. */
function idIn(question: string, tokens: FormInput['tokens']): string | undefined {
  const uuid = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/i.exec(question);
  if (uuid !== null) return uuid[0];
  const long = /\b([0-9A-HJKMNP-TV-Z]{26}|[0-9a-f]{32})\b/i.exec(question);
  if (long !== null && /\d/.test(long[0])) return long[0];
  const quoted = tokens.find((t) => t.kind === 'quoted');
  if (quoted !== undefined) return quoted.text;
  const mixed = /(?<![\w-])(?=[\w:-]*\d)(?=[\w:-]*[A-Za-z])[A-Za-z0-9][\w:-]*[\w]/.exec(question);
  if (mixed !== null) return mixed[0];
  return /(?<!\b(?:last|past|first|top|latest|recent)\s)(?<![\w.-])#?(\d+)\b(?!\s*(?:days?|hours?|minutes?|weeks?|months?|events?|messages?|services?))/i.exec(question)?.[1];
}

const reach = /\b(reach(able)?|connect(ed|ion|ions|ivity)?|online|offline|unreachable|ping)\b/;
const allUp = /\b(is|are) (everything|all|all the|all of the|every|the|my|our|all my|all our|any|any of the)( services?| stores?| databases?| systems?| connections?| data ?bases?| sources?)?( are| is)? ?(up|ok|okay|running|reachable|working|healthy|alive|online|down|offline|unreachable|connected|available|fine)\b/;
const which = /\b(which|what) (services?|stores?|databases?|connections?|sources?|systems?) (are|is) (up|down|reachable|unreachable|offline|online|not reachable|available|unavailable|alive|connected|not responding|responding|broken)\b/;
const check = /\b(health ?checks?|(check|test|verify|diagnose) (the |all |my |our |all the )*(connections?|connectivity|services?|stores?|databases?|setup|configuration|access|rights|permissions)|(health|status|state) of (the |all |my |our |all the )*(connections?|data sources?|sources))\b/;
const vital = /^(what is |what s |how is |show |show me |check )?(the )?health of (the |all |my |our |all the )*(services?|stores?|databases?|systems?|estate)\W*$|^how (fast|slow|quick) (are|is) (the |all |my |our |all the )*(services?|stores?|databases?|connections?)\W*$/;
const right = /\b(can|could|may) (my|our|the) (role|roles|user|users|account|accounts) write\b|\b(do|does) (we|i|the role|my role|our role) have (write access|write permissions?|write rights)\b|\b(what|which) (rights|permissions|privileges) (do|does|have|has)\b|\bcould (my|the|our) (role|roles|user|users) write\b/;

function readDoctor(text: string, { tokens, schema }: FormInput): Translation | undefined {
  const connecting = /\b(can|could|are) (you|we|i|all)\b.*\b(reach|connect|see|access|talk)\b/.test(text) && (acrossServices.test(text) || servicesIn(tokens, schema.services, true).length > 0);
  const found = allUp.test(text) || which.test(text) || check.test(text) || right.test(text) || vital.test(text) || connecting || (reach.test(text) && /\b(services?|stores?|databases?)\b/.test(text) && tokens.length <= 8);
  if (!found || tokens.length > 16) return undefined;
  return { kind: 'doctor', reading: 'check that every service can be reached, and with which rights', confidence: 0.95 };
}

const listing = /\b(what|which|list|show|give|see|describe|display)\b/;
const catalogWords = /\b(tables?|columns?|fields?|collections?|topics?|services|schemas?|data ?sources?|data model|databases)\b/;

function readSchema(text: string, { tokens, schema }: FormInput): Translation | undefined {
  if (tokens.length > 14 || !listing.test(text) || !(catalogWords.test(text) || /^(please )?describe\b/.test(text))) return undefined;
  const asks =
    /\b(what|which) (are the |are all the |all )?(tables?|columns?|fields?|collections?|topics?|services|databases|data ?sources?)( and (tables?|columns?|fields?|collections?))?( (are|do|does|is|exist|can|have|has|there|available|in|of|belong)\b|\s*\??$)/.test(text) ||
    /^(please )?(list|show|display|give me|show me|describe|see)( me)?( all)?( of)?( the)?( available)? (tables?|schemas?|columns?|services|collections?|topics?|databases|data model|data ?sources?)( and (tables?|columns?|services))?( (of|in|for|from|that)\b.*|\s*[?.]?)$/.test(text) ||
    /^(describe|explain) (the )?[\p{L}\d ]+ (table|schema|service|database|collection|topic)\s*[?.]?$/u.test(text) ||
    /\bwhat (data|information) (do (you|we) have|is (there|available))\s*\??$/.test(text);
  const [named] = servicesIn(tokens, schema.services, true);
  const described = named !== undefined && /^(please )?(describe|explain)( the)?$/.test(tokens.slice(0, named.start).map((t) => t.lower).join(' ')) && tokens.slice(named.end).every((t) => t.kind === 'punct');
  if (!asks && !described) return undefined;
  // Estates may have tables that are called tables, topics or services.
  const own = tokens.filter((t) => /^(tables?|columns?|fields?|collections?|topics?|services|databases)$/.test(t.lower));
  if (own.some((t) => matchTables(schema, [t.lemma], false).length > 0)) return undefined;
  const scope = described ? named.service : scopeOf({ tokens, schema });
  // "The tables of accounting", where nothing is called so: not those of everything.
  const of = /\b(?:of|in|does|from|for) (?:the )?([\p{L}\d_.-]+)(?: (?:service|database|store|have|has|contain|hold))*\s*\??$/u.exec(text)?.[1];
  if (scope === undefined && of !== undefined && !anything.test(of)) return undefined;
  return { kind: 'schema', reading: scope === undefined ? 'show every service with its tables and columns' : `show the tables and columns of ${scope}`, confidence: 0.9, ...(scope === undefined ? {} : { scope }) };
}

const anything = /^(all|everything|estate|it|them|there|me|us|we|you|each|every|catalogu?e|model|tables?|columns?|fields?|services?|microservices?|systems?|stores?|databases?|sources?|config|configuration|one|world|data)$/;

function scopeOf({ tokens, schema }: Pick<FormInput, 'tokens' | 'schema'>): string | undefined {
  const service = servicesIn(tokens, schema.services, false)[0];
  if (service !== undefined) return service.service;
  for (let i = 0; i < tokens.length; i++) {
    const path = tokens[i]!.lower;
    if (path.includes('.') && schema.tables.some((t) => tableName(t.table).toLowerCase() === path)) return path;
  }
  const bare = servicesIn(tokens, schema.services, true)[0];
  const before = bare === undefined ? '' : (tokens[bare.start - 1]?.lower ?? '');
  if (bare !== undefined && ['in', 'of', 'from', 'does', 'the', 'for'].includes(before)) return bare.service;
  for (const token of tokens) {
    const table = /^(tables?|columns?|fields?|what|which|show|list)$/.test(token.lower) ? undefined : matchTables(schema, [token.lemma], false)[0];
    if (table !== undefined) return tableName(table.table.table);
  }
  return undefined;
}
