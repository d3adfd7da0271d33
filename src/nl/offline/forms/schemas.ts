/**
 * Questions about schemas and about promises between services, other than what a change would break: where two services
 * disagree, what changed since a snapshot, whether values keep to references and events.
 */

import type { Translation } from '../../contract.js';
import { matchTables } from '../link/match.js';
import type { FormInput } from './input.js';
import { servicesIn } from './services.js';

export function readSchemas(input: FormInput): Translation | undefined {
  const text = ` ${input.tokens.map((t) => t.lower).join(' ')} `;
  return readDisagreement(text, input) ?? readChanges(text, input) ?? readCheck(text, input) ?? readLinks(text, input) ?? readSnapshot(text, input);
}

const disagreeing = /\b(disagrees?|drift(s|ed)?|differs?|conflicts?|contradicts?|mismatch(es)?|inconsistent|not agree|compatible|incompatible)\b/;
const between = /\b(between|across|among) (the |all |my |our |different )*(services?|microservices?|systems?|stores?|databases?)\b/;
const wherever = /^ (where|which|what) (do |does |are |is |have )?(the |our |any |column |field |data )*(types?|columns?|fields?|schemas?|formats?|units?|names?|precisions?|nullability|currencies)( have| has| are| is)? (disagrees?|drift(s|ed)?|differs?|different|conflicts?|conflicting|contradicts?|mismatch(es|ed)?|inconsistent|incompatible|not agree) (\? )?$/;
const ofColumns = /\b(types?|columns?|fields?|schemas?|names?|formats?|units?|currency|currencies|nullability|precision|about)\b/;

/** "Where do lab and billing disagree about types": two services, each by its name. */
function readDisagreement(text: string, { tokens, schema }: FormInput): Translation | undefined {
  if (!/\b(where|how|on what|about what|which|what|do|does|are)\b/.test(text) || !disagreeing.test(text)) return undefined;
  const named = servicesIn(tokens, schema.services, true).map((s) => s.service);
  if (!ofColumns.test(text) && !(named.length === 2 && /\bbetween\b/.test(text))) return undefined;
  const [left, right] = named;
  if (left === undefined && (between.test(text) || wherever.test(text))) return { kind: 'diff', reading: 'compare the schemas of linked tables between all services', confidence: 0.85 };
  if (left === undefined || right === undefined || named.length > 2) return undefined;
  return { kind: 'diff', reading: `compare the schema of ${left} with ${right}`, confidence: 0.9, left, right };
}

const things = String.raw`(?:(?:all |the |our |my |these |those |every )*(?:micro)?(?:services?|tables|schemas?|estate|data model|databases?|stores|columns))`;
const ties = String.raw`(?:all |the |their |our |known |found )*(?:links?|relations?|relationships?|references|dependencies|connections|foreign keys|joins)`;
const drawn = new RegExp(String.raw`^ (?:please )?(?:can you |could you )?(?:(?:draw|sketch|diagram|visuali[sz]e|map|graph|plot)(?: me| us)?|(?:(?:show|give|make|create)(?: me| us)? )?(?:a |the )?(?:diagram|drawing|graph|map|er diagram|er model|picture)(?: of| with)?) (?:a |the )?(?:(?:diagram|drawing|graph|map|picture) of )?(?:(?:${things}|${ties})(?:,? and ${ties}|,? and ${things})?(?: (?:between|of|among|across) (?:them|(?:.{1,80})))?|how ${things} (?:are|hang|fit|link) .{1,30}) $`);
const listed = new RegExp(String.raw`^ (?:please )?(?:(?:show|list|give|find|tell|display|see)(?: me| us)? |(?:what|which)(?: are| is)? )?${ties} (?:are there |exist |do you know |did you find )?(?:between|across|among|of|in) (.{1,80}) $|^ how (?:are|do) (?:${things}) (?:linked|connected|related|tied|joined|hang together|relate|link|connect|fit together)(?: to each other| with each other| together)? $|^ (?:what|which) (?:columns?|tables?|services?) (?:refers?|links?|points?|relates?) to (?:which|what|each other)(?: ones?)? $`);

/** "Draw the services and their links", "show the links between services". */
function readLinks(text: string, { tokens, schema }: FormInput): Translation | undefined {
  const said = text.replace(/ [?.!] $/, ' ').replace(/ s /g, ' ');
  const graph = drawn.test(said);
  const links = graph ? null : listed.exec(said);
  if ((!graph && links === null) || tokens.some((t) => /^(links?|relations?|relationships?|references?|dependenc(y|ies)|connections?|joins?|services?|estates?)$/.test(t.lower) && matchTables(schema, [t.lemma], false).length > 0)) return undefined;
  const services = servicesIn(tokens, schema.services, true).map((s) => s.service);
  // Of what, where it is neither services nor one of them?
  const of = graph ? undefined : links![1];
  if (of !== undefined && services.length === 0 && !new RegExp(`^${things}$|^(?:them|columns|tables|everything)$`).test(of)) return undefined;
  if (graph && services.length < 2) return { kind: 'graph', reading: `draw ${services[0] ?? 'every service'} with its tables and links`, confidence: 0.9, ...(services[0] !== undefined && { scope: services[0] }) };
  return graph ? undefined : { kind: 'links', reading: `show the links ${services.length === 0 ? 'of all services' : services.length === 1 ? `of ${services[0]}` : `between ${services.join(' and ')}`}`, confidence: 0.9, services };
}

/** A question only reads. */
function readSnapshot(text: string, { tokens, schema }: FormInput): Translation | undefined {
  if (tokens.length > 12 || !/^ (?:please |can you |could you )*(?:take|make|create|write|save|store|do|get)(?: me| us)? (?:a |an |the |new |another |schema )*snapshots?\b/.test(text) || matchTables(schema, ['snapshot'], false).length > 0) return undefined;
  return { kind: 'refusal', reason: 'A question only reads, and a snapshot is written to files: `aishell schema snapshot`, or `.schema snapshot` at the prompt.', understood: ['snapshot'], notUnderstood: [], near: [] };
}

const units: Readonly<Record<string, number>> = { day: 1, week: 7, fortnight: 14, month: 30, quarter: 91, year: 365 };
const counts: Readonly<Record<string, number>> = { a: 1, an: 1, one: 1, two: 2, three: 3, four: 4, five: 5, six: 6 };

/** "What changed since last week's snapshot", "which columns are new since main". */
function readChanges(text: string, { question, tokens, schema, context }: FormInput): Translation | undefined {
  if (!/\b(chang(e|es|ed|ing)|drift(s|ed|ing)?|evolved|new|added|removed|dropped|renamed|different|gone)\b/.test(text)) return undefined;
  const since = /\b(since|against|after|compared (to|with)|from)\b(.*)$/.exec(text)?.[3];
  const isSnapshot = /\bsnapshots?\b/.test(text);
  if (!isSnapshot && (since === undefined || !/\b(schemas?|schemata|columns?|fields?|tables?|types)\b/.test(text))) return undefined;
  const [service, more] = servicesIn(tokens, schema.services, true).map((s) => s.service);
  if (more !== undefined) return undefined;
  const days = daysIn(since ?? text);
  const isRelease = /\b(last|latest|previous|newest) (release|tag|version|deploy(ment)?)\b/.test(since ?? '');
  // As it is written: names of branches have capitals, slashes and dots.
  const commit = /\b(?:since|against|(?:to|with))\s+(?:the\s+)?(?:branch|commit|tag|release|version)?\s*([\w][\w./~^-]*)\s*\??\s*$/i.exec(question)?.[1]?.replace(/[.]+$/, '');
  const isWord = commit === undefined || /^(snapshots?|then|now|that|it|last|time|day|week|month|year|yesterday|today|ago|before)$/i.test(commit);
  if (days === undefined && !isSnapshot && !isRelease && isWord) return undefined;
  const against: { readonly before?: string; readonly against?: string; readonly release?: true } = isRelease ? { release: true } : days !== undefined ? { before: new Date(Date.parse(context.now) - days * 86_400_000).toISOString() } : isSnapshot ? {} : { against: commit! };
  const when = against.before !== undefined ? `the snapshots of ${against.before.slice(0, 10)}` : (against.release === true ? 'the last release' : (against.against ?? 'the last snapshots'));
  return { kind: 'changes', reading: `what changed in the schema${service === undefined ? '' : ` of ${service}`} since ${when}`, confidence: 0.9, ...against, ...(service !== undefined && { service }) };
}

function daysIn(text: string): number | undefined {
  if (/\byesterday\b/.test(text)) return 1;
  const ago = /\b(\d{1,4}|an?|one|two|three|four|five|six) (day|week|fortnight|month|quarter|year)s? (ago|back|old)\b/.exec(text);
  if (ago !== null) return (counts[ago[1]!] ?? Number(ago[1])) * units[ago[2]!]!;
  const last = /\b(?:last|previous|past|a) (day|week|fortnight|month|quarter|year)\b/.exec(text);
  return last === null ? undefined : units[last[1]!]!;
}

const lost = /\b(orphan(s|ed)?|dangling|lead(s|ing)? nowhere|broken references?|(do|does|did) not exist|don t exist|doesn t exist|no longer exists?|missing references?)\b/;
const pointing = /\b(orphan(s|ed)?|dangling|points?|pointing|refers?|referring|references?|lead(s|ing)? nowhere)\b/;
const drifted = /\b(copies|copied values|copied columns)\b.*\b(drift(ed)?|differ|disagree|agree|match|stale|out of (sync|date)|outdated)\b|\b(drift(ed)?|stale|out of sync)\b.*\bcopies\b/;
const behind = /\b(bus|kafka|broker|events?|messages?|topics?)\b.*\b(lag(s|ging)?( behind)?|behind|delay(ed)?)\b|\blag of the (bus|events?|messages?)\b/;
const unanswered = /\b(events?|messages?)\b.*\b(have|has|with|without|lack|lacks) (no |a |an |any |their )*(rows?|records?)\b|\b(rows?|records?)\b.*\b(have|has|with|without|lack|lacks) (no |a |an |any |their )*(events?|messages?)\b/;
const fresh = /\bhow (fresh|stale|current|up to date) (is|are) (the |all |my |our )*(data|services?|each service|every service|stores?|copies)\b|\bhow old (is|are) (the |all |my |our )*(newest|latest|last) (rows?|data|records?)\b|\bfreshness\b/;
const whole = /^ (please )?(check|verify|validate) (the |all |our |my )*(data|values|references)( (of|in|between|across) .*)? $|\b(integrity|consistency|referential)\b.*\b(check|checks|problems?|issues?|violations?)\b|\b(check|verify)\b.*\b(integrity|consistency|references)\b/;

/** "Is anything orphaned between lab and billing", "do the copies drift", "how far does the bus lag behind". */
function readCheck(text: string, { tokens, schema }: FormInput): Translation | undefined {
  const named = servicesIn(tokens, schema.services, true).map((s) => s.service);
  // A share or a number is a query, save of what is orphaned: no column says that.
  if (!/\b(orphan(s|ed)?|dangling)\b/.test(text) && /\b(how many|average|percent|percentage|share|list|per)\b/.test(text)) return undefined;
  const references = lost.test(text) && pointing.test(text);
  const only = references || (unanswered.test(text) && tokens.length <= 12) ? 'references' : fresh.test(text) && tokens.length <= 12 ? 'freshness' : drifted.test(text) ? 'copies' : behind.test(text) && tokens.length <= 12 ? 'lag' : whole.test(text) ? undefined : null;
  if (only === null || named.length > 2) return undefined;
  const what = { references: 'references that lead nowhere', copies: 'copies that differ', lag: 'how long after their rows messages come', freshness: 'how old the newest rows are' };
  const where = named.length === 0 ? '' : named.length === 1 ? ` of ${named[0]}` : ` between ${named.join(' and ')}`;
  return { kind: 'check', reading: `check ${only === undefined ? 'the values' : what[only]}${where}`, confidence: 0.85, services: named, ...(only !== undefined && { only }) };
}
