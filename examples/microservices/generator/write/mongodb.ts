/** The payments service as collections. */

import { Double, MongoClient } from 'mongodb';
import type { Billing, Money } from '../billing.js';

export async function writeMongodb(url: string, database: string, { payments, refunds, history }: Billing): Promise<void> {
  const client = new MongoClient(url);
  try {
    const db = client.db(database);
    await db.dropDatabase();
    for (const [name, fields] of Object.entries(texts)) await db.createCollection(name, { validator: { $jsonSchema: ofText(fields) } });
    await db.collection<{ _id: string }>('payments').insertMany(payments.map((payment) => ({ ...payment, amount: amount(payment.amount) })));
    await db.collection<{ _id: string }>('refunds').insertMany(refunds.map((refund) => ({ ...refund, amount: amount(refund.amount) })));
    await db.collection<{ _id: string }>('history').insertMany([...history]);
    const indexes = { payments: ['orderId', 'correlationId'], refunds: ['orderId', 'paymentId'], history: ['paymentId'] };
    for (const [name, fields] of Object.entries(indexes)) for (const field of fields) await db.collection(name).createIndex({ [field]: 1 });
  } finally {
    await client.close();
  }
}

/** What refers to other services is text, and the collections take nothing else: so it is found by an index alone. */
const texts = { payments: ['_id', 'orderId', 'userId', 'correlationId'], refunds: ['_id', 'orderId', 'paymentId'], history: ['_id', 'paymentId'] };

function ofText(fields: readonly string[]): object {
  return { bsonType: 'object', required: fields, properties: Object.fromEntries(fields.map((field) => [field, { bsonType: 'string' }])) };
}

/** A double even where the value is whole: the driver would write 20 as an integer. */
function amount({ value, currency }: Money): { value: Double; currency: string } {
  return { value: new Double(value), currency };
}
