import { MongoServerError } from 'mongodb';
import { expect, test } from 'vitest';
import { documentCount } from '../../../connectors/mongodb/describe.js';

const counting = (error: Error) => documentCount({ estimatedDocumentCount: () => Promise.reject(error) }, new AbortController().signal);

test('a count that takes too long leaves the number of documents unknown; any other failure is one', async () => {
  expect(await counting(new MongoServerError({ message: 'operation exceeded time limit', code: 50, codeName: 'MaxTimeMSExpired' }))).toBeUndefined();
  await expect(counting(new MongoServerError({ message: 'not authorized', code: 13, codeName: 'Unauthorized' }))).rejects.toThrow('not authorized');
});
