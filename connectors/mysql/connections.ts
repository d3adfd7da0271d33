/** Connections to one MySQL or MariaDB server as one user: opening, closing, and asking the server to stop a query. */

import { connect, isIP, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import mysql from 'mysql2';
import type { ConnectionDriver } from '../sql/pool.js';
import type { Settings } from './settings.js';

const goodbyeMs = 500;

/** What mysql2's connection has beyond its published types. */
export type MysqlConnection = mysql.Connection & {
  stream: Socket;
  addCommand(command: unknown): void;
  handlePacket(): void;
};

export class MysqlConnections implements ConnectionDriver<MysqlConnection> {
  constructor(
    private readonly settings: Settings,
    private readonly connectTimeoutMs: number,
  ) {}

  open(signal: AbortSignal): Promise<MysqlConnection> {
    const { host, port, socket, user, password, ssl, servername, verifyName } = this.settings;
    const options = {
      // mysql2 checks the certificate against `host`, so that is the certificate's name; `stream` goes to the address.
      host: servername,
      stream: () => dial(socket, host, port),
      user,
      password: password ?? '',
      charset: 'utf8mb4_bin',
      connectTimeout: this.connectTimeoutMs,
      supportBigNumbers: true,
      bigNumberStrings: true,
      // rows.ts writes COM_STMT_EXECUTE itself, without attributes; nobody may ask us for local files.
      flags: ['-LOCAL_FILES', '-CLIENT_QUERY_ATTRIBUTES', '-SESSION_TRACK'],
      ...(ssl && { ssl: { ...ssl, verifyIdentity: verifyName } }),
    };
    const connection = mysql.createConnection(options as mysql.ConnectionOptions) as MysqlConnection;
    return new Promise((resolve, reject) => {
      const giveUp = () => this.destroy(connection);
      const settle = (error: unknown) => {
        signal.removeEventListener('abort', giveUp);
        if (error === null || error === undefined) return resolve(connection);
        this.destroy(connection);
        reject(error as Error);
      };
      signal.addEventListener('abort', giveUp, { once: true });
      // A connection that breaks fails the command it is used for; the event itself needs a listener.
      connection.on('error', settle);
      connection.connect(settle);
    });
  }

  isUsable(connection: MysqlConnection): boolean {
    const { stream } = connection;
    return stream.writable && stream.readable && !stream.destroyed;
  }

  close(connection: MysqlConnection): void {
    connection.end(() => {});
    void setTimeout(goodbyeMs, undefined, { ref: false }).then(() => this.destroy(connection));
  }

  /** mysql2's own destroy() only says that nothing more will be written, and waits for the server to close. */
  destroy(connection: MysqlConnection): void {
    connection.destroy();
    connection.stream.destroy();
  }

  cancel(connection: MysqlConnection): void {
    const { threadId } = connection;
    void this.open(AbortSignal.timeout(this.connectTimeoutMs)).then(
      (killer) => {
        killer.query(`KILL QUERY ${Number(threadId)}`, () => this.close(killer));
      },
      // Nothing more can be done from here: the connection itself is closed, which the server notices as it writes.
      () => {},
    );
  }
}

function dial(socket: string | undefined, host: string, port: number): Socket {
  const stream = socket === undefined ? connect(port, host) : connect(socket);
  stream.setNoDelay(true).setKeepAlive(true);
  // Without a name, node checks certificates against the socket's _host, which it does not set for addresses.
  if (isIP(host)) (stream as Socket & { _host?: string })._host = host;
  return stream;
}
