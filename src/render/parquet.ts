/** Parquet: the engine writes the file itself, so that every value keeps its type; here it only goes where it is wanted. */

import { createReadStream } from 'node:fs';
import { AishellError } from '../errors.js';
import type { WriterFactory } from './writer.js';

export const parquet: WriterFactory = ({ bytes }) => {
  let taken = false;
  return {
    columns: () => Promise.resolve(),
    rows: () => Promise.resolve(),
    async parquet(path) {
      taken = true;
      for await (const chunk of createReadStream(path)) await bytes?.(chunk as Uint8Array);
    },
    finish(answer) {
      if (taken) return Promise.resolve();
      throw new AishellError('usage', `Parquet holds rows of one statement, and this is ${answer.kind === 'report' ? 'a report of several' : `no such answer (${answer.kind})`}`, 'Save it as json, xlsx or html, or ask for one table.');
    },
    abandon: () => Promise.resolve(),
  };
};
