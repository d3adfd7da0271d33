/** A connection to a node of a log, plain or TLS, ready to be spoken over. */

import { connect as connectPlain, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { AishellError } from '../contract.js';
import { abortable, messageOf, networkFailure, timeoutFailure } from '../sql/failures.js';

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface SocketOptions {
  readonly service: string;
  readonly tls: ConnectionOptions | undefined;
  readonly connectTimeoutMs: number;
}

/**
 * @param portSetting what the configuration calls the port
 * @param onread takes what arrives without TLS; absent: 'data' events
 */
export async function openSocket({ host, port }: Address, options: SocketOptions, portSetting: string, signal: AbortSignal, onread?: OnReadOpts): Promise<Socket> {
  const address = `${host}:${port}`;
  const { service, tls, connectTimeoutMs } = options;
  const hasName = tls?.servername === undefined && !/^[\d.]+$|:/.test(host);
  const socket = tls ? connectTls({ ...tls, host, port, ...(hasName && { servername: host }) }) : connectPlain({ host, port, ...(onread && { onread }) });
  socket.setNoDelay(true);
  const ready = new Promise<void>((resolve, reject) => {
    const unreachable = (what: string, remedy: string, cause?: unknown) => reject(new AishellError('source.unreachable', `${service}: ${address}${what}`, remedy, { service, cause }));
    socket.once(tls ? 'secureConnect' : 'connect', () => resolve());
    socket.once('error', (error) => {
      const known = networkFailure(error, service, address);
      if (known) reject(known);
      else unreachable(`: ${messageOf(error)}`, `Check host, ${portSetting} and tls in the configuration: the listener may want TLS, or not know it.`, error);
    });
    socket.once('close', () => unreachable(' closed the connection at once', `Check ${portSetting}, and whether that listener wants TLS.`));
    socket.setTimeout(connectTimeoutMs, () => reject(timeoutFailure(service, address, connectTimeoutMs)));
  });
  try {
    await abortable(ready, signal, service);
  } catch (error) {
    socket.destroy();
    throw error;
  }
  socket.setTimeout(0);
  return socket;
}
