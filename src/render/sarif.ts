/** SARIF 2.1.0 (OASIS), for code scanning. A schema has no file and line: locations are logical, by qualified name. */

import type { Answer } from '../answer/contract.js';
import { findingsOf, placeOf, uncheckedOf } from './findings.js';
import { plainJson } from './json.js';
import { wholeWriter } from './writer.js';
import type { WriterFactory } from './writer.js';

const levels = { breaking: 'error', risky: 'warning', note: 'note' } as const;

export const sarif: WriterFactory = (_, write) => wholeWriter((answer) => `${plainJson(document(answer), 2)}\n`, write);

function document(answer: Answer): object {
  const findings = findingsOf(answer);
  const rules = [...new Set(findings.map(({ rule }) => rule))].sort();
  const missing = 'missing' in answer ? answer.missing : [];
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'aishell', rules: rules.map((id) => ({ id, shortDescription: { text: id.replace(/^.*\//, '').replaceAll('-', ' ') } })) } },
        invocations: [
          {
            executionSuccessful: missing.length === 0,
            toolExecutionNotifications: [
              ...missing.map(({ service, reason }) => ({ level: 'error', message: { text: `${service} was not compared: ${reason}` } })),
              ...uncheckedOf(answer).map((one) => ({ level: 'warning', message: { text: `not checked: ${one.check}, ${placeOf(one)}: ${one.why}` } })),
            ],
          },
        ],
        results: findings.map(({ rule, severity, where, message }) => ({
          ruleId: rule,
          ruleIndex: rules.indexOf(rule),
          level: levels[severity],
          message: { text: message },
          locations: [{ logicalLocations: [{ fullyQualifiedName: where, kind: 'member' }] }],
          // Equal from run to run whatever the figures in the message.
          partialFingerprints: { 'aishell/v1': `${rule} ${where}` },
        })),
      },
    ],
  };
}
