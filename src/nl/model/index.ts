/**
 * The model translator: asks any server that speaks the chat completions protocol for one statement. It adds reach and
 * takes no safety away: the reply is parsed strictly, its SQL goes through the same gate as everyone's, and one repair
 * round with the gate's message is all it gets.
 *
 *   messages.ts     what it is told           schema-text.ts  the catalogue, pruned to its room   prompts.ts  ../../prompts
 *   client.ts       one request, bounded      reply.ts        what it may answer                  failures.ts
 *   majority.ts     several replies to one    usage.ts        tokens and cost        previous.ts  what it edits
 */

import type { ModelConfig } from '../../config/contract.js';
import type { TranslationContext, Translation, Translator } from '../contract.js';
import { openClient } from './client.js';
import type { Client, Message } from './client.js';
import { majority } from './majority.js';
import type { Outcome } from './majority.js';
import { tell } from './messages.js';
import { shownPrevious } from './previous.js';
import { prompt } from './prompts.js';
import { parseReply } from './reply.js';
import type { Reply } from './reply.js';
import { Meter } from './usage.js';

/** A checked statement of a model is likely, never sure: nobody measured this model on this catalogue. */
const confidence = 0.5;
/** Several replies must be able to differ. */
const samplingTemperature = 0.7;

export function modelTranslator(config: ModelConfig): Translator {
  return {
    name: `model ${config.name}`,
    always: config.ask === 'always',
    translate: (question, context) => translate(question, context, config),
  };
}

/** The messages that a question would send, and nothing is sent. */
export async function promptFor(question: string, context: TranslationContext, config: ModelConfig): Promise<readonly Message[]> {
  return (await tell(question, context, config)).messages;
}

type Read = Extract<Translation, { kind: 'statement' | 'refusal' }>;

async function translate(question: string, context: TranslationContext, config: ModelConfig): Promise<Read> {
  const { messages, omitted } = await tell(question, context, config);
  const meter = new Meter(config.price);
  const asking = new Asking(await openClient(config), context, meter, config.samples > 1 ? samplingTemperature : 0, config.sendValues);
  try {
    const outcomes = await Promise.allSettled(Array.from({ length: config.samples }, () => asking.reading(messages)));
    const replies = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    const [failed] = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    if (replies.length === 0) throw failed;
    const { chosen, votes } = await majority(replies, context);
    return { ...toTranslation(chosen, omitted, votes, replies.length), usage: meter.usage };
  } finally {
    context.onReply?.(undefined);
  }
}

class Asking {
  readonly #characters: number[] = [];

  constructor(
    private readonly client: Client,
    private readonly context: TranslationContext,
    private readonly meter: Meter,
    private readonly temperature: number,
    /** Were values sent? */
    private readonly values: boolean,
  ) {}

  /** One reply, repaired once where the gate objects. */
  async reading(messages: readonly Message[]): Promise<Outcome> {
    const first = await this.#reply(messages);
    const outcome = await this.#judge(first);
    if (outcome.admitted !== undefined) return outcome;
    const repair = await prompt('repair', { error: outcome.problem });
    const again = await this.#reply([...messages, { role: 'assistant', content: first.slice(0, 8_000) }, { role: 'user', content: repair }]);
    return this.#judge(again);
  }

  async #judge(text: string): Promise<Outcome> {
    const reply = parseReply(text);
    if (reply === undefined) return { problem: 'The reply was not the JSON object that was asked for.' };
    if (reply.kind === 'cannot') return { admitted: reply };
    const { previous } = this.context;
    const whole = previous === undefined ? reply : { ...reply, sql: shownPrevious(previous.sql, this.values).restore(reply.sql) };
    const problem = await this.context.check(whole.sql);
    return problem === undefined ? { admitted: whole } : { problem };
  }

  async #reply(messages: readonly Message[]): Promise<string> {
    const { signal, onReply } = this.context;
    const own = this.#characters.push(0) - 1;
    const { text, tokens } = await this.client.complete(messages, this.temperature, signal, (characters) => {
      this.#characters[own] = characters;
      onReply?.(this.#characters.reduce((sum, count) => sum + count, 0));
    });
    this.meter.add(tokens);
    return text;
  }
}

function toTranslation(outcome: Outcome, omitted: number, votes: number, replies: number): Read {
  if (outcome.admitted === undefined) return refusal(`The model's statement was not admitted: ${outcome.problem}`);
  const reply: Reply = outcome.admitted;
  if (reply.kind === 'cannot') return refusal(`The model found no reading: ${reply.reason}`);
  return {
    kind: 'statement',
    statement: {
      sql: reply.sql,
      reading: reply.reading,
      assumptions: [
        'Written by a model: read the SQL before you rely on it.',
        ...reply.assumptions,
        ...(replies > 1 ? [`${votes} of ${replies} replies of the model agree.`] : []),
        ...(omitted > 0 ? [`The model was not shown ${omitted} tables, which its limits left no room for.`] : []),
      ],
    },
    confidence: replies > 1 ? confidence * (votes / replies) + 0.1 : confidence,
    alternatives: [],
  };
}

function refusal(reason: string): Read {
  return { kind: 'refusal', reason, understood: [], notUnderstood: [], near: [] };
}
