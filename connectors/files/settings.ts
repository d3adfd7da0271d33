/** The service's own fields: where its files are, and what a person says about tables. */

import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { AishellError, parseType } from '../contract.js';
import type { JsonSchema, ServiceConfig, Type } from '../contract.js';

export const configSchema: JsonSchema = {
  type: 'object',
  properties: {
    path: {
      type: 'string',
      minLength: 1,
      description: 'A folder of data files, or one file; relative to the configuration file. Parquet, CSV, JSON, NDJSON, DuckDB and SQLite files are read.',
    },
    tables: {
      type: 'object',
      description: 'Tables that span several files, and column types that differ from what the first rows suggest.',
      additionalProperties: {
        anyOf: [
          { type: 'string', description: 'A glob inside the folder: all its files are one table.' },
          {
            type: 'object',
            properties: {
              files: { type: 'string', description: 'A glob inside the folder: all its files are one table.' },
              columns: {
                type: 'object',
                additionalProperties: { type: 'string' },
                description: 'Column name -> type, such as TIMESTAMPTZ, DECIMAL(12,2) or VARCHAR.',
              },
            },
            additionalProperties: false,
          },
        ],
      },
    },
  },
  required: ['path'],
};

export interface TableSetting {
  readonly files: string | undefined;
  readonly columns: ReadonlyMap<string, Type>;
}

export interface Settings {
  readonly service: string;
  /** The real path of the folder; nothing outside it is ever read. */
  readonly root: string;
  /** Set when `path` names one file: its name in the folder. */
  readonly onlyFile: string | undefined;
  readonly tables: ReadonlyMap<string, TableSetting>;
}

export async function readSettings(service: ServiceConfig): Promise<Settings> {
  const path = resolve(service.baseDir, String(service.options['path']));
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw unreadable(service.name, path, cause);
  });
  const isFolder = found.isDirectory();
  return {
    service: service.name,
    root: await realpath(isFolder ? path : dirname(path)),
    onlyFile: isFolder ? undefined : basename(path),
    tables: readTables(service),
  };
}

function readTables(service: ServiceConfig): Map<string, TableSetting> {
  const tables = new Map<string, TableSetting>();
  for (const [name, value] of Object.entries(service.options['tables'] ?? {})) {
    if (typeof value === 'string') {
      tables.set(name, { files: value, columns: new Map() });
      continue;
    }
    const columns = new Map<string, Type>();
    for (const [column, text] of Object.entries((value as { columns?: Record<string, string> }).columns ?? {})) {
      const type = parseType(text);
      if (type === undefined) {
        throw new AishellError(
          'config',
          `services.${service.name}.tables.${name}.columns.${column}: '${text}' is not a type.`,
          'Use a DuckDB type name, such as BIGINT, DOUBLE, DECIMAL(12,2), VARCHAR, DATE, TIMESTAMPTZ or JSON.',
          { service: service.name },
        );
      }
      columns.set(column, type);
    }
    tables.set(name, { files: (value as { files?: string }).files, columns });
  }
  return tables;
}

export function unreadable(service: string, path: string, cause: NodeJS.ErrnoException): AishellError {
  if (cause.code === 'EACCES' || cause.code === 'EPERM') {
    return new AishellError('source.denied', `${service}: ${path} may not be read.`, 'Give this user the right to read it (chmod, chown).', { service, cause });
  }
  if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') {
    const hint = /[*?]/.test(path)
      ? `services.${service}.path is a folder or one file; patterns stand below it: tables: { <name>: "*.csv" } joins the files of one table.`
      : `Correct services.${service}.path in the configuration, or put the files there.`;
    return new AishellError('source.unreachable', `${service}: ${path} does not exist.`, hint, { service, cause });
  }
  return new AishellError('source.failed', `${service}: ${path} can't be read (${cause.code ?? cause.message}).`, 'Check the file and its disk.', { service, cause });
}
