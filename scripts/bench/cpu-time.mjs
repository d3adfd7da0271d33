// Loaded into every process that scripts/bench/startup.ts measures: says on descriptor 3 how much CPU it took.
import { writeSync } from 'node:fs';

process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  writeSync(3, String((user + system) / 1000));
});
