/** Streams, queues and messages for tests of the RabbitMQ connector: AMQP 0.9.1 by amqplib, and the stream protocol for what only that can publish. */

import { createConnection } from 'node:net';
import { connect, type ChannelModel, type ConfirmChannel, type Options } from 'amqplib';
import { servers } from './servers.js';

export const address = new URL(servers.rabbitmq);
export const streamPort = Number(process.env['AISHELL_RABBITMQ_STREAM_PORT'] ?? 15_552);
export const streamTlsPort = Number(process.env['AISHELL_RABBITMQ_STREAM_TLS_PORT'] ?? 15_551);
export const management = process.env['AISHELL_RABBITMQ_MANAGEMENT_URL'] ?? 'http://127.0.0.1:15672/';

/** The fields of a service that reaches the test server. */
export const reached = { url: servers.rabbitmq, stream_port: streamPort, management };

export async function withChannel<T>(work: (channel: ConfirmChannel, model: ChannelModel) => Promise<T>): Promise<T> {
  const model = await connect(servers.rabbitmq);
  try {
    const channel = await model.createConfirmChannel();
    return await work(channel, model);
  } finally {
    await model.close();
  }
}

/** Makes a stream anew. */
export async function createStream(name: string, settings: Readonly<Record<string, unknown>> = {}): Promise<void> {
  await withChannel(async (channel) => {
    await channel.deleteQueue(name);
    await channel.assertQueue(name, { durable: true, arguments: { 'x-queue-type': 'stream', ...settings } });
  });
}

export async function removeQueues(names: readonly string[]): Promise<void> {
  await withChannel(async (channel) => {
    for (const name of names) await channel.deleteQueue(name);
  });
}

export interface Message extends Options.Publish {
  readonly body: string | Buffer;
}

/** Through the default exchange; resolves when the server has them. */
export async function publish(queue: string, messages: readonly Message[]): Promise<void> {
  await withChannel(async (channel) => {
    for (const [i, { body, ...options }] of messages.entries()) {
      channel.sendToQueue(queue, Buffer.from(body as string), options);
      if (i % 500 === 499) await channel.waitForConfirms();
    }
    await channel.waitForConfirms();
  });
}

const u8 = (value: number) => Buffer.from([value]);
const u16 = (value: number) => Buffer.from([value >> 8, value & 255]);
const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const text = (value: string) => Buffer.concat([u16(Buffer.byteLength(value)), Buffer.from(value)]);

/** An AMQP 1.0 message of one data section. */
export function amqpData(body: string): Buffer {
  const bytes = Buffer.from(body);
  return Buffer.concat([Buffer.from([0x00, 0x53, 0x75, 0xb0]), u32(bytes.length), bytes]);
}

/** Messages behind their sizes, as entries and as the inside of a packed entry. */
export function entries(messages: readonly Buffer[]): Buffer {
  return Buffer.concat(messages.flatMap((message) => [u32(message.length), message]));
}

/** A packed entry: how many messages, and their bytes by a codec (1 gzip, 2 snappy, 3 lz4, 4 zstd). */
export function packed(codec: number, messages: readonly Buffer[], compress: (bytes: Buffer) => Buffer): Buffer {
  const plain = entries(messages);
  const bytes = compress(plain);
  return Buffer.concat([u8(0x80 | (codec << 4)), u16(messages.length), u32(plain.length), u32(bytes.length), bytes]);
}

/** Publishes entries as they are by the stream protocol, each under a number of its own. */
export async function publishEntries(stream: string, entriesToSend: readonly Buffer[]): Promise<void> {
  const socket = createConnection({ host: '127.0.0.1', port: streamPort });
  const frame = (...parts: Buffer[]) => {
    const body = Buffer.concat(parts);
    socket.write(Buffer.concat([u32(body.length), body]));
  };
  const { username, password } = address;
  await new Promise<void>((resolve, reject) => {
    let held = Buffer.alloc(0);
    let confirmed = 0;
    socket.on('error', reject);
    socket.on('data', (chunk: Buffer) => {
      held = Buffer.concat([held, chunk]);
      while (held.length >= 4 && held.length >= 4 + held.readUInt32BE(0)) {
        const body = held.subarray(4, 4 + held.readUInt32BE(0));
        held = held.subarray(4 + body.length);
        const key = body.readUInt16BE(0);
        // One after the other: the server refuses a step that comes before the last one was answered.
        if (key === (0x8000 | 17)) frame(u16(18), u16(1), u32(2));
        else if (key === (0x8000 | 18)) frame(u16(19), u16(1), u32(3), text('PLAIN'), u32(2 + username.length + password.length), Buffer.from(`\0${username}\0${password}`));
        else if (key === 20) {
          frame(u16(0x8000 | 20), u16(1), body.subarray(4, 12));
          frame(u16(21), u16(1), u32(3), text('/'));
        } else if (key === (0x8000 | 21)) frame(u16(1), u16(1), u32(4), u8(0), text(''), text(stream));
        else if (key === (0x8000 | 1)) {
          if (body.readUInt16BE(8) !== 1) reject(new Error(`no publisher: ${body.readUInt16BE(8)}`));
          entriesToSend.forEach((entry, i) => frame(u16(2), u16(1), u8(0), u32(1), u32(0), u32(i + 1), entry));
        } else if (key === 3) {
          confirmed += body.readUInt32BE(5);
          if (confirmed >= entriesToSend.length) resolve();
        } else if (key === 4) reject(new Error('publishing failed'));
      }
    });
    frame(u16(17), u16(1), u32(1), u32(0));
  });
  socket.destroy();
}
