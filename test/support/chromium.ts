/**
 * A real Chromium for tests of pages. A page may ask for nothing but itself, and may complain of nothing: `done` holds
 * both. Without Chromium (scripts/servers.sh need chromium) the tests skip, or fail under CI=true.
 *
 *   const browser = withChromium();
 *   test.skipIf(browser.absent)('...', async () => {
 *     const { page, done } = await browser.open(html);
 *     ...
 *     await done();
 *   });
 */

import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';

const executable = process.env['AISHELL_CHROMIUM'] ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));

export interface OpenPage {
  readonly page: Page;
  /** Fails on any request beside the page itself, and on any error, warning or breach of policy in the console. */
  done(): Promise<void>;
}

export interface Chromium {
  /** Skip by it; under CI=true it is false, and opening a page fails. */
  readonly absent: boolean;
  /** As a file on disk, as who was sent the page would open it. */
  open(text: string, options?: BrowserContextOptions, extension?: 'html' | 'svg'): Promise<OpenPage>;
  openFile(path: string, options?: BrowserContextOptions): Promise<OpenPage>;
}

/** Call it at the top of a test file: one browser for all its tests. */
export function withChromium(): Chromium {
  let browser: Browser | undefined;
  let folder = '';
  let opened = 0;
  const absent = executable === undefined && process.env['CI'] !== 'true';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aishell-page-'));
    if (executable === undefined) return;
    browser = await chromium.launch({ executablePath: executable, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking'] });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function openFile(path: string, options: BrowserContextOptions = {}): Promise<OpenPage> {
    if (browser === undefined) throw new Error('there is no Chromium here: scripts/servers.sh need chromium');
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const own = pathToFileURL(path).href;
    const asked: string[] = [];
    const complaints: string[] = [];
    await context.route('**/*', (route) => (route.request().url() === own ? route.continue() : route.abort()));
    page.on('request', (request) => asked.push(request.url()));
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('dialog', (dialog) => {
      complaints.push(`a dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.goto(own);
    return {
      page,
      async done() {
        await context.close();
        expect(complaints).toEqual([]);
        expect(asked.filter((url) => url !== own)).toEqual([]);
      },
    };
  }

  return {
    absent,
    openFile,
    async open(text, options, extension = 'html') {
      opened += 1;
      const path = join(folder, `page-${opened}.${extension}`);
      await writeFile(path, text);
      return openFile(path, options);
    },
  };
}
