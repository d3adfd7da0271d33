import { list, most } from './questions.js';

const vc = 'registry.vessels v JOIN harbour.port_calls c ON c.vessel_imo = v.imo';
const ci = 'harbour.port_calls c JOIN dues.invoices i ON i."callNo" = c.call_no';
const vci = `registry.vessels v JOIN ${ci.replace('port_calls c', 'port_calls c ON c.vessel_imo = v.imo')}`;
const lv = 'registry.shipping_lines l JOIN registry.vessels v ON v.shipping_line_id = l.id';
const lvci = `registry.shipping_lines l JOIN ${vci.replace('vessels v', 'vessels v ON v.shipping_line_id = l.id')}`;
const vessels = (where: string) => `SELECT name FROM registry.vessels WHERE ${where}`;
const calls = (where: string) => `SELECT call_no FROM harbour.port_calls WHERE ${where}`;
const count = (from: string) => `SELECT count(*) FROM ${from}`;

/** Written before any of them was asked. */
export const portQuestions = list(
  ['how many vessels fly the flag of Malta', count(`registry.vessels WHERE flag = 'Malta'`)],
  ['total refunds', 'SELECT sum(amount) FROM dues.refunds'],
  ['total refunds by cause', 'SELECT cause, sum(amount) FROM dues.refunds GROUP BY cause'],
  ['vessels that called twice or more', vessels('imo IN (SELECT vessel_imo FROM harbour.port_calls GROUP BY 1 HAVING count(*) >= 2)')],
  ['vessels with at least eight port calls', vessels('imo IN (SELECT vessel_imo FROM harbour.port_calls GROUP BY 1 HAVING count(*) >= 8)')],
  ['port calls longer than 5 days', calls('cast_off_at - moored_at > INTERVAL 5 DAY')],
  ['vessels with an inspection score below 40', vessels('imo IN (SELECT "vesselImo" FROM safety.inspections WHERE score < 40)')],
  ['vessels with an incident of severity 5', vessels('imo IN (SELECT "vesselImo" FROM safety.incidents WHERE severity = 5)')],
  ['how much did Corvus Shipping pay in total', `SELECT sum(total) FROM ${lvci} WHERE l.name = 'Corvus Shipping'`],
  ['invoices by channel as a percentage', 'SELECT channel, 100.0 * count(*) / (SELECT count(*) FROM dues.invoices) FROM dues.invoices GROUP BY channel'],
  ['invoice total per country of the shipping line', `SELECT l.country, sum(total) FROM ${lvci} GROUP BY 1`],
  ['average invoice total by vessel class', `SELECT vessel_class, avg(total) FROM ${vci} GROUP BY 1`],
  ['revenue by flag', `SELECT flag, sum(total) FROM ${vci} GROUP BY 1`],
  ['refunds divided by invoices', 'SELECT (SELECT count(*) FROM dues.refunds) / (SELECT count(*) FROM dues.invoices)', 'SELECT (SELECT sum(amount) FROM dues.refunds) / (SELECT sum(total) FROM dues.invoices)'],
  ['ratio of refund amount to invoice total', 'SELECT (SELECT sum(amount) FROM dues.refunds) / (SELECT sum(total) FROM dues.invoices)'],
  ['total tonnes divided by number of consignments', 'SELECT sum(tonnes) / count(*) FROM cargo.consignments'],
  ['failed inspections', 'SELECT "inspectionId" FROM safety.inspections WHERE NOT passed'],
  ['inspection failure rate per inspector', 'SELECT inspector, 100.0 * count(*) FILTER (WHERE NOT passed) / count(*) FROM safety.inspections GROUP BY 1'],
  ['share of hazardous consignments per commodity', 'SELECT commodity, 100.0 * count(*) FILTER (WHERE hazardous) / count(*) FROM cargo.consignments GROUP BY 1'],
  ['tonnes per commodity', 'SELECT commodity, sum(tonnes) FROM cargo.consignments GROUP BY 1'],
  ['which commodity has the most tonnes', most('commodity', 'cargo.consignments', 'commodity', 'sum(tonnes)')],
  ['vessels that never had an incident', vessels('imo NOT IN (SELECT "vesselImo" FROM safety.incidents)')],
  ['vessels that were inspected but never had an incident', vessels('imo IN (SELECT "vesselImo" FROM safety.inspections) AND imo NOT IN (SELECT "vesselImo" FROM safety.incidents)')],
  ['shipping lines without vessels', 'SELECT name FROM registry.shipping_lines WHERE id NOT IN (SELECT shipping_line_id FROM registry.vessels)'],
  ['how many vessels does each shipping line have', `SELECT l.name, count(*) FROM ${lv} GROUP BY l.id, l.name`, `SELECT l.name, count(v.imo) FROM registry.shipping_lines l LEFT JOIN registry.vessels v ON v.shipping_line_id = l.id GROUP BY l.id, l.name`],
  ['average length of port calls per quay', `SELECT quay, avg(epoch(cast_off_at) - epoch(moored_at)) / 3600 FROM harbour.port_calls c JOIN harbour.berths b USING (berth_code) GROUP BY 1`],
  ['port calls per month', `SELECT date_trunc('month', moored_at), count(*) FROM harbour.port_calls GROUP BY 1`],
  ['port calls last month', calls("moored_at >= '2026-03-01' AND moored_at < '2026-04-01'")],
  ['cancelled port calls in 2025', calls("state = 'cancelled' AND moored_at >= '2025-01-01' AND moored_at < '2026-01-01'")],
  ['unresolved incidents', 'SELECT "incidentId" FROM safety.incidents WHERE "resolvedAt" IS NULL'],
  ['incidents by category and severity', 'SELECT category, severity, count(*) FROM safety.incidents GROUP BY 1, 2'],
  ['tankers built before 1990', vessels("vessel_class = 'tanker' AND built_year < 1990")],
  ['vessels heavier than the average gross tonnage', vessels('gross_tonnage > (SELECT avg(gross_tonnage) FROM registry.vessels)')],
  ['the 5 vessels with the highest gross tonnage', 'SELECT name FROM registry.vessels ORDER BY gross_tonnage DESC LIMIT 5'],
  ['vessels with both a spill and a collision', vessels(`imo IN (SELECT "vesselImo" FROM safety.incidents WHERE category = 'spill') AND imo IN (SELECT "vesselImo" FROM safety.incidents WHERE category = 'collision')`)],
  ['which berth had the most port calls', most('berth_code', 'harbour.port_calls', 'berth_code')],
  ['average depth of covered berths', 'SELECT avg(depth_m) FROM harbour.berths WHERE covered'],
  ['refund rate per month', `SELECT date_trunc('month', "issuedAt"), 100.0 * count(*) FILTER (WHERE "invoiceNo" IN (SELECT "invoiceNo" FROM dues.refunds)) / count(*) FROM dues.invoices GROUP BY 1`],
  ['unpaid invoices', 'SELECT "invoiceNo" FROM dues.invoices WHERE "settledAt" IS NULL'],
  ['invoices that were not settled', 'SELECT "invoiceNo" FROM dues.invoices WHERE "settledAt" IS NULL'],
  ['average time between issue and settlement of invoices', 'SELECT avg(epoch("settledAt") - epoch("issuedAt")) / 3600 FROM dues.invoices'],
  ['number of incidents per shipping line', `SELECT l.name, count(*) FROM ${lv} JOIN safety.incidents x ON x."vesselImo" = v.imo GROUP BY l.id, l.name`, `SELECT l.name, count(x."incidentId") FROM registry.shipping_lines l LEFT JOIN registry.vessels v ON v.shipping_line_id = l.id LEFT JOIN safety.incidents x ON x."vesselImo" = v.imo GROUP BY l.id, l.name`],
  ['total tonnes per flag', `SELECT flag, sum(tonnes) FROM ${vc} JOIN cargo.consignments k ON k.call_no = c.call_no GROUP BY 1`],
  ['hazardous consignments on Norwegian vessels'],
  ['vessels of Greek owners'],
  ['vessels without a captain'],
  ['is the harbour master friendly'],
  ['average score of inspections by Tove in the last 90 days', `SELECT avg(score) FROM safety.inspections WHERE inspector = 'Tove' AND "inspectedAt" >= '2026-01-15' AND "inspectedAt" < '2026-04-16'`],
  ['how many tonnes of grain arrived in March 2026', `SELECT sum(tonnes) FROM cargo.consignments k JOIN harbour.port_calls c USING (call_no) WHERE commodity = 'grain' AND moored_at >= '2026-03-01' AND moored_at < '2026-04-01'`],
  ['shipping lines with more than 30 port calls', `SELECT l.name FROM ${lv} JOIN harbour.port_calls c ON c.vessel_imo = v.imo GROUP BY l.id, l.name HAVING count(*) > 30`],
);
