/** Two small catalogues of different domains, made by hand: veterinary clinics, and a freight company. */

import { types } from '../../../src/algebra/index.js';
import type { Column, Table, Type } from '../../../src/algebra/index.js';
import type { Catalog } from '../../../src/catalog/contract.js';
import { findLinks } from '../../../src/catalog/links.js';
import type { TranslationContext } from '../../../src/nl/contract.js';

type Spec = readonly [name: string, type: Type, values?: readonly string[]];

function table(service: string, name: string, specs: readonly Spec[], rows: number, kind: Table['kind'] = 'table'): Table {
  return {
    service,
    name,
    kind,
    columns: specs.map(([column, type, values]): Column => ({ name: column, type, nullable: column !== 'id', nativeType: type.kind, ...(values === undefined ? {} : { sampleValues: values }) })),
    ...(/^id$|_no$/.test(specs[0]![0]) ? { primaryKey: [specs[0]![0]] } : {}),
    rows: { count: rows, exact: true },
  };
}

function catalog(tables: readonly Table[]): Catalog {
  const services = [...new Set(tables.map((t) => t.service))].map((name) => ({
    name,
    kind: 'files',
    tags: {},
    facts: { version: '1' },
    tables: tables.filter((t) => t.service === name),
    warnings: [],
    readAt: '2026-01-01T00:00:00Z',
  }));
  return { services, links: findLinks(tables, []) };
}

const { int64, text, timestamptz, timestamp, float64, date, boolean } = types;
const money: Type = { kind: 'decimal', precision: 10, scale: 2 };

export const clinics = catalog([
  table('people', 'owners', [['id', int64], ['name', text], ['email', text], ['city', text, ['Graz', 'Linz', 'Wien']], ['joined_on', date]], 400),
  table('animals', 'pets', [['id', int64], ['owner_id', int64], ['name', text], ['species', text, ['cat', 'dog', 'rabbit']], ['birth_date', date], ['weight', float64], ['chipped', boolean]], 700),
  table('clinic', 'vets', [['id', int64], ['first_name', text], ['last_name', text], ['salary', money], ['age', int64]], 30),
  table('clinic', 'visits', [['id', int64], ['pet_id', text], ['vet_id', int64], ['state', text, ['CANCELLED', 'Cancelled', 'DONE', 'BOOKED']], ['fee', money], ['starts_at', timestamptz]], 9000),
  table('clinic', 'prescriptions', [['id', int64], ['visit_id', int64], ['drug', text], ['dose', float64]], 3000),
  table('ops', 'service_health', [['service', text, ['animals', 'clinic', 'people']], ['minute', timestamp], ['error_rate', float64], ['requests', int64]], 50000),
]);

export const freight = catalog([
  table('fleet', 'trucks', [['id', int64], ['plate', text], ['model', text, ['Atego', 'Actros']], ['mileage', int64]], 80),
  table('fleet', 'drivers', [['id', int64], ['full_name', text], ['licence', text, ['B', 'C', 'CE']], ['hired_at', timestamptz]], 120),
  table('dispatch', 'deliveries', [['id', int64], ['truck_id', int64], ['driver_id', int64], ['parcel_count', int64], ['outcome', text, ['delivered', 'late', 'lost']], ['destination', text, ['Lyon', 'Porto', 'Torino']], ['left_at', timestamptz], ['distance_km', float64]], 20000),
  table('sensors', 'engine_readings', [['reading_id', int64], ['truck_id', int64], ['read_at', timestamp], ['oil_temperature', float64], ['tyre_pressure', float64]], 900000),
  table('queue', 'deliveries', [['_partition', int64], ['_offset', int64], ['_timestamp', timestamptz], ['deliveryId', int64], ['eventType', text, ['Departed', 'Arrived']]], 40000, 'topic'),
]);

/** A ferry line whose routes are called by their own key, and whose money has a word of its own. */
export const ferries = catalog([
  table('desk', 'travellers', [['id', int64], ['full_name', text], ['country', text, ['Malta', 'Italy']]], 900),
  table('desk', 'tickets', [['id', int64], ['traveller_id', int64], ['route_no', text], ['fare', money], ['sold_at', timestamptz]], 5000),
  table('fleet', 'routes', [['route_no', text], ['harbour', text, ['Valletta', 'Gozo']]], 12),
]);

/** Columns with the prefix of their table, and words run together. */
export const ledgers = catalog([
  table('books', 'contracts', [['ct_key', int64], ['ct_contractstate', text, ['OPEN', 'CLOSED']], ['ct_quantity', money], ['ct_signed', date]], 700),
]);

/** A gate that admits whatever names only what the catalogue has: enough for tests of reading, which check the text. */
export function contextFor(estate: Catalog, check: TranslationContext['check'] = async () => undefined): TranslationContext {
  return { catalog: estate, now: '2026-03-18T10:00:00Z', timezone: 'Europe/Vienna', signal: new AbortController().signal, check };
}
