/** A schema beside every earlier version of it, as registries do under their transitive rules. */

import type { ChangesAnswer } from '../../answer/contract.js';
import { changesBetween } from './changes.js';
import { compatibilityOf, verdictOf } from './classify.js';
import type { Verdict } from './contract.js';
import type { SchemaSnapshot } from './snapshot.js';

export interface Version {
  /** In words: a commit, a folder. */
  readonly where: string;
  readonly snapshots: readonly SchemaSnapshot[];
}

export interface Transitive {
  /** By service: compatible with every version, in the terms of registries. */
  readonly compatibility: ReadonlyMap<string, ChangesAnswer['services'][number]['compatibility']>;
  readonly versions: NonNullable<ChangesAnswer['versions']>;
  /** Changes since an earlier version that the newest one does not show, each with the newest version that does. */
  readonly hidden: readonly { readonly version: Version; readonly snapshot: SchemaSnapshot }[];
}

/** @param versions the newest first */
export async function transitively(versions: readonly Version[], current: readonly SchemaSnapshot[]): Promise<Transitive> {
  const all = new Map<string, Verdict[]>();
  const shown = new Set<string>();
  const hidden: { version: Version; snapshot: SchemaSnapshot }[] = [];
  const rows: { where: string; services: { name: string; compatibility: Transitive['versions'][number]['services'][number]['compatibility']; breaking: number }[] }[] = [];
  for (const [i, version] of versions.entries()) {
    const services: (typeof rows)[number]['services'] = [];
    for (const snapshot of version.snapshots) {
      const now = current.find(({ service }) => service === snapshot.service);
      if (now === undefined) continue;
      const changes = changesBetween(snapshot, now);
      const verdicts = await Promise.all(changes.map(verdictOf));
      all.set(snapshot.service, [...(all.get(snapshot.service) ?? []), ...verdicts]);
      const keys = changes.map(({ kind, table, column, before, after }) => JSON.stringify([snapshot.service, kind, table?.name, column, before, after]));
      if (i > 0 && keys.some((key, k) => !shown.has(key) && breaks(verdicts[k]!))) hidden.push({ version, snapshot });
      for (const key of keys) shown.add(key);
      services.push({ name: snapshot.service, compatibility: compatibilityOf(verdicts), breaking: verdicts.filter(breaks).length });
    }
    rows.push({ where: version.where, services });
  }
  return { compatibility: new Map([...all].map(([name, verdicts]) => [name, compatibilityOf(verdicts)])), versions: rows, hidden };
}

function breaks({ readers, writers }: Verdict): boolean {
  return readers === 'breaking' || writers === 'breaking';
}
