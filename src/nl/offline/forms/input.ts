/** What every form is given. */

import type { TranslationContext } from '../../contract.js';
import type { Schema } from '../link/catalog.js';
import type { Token } from '../text/tokens.js';

export interface FormInput {
  readonly question: string;
  readonly tokens: readonly Token[];
  readonly schema: Schema;
  readonly context: TranslationContext;
}
