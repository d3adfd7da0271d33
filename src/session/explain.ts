/** Explain: the plan of a question or a statement, from the cached catalogue alone. */

import type { ExplainAnswer } from '../answer/contract.js';
import { explainPlan } from '../plan/explain.js';
import { makePlan } from '../plan/index.js';
import { checkStatement } from '../sql/index.js';
import { AishellError } from '../errors.js';
import { looksLikeSql } from './looks-like-sql.js';
import { translateQuestion } from './translate.js';
import type { AskOptions } from './contract.js';
import { dialects } from './query.js';
import type { QueryContext } from './query.js';

export async function explainStatement(text: string, context: QueryContext, options: Pick<AskOptions, 'signal' | 'onProgress'>): Promise<ExplainAnswer> {
  if (looksLikeSql(text)) return explainSql(text, context);
  const { translation, translator } = await translateQuestion(text, context, options);
  switch (translation.kind) {
    case 'statement': {
      const { statement, confidence, alternatives, usage } = translation;
      return {
        ...(await explainSql(statement.sql, context)),
        question: text,
        translator: { name: translator, confidence, ...(usage && { usage }) },
        reading: statement.reading,
        assumptions: statement.assumptions,
        alternatives,
      };
    }
    case 'report': {
      const sections = await Promise.all(translation.sections.map((section) => explainSql(section.sql, context)));
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
        residual: sections.map((s) => s.residual).join(';\n\n'),
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

async function explainSql(sql: string, context: QueryContext): Promise<ExplainAnswer> {
  const { catalog, config, sources } = context;
  const statement = await checkStatement(sql, catalog, { instant: context.instant, timezone: config.timezone });
  const plan = await makePlan(statement, catalog, dialects(catalog, sources));
  return explainPlan(plan, catalog, dialects(catalog, sources));
}
