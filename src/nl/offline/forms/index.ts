/**
 * Questions about services as wholes. Each form looks for its own cue words and gives a translation or nothing: other
 * commands (schema comparison, trace, doctor, schema, what a change would break), correlations in time, what each service has of one thing, reports of several sections, and complete
 * details of a thing with what is linked to it. None knows a table: they work on what the catalogue links and lists.
 */

import type { Translation } from '../../contract.js';
import { readAcrossServices } from './across-services.js';
import { readCommand } from './commands.js';
import { readCorrelation } from './correlate.js';
import { readDetails } from './details.js';
import { readDuration } from './durations.js';
import { readForemostOfEach } from './foremost-of-each.js';
import { readImpact } from './impact.js';
import type { FormInput } from './input.js';
import { readExistence } from './existence.js';
import { readLasting } from './lasting.js';
import { readNarrowed } from './narrowed.js';
import { readOccurrence } from './occurrence.js';
import { readRatio } from './ratio.js';
import { readReport } from './report.js';
import { readSchemas } from './schemas.js';
import { readShare } from './share.js';
import { readUnderWay } from './under-way.js';

type Form = (input: FormInput) => Promise<Translation | undefined>;

const forms: readonly Form[] = [async (input) => readImpact(input), async (input) => readSchemas(input) ?? readCommand(input), readCorrelation, readAcrossServices, readReport, readDetails, readShare, readOccurrence, readForemostOfEach, readDuration, readLasting, readUnderWay, readRatio, readNarrowed, readExistence];

export async function readForm(input: FormInput): Promise<Translation | undefined> {
  for (const form of forms) {
    const translation = await form(input);
    if (translation !== undefined) return translation;
  }
  return undefined;
}
