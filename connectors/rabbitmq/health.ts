/** Rights as the server tells them for the user itself. */

import type { Health } from '../contract.js';
import { AishellError } from '../contract.js';
import type { StreamCluster } from './cluster.js';
import type { Management } from './management.js';
import { mirrorWords } from './mirror-bounds.js';
import type { Settings } from './options.js';

export async function health(cluster: StreamCluster, management: Management, settings: Settings, signal: AbortSignal): Promise<Health> {
  await cluster.any(signal);
  const { user, vhost } = settings;
  const notes = [`nothing is declared there, unless aishell tail --mirror is asked for: then ${mirrorWords} for as long as it runs`];
  const about = { version: cluster.version, user, notes };
  try {
    const tags = [(await management.whoami(signal)).tags].flat().join(', ');
    // Only administrators may look at permissions, be it their own.
    const own = await management.permissions(signal).catch(() => undefined);
    const here = own?.find((permission) => permission.vhost === vhost);
    const canWrite = here === undefined ? (tags.includes('administrator') ? true : undefined) : [here.configure, here.write].some((pattern) => pattern !== '' && pattern !== '^$') || tags.includes('administrator');
    const rights = [`virtual host ${vhost}${here === undefined ? '' : `: configure "${here.configure}", write "${here.write}", read "${here.read}"`}`, `tags: ${tags || 'none'}`];
    const advice = canWrite === true ? [`${user} could write; sign in as a user with the tag monitoring and the permissions configure "^$", write "^$", read ".*"`] : [];
    return { ...about, rights, canWrite, advice };
  } catch (error) {
    if (!(error instanceof AishellError) || signal.aborted) throw error;
    const instead = settings.named.length > 0 ? 'queues are not listed without it' : 'without it streams must be named under `streams`';
    return { ...about, rights: [`virtual host ${vhost}`], canWrite: undefined, advice: [`${error.message}: ${instead}`] };
  }
}
