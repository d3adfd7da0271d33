/** The one place that knows which view shows which kind of answer. */

import type { Answer } from '../../answer/contract.js';
import type { Block } from '../blocks.js';
import { changesView, snapshotView } from './changes.js';
import { checkView } from './check.js';
import { diffView } from './diff.js';
import { doctorView } from './doctor.js';
import { evalView } from './eval.js';
import { explainView } from './explain.js';
import { graphView } from './graph.js';
import { linksView } from './links.js';
import { promptView } from './prompt.js';
import { queryView } from './query.js';
import { reportView } from './report.js';
import { schemaView } from './schema.js';
import { taughtView } from './taught.js';
import { traceView } from './trace.js';
import type { TraceLayout } from './trace.js';

export function viewOf(answer: Answer, verbose: boolean, layout: TraceLayout = 'timeline'): Block[] {
  switch (answer.kind) {
    case 'query':
      return queryView(answer, verbose);
    case 'report':
      return reportView(answer, verbose);
    case 'explain':
      return explainView(answer);
    case 'eval':
      return evalView(answer, verbose);
    case 'taught':
      return taughtView(answer);
    case 'prompt':
      return promptView(answer);
    case 'schema':
      return schemaView(answer);
    case 'diff':
      return diffView(answer);
    case 'changes':
      return changesView(answer);
    case 'check':
      return checkView(answer);
    case 'graph':
      return graphView(answer);
    case 'snapshot':
      return snapshotView(answer);
    case 'links':
      return linksView(answer);
    case 'trace':
      return traceView(answer, verbose, layout);
    case 'tail':
      // The events were shown as they came.
      return [];
    case 'doctor':
      return doctorView(answer);
  }
}
