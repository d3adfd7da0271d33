/** Two made-up kinds of store, so that the configuration's tests rest on no connector's settings. */

import type { Connector } from '../../../connectors/contract.js';

export const kindSchemas = {
  alpha: {
    type: 'object',
    properties: {
      url: { type: 'string', 'x-secret': true },
      host: { type: 'string', minLength: 1 },
      port: { type: 'integer', minimum: 1, maximum: 65535 },
      password: { type: 'string', 'x-secret': true },
      readonly: { type: 'boolean' },
      mode: { enum: ['fast', 'slow'] },
      sasl: { type: 'object', additionalProperties: false, properties: { user: { type: 'string' }, password: { type: 'string', 'x-secret': true } } },
    },
    anyOf: [{ required: ['url'] }, { required: ['host'] }],
  },
  beta: { type: 'object', required: ['path'], properties: { path: { type: 'string' }, names: { type: 'array', items: { type: 'string' } } } },
};

const connector = (kind: 'alpha' | 'beta'): Connector => ({
  kind,
  title: kind,
  configSchema: kindSchemas[kind],
  dialect: () => {
    throw new Error('unused');
  },
  connect: () => Promise.reject(new Error('unused')),
});

export const connectors = {
  alpha: async () => connector('alpha'),
  beta: async () => connector('beta'),
  gamma: () => Promise.reject(new Error('a kind that no file names was loaded')),
};
