/**
 * Questions about schemas and about promises between services, other than what a change would break: where two services
 * disagree, what changed since a snapshot, whether values keep to references and events.
 */

import type { Translation } from '../../contract.js';
import type { FormInput } from './input.js';
import { servicesIn } from './services.js';

export function readSchemas(input: FormInput): Translation | undefined {
  const text = ` ${input.tokens.map((t) => t.lower).join(' ')} `;
  return readDisagreement(text, input) ?? readChanges(text, input) ?? readCheck(text, input);
}

const disagreeing = /\b(disagrees?|drift(s|ed)?|differs?|conflicts?|contradicts?|mismatch(es)?|inconsistent|not agree|compatible|incompatible)\b/;
const between = /\b(between|across|among) (the |all |my |our |different )*(services?|microservices?|systems?|stores?|databases?)\b/;
const ofColumns = /\b(types?|columns?|fields?|schemas?|names?|formats?|units?|currency|currencies|nullability|precision|about)\b/;

/** "Where do lab and billing disagree about types": two services, each by its name. */
function readDisagreement(text: string, { tokens, schema }: FormInput): Translation | undefined {
  if (!/\b(where|how|on what|about what|which|what|do|does|are)\b/.test(text) || !disagreeing.test(text)) return undefined;
  const named = servicesIn(tokens, schema.services, true).map((s) => s.service);
  if (!ofColumns.test(text) && !(named.length === 2 && /\bbetween\b/.test(text))) return undefined;
  const [left, right] = named;
  if (left === undefined && between.test(text)) return { kind: 'diff', reading: 'compare the schemas of linked tables between all services', confidence: 0.85 };
  if (left === undefined || right === undefined || named.length > 2) return undefined;
  return { kind: 'diff', reading: `compare the schema of ${left} with ${right}`, confidence: 0.9, left, right };
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
