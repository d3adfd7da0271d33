/** What messages say of themselves in envelopes that nobody has seen before, and what they name further inside. */

import { describe, expect, it } from 'vitest';
import { Domains } from '../../../src/trace/domains.js';
import { Changes } from '../../../src/trace/changes.js';
import { referencesOf } from '../../../src/trace/follow.js';
import { messageIds, originOf, typeOfMessage } from '../../../src/trace/message.js';
import { withMembers } from '../../../src/trace/payload.js';
import { startOf } from '../../../src/trace/start.js';
import { types } from '../../../src/algebra/index.js';
import { catalogOf, column, table } from '../../support/tables.js';

const message = (value: object, headers: object = {}) => withMembers({ _partition: 0, _offset: '5', _timestamp: '2026-05-04 05:00:00+00', _key: 'k', _headers: JSON.stringify(headers), _value: JSON.stringify(value) });
const ids = (value: object, headers: object = {}) => Object.fromEntries(messageIds(message(value, headers)).map((id) => [id.role, id.value]));

describe('envelopes', () => {
  it('are known by the ids in them, whatever they are called', () => {
    const said = { eventId: 'e-1', eventType: 'BookingRequested', correlationId: 'c-1', causationId: 'e-0' };
    for (const name of ['metadata', 'meta', 'kopf', 'envelope', '$ctx']) {
      const row = message({ [name]: said, data: { bookingId: 7 } });
      expect(Object.fromEntries(messageIds(row).map(({ role, value }) => [role, value])), name).toEqual({ eventId: 'e-1', correlationId: 'c-1', causationId: 'e-0' });
      expect(typeOfMessage(row), name).toBe('BookingRequested');
    }
  });

  it('may stand inside of what the message wraps, and hold one id each', () => {
    expect(ids({ payload: { meta: { msgId: 'e-1', corrId: 'c-1' }, total: 4 } })).toEqual({ eventId: 'e-1', correlationId: 'c-1' });
    expect(ids({ event: { id: 'e-1' }, correlation: { id: 'c-1' }, trace: { id: 't-1' } })).toEqual({ eventId: 'e-1', correlationId: 'c-1', traceId: 't-1' });
  });

  it('of another message name the cause', () => {
    expect(ids({ eventId: 'e-2', cause: { eventId: 'e-1', type: 'X' } })).toEqual({ eventId: 'e-2', causationId: 'e-1' });
    expect(ids({ eventId: 'e-2', parent: { eventId: 'e-1' } })).toEqual({ eventId: 'e-2', causationId: 'e-1' });
    expect(ids({ eventId: 'e-3', causationIds: ['e-1'] })).toEqual({ eventId: 'e-3', causationId: 'e-1' });
  });

  it('may speak of ids in other words, where their values stand nowhere by chance', () => {
    const [own, other, talk] = ['0d5b3c77a1e64f0fb7f1c1d2e3f40516', '1d5b3c77a1e64f0fb7f1c1d2e3f40516', 'c0d120d9-7bd6-49fc-af4b-dfa44e8752f4'];
    expect(ids({ kopf: { nachrichtId: own, ausgeloestDurch: other, korrelationsId: talk } })).toEqual({ eventId: own, causationId: other, correlationId: talk });
    expect(ids({ evtRef: own, upstreamEvent: other, journeyKey: talk })).toEqual({ eventId: own, causationId: other, correlationId: talk });
    expect(ids({ id: own, type: 'Sampled', parentId: other, payload: { id: 7 } })).toEqual({ eventId: own, causationId: other });
    expect(ids({ meta: { id: own, parent: other }, folder: { parentId: talk } })).toEqual({ eventId: own, causationId: other });
    // Of folders, of the message's own thing, of little that is distinct.
    expect(ids({ id: own, parentId: other, sourceId: talk, triggerEvent: 'start', upstream: '7' })).toEqual({});
  });

  it('may name several causes', () => {
    expect(messageIds(message({}, { causationIds: '["e-1","e-2"]' })).map(({ role, value }) => `${role} ${value}`)).toEqual(['causationId e-1', 'causationId e-2']);
  });

  it('of CloudEvents have attributes without capitals and blanks', () => {
    expect(ids({}, { ce_id: 'e-1', ce_correlationid: 'c-1', ce_causationid: 'e-0' })).toEqual({ eventId: 'e-1', correlationId: 'c-1', causationId: 'e-0' });
    expect(ids({ specversion: '1.0', id: 'e-1', type: 'a.b', source: '/x', correlationid: 'c-1', data: {} })).toEqual({ eventId: 'e-1', correlationId: 'c-1' });
  });

  it('a thing with a type is no envelope', () => {
    expect(typeOfMessage(message({ eventId: 'e-1', type: 'Boarded', aircraft: { type: 'A320', name: 'Ada' } }))).toBe('Boarded');
    expect(typeOfMessage(message({ eventId: 'e-1', aircraft: { type: 'A320' } }))).toBeUndefined();
  });

  it('a letter may tell where it comes from by an object, or by bytes as Spring writes them', () => {
    expect(originOf(message({}, { 'kafka_dlt-original-topic': 'a', 'kafka_dlt-original-partition': '\0\0\0\x02', 'kafka_dlt-original-offset': '\0\0\0\0\0\0\x01\uefc8' }))).toEqual({ topic: 'a', partition: '2', offset: '456' });
    expect(originOf(message({ original: { topic: 'a', partition: 2, offset: 7 }, error: { message: 'x' } }))).toEqual({ topic: 'a', partition: '2', offset: '7' });
  });
});

describe('an id with zeros before it', () => {
  it('is no number, unless that is said', () => {
    const catalog = catalogOf(table('a.t_orders', [column('order_no', types.text)], { primaryKey: ['order_no'] }), table('a.t_people', [column('people_no')], { primaryKey: ['people_no'] }));
    const domains = new Domains(catalog.services.flatMap(({ tables }) => tables), catalog.links, new Set(), new Changes(catalog.services));
    const columns = (id: string, as?: string) => startOf(id, as, domains).columns.map(({ table: { name } }) => name);
    expect(columns('0042')).toEqual(['t_orders']);
    expect(columns('42')).toEqual(['t_orders', 't_people']);
    expect(columns('0042', 'order')).toEqual(['t_orders']);
    expect(columns('0042', 'people_no')).toEqual(['t_people']);
  });
});

describe('what is named further inside', () => {
  const log = table('bus.bookings', [column('_partition', types.int32), column('_offset', types.int64), column('_key', types.text), column('_headers', types.json), column('_value', types.text)], { kind: 'topic' });
  const catalog = catalogOf(
    log,
    table('sales.bookings', [column('id'), column('flight_id', types.int64)], { primaryKey: ['id'] }),
    table('ops.flights', [column('id')], { primaryKey: ['id'] }),
    table('ops.segments', [column('segment_id')], { primaryKey: ['segment_id'] }),
  );
  const domains = new Domains(catalog.services.flatMap(({ tables }) => tables), catalog.links, new Set(), new Changes(catalog.services));
  const named = (value: object) => referencesOf({ table: log, row: message(value), reasons: [], role: 'part' }, domains).map(({ domain, value: key, isSubject, via }) => `${isSubject ? 'about' : 'mentions'} ${domain.path} ${key} by ${via!}`);

  it('is known by its own name, or by that of what holds it', () => {
    expect(named({ booking: { id: 7, flight: { id: 3 } }, segments: [{ segmentId: 1 }, { segmentId: 2 }] })).toEqual([
      'about sales.bookings.id 7 by bus.bookings.booking.id', 'mentions ops.flights.id 3 by bus.bookings.booking.flight.id',
      'mentions ops.segments.segment_id 1 by bus.bookings.segments[].segmentId', 'mentions ops.segments.segment_id 2 by bus.bookings.segments[].segmentId',
    ]);
    expect(named({ flightIds: [3, 4] })).toEqual(['mentions ops.flights.id 3 by bus.bookings.flightIds[]', 'mentions ops.flights.id 4 by bus.bookings.flightIds[]']);
  });

  it('is what a CloudEvent is about where its subject is the same, whatever its type sounds like, and what its type is called after', () => {
    const event = { specversion: '1.0', id: 'e-1', source: '/desk/x', type: 'de.air.segment.opened', subject: '7', data: { bookingId: 7, segmentId: 3 } };
    expect(named(event)).toEqual(['about sales.bookings.id 7 by bus.bookings.data.bookingId', 'about ops.segments.segment_id 3 by bus.bookings.data.segmentId']);
  });

  it('an id that something else holds is not that of the message’s own thing', () => {
    expect(named({ customer: { id: 7 }, invoice: { no: 7 } })).toEqual([]);
  });
});
