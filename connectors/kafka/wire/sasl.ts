/** Sign-in: PLAIN, SCRAM-SHA-256 and -512 (RFC 5802; the server proves that it knows the password too), OAUTHBEARER. */

import { createHash, createHmac, pbkdf2 as pbkdf2Callback, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { AishellError } from '../../contract.js';
import type { BrokerConnection } from './connection.js';
import { kafkaFailure } from './errors.js';
import { saslAuthenticate, saslHandshake } from './requests.js';

const pbkdf2 = promisify(pbkdf2Callback);

export type Mechanism = 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512' | 'OAUTHBEARER';

export interface Sasl {
  readonly mechanism: Mechanism;
  readonly username: string;
  /** The password, or the token of OAUTHBEARER. */
  readonly secret: string;
}

export async function signIn(connection: BrokerConnection, sasl: Sasl, service: string, signal: AbortSignal, timeoutMs: number): Promise<void> {
  const { mechanism, username, secret } = sasl;
  const handshake = await connection.request(saslHandshake, mechanism, signal, timeoutMs);
  if (handshake.error !== 0) {
    const offered = handshake.mechanisms.length > 0 ? ` (it offers ${handshake.mechanisms.join(', ')})` : '';
    throw kafkaFailure(service, handshake.error, `signing in to ${connection.address} with ${mechanism}${offered}`);
  }
  const send = async (message: string): Promise<string> => {
    const answer = await connection.request(saslAuthenticate, Buffer.from(message), signal, timeoutMs);
    if (answer.error !== 0) throw kafkaFailure(service, answer.error, `signing in to ${connection.address} as ${username}`);
    return answer.bytes.toString();
  };
  switch (mechanism) {
    case 'PLAIN':
      await send(`\0${username}\0${secret}`);
      return;
    case 'OAUTHBEARER':
      await send(`n,,\x01auth=Bearer ${secret}\x01\x01`);
      return;
    default:
      await scram(sasl, send, service);
  }
}

async function scram({ mechanism, username, secret }: Sasl, send: (message: string) => Promise<string>, service: string): Promise<void> {
  const digest = mechanism === 'SCRAM-SHA-256' ? 'sha256' : 'sha512';
  const length = digest === 'sha256' ? 32 : 64;
  const hmac = (key: Buffer, text: string) => createHmac(digest, key).update(text).digest();
  const nonce = randomBytes(24).toString('base64');
  const firstBare = `n=${username.replaceAll('=', '=3D').replaceAll(',', '=2C')},r=${nonce}`;
  const serverFirst = await send(`n,,${firstBare}`);
  const { r: serverNonce = '', s: salt = '', i: iterations = '' } = attributes(serverFirst);
  const rounds = Number(iterations);
  // Few rounds would give the password away to a server that is none; many would keep this process busy.
  if (!serverNonce.startsWith(nonce) || serverNonce === nonce || !(rounds >= 4096 && rounds <= 1_000_000)) throw unproven(service);
  const salted = await pbkdf2(secret.normalize('NFKC'), Buffer.from(salt, 'base64'), rounds, length, digest);
  const clientKey = hmac(salted, 'Client Key');
  const storedKey = createHash(digest).update(clientKey).digest();
  const withoutProof = `c=biws,r=${serverNonce}`;
  const authMessage = `${firstBare},${serverFirst},${withoutProof}`;
  const signature = hmac(storedKey, authMessage);
  const proof = Buffer.from(clientKey.map((byte, i) => byte ^ signature[i]!));
  const serverFinal = await send(`${withoutProof},p=${proof.toString('base64')}`);
  const shown = Buffer.from(attributes(serverFinal)['v'] ?? '', 'base64');
  const expected = hmac(hmac(salted, 'Server Key'), authMessage);
  if (shown.length !== expected.length || !timingSafeEqual(shown, expected)) throw unproven(service);
}

function attributes(message: string): Record<string, string> {
  return Object.fromEntries(message.split(',').map((part) => [part.slice(0, 1), part.slice(2)]));
}

function unproven(service: string): AishellError {
  return new AishellError('source.auth', `${service}: the broker did not prove that it knows the password`, 'Check that the address is the right one; use TLS.', { service });
}
