/** The peers of the TPC-H benchmark: a DuckDB process with its scanners, and a Trino server. Both stay up and connected. */

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Run {
  /** From the statement's text to its last row. */
  readonly ms: number;
  readonly rows: readonly (readonly unknown[])[];
}

export class DuckDBPeer {
  readonly #process: ChildProcess;
  readonly #replies: AsyncIterator<string>;

  /** @param python an interpreter that has duckdb and its postgres, mysql and tpch extensions (see README of the folder) */
  constructor(python: string) {
    this.#process = spawn(python, [join(dirname(fileURLToPath(import.meta.url)), 'duckdb_peer.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#replies = createInterface({ input: this.#process.stdout! })[Symbol.asyncIterator]();
  }

  async run(...statements: string[]): Promise<void> {
    await this.#ask({ do: 'run', statements });
  }

  query(sql: string): Promise<Run> {
    return this.#ask({ do: 'query', sql });
  }

  close(): void {
    this.#process.stdin!.end();
  }

  async #ask(request: object): Promise<Run> {
    this.#process.stdin!.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.#replies.next();
    if (done) throw new Error('the DuckDB process ended');
    const reply = JSON.parse(value as string) as Run & { error?: string };
    if (reply.error !== undefined) throw new Error(reply.error);
    return reply;
  }
}

export interface TrinoCatalog {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
}

/** @see https://trino.io/docs/476/develop/client-protocol.html */
export class TrinoPeer {
  private constructor(
    private readonly process: ChildProcess,
    private readonly url: string,
  ) {}

  /** @param home an unpacked trino-server 476; @param java a JDK 24 or later */
  static async start(home: string, java: string, folder: string, catalogs: readonly TrinoCatalog[], port = 18090): Promise<TrinoPeer> {
    const etc = join(folder, 'etc');
    await mkdir(join(etc, 'catalog'), { recursive: true });
    const properties = (values: Readonly<Record<string, string>>) => Object.entries(values).map(([key, value]) => `${key}=${value}\n`).join('');
    await writeFile(join(etc, 'node.properties'), properties({ 'node.environment': 'bench', 'node.id': 'bench', 'node.data-dir': join(folder, 'data') }));
    await writeFile(join(etc, 'config.properties'), properties({
      coordinator: 'true',
      'node-scheduler.include-coordinator': 'true',
      'node.internal-address': '127.0.0.1',
      'http-server.http.port': String(port),
      'discovery.uri': `http://127.0.0.1:${port}`,
      'catalog.management': 'static',
    }));
    await writeFile(join(etc, 'log.properties'), 'io.trino=WARN\n');
    for (const { name, properties: values } of catalogs) await writeFile(join(etc, 'catalog', `${name}.properties`), properties(values));
    const jars = [...(await jarsIn(join(home, 'lib')))];
    const child = spawn(
      join(java, 'bin', 'java'),
      ['-Xmx4G', '-XX:+UseG1GC', '--add-modules=jdk.incubator.vector', '-Djdk.attach.allowAttachSelf=true', '--enable-native-access=ALL-UNNAMED', '--sun-misc-unsafe-memory-access=allow',
        `-Dconfig=${join(etc, 'config.properties')}`, `-Dnode.environment=bench`, `-Dnode.id=bench`, `-Dnode.data-dir=${join(folder, 'data')}`, `-Dlog.levels-file=${join(etc, 'log.properties')}`,
        `-Dcatalog.config-dir=${join(etc, 'catalog')}`, '-cp', jars.join(':'), 'io.trino.server.TrinoServer'],
      { cwd: home, stdio: 'ignore' },
    );
    const peer = new TrinoPeer(child, `http://127.0.0.1:${port}`);
    for (let tries = 0; ; tries++) {
      try {
        await peer.query('SELECT 1');
        return peer;
      } catch (error) {
        if (tries > 300 || child.exitCode !== null) {
          child.kill();
          throw error;
        }
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
    }
  }

  async query(sql: string): Promise<Run> {
    const began = performance.now();
    const rows: unknown[][] = [];
    let page = await this.#page(`${this.url}/v1/statement`, sql);
    for (;;) {
      if (page.error) throw new Error(page.error.message);
      rows.push(...(page.data ?? []));
      if (page.nextUri === undefined) return { ms: performance.now() - began, rows };
      page = await this.#page(page.nextUri);
    }
  }

  close(): void {
    this.process.kill();
  }

  async #page(url: string, body?: string): Promise<{ nextUri?: string; data?: unknown[][]; error?: { message: string } }> {
    const response = await fetch(url, { method: body === undefined ? 'GET' : 'POST', headers: { 'X-Trino-User': 'bench' }, ...(body !== undefined && { body }) });
    if (!response.ok) throw new Error(`Trino answered ${response.status}`);
    return (await response.json()) as { nextUri?: string };
  }
}

async function jarsIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith('.jar')).map((name) => join(folder, name));
}
