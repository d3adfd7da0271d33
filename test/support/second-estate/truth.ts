/** What the answers must hold, worked out from the estate in memory and by no code of aishell's. */

import { hour } from '../../../examples/microservices/generator/clock.js';
import { pearson } from '../../e2e/answers/statistics.js';
import type { SecondEstate } from './estate.js';

export interface SecondTruth {
  readonly bookings: {
    readonly count: number;
    readonly withShipper: number;
    readonly charges: number;
    /** booking number -> what its row must say. */
    readonly byNumber: ReadonlyMap<string, { readonly company: string | null; readonly vessel: string; readonly charge: number }>;
  };
  readonly correlation: {
    readonly rejections: number;
    readonly buckets: number;
    /** Of rejections with the mean fault ratio, and with the mean latency, hour by hour. */
    readonly withFaults: number;
    readonly withLatency: number;
    readonly rejectionsByHour: ReadonlyMap<number, number>;
  };
  /** Every table with its number of rows. */
  readonly rows: Readonly<Record<string, number>>;
}

export function secondTruth(estate: SecondEstate): SecondTruth {
  const company = new Map(estate.shippers.map((shipper) => [shipper.shipper_no, shipper.company]));
  const vessel = new Map(estate.vessels.map(({ vessel_no, vessel_title }) => [vessel_no, vessel_title]));
  const rejected = estate.declarations.filter((declaration) => declaration.verdict === 'REJECTED');
  const rejectionsByHour = new Map<number, number>();
  for (const { lodgedAt } of rejected) {
    const bucket = Math.floor(Date.parse(lodgedAt) / hour) * hour;
    rejectionsByHour.set(bucket, (rejectionsByHour.get(bucket) ?? 0) + 1);
  }
  const vitals = new Map<number, { faults: number[]; latency: number[] }>();
  for (const { component, sampled_at, fault_ratio, p99_ms } of estate.vitals) {
    if (component !== 'clients') continue;
    const bucket = Math.floor(sampled_at / hour) * hour;
    const seen = vitals.get(bucket) ?? { faults: [], latency: [] };
    seen.faults.push(fault_ratio);
    seen.latency.push(p99_ms);
    vitals.set(bucket, seen);
  }
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const buckets = [...vitals.keys()];
  const failures = buckets.map((bucket) => rejectionsByHour.get(bucket) ?? 0);
  return {
    bookings: {
      count: estate.bookings.length,
      withShipper: estate.bookings.filter(({ shipper_no }) => company.has(shipper_no)).length,
      charges: estate.bookings.reduce((sum, { freight_charge }) => sum + Math.round(freight_charge * 100), 0) / 100,
      byNumber: new Map(
        estate.bookings.map((booking) => [
          String(booking.booking_no),
          { company: company.get(booking.shipper_no) ?? null, vessel: vessel.get(booking.vessel_no)!, charge: booking.freight_charge },
        ]),
      ),
    },
    correlation: {
      rejections: rejected.length,
      buckets: buckets.length,
      withFaults: pearson(failures, buckets.map((bucket) => mean(vitals.get(bucket)!.faults))),
      withLatency: pearson(failures, buckets.map((bucket) => mean(vitals.get(bucket)!.latency))),
      rejectionsByHour,
    },
    rows: {
      'fleet.vessels': estate.vessels.length,
      'fleet.crew': estate.crew.length,
      'harbours.ports': estate.ports.length,
      'harbours.berths': estate.ports.length * 3,
      'clients.shippers': estate.shippers.length,
      'freight.bookings': estate.bookings.length,
      'freight.containers': estate.containers.length,
      'customs.declarations': estate.declarations.length,
      'telemetry.component_vitals': estate.vitals.length,
      'wire.booking_messages': estate.messages.length / 3,
      'wire.customs_messages': estate.messages.length / 3,
      'wire.dispatch_messages': estate.messages.length / 3,
    },
  };
}
