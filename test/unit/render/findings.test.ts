import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { renderAnswer } from '../../../src/render/index.js';
import * as answers from './answers.js';

const hit = { service: 'crm', reason: 'it is <down> & "out"', remedy: 'Start it.' };

/** What SARIF 2.1.0 (OASIS, section 3) requires and allows of the objects that are written here; none of them takes a member of another name. */
const object = (required: readonly string[], properties: Record<string, object>) => ({ type: 'object', additionalProperties: false, required, properties });
const text = { type: 'string', minLength: 1 };
const list = (items: object, more: object = {}) => ({ type: 'array', items, ...more });
const message = object(['text'], { text });
const level = { enum: ['none', 'note', 'warning', 'error'] };
const sarifLog = object(['version', 'runs'], {
  $schema: { type: 'string', pattern: '^https://.*sarif-schema-2\\.1\\.0\\.json$' },
  version: { const: '2.1.0' },
  runs: list(object(['tool', 'results'], {
    tool: object(['driver'], { driver: object(['name'], { name: text, rules: list(object(['id'], { id: text, shortDescription: message }), { uniqueItems: true }) }) }),
    invocations: list(object(['executionSuccessful'], { executionSuccessful: { type: 'boolean' }, toolExecutionNotifications: list(object(['message'], { level, message })) })),
    results: list(object(['message'], {
      ruleId: text,
      ruleIndex: { type: 'integer', minimum: 0 },
      level,
      message,
      locations: list(object([], { logicalLocations: list(object([], { fullyQualifiedName: text, kind: text }), { uniqueItems: true }) })),
      partialFingerprints: { type: 'object', additionalProperties: { type: 'string' } },
    })),
  }), { minItems: 1 }),
});

describe('findings for build servers', () => {
  it.each(['changes', 'diff', 'check'] as const)('are SARIF as it is specified: %s', async (kind) => {
    const isValid = new Ajv({ allErrors: true }).compile(sarifLog);
    for (const missing of [[], [hit]]) {
      const log = JSON.parse(await renderAnswer({ ...answers[kind], missing }, { format: 'sarif' })) as { runs: { tool: { driver: { rules: { id: string }[] } }; results: { ruleId: string; ruleIndex: number }[] }[] };
      expect(isValid(log), JSON.stringify(isValid.errors)).toBe(true);
      const [{ tool, results }] = log.runs as [(typeof log.runs)[number]];
      expect(results.length).toBeGreaterThan(0);
      for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex]!.id).toBe(ruleId);
    }
  });

  it('are SARIF results with levels, rules and logical locations', async () => {
    const sarif = JSON.parse(await renderAnswer({ ...answers.changes, missing: [hit] }, { format: 'sarif' })) as { version: string; runs: Record<string, never>[] };
    expect(sarif.version).toBe('2.1.0');
    expect(sarif.runs[0]).toMatchObject({
      tool: { driver: { name: 'aishell', rules: [{ id: 'change/column-renamed' }] } },
      invocations: [{ executionSuccessful: false, toolExecutionNotifications: [{ message: { text: expect.stringContaining('crm was not compared') as string } }] }],
      results: [{ ruleId: 'change/column-renamed', ruleIndex: 0, level: 'error', locations: [{ logicalLocations: [{ fullyQualifiedName: 'crm.people.mail' }] }] }],
    });
    const diff = JSON.parse(await renderAnswer(answers.diff, { format: 'sarif' })) as { runs: { results: { level: string }[] }[] };
    expect(diff.runs[0]!.results.map(({ level }) => level)).toEqual(['warning']);
  });

  it('are JUnit cases, failures where something breaks, and well-formed whatever a name holds', async () => {
    const xml = await renderAnswer({ ...answers.changes, missing: [hit] }, { format: 'junit' });
    expect(xml).toContain('<testsuites name="aishell" failures="1" errors="1">');
    expect(xml).toContain('<failure type="breaking" message="crm.people.mail: column renamed (email to mail).');
    expect(xml).toContain('<error message="it is &lt;down&gt; &amp; &quot;out&quot;"/>');
    expect(xml).not.toMatch(/[\u0000-\u0008\u001b]/);
    expect(xml.match(/<(testsuite|testcase|failure)\b/g)!.length).toBe(xml.match(/<\/(testsuite|testcase)>|<failure[^>]*\/>/g)!.length);
    const well = await renderAnswer({ ...answers.diff, pairs: [{ ...answers.diff.pairs[0]!, differences: [] }] }, { format: 'junit' });
    expect(well).toContain('<testcase name="no differences" classname="a.t and b.u"/>');
  });

  it('name what a check did not look at', async () => {
    const { runs } = JSON.parse(await renderAnswer(answers.check, { format: 'sarif' })) as { runs: { invocations: { toolExecutionNotifications: { level: string; message: { text: string } }[] }[] }[] };
    expect(runs[0]!.invocations[0]!.toolExecutionNotifications).toMatchObject([{ level: 'warning', message: { text: expect.stringMatching(/^not checked: references that lead nowhere, a\.t\.z in b\.u\.y: only values speak for/) as string } }]);
    const xml = await renderAnswer(answers.check, { format: 'junit' });
    expect(xml).toContain('<testsuite name="not checked" tests="1" skipped="1">');
    expect(xml).toContain('<skipped message="only values speak for');
    expect(await renderAnswer({ ...answers.check, checks: [] }, { format: 'markdown' })).toMatch(/1 promise was not checked/);
  });

  it('are refused for answers that have none', async () => {
    await expect(renderAnswer(answers.query, { format: 'junit' })).rejects.toThrow(/findings of comparisons/);
  });
});

describe('a page', () => {
  it('holds what a store says as text, whatever it is', async () => {
    const html = await renderAnswer({ ...answers.query, rows: [['1', '<script>alert(1)</script>&"\u001b[2J']] }, { format: 'html' });
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;␛[2J');
    expect(html).not.toContain('<script>alert');
    expect(html).toContain(`content="default-src 'none'; style-src 'sha256-`);
    expect(html.match(/<table /g)!.length).toBe(html.match(/<\/table>/g)!.length);
    expect(await renderAnswer(answers.changes, { format: 'html' })).toContain('<td class="breaking">breaking</td>');
  });
});
