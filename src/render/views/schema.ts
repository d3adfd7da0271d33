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
  return [
    { kind: 'heading', level: 2, text: `${service}.${table.name} (${table.kind}${amount})` },
    ...(table.comment === null ? [] : [text(table.comment, 'dim')]),
    {
      kind: 'table',
      title: `${service}.${table.name}`,
      columns,
      rows: table.columns.map((column) => [
        column.name,
        column.type,
        column.nullable ? 'yes' : 'no',
        [column.key, column.references === null ? null : `refers to ${column.references}`].filter((part) => part !== null).join(', '),
        // Only where the store has a word of its own for it.
        column.nativeType.toUpperCase() === column.type.toUpperCase() ? '' : column.nativeType,
        [column.presence === null || column.presence >= 1 ? null : `in ${Math.round(column.presence * 100)}%`, column.comment].filter((part) => part !== null).join('; '),
      ]),
    },
  ];
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
