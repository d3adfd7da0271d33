/** What surrounds the parts of a page: nothing is loaded from anywhere, and nothing runs but a script of ours. */

import { createHash } from 'node:crypto';
import { markup } from '../markup.js';
import { pageStyle } from './style.js';

export interface PageOptions {
  readonly title: string;
  /** JavaScript of ours; the policy admits this very text and no other. Never made of data. */
  readonly script?: string;
}

/** `default-src 'none'`: no picture, font, frame, request or form. SVG and tables may carry style attributes. */
function policy(script: string | undefined): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return [
    "default-src 'none'",
    `style-src ${hash(pageStyle)}`,
    "style-src-attr 'unsafe-inline'",
    `script-src ${script === undefined ? "'none'" : hash(script)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

export function pageStart({ title, script }: PageOptions): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(script)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${markup(title.replace(/\s+/g, ' '))}</title>
<style>${pageStyle}</style>
</head>
<body>
`;
}

/** The script stands last: everything it looks for is there. */
export function pageEnd({ script }: PageOptions): string {
  return `${script === undefined ? '' : `<script>${script}</script>\n`}</body>\n</html>\n`;
}
