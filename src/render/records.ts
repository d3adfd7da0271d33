/** Any answer as flat objects, one a thing: what ndjson prints line by line and csv as columns. */

import type { Answer, AnswerColumn } from '../answer/contract.js';

/** Column names that differ: the second `id` becomes `id_2`, unless some column is called that already. */
export function distinctNames(columns: readonly Pick<AnswerColumn, 'name'>[]): string[] {
  const taken = new Set<string>();
  const all = new Set(columns.map(({ name }) => name));
  return columns.map(({ name }) => {
    let candidate = name;
    for (let n = 2; taken.has(candidate) || (candidate !== name && all.has(candidate)); n += 1) candidate = `${name}_${n}`;
    taken.add(candidate);
    return candidate;
  });
}

/** The things of an answer that isn't rows. */
export function recordsOf(answer: Exclude<Answer, { kind: 'query' | 'report' }>): Readonly<Record<string, unknown>>[] {
  switch (answer.kind) {
    case 'explain':
      return answer.fragments.map((fragment) => ({ ...fragment }));
    case 'eval':
      return answer.cases.map((one) => ({ ...one }));
    case 'taught':
      return [{ ...answer }];
    case 'prompt':
      return answer.messages.map((message) => ({ ...message }));
    case 'schema':
      return answer.services.flatMap((service) =>
        service.tables.flatMap((table) => table.columns.map((column) => ({ service: service.name, table: table.name, ...column }))),
      );
    case 'diff':
      return answer.pairs.flatMap(({ left, right, differences }) => differences.map((difference) => ({ leftTable: left, rightTable: right, ...difference })));
    case 'changes':
      return answer.changes.map((change) => ({ ...change }));
    case 'check':
      return answer.checks.map((check) => ({ ...check }));
    case 'graph':
      return answer.links.map((link) => ({ ...link }));
    case 'snapshot':
      return answer.files.map((file) => ({ ...file }));
    case 'links':
      return answer.links.map(({ values, ...link }) => ({ ...link, keys: values?.keys ?? null, found: values?.found ?? null }));
    case 'trace':
      return answer.steps.map((step) => ({ ...step }));
    case 'tail':
      return [];
    case 'doctor':
      return answer.services.map((service) => ({ ...service }));
  }
}
