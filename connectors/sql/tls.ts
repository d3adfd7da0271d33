/** ServiceConfig.tls as the options that node:tls takes. */

import { readFile } from 'node:fs/promises';
import { checkServerIdentity, type ConnectionOptions } from 'node:tls';
import { AishellError, type TlsOptions } from '../contract.js';

export async function nodeTls(tls: TlsOptions, service: string): Promise<ConnectionOptions> {
  const { servername } = tls;
  return {
    rejectUnauthorized: tls.verify,
    ...(tls.ca && { ca: await pem(tls.ca, 'tls.ca', service) }),
    ...(tls.cert && { cert: await pem(tls.cert, 'tls.cert', service) }),
    ...(tls.key && { key: await pem(tls.key, 'tls.key', service) }),
    // Drivers overwrite `servername` with the host, so the name to check against is fixed here.
    ...(servername && { servername, checkServerIdentity: (_host, certificate) => checkServerIdentity(servername, certificate) }),
  };
}

async function pem(path: string, field: string, service: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new AishellError('config', `${service}: ${field} can't be read: ${path}`, `Check the path of ${field} and its permissions.`, {
      service,
      cause,
    });
  }
}
