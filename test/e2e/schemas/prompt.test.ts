/** Comparisons at the real prompt, as commands and in English, over a clinic whose services disagree. */

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeClinic } from '../../support/clinic/estate.js';
import { openScreen } from '../../support/screen.js';
import type { Screen } from '../../support/screen.js';
import { Workplace, withProgram } from '../support/aishell.js';

withProgram();
let place: Workplace;
let screen: Screen;
beforeAll(async () => {
  place = await Workplace.create();
  await writeClinic(place.dir, false);
  screen = openScreen(place.command(['--no-color']), { cwd: place.dir, env: place.env, columns: 140, rows: 70 });
  await screen.shows('aishell>');
}, 60_000);
afterAll(async () => {
  screen.kill();
  await place.remove();
});

/** What is on the screen once the answer's last line is. */
async function ask(line: string, last: RegExp): Promise<string> {
  screen.type('\u000c');
  // Nothing of the answer before is left.
  await screen.shows(/^\s*(aishell>)?$/);
  screen.type(`${line}\r`);
  const seen = (await screen.shows(last)).join('\n');
  if (seen.includes('q leaves')) screen.type('q');
  await screen.shows(/aishell>$/);
  return seen;
}

test('.schema diff, links, check, graph and snapshot do what they do on the command line', async () => {
  const differs = await ask('.schema diff accounts registry', /linked pairs compared/);
  expect(differs).toMatch(/breaking │ key +│ ward │ ward_code │ 14 of 14 sampled keys match only whatever their case/);
  expect(await ask('.schema links', /9 links/)).toMatch(/results\.readings\.signed_by +│ staff\.clinicians\.badge +│ proposed/);
  expect(await ask('.schema links --confirm a.b.c=d.e.f', /error: /)).toContain('aishell schema links --confirm from=to');
  for (const command of ['.schema check', '.check accounts']) expect(await ask(command, /checks?, \d/)).toContain('ledger.invoices.stay_no in accounts.stays.stay_no, every key is there (800)');
  expect(await ask('.check acounts', /error: /)).toContain("There is no service 'acounts'");
  expect(await ask('.schema graph', /8 tables, 3 links/)).toContain('stay_no ╌╌▶ accounts.stays.stay_no');
  await ask('.schema snapshot', /6 snapshots in/);
  expect(await readdir(join(place.dir, 'schemas'))).toHaveLength(6);
  expect(await ask('.schema diff --against schemas', /services compared/)).toMatch(/no changes/);
  expect(await ask('\\d Invoices', /stay_no/)).toContain('ledger');
  expect(await ask('.schema diff nothing', /error: /)).toContain("There is no service or table 'nothing'");
}, 120_000);

test('English reaches them too', async () => {
  expect(await ask('compare schema differences between services', /q leaves/)).toMatch(/results\.readings and staff\.clinicians/);
  expect(await ask('what would break if accounts changed charge to text', /1 service compared/)).toMatch(/hits: ledger\.invoices\.total holds the same values[^]*1\. expand/);
  for (const name of ['mail', 'e-mail']) expect(await ask(`which services keep a copy of the patient's ${name}`, /1 service compared/)).toContain('lab.specimens.patient_mail keeps a copy of it');
  await ask('what changed since the last snapshot?', /no changes[^]*services compared/);
  // What is not known is not said to be well.
  expect(await ask('is anything orphaned between accounts and registry', /--confirm keeps/)).toContain('Nothing was checked: no link between accounts and registry is known');
}, 120_000);
