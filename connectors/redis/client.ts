/**
 * The only file that sends commands. It has a list of those it knows, and none of them writes: whatever else is asked
 * is refused before it reaches the connection.
 */

import { Redis, type RedisOptions } from 'ioredis';
import { AishellError } from '../contract.js';
import { abortable } from '../sql/failures.js';
import { failure } from './failures.js';
import type { Settings } from './settings.js';

/** Name (and subcommand), then arguments. */
export type Command = readonly [name: string, ...args: (string | number | Buffer)[]];

/** As it came: text is bytes. An Error in the place of a command that failed. */
export type Reply = Buffer | number | null | Error | readonly Reply[];

export const readCommands: ReadonlySet<string> = new Set([
  'ACL GETUSER', 'ACL WHOAMI', 'DBSIZE', 'EXISTS', 'GETRANGE', 'HGETALL', 'HLEN', 'HMGET', 'HSCAN', 'INFO', 'LLEN', 'LRANGE', 'MGET', 'PING', 'SCAN', 'SCARD',
  'SMEMBERS', 'SSCAN', 'STRLEN', 'TTL', 'TYPE', 'XINFO STREAM', 'XLEN', 'XRANGE', 'XREVRANGE', 'ZCARD', 'ZRANGE', 'ZSCAN',
]);

/** What a new statement waits for the answers to one that was given up: they come first on the same connection. */
const owedMs = 1_000;

export class ReadOnlyClient {
  #redis: Redis;
  /** Bytes of the replies so far. */
  received = 0;

  private constructor(
    redis: Redis,
    readonly settings: Settings,
    /** Answers that nobody waits for any more, until they have come. */
    private readonly owed: Set<Promise<unknown>>,
  ) {
    this.#redis = redis;
  }

  static async connect(settings: Settings, signal: AbortSignal): Promise<ReadOnlyClient> {
    return new ReadOnlyClient(await open(settings, signal), settings, new Set());
  }

  /** The same connection with a count of its own. */
  fork(): ReadOnlyClient {
    return new ReadOnlyClient(this.#redis, this.settings, this.owed);
  }

  /** A connection that was lost in one statement, or whose server fell silent, is opened again for the next. */
  async ready(signal: AbortSignal): Promise<void> {
    const isSilent = this.owed.size > 0 && !(await abortable(within(owedMs, Promise.all(this.owed)), signal, this.settings.service));
    if (this.#redis.status === 'ready' && !isSilent) return;
    this.#redis.disconnect();
    this.owed.clear();
    this.#redis = await open(this.settings, signal);
  }

  /** All of them at once; replies in the same order. Rejects when the connection fails. */
  async all(commands: readonly Command[], signal: AbortSignal): Promise<Reply[]> {
    const pipeline = this.#redis.pipeline();
    for (const [name, ...args] of commands) {
      mustRead(name, args[0]);
      pipeline.callBuffer(name, ...args);
    }
    const { service, address } = this.settings;
    let results: [Error | null, unknown][] | null;
    const answers = pipeline.exec();
    try {
      results = await abortable(answers, signal, service);
    } catch (error) {
      this.#owe(answers);
      throw failure(error, this.settings);
    }
    const replies = (results ?? []).map(([error, reply]) => error ?? (reply as Reply));
    for (const reply of replies) {
      if (reply instanceof Error && reply.name !== 'ReplyError') throw failure(reply, this.settings);
      this.received += size(reply);
    }
    if (replies.length !== commands.length) {
      throw new AishellError('source.cut', `${service}: ${address} answered ${replies.length} of ${commands.length} commands`, 'Run it again.', { service });
    }
    return replies;
  }

  /** One command whose failure is an error. */
  async one(command: Command, signal: AbortSignal): Promise<Exclude<Reply, Error>> {
    const [reply] = await this.all([command], signal);
    if (reply instanceof Error) throw failure(reply, this.settings);
    return reply!;
  }

  close(): void {
    this.#redis.disconnect();
  }

  /** Settled where the connection is closed, too. */
  #owe(answers: Promise<unknown>): void {
    const settled: Promise<unknown> = answers.catch(() => undefined).finally(() => this.owed.delete(settled));
    this.owed.add(settled);
  }
}

/** Whether it ended within the time. */
async function within(milliseconds: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), milliseconds)));
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

export function mustRead(name: string, argument: unknown): void {
  if (readCommands.has(name) || readCommands.has(`${name} ${String(argument)}`)) return;
  throw new AishellError('sql.refused', `the command ${name} is none that reads`, 'Only commands that read are ever sent to Redis.');
}

function size(reply: Reply): number {
  if (Buffer.isBuffer(reply)) return reply.length;
  if (Array.isArray(reply)) return (reply as readonly Reply[]).reduce((sum: number, item) => sum + size(item), 0);
  return 8;
}

async function open(settings: Settings, signal: AbortSignal): Promise<Redis> {
  const options: RedisOptions = {
    ...settings.options,
    lazyConnect: true,
    protocol: 2,
    connectTimeout: settings.connectTimeoutMs,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    connectionName: 'aishell',
    disableClientInfo: true,
  };
  const redis = new Redis(options);
  let first: unknown;
  // Without a listener, errors of the socket would end the process; the first one says why connecting failed.
  redis.on('error', (error: unknown) => (first ??= error));
  try {
    // A server that takes the connection and then says nothing.
    const deadline = AbortSignal.timeout(settings.connectTimeoutMs);
    // The driver goes on with database 0 when it could not select the one it was told to.
    const selected = redis.connect().then(() => (settings.options.db === 0 ? undefined : redis.select(settings.options.db!)));
    await abortable(Promise.race([selected, late(deadline)]), signal, settings.service);
    return redis;
  } catch (error) {
    redis.disconnect();
    throw failure(error instanceof AishellError ? error : (first ?? error), settings);
  }
}

function late(deadline: AbortSignal): Promise<never> {
  return new Promise((_, reject) => deadline.addEventListener('abort', () => reject(new Error('connect ETIMEDOUT')), { once: true }));
}
