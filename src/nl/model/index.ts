/**
 * The model translator: asks any server that speaks the chat completions protocol for one statement. It adds reach and
 * takes no safety away: the reply is parsed strictly, its SQL goes through the same gate as everyone's, and one repair
 * round with the gate's message is all it gets. What it is told: names, types and links; values only where allowed.
 */

import type OpenAI from 'openai';
import type { ModelConfig } from '../../config/contract.js';
import { AishellError } from '../../errors.js';
import type { TranslationContext, Translation, Translator } from '../contract.js';
import { toModelError } from './failures.js';
import { prompt } from './prompts.js';
import { parseReply, replySchema } from './reply.js';
import type { Reply } from './reply.js';
import { schemaText } from './schema-text.js';

/** A checked statement of a model is likely, never sure: nobody measured this model on this catalogue. */
const confidence = 0.5;
const maxTokens = 4_000;

type Message = { readonly role: 'system' | 'user' | 'assistant'; readonly content: string };

export function modelTranslator(config: ModelConfig): Translator {
  return { name: `model ${config.name}`, translate: (question, context) => translate(question, context, config) };
}

async function translate(question: string, context: TranslationContext, config: ModelConfig): Promise<Translation> {
  const { schema, links, omitted } = schemaText(context.catalog, question, config.allowValues);
  const system = await prompt('translate', { now: context.now, timezone: context.timezone, schema, links });
  const messages: Message[] = [
    { role: 'system', content: system },
    { role: 'user', content: question },
  ];
  const client = await open(config);
  const first = await ask(client, messages, config, context.signal);
  const outcome = await judge(first, context);
  if (outcome.admitted !== undefined) return toTranslation(outcome.admitted, omitted);

  const repair = await prompt('repair', { error: outcome.problem });
  const second = await ask(
    client,
    [...messages, { role: 'assistant', content: first.slice(0, 8_000) }, { role: 'user', content: repair }],
    config,
    context.signal,
  );
  const again = await judge(second, context);
  if (again.admitted !== undefined) return toTranslation(again.admitted, omitted);
  return refusal(`The model's statement was not admitted: ${again.problem}`);
}

type Judged = { readonly admitted: Reply; readonly problem?: never } | { readonly admitted?: never; readonly problem: string };

async function judge(text: string, context: TranslationContext): Promise<Judged> {
  const reply = parseReply(text);
  if (reply === undefined) return { problem: 'The reply was not the JSON object that was asked for.' };
  if (reply.kind === 'cannot') return { admitted: reply };
  const problem = await context.check(reply.sql);
  return problem === undefined ? { admitted: reply } : { problem };
}

function toTranslation(reply: Reply, omitted: number): Translation {
  if (reply.kind === 'cannot') return refusal(`The model found no reading: ${reply.reason}`);
  return {
    kind: 'statement',
    statement: {
      sql: reply.sql,
      reading: reply.reading,
      assumptions: [
        'Written by a model: read the SQL before you rely on it.',
        ...reply.assumptions,
        ...(omitted > 0 ? [`The model was not shown ${omitted} tables, which its limits left no room for.`] : []),
      ],
    },
    confidence,
    alternatives: [],
  };
}

function refusal(reason: string): Translation {
  return { kind: 'refusal', reason, understood: [], notUnderstood: [], near: [] };
}

async function open(config: ModelConfig): Promise<OpenAI> {
  const { default: Client } = await import('openai');
  return new Client({
    // Local servers want no key; the package insists on some text.
    apiKey: config.apiKey?.reveal() ?? 'none',
    ...(config.baseUrl !== undefined && { baseURL: config.baseUrl }),
    timeout: config.timeoutMs,
    maxRetries: 1,
    logLevel: 'off',
  });
}

/** Structured output first; a server that refuses the option is asked again for plain text. */
async function ask(client: OpenAI, messages: readonly Message[], config: ModelConfig, signal: AbortSignal): Promise<string> {
  const request = { model: config.name, messages: [...messages], temperature: 0, max_tokens: maxTokens };
  const structured = {
    response_format: { type: 'json_schema' as const, json_schema: { name: 'translation', strict: true, schema: replySchema } },
  };
  try {
    return content(await client.chat.completions.create({ ...request, ...structured }, { signal }));
  } catch (error) {
    if (!isUnsupportedOption(error)) throw toModelError(error, config, signal);
  }
  try {
    return content(await client.chat.completions.create(request, { signal }));
  } catch (error) {
    throw toModelError(error, config, signal);
  }
}

function isUnsupportedOption(error: unknown): boolean {
  const status = (error as { status?: unknown }).status;
  return status === 400 || status === 422;
}

function content(completion: OpenAI.ChatCompletion): string {
  const message = completion.choices?.[0]?.message;
  if (message?.refusal) return JSON.stringify({ kind: 'cannot', reason: `it refused: ${message.refusal}` });
  if (typeof message?.content !== 'string') {
    throw new AishellError(
      'model.failed',
      'The model server sent no message.',
      'Check model.baseUrl: it must speak the chat completions protocol.',
    );
  }
  return message.content;
}
