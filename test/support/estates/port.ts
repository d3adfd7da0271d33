/** Port: ships and their owners, calls at berths, dues and what is paid back of them, cargo, inspections and incidents. */

import { Dice, now, times } from './estate.js';
import type { ServiceSpec } from './estate.js';

const dice = new Dice(417);
const lines = times(8, (i) => ({ id: i, name: ['Aurora Line', 'Baltic Carriers', 'Corvus Shipping', 'Delta Reederei', 'Eider Tankers', 'Fjord Ferries', 'Granite Bulk', "O'Hara & Sons"][i - 1], country: ['Norway', 'Estonia', 'Greece', 'Germany', 'Denmark', 'Norway', 'Greece', 'Ireland'][i - 1], founded: 1900 + 11 * i }));
const vessels = times(45, (i) => ({ imo: 9_000_000 + i, name: `${['Swift', 'Grey', 'Polar', 'Amber', 'Iron'][i % 5]!} ${['Heron', 'Petrel', 'Gannet', 'Tern', 'Skua', 'Fulmar'][i % 6]!} ${String(i)}`, flag: dice.of(['Panama', 'Malta', 'Liberia', 'Norway', 'Bahamas']), vessel_class: dice.of(['tanker', 'container', 'bulk', 'ferry']), gross_tonnage: 900 + dice.below(90_000), built_year: 1975 + dice.below(48), shipping_line_id: 1 + dice.below(7) }));
const berths = times(9, (i) => ({ berth_code: `${'NES'[i % 3]!}${i}`, quay: ['North', 'East', 'South'][i % 3], depth_m: 6 + dice.below(110) / 10, covered: dice.chance(30) }));
const calls = times(210, (i) => {
  const moored = Date.parse(dice.before(420));
  const hours = 5 + dice.below(190);
  const state = dice.of(['departed', 'departed', 'departed', 'cancelled', 'moored']);
  return { call_no: 50_000 + i, vessel_imo: 9_000_001 + dice.below(41), berth_code: dice.of(berths).berth_code, moored_at: new Date(moored).toISOString(), cast_off_at: state === 'moored' ? null : new Date(moored + hours * 3_600_000).toISOString(), purpose: dice.of(['loading', 'unloading', 'bunkering', 'repair']), state };
});
const invoices = times(190, (i) => ({ invoiceNo: `I${i}`, callNo: 50_001 + dice.below(200), total: 100 + dice.below(40_000) / 4, issuedAt: dice.before(400), settledAt: dice.chance(30) ? null : dice.before(380), channel: dice.of(['transfer', 'card', 'cheque']) }));
const refunds = times(38, (i) => ({ refundNo: `B${i}`, invoiceNo: `I${1 + dice.below(150)}`, amount: 20 + dice.below(2_000) / 4, grantedAt: dice.before(390), cause: dice.of(['overcharge', 'weather', 'goodwill']) }));
const consignments = times(260, (i) => ({ id: i, call_no: 50_001 + dice.below(205), commodity: dice.of(['grain', 'crude oil', 'steel', 'timber', 'cars']), tonnes: 10 + dice.below(9_000) / 2, hazardous: dice.chance(20) }));
const inspections = times(120, (i) => ({ inspectionId: i, vesselImo: 9_000_001 + dice.below(38), passed: dice.chance(75), score: 30 + dice.below(71), inspector: dice.of(['Rasmus', 'Signe', 'Tove']), inspectedAt: dice.before(500) }));
const incidents = times(60, (i) => ({ incidentId: `X${i}`, vesselImo: 9_000_001 + dice.below(44), severity: 1 + dice.below(5), category: dice.of(['spill', 'collision', 'injury']), reportedAt: dice.before(300), resolvedAt: dice.chance(25) ? null : now }));

export const port: readonly ServiceSpec[] = [
  { name: 'registry', store: 'sqlite', tables: [
    { name: 'shipping_lines', key: 'id', columns: { id: 'BIGINT', name: 'VARCHAR', country: 'VARCHAR', founded: 'BIGINT' }, rows: lines },
    { name: 'vessels', key: 'imo', references: { shipping_line_id: 'shipping_lines.id' }, columns: { imo: 'BIGINT', name: 'VARCHAR', flag: 'VARCHAR', vessel_class: 'VARCHAR', gross_tonnage: 'BIGINT', built_year: 'BIGINT', shipping_line_id: 'BIGINT' }, rows: vessels },
  ] },
  { name: 'harbour', store: 'duckdb', tables: [
    { name: 'berths', key: 'berth_code', columns: { berth_code: 'VARCHAR', quay: 'VARCHAR', depth_m: 'DOUBLE', covered: 'BOOLEAN' }, rows: berths },
    { name: 'port_calls', key: 'call_no', references: { berth_code: 'berths.berth_code' }, columns: { call_no: 'BIGINT', vessel_imo: 'BIGINT', berth_code: 'VARCHAR', moored_at: 'TIMESTAMPTZ', cast_off_at: 'TIMESTAMPTZ', purpose: 'VARCHAR', state: 'VARCHAR' }, rows: calls },
  ] },
  { name: 'dues', store: 'ndjson', tables: [
    { name: 'invoices', columns: { invoiceNo: 'VARCHAR', callNo: 'BIGINT', total: 'DOUBLE', issuedAt: 'TIMESTAMPTZ', settledAt: 'TIMESTAMPTZ', channel: 'VARCHAR' }, rows: invoices },
    { name: 'refunds', columns: { refundNo: 'VARCHAR', invoiceNo: 'VARCHAR', amount: 'DOUBLE', grantedAt: 'TIMESTAMPTZ', cause: 'VARCHAR' }, rows: refunds },
  ] },
  { name: 'cargo', store: 'sqlite', tables: [{ name: 'consignments', key: 'id', columns: { id: 'BIGINT', call_no: 'BIGINT', commodity: 'VARCHAR', tonnes: 'DOUBLE', hazardous: 'BOOLEAN' }, rows: consignments }] },
  { name: 'safety', store: 'ndjson', tables: [
    { name: 'inspections', columns: { inspectionId: 'BIGINT', vesselImo: 'BIGINT', passed: 'BOOLEAN', score: 'BIGINT', inspector: 'VARCHAR', inspectedAt: 'TIMESTAMPTZ' }, rows: inspections },
    { name: 'incidents', columns: { incidentId: 'VARCHAR', vesselImo: 'BIGINT', severity: 'BIGINT', category: 'VARCHAR', reportedAt: 'TIMESTAMPTZ', resolvedAt: 'TIMESTAMPTZ' }, rows: incidents },
  ] },
];
