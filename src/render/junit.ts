/** JUnit's XML, as build servers read it: a suite a pair or service, a failure for what is breaking or risky. */

import type { Answer } from '../answer/contract.js';
import { findingsOf, placeOf, suitesOf, uncheckedOf } from './findings.js';
import type { Finding } from './findings.js';
import { markup } from './markup.js';
import { wholeWriter } from './writer.js';
import type { WriterFactory } from './writer.js';

export const junit: WriterFactory = (_, write) => wholeWriter(document, write);

function document(answer: Answer): string {
  const findings = findingsOf(answer);
  const missing = 'missing' in answer ? answer.missing : [];
  const failures = findings.filter(isFailure).length;
  const suites = suitesOf(answer).map((suite) => suiteXml(suite, findings.filter((finding) => finding.suite === suite)));
  const lost = missing.map(({ service, reason }) => `  <testsuite name="${markup(service)}" tests="1" errors="1">\n    <testcase name="compared" classname="${markup(service)}"><error message="${markup(reason)}"/></testcase>\n  </testsuite>\n`);
  const skipped = uncheckedOf(answer).map((one) => `    <testcase name="${markup(placeOf(one))}" classname="${markup(one.check)}"><skipped message="${markup(one.why)}"/></testcase>\n`);
  const open = skipped.length === 0 ? '' : `  <testsuite name="not checked" tests="${skipped.length}" skipped="${skipped.length}">\n${skipped.join('')}  </testsuite>\n`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="aishell" failures="${failures}" errors="${missing.length}">\n${suites.join('')}${lost.join('')}${open}</testsuites>\n`;
}

function suiteXml(suite: string, findings: readonly Finding[]): string {
  const name = markup(suite);
  // A suite without a case is left out by most readers: what is well is a case too.
  const cases = findings.length === 0 ? [`    <testcase name="no differences" classname="${name}"/>\n`] : findings.map((finding) => caseXml(finding, name));
  return `  <testsuite name="${name}" tests="${cases.length}" failures="${findings.filter(isFailure).length}">\n${cases.join('')}  </testsuite>\n`;
}

function caseXml(finding: Finding, suite: string): string {
  const { rule, where, severity, message } = finding;
  const inner = isFailure(finding) ? `<failure type="${severity}" message="${markup(message)}"/>` : `<system-out>${markup(message)}</system-out>`;
  return `    <testcase name="${markup(`${where}: ${rule}`)}" classname="${suite}">${inner}</testcase>\n`;
}

const isFailure = ({ severity }: Finding): boolean => severity !== 'note';
