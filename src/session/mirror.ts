/** A tail of what comes to queues, by a queue of our own beside them: said before it is declared, and gone with the tail. */

import type { TailAnswer } from '../answer/contract.js';
import type { Mirror } from '../../connectors/contract.js';
import { AishellError } from '../errors.js';
import type { TailOptions } from './contract.js';
import type { QueryContext } from './query.js';
import { logsOf, noting, pump } from './tail.js';
import type { Opened } from './tail.js';

/** @param names queues and exchanges, with or without their service */
export async function mirrored(names: readonly string[], context: QueryContext, options: TailOptions, signal: AbortSignal): Promise<TailAnswer> {
  if (names.length === 0) throw new AishellError('usage', '--mirror needs to know what to mirror.', 'Name a queue or an exchange: aishell tail service.name --mirror.');
  if (options.from !== undefined && options.from !== 'end') throw new AishellError('usage', 'A mirror sees what comes from now on, and nothing from before.', 'Leave --from out.');
  const mirrors: Mirror[] = [];
  for (const name of names) mirrors.push(await mirrorOf(name, context, signal));
  const note = noting(options.events);
  const services = context.catalog.services.map((service) => ({ ...service, tables: [...service.tables.filter(({ name }) => !mirrors.some(({ table }) => table.service === service.name && table.name === name)), ...mirrors.filter(({ table }) => table.service === service.name).map(({ table }) => table)] }));
  const own: QueryContext = { ...context, catalog: { ...context.catalog, services } };
  // The condition is checked before anything is declared.
  const followed = await Promise.all(mirrors.map(async ({ table }) => (await logsOf([table], own, options.where, note, signal))[0]!));
  const opened: Opened[] = [];
  try {
    for (const [i, mirror] of mirrors.entries()) {
      await options.events.note(mirror.declares);
      opened.push({ service: mirror.table.service, tail: await mirror.open(signal), followed: [followed[i]!] });
    }
  } catch (error) {
    await Promise.allSettled(opened.map(({ tail }) => tail.close()));
    throw error;
  }
  return pump(opened, own, options, signal);
}

async function mirrorOf(name: string, { catalog, sources }: QueryContext, signal: AbortSignal): Promise<Mirror> {
  const said = name.toLowerCase();
  const named = catalog.services.filter((service) => said.startsWith(`${service.name.toLowerCase()}.`));
  const candidates = named.length > 0 ? named : catalog.services;
  const able: { readonly service: string; readonly mirror: NonNullable<Awaited<ReturnType<typeof sources.get>>['mirror']> }[] = [];
  for (const { name: service, facts } of candidates) {
    if (facts['unsearchable'] === undefined && named.length === 0) continue;
    const source = await sources.get(service, signal);
    if (source.mirror !== undefined) able.push({ service, mirror: source.mirror.bind(source) });
  }
  const [only, more] = able;
  if (only === undefined) throw new AishellError('usage', `There is nothing to mirror for ${name}.`, 'Queues and exchanges of RabbitMQ are mirrored; topics and streams are followed without: leave --mirror out.');
  if (more !== undefined) throw new AishellError('usage', `${name} may be of ${able.map(({ service }) => service).join(' or ')}.`, `Say which: ${only.service}.${name}.`);
  return only.mirror(named.length > 0 ? name.slice(only.service.length + 1) : name, signal);
}
