/**
 * A second estate of another domain: a shipping line. It shares no service, table or column name with the example, keeps
 * its data in other formats, and names its messages' ids otherwise. Whatever aishell knows only of the example fails here.
 */

import { hour, minute } from '../../../examples/microservices/generator/clock.js';
import { Random } from '../../../examples/microservices/generator/random.js';
import { fill } from '../../../examples/microservices/generator/schema.js';
import type { FilledTable } from '../../../examples/microservices/generator/schema.js';

export interface Vessel {
  readonly vessel_no: number;
  readonly vessel_title: string;
  readonly flag: string;
  readonly teu_capacity: number;
  readonly launched_on: string;
}

export interface Shipper {
  readonly shipper_no: number;
  readonly company: string;
  readonly contact_mail: string;
  readonly tier: string;
}

export interface Booking {
  readonly booking_no: number;
  readonly shipper_no: number;
  readonly vessel_no: number;
  readonly port_code: string;
  readonly booking_state: string;
  readonly freight_charge: number;
  readonly booked_at: number;
}

export interface Container {
  readonly container_no: string;
  readonly booking_no: number;
  readonly iso_size: string;
  readonly weight_kg: number;
}

export interface Declaration {
  readonly declarationNo: string;
  readonly bookingNo: string;
  readonly verdict: 'CLEARED' | 'REJECTED' | 'HELD';
  readonly duty: { readonly sum: number; readonly coin: string };
  readonly lodgedAt: string;
}

export interface Vitals {
  readonly component: string;
  readonly sampled_at: number;
  readonly calls: number;
  readonly fault_ratio: number;
  readonly p99_ms: number;
}

export interface WireMessage {
  readonly log: 'booking_messages' | 'customs_messages' | 'dispatch_messages';
  readonly _partition: number;
  readonly _offset: number;
  readonly _timestamp: string;
  readonly _key: string;
  readonly _headers: Readonly<Record<string, string>>;
  readonly _value: string;
  readonly messageId: string;
  readonly topicOf: string;
  readonly bookingNo: number;
}

export interface SecondEstate {
  readonly start: number;
  readonly end: number;
  /** The hours, counted from the start, in which the clients component faltered. */
  readonly badHours: ReadonlySet<number>;
  readonly vessels: readonly Vessel[];
  readonly crew: readonly Readonly<Record<string, unknown>>[];
  readonly ports: readonly { readonly port_code: string; readonly port_title: string; readonly nation: string }[];
  readonly shippers: readonly Shipper[];
  readonly bookings: readonly Booking[];
  readonly containers: readonly Container[];
  readonly declarations: readonly Declaration[];
  readonly vitals: readonly Vitals[];
  readonly messages: readonly WireMessage[];
  /** The newest conversation, which left messages on all logs. */
  readonly lastConversation: string;
}

const hours = 72;

export function makeSecondEstate(now = new Date('2026-03-04T00:00:00Z')): SecondEstate {
  const random = new Random(11, 'shipping line');
  const end = now.getTime();
  const start = end - hours * hour;
  const badHours = new Set([7, 8, 9, 30, 31, 55, 56, 57, 58]);

  const vessels = Array.from({ length: 12 }, (_, i): Vessel => ({
    vessel_no: i + 1,
    vessel_title: `MV ${random.pick(['Aurora', 'Borealis', 'Cygnus', 'Dorado', 'Electra'])} ${i + 1}`,
    flag: random.pick(['Panama', 'Liberia', 'Malta']),
    teu_capacity: random.int(8, 190) * 100,
    launched_on: `${random.int(1998, 2023)}-0${random.int(1, 9)}-1${random.int(0, 9)}`,
  }));
  const crew = Array.from({ length: 140 }, (_, i) => ({ crew_no: i + 1, vessel_no: random.int(1, 12), surname: random.pick(['Silva', 'Reyes', 'Novak', 'Kaya']), rank: random.pick(['master', 'mate', 'cook']) }));
  const ports = [['DEHAM', 'Hamburg', 'Germany'], ['NLRTM', 'Rotterdam', 'Netherlands'], ['SGSIN', 'Singapore', 'Singapore'], ['USNYC', 'New York', 'United States']].map(
    ([port_code, port_title, nation]) => ({ port_code: port_code!, port_title: port_title!, nation: nation! }),
  );
  const shippers = Array.from({ length: 80 }, (_, i): Shipper => ({
    shipper_no: 5000 + i,
    company: `${random.pick(['Alder', 'Birch', 'Cedar', 'Dogwood'])} Trading ${i}`,
    contact_mail: `desk${i}@shipper.example`,
    tier: random.pick(['gold', 'silver', 'bronze']),
  }));
  const bookings = Array.from({ length: 900 }, (_, i): Booking => ({
    booking_no: 70_001 + i,
    // Some shippers are gone.
    shipper_no: random.chance(0.01) ? 9999 : 5000 + random.int(0, 79),
    vessel_no: random.int(1, 12),
    port_code: random.pick(ports).port_code,
    booking_state: random.weighted(['sailed', 'confirmed', 'withdrawn'], [60, 30, 10]),
    freight_charge: Math.round(random.int(20_000, 900_000)) / 100,
    booked_at: start + Math.floor((i / 900) * hours * 60) * minute,
  }));
  const containers = bookings.flatMap((booking, i) =>
    Array.from({ length: random.int(1, 3) }, (_, n): Container => ({
      container_no: `LINU${String(i * 3 + n).padStart(7, '0')}`,
      booking_no: booking.booking_no,
      iso_size: random.pick(['20GP', '40GP', '40HC']),
      weight_kg: random.int(2_000, 26_000),
    })),
  );
  const declarations = bookings.map((booking, i): Declaration => {
    const isBad = badHours.has(Math.floor((booking.booked_at - start) / hour));
    return {
      declarationNo: `D-${i + 1}`,
      bookingNo: String(booking.booking_no),
      verdict: random.chance(isBad ? 0.6 : 0.04) ? 'REJECTED' : random.chance(0.03) ? 'HELD' : 'CLEARED',
      duty: { sum: Math.round(booking.freight_charge * 12) / 100 + 0.01, coin: 'EUR' },
      lodgedAt: new Date(booking.booked_at + random.int(0, 59) * 1000).toISOString(),
    };
  });
  const vitals = ['clients', 'freight'].flatMap((component) =>
    Array.from({ length: hours * 60 }, (_, m): Vitals => {
      const bad = component === 'clients' && badHours.has(Math.floor(m / 60));
      return {
        component,
        sampled_at: start + m * minute,
        calls: random.int(50, 400),
        fault_ratio: Math.round(random.around(bad ? 0.4 : 0.01, bad ? 0.1 : 0.005) * 10_000) / 10_000,
        p99_ms: Math.round(random.around(bad ? 1500 : 120, bad ? 300 : 30, 10)),
      };
    }),
  );
  const { messages, lastConversation } = wireMessages(random, bookings);
  return { start, end, badHours, vessels, crew, ports, shippers, bookings, containers, declarations, vitals, messages, lastConversation };
}

function wireMessages(random: Random, bookings: readonly Booking[]): Pick<SecondEstate, 'messages' | 'lastConversation'> {
  const offsets = new Map<string, number>();
  const messages: WireMessage[] = [];
  let lastConversation = '';
  for (const booking of bookings.slice(-200)) {
    lastConversation = random.uuid();
    let cause: string | undefined;
    for (const [step, [log, topicOf]] of ([['booking_messages', 'booking accepted'], ['customs_messages', 'declaration lodged'], ['dispatch_messages', 'slot assigned']] as const).entries()) {
      const messageId = random.uuid();
      const _partition = booking.booking_no % 2;
      const _offset = offsets.get(`${log} ${_partition}`) ?? 0;
      offsets.set(`${log} ${_partition}`, _offset + 1);
      messages.push({
        log,
        _partition,
        _offset,
        _timestamp: new Date(booking.booked_at + step * 5000).toISOString(),
        _key: String(booking.booking_no),
        _headers: { 'message-id': messageId, 'conversation-id': lastConversation, ...(cause === undefined ? {} : { 'caused-by': cause }) },
        _value: JSON.stringify({ messageId, topicOf, bookingNo: booking.booking_no }),
        messageId,
        topicOf,
        bookingNo: booking.booking_no,
      });
      cause = messageId;
    }
  }
  return { messages, lastConversation };
}

/** The relational services, as declared tables. */
export function relational(estate: SecondEstate): Readonly<Record<'fleet' | 'clients' | 'freight', readonly FilledTable[]>> {
  const vessels = fill<Vessel>(
    {
      name: 'vessels',
      comment: 'Ships that sail for us',
      columns: { vessel_no: { type: 'integer' }, vessel_title: { type: 'text' }, flag: { type: 'text' }, teu_capacity: { type: 'integer' }, launched_on: { type: 'date' } },
      primaryKey: ['vessel_no'],
    },
    estate.vessels,
  );
  const crew = fill<{ crew_no: number; vessel_no: number; surname: string; rank: string }>(
    {
      name: 'crew',
      comment: 'Who sails',
      columns: { crew_no: { type: 'bigint' }, vessel_no: { type: 'integer' }, surname: { type: 'text' }, rank: { type: 'text' } },
      primaryKey: ['crew_no'],
      references: { vessel_no: 'vessels.vessel_no' },
    },
    estate.crew as never,
  );
  const shippers = fill<Shipper>(
    {
      name: 'shippers',
      comment: 'Companies that book',
      columns: { shipper_no: { type: 'bigint' }, company: { type: 'text' }, contact_mail: { type: 'text' }, tier: { type: 'text' } },
      primaryKey: ['shipper_no'],
      uniques: ['contact_mail'],
    },
    estate.shippers,
  );
  const bookings = fill<Booking>(
    {
      name: 'bookings',
      comment: 'Space on a vessel, sold',
      columns: {
        booking_no: { type: 'bigint' }, shipper_no: { type: 'bigint' }, vessel_no: { type: 'integer' }, port_code: { type: 'text' },
        booking_state: { type: 'text' }, freight_charge: { type: { decimal: [12, 2] } }, booked_at: { type: 'timestamptz' },
      },
      primaryKey: ['booking_no'],
    },
    estate.bookings,
  );
  const containers = fill<Container>(
    {
      name: 'containers',
      comment: 'Boxes of a booking',
      columns: { container_no: { type: { varchar: 11 } }, booking_no: { type: 'bigint' }, iso_size: { type: 'text' }, weight_kg: { type: 'integer' } },
      primaryKey: ['container_no'],
      references: { booking_no: 'bookings.booking_no' },
    },
    estate.containers,
  );
  return { fleet: [vessels, crew], clients: [shippers], freight: [bookings, containers] };
}
