/** The command line over the session that answers by rote, as a program of its own. */

import { run } from '../../src/cli/run.js';
import { realSurroundings } from '../../src/cli/surroundings.js';
import { openFakeSession } from './fake-session.js';

process.exit(await run(process.argv.slice(2), '0.0.0', { ...realSurroundings(), openSession: openFakeSession }));
