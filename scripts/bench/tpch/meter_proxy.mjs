// A loopback proxy in front of a server, in a process of its own so that no peer pays for it alone: prints its port,
// then, for every line that it is sent, the bytes that came from the server so far.

import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';

const upstreamPort = Number(process.argv[2]);
let bytes = 0;
const server = createServer((client) => {
  const upstream = connect(upstreamPort, '127.0.0.1');
  for (const [one, other] of [[client, upstream], [upstream, client]]) {
    one.setNoDelay(true);
    one.on('error', () => undefined);
    one.on('close', () => other.destroy());
  }
  upstream.on('data', (chunk) => (bytes += chunk.length));
  client.pipe(upstream);
  upstream.pipe(client);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
createInterface({ input: process.stdin }).on('line', () => console.log(bytes)).on('close', () => process.exit());
