/** Services with their tables and columns, and the links between them. */

import type { SchemaAnswer } from '../../answer/contract.js';
import { count } from '../amounts.js';
import type { Block, BlockColumn } from '../blocks.js';
import { fact, text, textColumn } from '../blocks.js';
import { tagWords } from './explain.js';
import { missingBlocks, warningBlocks } from './proof.js';

type Service = SchemaAnswer['services'][number];
type Table = Service['tables'][number];

const columns: readonly BlockColumn[] = ['column', 'type', 'null', 'key', 'in the store', 'comment'].map(textColumn);

export function schemaView(answer: SchemaAnswer): Block[] {
  const found = answer.services.length > 0 || answer.links.length > 0;
  return [
    ...answer.services.flatMap(serviceBlocks),
    ...(answer.links.length > 0 ? links(answer) : []),
    ...(found ? [] : [text('(nothing of that name)', 'dim')]),
    ...missingBlocks(answer.missing),
  ];
}

function serviceBlocks(service: Service): Block[] {
  const about = [`${service.store} ${service.version}`, ...tagWords(service.tags)].join(', ');
  return [
    { kind: 'heading', level: 1, text: `${service.name} (${about})` },
    ...warningBlocks(service.warnings),
    ...(service.tables.length === 0 ? [text('(no tables)', 'dim')] : service.tables.flatMap((table) => tableBlocks(service.name, table))),
  ];
}

function tableBlocks(service: string, table: Table): Block[] {
  const amount = table.rows === null ? '' : `, ${table.rowsExact ? '' : 'about '}${count(table.rows)} rows`;
  const sampled = table.sampled === null ? '' : `, ${count(table.sampled)} sampled`;
  return [
    { kind: 'heading', level: 2, text: `${service}.${table.name} (${table.kind}${amount}${sampled})` },
    ...(table.comment === null ? [] : [text(table.comment, 'dim')]),
    ...(table.checks.length === 0 ? [] : [text(`only rows with ${table.checks.join('; ')}`, 'dim')]),
    ...table.registered.map(({ subject, side, type, level, versions }) => text(`${side} by ${subject} (${type}, ${level}): version${versions.length === 1 ? '' : 's'} ${spans(versions)}`, 'dim')),
    {
      kind: 'table',
      title: `${service}.${table.name}`,
      columns,
      rows: table.columns.flatMap((column) => [
        row(column, [column.key, referenceText(column.references)]),
        ...column.fields.map((field) => row(field, [referenceText(field.references)])),
      ]),
    },
  ];
}

/** 1-4, 7 */
function spans(versions: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const version of versions) {
    const last = ranges.at(-1);
    if (last !== undefined && version === last[1] + 1) last[1] = version;
    else ranges.push([version, version]);
  }
  return ranges.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(', ');
}

type Field = Table['columns'][number]['fields'][number];

function row(field: Field & { readonly default?: string | null }, key: readonly (string | null)[]): string[] {
  const about = [presenceText(field.presence), field.unit === null ? null : unitText(field.unit), field.labels?.declared === true ? `one of ${field.labels.values.join(', ')}` : null, field.default === undefined || field.default === null ? null : `default ${field.default}`, field.comment];
  return [
    field.name,
    field.type,
    field.nullable ? 'yes' : 'no',
    joined(key, ', '),
    // Only where the store has a word of its own for it.
    field.nativeType.toUpperCase() === field.type.toUpperCase() ? '' : field.nativeType,
    joined(about, '; '),
  ];
}

const joined = (parts: readonly (string | null)[], separator: string): string => parts.filter((part) => part !== null).join(separator);
const referenceText = (references: string | null): string | null => (references === null ? null : `refers to ${references}`);
const presenceText = (presence: number | null): string | null => (presence === null || presence >= 1 ? null : presence > 0 && presence < 0.005 ? 'in less than 1%' : `in ${Math.round(presence * 100)}%`);

function unitText({ name, quantity, currency, currencyColumn }: NonNullable<Field['unit']>): string {
  const of = currency ?? (currencyColumn === null ? null : `currency in ${currencyColumn}`);
  return quantity === 'money' ? joined([of, name === 'unit' ? null : `in ${name}s`], ', ') : `in ${name}`;
}

function links(answer: SchemaAnswer): Block[] {
  return [
    { kind: 'heading', level: 1, text: 'Links' },
    {
      kind: 'table',
      title: 'links',
      columns: ['from', 'to', 'evidence', 'because'].map(textColumn),
      rows: answer.links.map(({ from, to, evidence, because }) => [from, to, evidence, because]),
    },
    fact('to keep', 'confirm or reject a link under `links:` in aishell.yaml', 'dim'),
  ];
}
