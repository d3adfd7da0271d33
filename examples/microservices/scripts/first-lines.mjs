/**
 * Loaded into aishell by a demonstration (`node --import`): of an answer that is longer than a newcomer reads, the first
 * lines and the last ones are shown, and how many stand between. aishell itself still sees the terminal, so that tables
 * fit it, and its exit code is its own.
 */

const first = Number(process.env['DEMO_LINES'] ?? 40);
const last = 6;

const write = process.stdout.write.bind(process.stdout);
let begun = '';
let shown = 0;
/** Complete lines that may be the last ones. */
const waiting = [];
let left = 0;

process.stdout.write = (chunk, encoding, done) => {
  const lines = (begun + (typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'))).split('\n');
  begun = lines.pop();
  const fitting = lines.slice(0, Math.max(0, first - shown));
  shown += fitting.length;
  waiting.push(...lines.slice(fitting.length));
  left += waiting.splice(0, Math.max(0, waiting.length - last)).length;
  const heard = typeof encoding === 'function' ? encoding : done;
  return write(fitting.map((line) => `${line}\n`).join(''), heard);
};

process.on('exit', () => {
  const told = left === 0 ? [] : [`        ... ${left} more lines`];
  write([...told, ...waiting, ...(begun === '' ? [] : [begun])].map((line) => `${line}\n`).join(''));
});
