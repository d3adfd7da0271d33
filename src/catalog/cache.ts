/**
 * The catalogue on disk: one file per configuration under the XDG cache folder, readable by its owner only. It holds
 * schemas, counts and the sampled values of low-cardinality columns; no credential and no address is in it.
 */

import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '../../connectors/contract.js';
import type { ServiceConfig, Table } from '../../connectors/contract.js';
import type { CatalogService } from './contract.js';

/** Raised whenever what is stored changes shape, so that an older file is read as absent. */
const formatVersion = 3;

interface CacheFile {
  readonly format: number;
  readonly entries: Readonly<Record<string, { readonly fingerprint: string; readonly service: CatalogService }>>;
}

export class CatalogCache {
  readonly path: string;

  /** @param placeOf what beside its configuration says where a service is: variables, option files */
  constructor(
    configPath: string,
    private readonly placeOf: (service: ServiceConfig) => Promise<string>,
    env: NodeJS.ProcessEnv = process.env,
  ) {
    const folder = env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
    this.path = join(folder, 'aishell', `catalog-${digest(configPath).slice(0, 16)}.json`);
  }

  /** The entries whose configuration hasn't changed since they were written. */
  async load(services: readonly ServiceConfig[]): Promise<Map<string, CatalogService>> {
    const file = await this.#read();
    const result = new Map<string, CatalogService>();
    for (const service of services) {
      const entry = file.entries[service.name];
      if (entry !== undefined && entry.fingerprint === (await this.#fingerprint(service))) result.set(service.name, entry.service);
    }
    return result;
  }

  /** Replaces the entries of these services. Written whole and renamed, so a reader never sees half a file. */
  async store(entries: readonly { readonly config: ServiceConfig; readonly service: CatalogService }[]): Promise<void> {
    const before = await this.#read();
    const added = await Promise.all(entries.map(async ({ config, service }) => [config.name, { fingerprint: await this.#fingerprint(config), service: withoutTexts(service) }]));
    const file: CacheFile = { format: formatVersion, entries: { ...before.entries, ...Object.fromEntries(added) } };
    const draft = `${this.path}.${randomBytes(6).toString('hex')}`;
    await mkdir(join(this.path, '..'), { recursive: true, mode: 0o700 });
    try {
      await writeFile(draft, JSON.stringify(file), { mode: 0o600 });
      await rename(draft, this.path);
    } finally {
      await rm(draft, { force: true });
    }
  }

  async #fingerprint(service: ServiceConfig): Promise<string> {
    return fingerprint(service, await this.placeOf(service));
  }

  async #read(): Promise<CacheFile> {
    try {
      const file = JSON.parse(await readFile(this.path, 'utf8')) as CacheFile;
      if (file.format === formatVersion) return file;
    } catch {
      // Absent or damaged: a cache that can't be read is an empty one.
    }
    return { format: formatVersion, entries: {} };
  }
}

/** A changed password keeps the cache, and nothing of it can be learned from the digest; another address does not. */
function fingerprint({ kind, tags, options, tls, baseDir }: ServiceConfig, place: string): string {
  return digest(
    JSON.stringify([kind, tags, options, tls, baseDir, place], function (this: Readonly<Record<string, unknown>>, key, value: unknown) {
      const whole = this[key];
      return whole instanceof Secret ? addressIn(whole.reveal()) : value;
    }),
  );
}

/** Of a URL everything but the password and the parameters; of any other secret nothing. */
function addressIn(secret: string): string {
  const url = /^([a-z][a-z0-9+.-]*:\/\/)(?:([^:@/]*)(?::[^@]*)?@)?([^?#]*)/i.exec(secret);
  return url === null ? '***' : `${url[1]}${url[2] ?? ''}@${url[3]}`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Every question reads the file, and texts of registered schemas may be megabytes: who compares them asks the registry. */
function withoutTexts(service: CatalogService): CatalogService {
  if (service.tables.every(({ registered }) => registered === undefined)) return service;
  const bare = (table: Table): Table =>
    table.registered === undefined ? table : { ...table, registered: table.registered.map((subject) => ({ ...subject, versions: subject.versions.map(({ version, id }) => ({ version, id })) })) };
  return { ...service, tables: service.tables.map(bare) };
}
