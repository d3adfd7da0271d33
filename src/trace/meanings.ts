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

/** What libraries put before the names of their headers. */
const prefixes = /^(?:x|ce|cloud events|kafka|amqp|jms|axon|n service bus|nservicebus|mt|rbs2) /;

/** The surest first. */
const typeNames = ['event type', 'message type', 'ce type', 'cloud events type', 'event name', 'type', 'event', 'name'];
const originNames = /(?:^| )(?:original|origin|source|errors|failed) (topic|partition|offset)$/;

/** What the name of a header or member says of its value. */
interface Meaning {
  readonly role: MessageIdRole | undefined;
  /** How surely it is the message's type: 0 is the surest; -1: it is not. */
  readonly typeRank: number;
  /** Which part of a dead letter's origin it is. */
  readonly origin: string | undefined;
}

/** Names come again with every message. */
const meanings = new Map<string, Meaning>();
const mostMeanings = 10_000;

export function meaningOf(name: string): Meaning {
  const before = meanings.get(name);
  if (before !== undefined) return before;
  const said = words(name).join(' ');
  const meaning = { role: roles.get(asOne(said)) ?? roles.get(asOne(said.replace(prefixes, ''))), typeRank: typeNames.indexOf(said), origin: originNames.exec(said)?.[1] };
  if (meanings.size >= mostMeanings) meanings.clear();
  meanings.set(name, meaning);
  return meaning;
}

/** A nested object of such a name tells of another message: the one that led to this. */
const others = /(?:^| )(?:cause|causation|caused by|parent|previous|prev|preceding|original|origin|originating|source|trigger|triggered by|triggering|reply to|in reply to)$/;

export function anotherMessage(name: string): boolean {
  return others.test(words(name).join(' '));
}

export function roleOf(name: string): MessageIdRole | undefined {
  return meaningOf(name).role;
}

