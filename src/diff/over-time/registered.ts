/**
 * What changed in a schema registry: subjects, their rule, and versions, each judged beside the one before it, or beside
 * all before it where the subject's own rule is transitive.
 */

import { levels, readProblems } from '../registry/index.js';
import type { Level } from '../registry/index.js';
import type { Impact, RawChange, Registration, Verdict } from './contract.js';
import type { SchemaVersion, SubjectSnapshot, TableSnapshot } from './snapshot.js';

export function registeredChanges(before: TableSnapshot, after: TableSnapshot): RawChange[] {
  const [old, now] = [before, after].map(({ registered = [] }) => new Map(registered.map((subject) => [`${subject.side} ${subject.subject}`, subject])));
  const changes: RawChange[] = [];
  const add = (kind: RawChange['kind'], from: string | null, to: string | null, registration?: Registration) =>
    changes.push({ kind, table: after, before: from, after: to, ...(registration && { registration }) });
  for (const [key, subject] of old!) if (!now!.has(key)) add('subject removed', subject.subject, null);
  for (const [key, subject] of now!) {
    const earlier = old!.get(key);
    if (earlier === undefined) add('subject added', null, subject.subject);
    else changesOfSubject(earlier, subject, add);
  }
  return changes;
}

function changesOfSubject(before: SubjectSnapshot, after: SubjectSnapshot, add: (kind: RawChange['kind'], from: string | null, to: string | null, registration?: Registration) => void): void {
  const named = (version: SchemaVersion | undefined) => (version === undefined ? null : `${after.subject} version ${version.version}`);
  if (before.level !== after.level) add('compatibility level', `${after.subject} ${before.level}`, `${after.subject} ${after.level}`);
  for (const version of before.versions) if (!after.versions.some((one) => one.version === version.version)) add('schema version removed', named(version), null);
  // What was removed has been written by all the same.
  const known = [...before.versions, ...after.versions.filter(({ version }) => !before.versions.some((one) => one.version === version))].sort((a, b) => a.version - b.version);
  for (const candidate of after.versions) {
    const same = before.versions.find(({ version }) => version === candidate.version);
    if (same !== undefined && textOf(same) === textOf(candidate)) continue;
    const earlier = [...known.filter(({ version }) => version < candidate.version), ...(same === undefined ? [] : [same])];
    add('schema version', named(earlier.at(-1)), same === undefined ? named(candidate) : `${named(candidate)}, rewritten`, { subject: after.subject, type: after.type, level: after.level, candidate, earlier });
  }
}

function textOf({ schema, uses = [] }: SchemaVersion): string {
  return JSON.stringify([schema, uses]);
}

/** Problems that are shown of one version; the rest are counted. */
const mostShown = 3;

export async function versionVerdict({ type, level, candidate, earlier }: Registration): Promise<Verdict> {
  const compared = level.endsWith('_TRANSITIVE') ? earlier : earlier.slice(-1);
  if (compared.length === 0) return { readers: 'safe', writers: 'safe', why: 'the first version' };
  const resolved = ({ schema, uses = [] }: SchemaVersion) => ({ type, text: schema, dependencies: uses.map(({ name, schema: text }) => ({ name, text })) });
  const backward: string[] = [];
  const forward: string[] = [];
  for (const version of compared) {
    const by = compared.length === 1 ? '' : ` (version ${version.version})`;
    backward.push(...(await readProblems(resolved(candidate), resolved(version))).map((problem) => `${problem}${by}`));
    forward.push(...(await readProblems(resolved(version), resolved(candidate))).map((problem) => `${problem}${by}`));
  }
  const impact = (problems: readonly string[]): Impact => (problems.length === 0 ? 'safe' : 'breaking');
  const told = (what: string, problems: readonly string[]) => {
    const all = [...new Set(problems)];
    return all.length === 0 ? [] : [`${what}: ${all.slice(0, mostShown).join(', ')}${all.length > mostShown ? ` and ${all.length - mostShown} more` : ''}`];
  };
  const why = [...told('not backward compatible', backward), ...told('not forward compatible', forward)];
  const isHeld = (level === 'NONE' || level.startsWith('FORWARD') || backward.length === 0) && (level === 'NONE' || level.startsWith('BACKWARD') || forward.length === 0);
  const rule = levels.includes(level as Level) ? (isHeld ? `its level ${level} admits it` : `its level ${level} forbids it`) : `its level ${level} is not known here`;
  return { readers: impact(forward), writers: impact(backward), why: why.length === 0 ? `compatible in both directions; its level is ${level}` : `${why.join('; ')}; ${rule}` };
}

/** What a level promises to those who come with the next version. */
export function levelVerdict(before: string, after: string): Verdict {
  const [old, now] = [before, after].map((text) => promisesOf(text.split(' ').at(-1)!));
  const lost = [...old!].filter((promise) => !now!.has(promise));
  const gained = [...now!].filter((promise) => !old!.has(promise));
  const isLost = (direction: string) => lost.some((promise) => promise.startsWith(direction));
  const why = [lost.length === 0 ? '' : `versions need not be ${lost.join(' and ')} compatible any more`, gained.length === 0 ? '' : `versions have to be ${gained.join(' and ')} compatible from now on`].filter((text) => text !== '').join('; ');
  return { readers: isLost('forward') ? 'risky' : 'safe', writers: isLost('backward') || gained.length > 0 ? 'risky' : 'safe', why };
}

function promisesOf(level: string): Set<string> {
  const directions = level.startsWith('FULL') ? ['backward', 'forward'] : level.startsWith('BACKWARD') ? ['backward'] : level.startsWith('FORWARD') ? ['forward'] : [];
  return new Set(directions.flatMap((direction) => (level.endsWith('_TRANSITIVE') ? [direction, `${direction} transitively`] : [direction])));
}
