/** Two columns that hold one amount in two units or currencies: by what their names say, and by what their rows show. */

import { unitOf, unitText } from '../catalog/units.js';
import type { Unit } from '../catalog/units.js';
import type { Difference } from '../answer/contract.js';
import type { ColumnPair, TablePair } from './pairs.js';

type Finding = Pick<Difference, 'aspect' | 'severity' | 'what'>;

/** Rows that have to agree on a factor before it is believed. */
const enoughRows = 20;

export function compareUnits({ left, right }: TablePair, { left: to, right: from, values }: ColumnPair): Finding | undefined {
  const [here, there] = [unitOf(to, left), unitOf(from, right)];
  const shown = values?.scaled;
  if (shown !== undefined && values!.compared >= enoughRows && shown.count / values!.compared >= 0.8) {
    const named = here !== undefined && there !== undefined && here.name !== there.name ? `${unitText(here)} here, ${unitText(there)} there: ` : '';
    return unit('breaking', `${named}numbers here are those there times ${factorText(shown.factor)}, in ${shown.count} of ${values!.compared} sampled rows`);
  }
  if (here === undefined && there === undefined) return undefined;
  const alike = values !== undefined && values.compared >= enoughRows && (values.equal + values.folded) / values.compared >= 0.8;
  if (here !== undefined && there !== undefined && here.quantity === there.quantity) return sameQuantity(here, there, alike);
  if (here !== undefined && there !== undefined) return unit('breaking', `${unitText(here)} here, ${unitText(there)} there: not the same quantity`);
  const [only, where, other] = here !== undefined ? [here, 'here', 'there'] as const : [there!, 'there', 'here'] as const;
  // A currency or a whole unit that only one side names is missing words; a scale that it names may be missing digits.
  const severity = alike || only.name === 'unit' ? 'note' : 'risky';
  return unit(severity, `${unitText(only)} ${where}, no unit named ${other}${alike ? '; the sampled rows are equal' : ''}`);
}

function sameQuantity(here: Unit, there: Unit, alike: boolean): Finding | undefined {
  if (here.currency !== undefined && there.currency !== undefined && here.currency !== there.currency) return unit('breaking', `${here.currency} here, ${there.currency} there`);
  if (here.factor !== there.factor || here.name !== there.name) {
    const by = here.factor === undefined || there.factor === undefined ? '' : `: a number here is the one there times ${factorText(there.factor / here.factor)}`;
    return alike ? unit('note', `named ${unitText(here)} here and ${unitText(there)} there, but the sampled rows are equal`) : unit('breaking', `${unitText(here)} here, ${unitText(there)} there${by}`);
  }
  if (there.currencyColumn !== undefined && here.currencyColumn === undefined && here.currency === undefined) return unit('risky', `each row there names its currency (${there.currencyColumn}), none here`);
  if ((here.currency ?? here.currencyColumn) === undefined && there.currency !== undefined) return unit('note', `${there.currency} there, no currency named here`);
  return undefined;
}

function unit(severity: Finding['severity'], what: string): Finding {
  return { aspect: 'unit', severity, what };
}

/** 100, or one part in 100. */
function factorText(factor: number): string {
  const round = (value: number) => Number(value.toPrecision(12));
  return factor >= 1 ? String(round(factor)) : `1/${round(1 / factor)}`;
}
