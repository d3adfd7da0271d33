/** What the names of headers and members say of their values: which of them tie messages together, and which say what a message is. */

import { words } from '../catalog/names.js';

export type MessageIdRole = 'eventId' | 'correlationId' | 'causationId' | 'traceId';

/** As words, by what they say. Names of several words are also written as one: CloudEvents' attributes know no other way. */
const names: Readonly<Record<MessageIdRole, readonly string[]>> = {
  eventId: [
    'event id', 'event uuid', 'event guid', 'event ref', 'evt id', 'evt uuid', 'evt ref',
    'message id', 'message uuid', 'message guid', 'message ref', 'msg id', 'msg uuid', 'msg ref',
    // CloudEvents over Kafka and HTTP, and over AMQP: cloudEvents:id, or cloudEvents_id.
    'ce id', 'cloud events id',
    // OpenTelemetry's semantic conventions for messaging.
    'messaging message id',
  ],
  correlationId: [
    'correlation id', 'correlation uuid', 'correlation key', 'correlation ref', 'correlation', 'corr id', 'conversation id', 'messaging message conversation id',
    'saga id', 'workflow id', 'flow id', 'process instance id', 'request id', 'root event id', 'root message id',
  ],
  causationId: [
    'causation id', 'causation uuid', 'causation event id', 'causation', 'cause id', 'cause event id', 'cause ref', 'caused by', 'caused by id', 'caused by event', 'caused by event id',
    'triggered by', 'triggered by id', 'triggered by event', 'triggered by event id', 'trigger event id', 'triggering event id', 'trigger id',
    'parent event id', 'parent evt id', 'parent event', 'parent message id', 'parent msg id', 'previous event id', 'prev event id', 'previous message id', 'preceding event id',
    'source event id', 'source message id', 'original event id', 'originating event id', 'origin event id', 'in reply to', 'in response to', 'reply to id',
    // MassTransit (masstransit.io, "Messages"), NServiceBus ("Message headers").
    'initiator id', 'related to',
  ],
  traceId: [
    'trace id', 'traceparent', 'trace parent',
    // B3 (github.com/openzipkin/b3-propagation), Jaeger and Datadog.
    'x b3 trace id', 'b3', 'uber trace id', 'dd trace id', 'x datadog trace id',
  ],
};

const asOne = (name: string) => name.replaceAll(' ', '');

const roles: ReadonlyMap<string, MessageIdRole> = new Map((Object.keys(names) as MessageIdRole[]).flatMap((role) => names[role].map((name) => [asOne(name), role] as const)));

/**
 * Other ways to say it, which count only for values that stand nowhere by chance: every word is one of these, one of them says
 * what the id is of (`sourceEvtUuid`, `ereignisId`), and one of `id` and the like ends it where that alone could be anything.
 */
const ofMessages = new Set(['event', 'events', 'evt', 'ev', 'message', 'msg', 'command', 'cmd', 'ereignis', 'nachricht', 'nachrichten', 'evento', 'mensaje', 'mensagem', 'evenement']);
const ofConversations = new Set(['correlation', 'corr', 'conversation', 'saga', 'workflow', 'flow', 'journey', 'korrelation', 'korrelations', 'vorgang', 'vorgangs', 'correlacion', 'correlacao', 'conversacion']);
const ofCauses = /^(?:caus\w*|trigger\w*|ursach\w*|verursach\w*|ausgel\w*|ausloes\w*|ausl(?:ö|o)s\w*)$/;
const ofOthers = new Set(['parent', 'previous', 'prev', 'preceding', 'predecessor', 'upstream', 'origin', 'original', 'originating', 'source', 'trigger', 'vorgaenger', 'padre', 'previo', 'anterior']);
const ofIds = new Set(['id', 'ids', 'uuid', 'guid', 'ref', 'reference', 'key', 'nr', 'no', 'kennung', 'by', 'durch', 'von', 'por', 'from', 'of']);

function looseRole(said: readonly string[]): MessageIdRole | undefined {
  const has = (is: (word: string) => boolean) => said.some(is);
  const isId = (word: string) => ofIds.has(word);
  const isMessage = (word: string) => ofMessages.has(word);
  const isCause = (word: string) => ofCauses.test(word);
  const isOther = (word: string) => ofOthers.has(word);
  const isTalk = (word: string) => ofConversations.has(word);
  if (!said.every((word) => isId(word) || isMessage(word) || isCause(word) || isOther(word) || isTalk(word))) return undefined;
  if (has(isTalk)) return has(isId) ? 'correlationId' : undefined;
  if (has(isCause) || (has(isOther) && has(isMessage))) return 'causationId';
  return has(isMessage) && has(isId) ? 'eventId' : undefined;
}

/** In what is about the message itself, what would be of its content elsewhere. */
const inEnvelope: ReadonlyMap<string, MessageIdRole> = new Map<string, MessageIdRole>([
  ['id', 'eventId'], ['uuid', 'eventId'], ['guid', 'eventId'],
  ...['parent', 'parent id', 'parent ref', 'previous id', 'prev id', 'origin id', 'source id', 'upstream id'].map((name) => [name, 'causationId'] as const),
]);

/** Objects that are about the message itself. */
const envelopeNames = new Set(['meta', 'metadata', 'header', 'headers', 'envelope', 'context', 'ctx', 'kopf', 'cabecera']);

export function isEnvelopeName(name: string): boolean {
  return envelopeNames.has(words(name).join(' '));
}

/** What the name says of a value that stands nowhere by chance. */
export function looseRoleOf(name: string, isInEnvelope: boolean): MessageIdRole | undefined {
  const { loose, said } = meaningOf(name);
  return loose ?? (isInEnvelope ? inEnvelope.get(said) : undefined);
}

/** What libraries put before the names of their headers. */
const prefixes = /^(?:x|ce|cloud events|kafka|amqp|jms|axon|n service bus|nservicebus|mt|rbs2) /;

/** The surest first. */
const typeNames = ['event type', 'message type', 'evt type', 'msg type', 'ce type', 'cloud events type', 'event name', 'message name', 'event kind', 'type', 'event', 'evt', 'typ', 'ereignistyp', 'ereignis typ', 'ereignis', 'tipo', 'tipo evento', 'kind', 'name'];
const originNames = /(?:^| )(?:original|origin|source|errors|failed) (topic|partition|offset)$/;

/** What the name of a header or member says of its value. */
interface Meaning {
  /** The name's words. */
  readonly said: string;
  readonly loose: MessageIdRole | undefined;
  readonly role: MessageIdRole | undefined;
  /** How surely it is the message's type: 0 is the surest; -1: it is not. */
  readonly typeRank: number;
  /** Which part of a dead letter's origin it is. */
  readonly origin: string | undefined;
  /** What it holds tells of another message. */
  readonly isAnother: boolean;
}

/** Names come again with every message. */
const meanings = new Map<string, Meaning>();
const mostMeanings = 10_000;

export function meaningOf(name: string): Meaning {
  const before = meanings.get(name);
  if (before !== undefined) return before;
  const said = words(name).join(' ');
  const meaning = { said, loose: looseRole(words(name)), role: roles.get(asOne(said)) ?? roles.get(asOne(said.replace(prefixes, ''))), typeRank: typeNames.indexOf(said), origin: originNames.exec(said)?.[1], isAnother: others.test(said) };
  if (meanings.size >= mostMeanings) meanings.clear();
  meanings.set(name, meaning);
  return meaning;
}

/** A nested object of such a name tells of another message: the one that led to this. */
const others = /(?:^| )(?:cause|causation|caused by|parent|previous|prev|preceding|original|origin|originating|source|trigger|triggered by|triggering|reply to|in reply to)$/;

export function anotherMessage(name: string): boolean {
  return meaningOf(name).isAnother;
}

export function roleOf(name: string): MessageIdRole | undefined {
  return meaningOf(name).role;
}

