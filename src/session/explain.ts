/** Explain: the plan of a question or a statement, from the cached catalogue alone; analysed, what running it came to. */

import type { ExplainAnswer } from '../answer/contract.js';
import { schedule } from '../engine/scheduler.js';
import { decisionOf, explainPlan } from '../plan/explain.js';
import { makePlan } from '../plan/index.js';
import { checkStatement } from '../sql/index.js';
import { AishellError } from '../errors.js';
import { within } from '../telemetry/span.js';
import { looksLikeOtherSql, looksLikeSql, refuseMistyped } from './looks-like-sql.js';
import { translateQuestion } from './translate.js';
import type { ExplainOptions } from './contract.js';
import { dialects } from './dialects.js';
import { runQuery } from './query.js';
import type { QueryContext, Timings } from './query.js';

export async function explainStatement(text: string, context: QueryContext, options: ExplainOptions): Promise<ExplainAnswer> {
  const explainSql = (sql: string) => (options.analyze === true ? analyzed(sql, context, options) : explained(sql, context));
  if (looksLikeSql(text) || looksLikeOtherSql(text)) return explainSql(text);
  refuseMistyped(text);
  const { translation, translator } = await within(context.span, 'translate', () => translateQuestion(text, context, options));
  switch (translation.kind) {
    case 'statement': {
      const { statement, confidence, alternatives, usage } = translation;
      return {
        ...(await explainSql(statement.sql)),
        question: text,
        translator: { name: translator, confidence, ...(usage && { usage }) },
        reading: statement.reading,
        assumptions: statement.assumptions,
        alternatives,
      };
    }
    case 'report': {
      // One after the other: sections that run at once would count each other's time.
      const sections: ExplainAnswer[] = [];
      for (const section of translation.sections) sections.push(await explainSql(section.sql));
      return {
        kind: 'explain',
        question: text,
        translator: { name: translator, confidence: translation.confidence },
        reading: translation.reading,
        assumptions: translation.assumptions,
        alternatives: [],
        sql: translation.sections.map((section) => `-- ${section.title}\n${section.sql}`).join(';\n\n'),
        fragments: sections.flatMap((s, i) => s.fragments.map((f) => ({ ...f, id: `${i + 1}.${f.id}` }))),
        shipments: sections.flatMap((s, i) =>
          s.shipments.map((k) => ({ ...k, from: `${i + 1}.${k.from}`, to: `${i + 1}.${k.to}` })),
        ),
        local: sections.flatMap((s, i) => s.local.map(({ what, reason }) => ({ what: `${i + 1}: ${what}`, reason }))),
        residual: sections.map((s) => s.residual).join(';\n\n'),
        ...(options.analyze === true && { analysis: sections.flatMap((s) => s.analysis ?? []).reduce(added) }),
        warnings: [...new Set(sections.flatMap((s) => s.warnings))],
      };
    }
    default:
      throw new AishellError(
        'usage',
        `This question is answered by another command: ${translation.reading}`,
        'It runs no single statement that could be explained; run it with `aishell query`.',
      );
  }
}

async function explained(sql: string, context: QueryContext): Promise<ExplainAnswer> {
  const { catalog, config, sources } = context;
  const plan = await within(context.span, 'plan', async () => {
    const statement = await checkStatement(sql, catalog, { instant: context.instant, timezone: config.timezone });
    return makePlan(statement, catalog, dialects(catalog, sources));
  });
  const dialectOf = dialects(catalog, sources);
  const { decisions } = schedule(plan, (service) => dialectOf(service).maxKeys);
  return explainPlan(plan, catalog, dialectOf, decisions);
}

/** Runs it, reads every row and drops it. */
async function analyzed(sql: string, context: QueryContext, options: ExplainOptions): Promise<ExplainAnswer> {
  const plan = await explained(sql, context);
  const timings: Timings[] = [];
  const dropped = { columns: () => undefined, rows: () => undefined };
  const answer = await runQuery(sql, context, { ...options, limit: 0, rows: dropped }, options.signal, (t) => timings.push(t));
  const reports = new Map(answer.fragments.map((report) => [report.id, report]));
  return {
    ...plan,
    fragments: plan.fragments.map((fragment) => {
      const report = reports.get(fragment.id);
      if (report === undefined) return { ...fragment, actual: null };
      const { rows, bytes, ms, waitMs, storeMs, native, pushed, proof } = report;
      return { ...fragment, actual: { rows, bytes, ms, waitMs, storeMs, native, pushed, proof } };
    }),
    shipments: plan.shipments.map((shipment, i) => withOutcome(shipment, timings[0]!.keys, i)),
    analysis: {
      rows: answer.rowCount,
      planMs: Math.round(timings[0]!.planMs),
      readMs: Math.round(timings[0]!.readMs),
      joinMs: Math.round(timings[0]!.joinMs),
      elapsedMs: answer.elapsedMs,
    },
    warnings: [...new Set([...plan.warnings, ...answer.warnings, ...answer.missing.map(({ service, reason }) => `${service} is missing: ${reason}`)])],
  };
}

/** What was decided with the stores' own estimates, and what came of it. */
function withOutcome(shipment: Shipment, { decisions, outcomes }: Timings['keys'], index: number): Shipment {
  const outcome = outcomes[index];
  const decision = decisions[index];
  return { ...shipment, ...(decision && { decision: decisionOf(decision) }), actual: outcome ? { keys: outcome.keys, shipped: outcome.shipped, why: outcome.why } : null };
}

type Shipment = ExplainAnswer['shipments'][number];
type Analysis = NonNullable<ExplainAnswer['analysis']>;

function added(a: Analysis, b: Analysis): Analysis {
  const sum = (key: keyof Analysis) => a[key] + b[key];
  return { rows: sum('rows'), planMs: sum('planMs'), readMs: sum('readMs'), joinMs: sum('joinMs'), elapsedMs: sum('elapsedMs') };
}
