/** The example estate on real servers, in databases and topics of a run's own; the configuration is the example's but for them. */

import { readFile, writeFile } from 'node:fs/promises';
import { parse, stringify } from 'yaml';
import { topics } from '../../../examples/microservices/generator/bus.js';
import type { Estate } from '../../../examples/microservices/generator/estate.js';
import { writeServers } from '../../../examples/microservices/generator/write/servers.js';
import { removeTopics } from '../../support/kafka.js';
import { claimDatabase } from '../../support/redis.js';
import type { Claim } from '../../support/redis.js';
import { listening, servers } from '../../support/servers.js';
import { dropDatabases } from './stores.js';

const stores = ['postgres', 'mysql', 'mongodb', 'clickhouse', 'redis', 'kafka'] as const;
export const estateServersUp = (await Promise.all(stores.map((store) => listening(servers[store])))).every(Boolean);

export class ServerEstate {
  private constructor(
    private readonly prefix: string,
    private readonly redis: Claim,
  ) {}

  /** Fills the stores and writes the configuration to that path. */
  static async create(estate: Estate, purpose: string, configPath: string): Promise<ServerEstate> {
    const made = new ServerEstate(`${purpose}_${process.pid}_`, await claimDatabase());
    await writeFile(configPath, await made.#configuration());
    await writeServers(estate, undefined, () => {}, { prefix: made.prefix, redisDatabase: made.redis.database });
    return made;
  }

  /** A topic's name on the broker. */
  topic(name: string): string {
    return this.prefix + name;
  }

  async remove(): Promise<void> {
    const { prefix } = this;
    await this.redis.release();
    await removeTopics(Object.keys(topics).map((topic) => prefix + topic));
    await dropDatabases({ postgres: [`${prefix}shop`], mysql: [`${prefix}products`], mongodb: [`${prefix}payments`], clickhouse: [`${prefix}analytics`] });
  }

  async #configuration(): Promise<string> {
    const config = parse(await readFile(new URL('../../../examples/microservices/aishell.servers.yaml', import.meta.url), 'utf8')) as { services: Record<string, Record<string, unknown>> };
    for (const service of Object.values(config.services)) {
      if (service['kind'] === 'redis') service['db'] = this.redis.database;
      else if (service['kind'] === 'kafka') service['prefix'] = this.prefix;
      else service['database'] = `${this.prefix}${String(service['database'])}`;
    }
    return stringify(config);
  }
}
