/** The authority that signed a test server's certificate, and one that did not. */

import { execFile } from 'node:child_process';
import { access, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Authorities {
  readonly good: string;
  readonly wrong: string;
}

export async function authorities(server: string): Promise<Authorities> {
  const root = process.env['AISHELL_SERVERS'] ?? join(import.meta.dirname, '../../.servers');
  const good = process.env[`AISHELL_${server.toUpperCase()}_CA`] ?? join(root, 'data', server, 'tls/ca.pem');
  const wrong = join(await mkdtemp(join(tmpdir(), 'aishell-authority-')), 'ca.pem');
  // The server's own certificate is no authority, but openssl makes one that signed nothing.
  await promisify(execFile)('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=somebody else', '-keyout', `${wrong}.key`, '-out', wrong]);
  await access(wrong);
  return { good, wrong };
}
