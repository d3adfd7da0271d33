/** What streams and queues there are, from the management plugin's HTTP API; nothing but GET is ever sent. */

import { AishellError } from '../contract.js';
import { exchange, type Reply } from '../http/exchange.js';
import { abortable, messageOf, networkFailure, timeoutFailure } from '../sql/failures.js';
import { nodeTls } from '../sql/tls.js';
import type { Settings } from './options.js';

export interface Queue {
  readonly name: string;
  readonly type: 'classic' | 'quorum' | 'stream';
  readonly messages: number;
  readonly ready: number;
  readonly unacknowledged: number;
  readonly consumers: number;
  readonly state: string;
  /** Where its dead letters go. */
  readonly deadLetterExchange: string | undefined;
  readonly deadLetterRoutingKey: string | undefined;
}

export interface Binding {
  readonly source: string;
  readonly destination: string;
  readonly destination_type: string;
  readonly routing_key: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
}

interface Page {
  readonly page_count?: number;
  readonly items?: readonly Readonly<Record<string, unknown>>[];
}

const pageSize = 500;
/** A page of queues takes well below that. */
const maxBytes = 32 * 1024 * 1024;

export class Management {
  constructor(
    private readonly settings: Settings,
    private readonly timeoutMs: number,
  ) {}

  async queues(signal: AbortSignal): Promise<Queue[]> {
    const found: Queue[] = [];
    const columns = ['name', 'type', 'messages', 'messages_ready', 'messages_unacknowledged', 'consumers', 'state', 'arguments', 'effective_policy_definition'].join(',');
    for (let page = 1, pages = 1; page <= pages; page++) {
      const answer = (await this.get(`queues/${encodeURIComponent(this.settings.vhost)}?page=${page}&page_size=${pageSize}&columns=${columns}`, signal)) as Page;
      pages = answer.page_count ?? 1;
      for (const item of answer.items ?? []) found.push(queueOf(item));
    }
    return found;
  }

  /** The queues that an exchange routes to. */
  async bindings(signal: AbortSignal): Promise<readonly Binding[]> {
    return (await this.get(`bindings/${encodeURIComponent(this.settings.vhost)}`, signal)) as never;
  }

  async exchanges(signal: AbortSignal): Promise<readonly { readonly name: string; readonly type: string }[]> {
    return (await this.get(`exchanges/${encodeURIComponent(this.settings.vhost)}?columns=name,type`, signal)) as never;
  }

  async overview(signal: AbortSignal): Promise<{ readonly rabbitmq_version?: string; readonly product_version?: string }> {
    return (await this.get('overview', signal)) as never;
  }

  /** What the user itself may do in the virtual hosts. */
  async permissions(signal: AbortSignal): Promise<readonly { readonly vhost: string; readonly configure: string; readonly write: string; readonly read: string }[]> {
    return (await this.get(`users/${encodeURIComponent(this.settings.user)}/permissions`, signal)) as never;
  }

  async whoami(signal: AbortSignal): Promise<{ readonly name: string; readonly tags: string | readonly string[] }> {
    return (await this.get('whoami', signal)) as never;
  }

  async get(path: string, signal: AbortSignal): Promise<unknown> {
    const { service, management, user, password, tls } = this.settings;
    const url = new URL(`api/${path}`, management);
    const secure = url.protocol === 'https:' && tls ? await nodeTls(tls, service) : {};
    const asked = exchange({
      url,
      auth: `${user}:${password}`,
      tls: secure,
      maxBytes,
      tooLong: () => new Error('the answer is too long'),
      idle: { ms: this.timeoutMs, failure: () => timeoutFailure(service, url.host, this.timeoutMs) },
    }, signal);
    let answer: Reply;
    try {
      answer = await abortable(asked, signal, service);
    } catch (error) {
      if (error instanceof AishellError) throw error;
      throw networkFailure(error, service, url.host) ?? new AishellError('source.unreachable', `${service}: the management plugin at ${url.host}: ${messageOf(error)}`, 'Check `management` in the configuration.', { service, cause: error });
    }
    const { status, text } = answer;
    if (status === 401 || status === 403) {
      throw new AishellError('source.denied', `${service}: ${user} may not look at the management plugin (${status})`, 'Give the user the tag monitoring or management (rabbitmqctl set_user_tags), or name the streams under `streams`.', { service });
    }
    if (status !== 200) throw new AishellError('source.failed', `${service}: the management plugin at ${url.host} answered ${status}`, 'Check `management` and `vhost` in the configuration.', { service });
    try {
      return JSON.parse(text) as unknown;
    } catch (cause) {
      throw new AishellError('source.failed', `${service}: ${url.host} answered what is no JSON`, 'Check that `management` is the address of the management plugin.', { service, cause });
    }
  }
}

function queueOf(item: Readonly<Record<string, unknown>>): Queue {
  const settings = { ...(item['arguments'] as object), ...prefixed(item['effective_policy_definition']) } as Readonly<Record<string, unknown>>;
  const number = (name: string) => (typeof item[name] === 'number' ? item[name] : 0);
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const type = text(item['type']);
  return {
    name: String(item['name']),
    type: type === 'stream' || type === 'quorum' ? type : 'classic',
    messages: number('messages'),
    ready: number('messages_ready'),
    unacknowledged: number('messages_unacknowledged'),
    consumers: number('consumers'),
    state: text(item['state']) ?? 'unknown',
    deadLetterExchange: text(settings['x-dead-letter-exchange']),
    deadLetterRoutingKey: text(settings['x-dead-letter-routing-key']),
  };
}

/** A policy says dead-letter-exchange where an argument says x-dead-letter-exchange. */
function prefixed(policy: unknown): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries((policy ?? {}) as object).map(([name, value]): [string, unknown] => [`x-${name}`, value]));
}
