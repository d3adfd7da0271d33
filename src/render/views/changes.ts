/** What changed since a snapshot, whom it hits and what to do instead; and what was written as one. */

import type { ChangesAnswer, SchemaChange, SnapshotAnswer } from '../../answer/contract.js';
import { count, duration } from '../amounts.js';
import type { Block } from '../blocks.js';
import { fact, numberColumn, text, textColumn } from '../blocks.js';
import { missingBlocks, warningBlocks } from './proof.js';

const columns = ['impact', 'change', 'where', 'before', 'after', 'readers', 'writers', 'why'].map(textColumn);

export function changesView(answer: ChangesAnswer): Block[] {
  const { services, changes, summary, elapsedMs, complete } = answer;
  const line = `(${count(services.length)} ${services.length === 1 ? 'service' : 'services'} compared, ${duration(elapsedMs)})`;
  return [
    { kind: 'heading', level: 1, text: answer.hypothesis ?? `Schema changes since ${answer.against}` },
    ...services.flatMap(({ name, compatibility, transitive }): Block[] => {
      const own = changes.filter(({ service }) => service === name);
      if (own.length === 0) return [];
      return [
        { kind: 'heading', level: 2, text: `${name}: ${compatibilityText(compatibility)}${transitive === undefined ? '' : `; with every earlier version ${compatibilityText(transitive)}`}` },
        { kind: 'table', title: name, columns, rows: own.map((c) => [c.impact, c.change, whereText(c), c.before ?? '', c.after ?? '', c.readers, c.writers, c.since === undefined ? c.why : `${c.why} (since ${c.since})`]) },
        ...own.flatMap(detail),
      ];
    }),
    ...(answer.versions === undefined ? [] : versionBlocks(answer.versions)),
    ...(changes.length === 0 ? [text('no changes', 'good')] : [{ kind: 'heading', level: 1, text: 'Summary' } as const]),
    ...(changes.length === 0 ? [] : summary.map(({ what, count: n }) => fact(count(n), what))),
    complete ? text(line, 'dim') : text(`${line} INCOMPLETE`, 'error'),
    ...warningBlocks(answer.warnings),
    ...missingBlocks(answer.missing),
  ];
}

function versionBlocks(versions: NonNullable<ChangesAnswer['versions']>): Block[] {
  const rows = versions.flatMap(({ where, services }) => services.map(({ name, compatibility, breaking }) => [where, name, compatibilityText(compatibility), breaking]));
  return [
    { kind: 'heading', level: 2, text: `Versions (${versions.length})` },
    { kind: 'table', title: 'versions', columns: [...['version', 'service', 'compatibility'].map(textColumn), numberColumn('breaking')], rows },
  ];
}

/** What a schema registry would call it. */
function compatibilityText(compatibility: ChangesAnswer['services'][number]['compatibility']): string {
  return compatibility === 'none' ? 'neither backward nor forward compatible' : compatibility === 'full' ? 'fully compatible' : `${compatibility} compatible only`;
}

export function whereText({ table, column }: Pick<SchemaChange, 'table' | 'column'>): string {
  return [table, column].filter((part) => part !== null).join('.');
}

function detail(change: SchemaChange): Block[] {
  const { evidence, consumers, steps } = change;
  return [
    ...(evidence.length === 0 ? [] : [fact(whereText(change), `probably renamed from ${change.before}${change.valuesCompared === true ? '' : ' (values not compared)'}: ${evidence.join(', ')}`)]),
    ...(consumers.length === 0 ? [] : [fact(whereText(change), `hits: ${consumers.slice(0, 10).join('; ')}${consumers.length > 10 ? `; and ${consumers.length - 10} more` : ''}`, 'warning')]),
    ...steps.map((step, i) => fact(i === 0 ? `${whereText(change)}, instead` : '', `${i + 1}. ${step}`, 'dim')),
  ];
}

const fileColumns = [...['service', 'state', 'file'].map(textColumn), ...['tables', 'columns'].map(numberColumn), textColumn('migration')];

export function snapshotView(answer: SnapshotAnswer): Block[] {
  const { files, folder, elapsedMs, complete } = answer;
  const line = `(${count(files.length)} ${files.length === 1 ? 'snapshot' : 'snapshots'} in ${folder}, ${duration(elapsedMs)})`;
  return [
    { kind: 'table', columns: fileColumns, rows: files.map((f) => [f.service, f.state, f.path, f.tables, f.columns, f.migration ?? '']) },
    complete ? text(line, 'dim') : text(`${line} INCOMPLETE`, 'error'),
    ...warningBlocks(answer.warnings),
    ...missingBlocks(answer.missing),
  ];
}
