/** A plan for people: the native query of every fragment, compiled without keys, and the shipments in words. */

import { tableName } from '../algebra/index.js';
import type { ExplainAnswer, Weighed } from '../answer/contract.js';
import type { Catalog } from '../catalog/contract.js';
import type { Dialect } from '../../connectors/contract.js';
import type { KeyDecision, Plan } from './contract.js';
import { localSteps } from './local-steps.js';

/** @param decisions one for every shipment of the plan, in its order */
export function explainPlan(plan: Plan, catalog: Catalog, dialectOf: (service: string) => Dialect, decisions: readonly KeyDecision[]): ExplainAnswer {
  const services = new Map(catalog.services.map((service) => [service.name, service]));
  const warnings = plan.fragments.flatMap((fragment) => services.get(fragment.service)?.warnings ?? []);
  return {
    kind: 'explain',
    sql: plan.statement.original,
    fragments: plan.fragments.map((fragment) => {
      const { text, params } = dialectOf(fragment.service).compile(fragment.rel);
      const service = services.get(fragment.service);
      return {
        id: fragment.id,
        service: fragment.service,
        store: service?.kind ?? '',
        tags: service?.tags ?? {},
        table: [fragment.table, ...(fragment.others ?? [])].map(tableName).join(', '),
        native: text,
        params,
        estimatedRows: fragment.estimate ?? null,
        pushed: fragment.pushed,
        kept: fragment.kept,
      };
    }),
    shipments: plan.shipments.map(({ from, to, keySql, because }, i) => ({ from, to, key: keySql, because, decision: decisionOf(decisions[i]!) })),
    local: localOf(plan, dialectOf),
    residual: plan.residual.sql,
    warnings: [...new Set([...warnings, ...unreadNotes(plan)])],
  };
}

function unreadNotes({ unread = [] }: Plan): string[] {
  return unread.map((table) => `${tableName(table)} is not read: its rows cannot change the result.`);
}

export function decisionOf({ sourceRows, keys, targetRows, breakEven, chosen, why }: KeyDecision): Weighed {
  return { sourceRows, keys, targetRows, breakEven, chosen, why };
}

function localOf({ residual: { steps } }: Plan, dialectOf: (service: string) => Dialect): ExplainAnswer['local'] {
  if (steps === undefined) return [{ what: 'the whole statement', reason: 'its plan cannot be read' }];
  return localSteps(steps.rel, steps.leaves, dialectOf, steps.cut);
}
