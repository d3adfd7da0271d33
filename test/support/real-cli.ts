/** The whole product from its sources, as a program of its own. */

import { main } from '../../src/cli/main.js';

await main(process.argv.slice(2));
