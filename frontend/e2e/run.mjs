// SPDX-License-Identifier: Apache-2.0
// The journeys of a newcomer, of a wallet's owner and of a borrower, in Chromium, on a real devnet. Prints
// "N passed, N failed" last.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { createChain } from './chain.mjs';
import { demoJourney } from './demoJourney.mjs';
import { startDevnet } from './devnet.mjs';
import { looksJourney } from './looksJourney.mjs';
import { protectJourney } from './protectJourney.mjs';
import { walletJourney } from './walletJourney.mjs';

const frontend = join(dirname(fileURLToPath(import.meta.url)), '..');
const pageFolder = mkdtempSync(join(tmpdir(), 'headwater-page-'));
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

let passed = 0;
let failed = 0;

/** One sentence of the test; a failure ends the journey that it belongs to. */
async function check(sentence, work) {
  const startedAt = Date.now();
  try {
    const result = await work();
    passed += 1;
    console.log(`  ok    ${sentence} (${((Date.now() - startedAt) / 1_000).toFixed(1)} s)`);
    return result;
  } catch (error) {
    failed += 1;
    console.log(`  FAIL  ${sentence}\n${String(error.stack ?? error).replace(/^/gm, '        ')}`);
    throw error;
  }
}

function watchRequests(context, allowedOrigins, outside) {
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (
      url.protocol !== 'data:' &&
      url.protocol !== 'blob:' &&
      !allowedOrigins.includes(url.origin)
    )
      outside.push(request.url());
  });
}

async function journey(name, browser, devnet, run) {
  console.log(name);
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  context.setDefaultTimeout(20_000);
  const outside = [];
  const faults = [];
  const origins = [devnet.pageUrl, devnet.rpcUrl].map((url) => new URL(url).origin);
  watchRequests(context, origins, outside);
  context.on('weberror', (event) => faults.push(String(event.error())));
  context.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) faults.push(message.text());
  });
  try {
    await run({ context, devnet, chain: createChain(devnet), check });
    await check('nothing was asked of any other host, and nothing broke the policy', async () => {
      if (outside.length > 0) throw new Error(`outside requests: ${outside.join(', ')}`);
      if (faults.length > 0) throw new Error(`faults of the page: ${faults.join('\n')}`);
    });
  } catch (error) {
    // Counted where it happened, unless it happened between two checks.
    if (failed === 0) {
      failed += 1;
      console.log(`  FAIL  ${String(error.stack ?? error)}`);
    }
    const [page] = context.pages();
    if (page && process.env.HEADWATER_E2E_SHOTS)
      await page
        .screenshot({
          path: join(process.env.HEADWATER_E2E_SHOTS, `failed-${Date.now()}.png`),
          fullPage: true,
        })
        .catch(() => undefined);
  } finally {
    await context.close();
  }
}

let devnet;
let browser;
const stopAll = async () => {
  await browser?.close().catch(() => undefined);
  await devnet?.stop();
  rmSync(pageFolder, { recursive: true, force: true });
};
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => void stopAll().finally(() => process.exit(1)));

try {
  if (!existsSync(executablePath))
    throw new Error(`there is no ${executablePath}: install chromium, or name it in CHROMIUM`);
  // A build of its own: nobody else who builds the page takes it away in the middle of a journey.
  execFileSync('npm', ['run', '--silent', 'build', '--', '--outDir', pageFolder, '--emptyOutDir'], {
    cwd: frontend,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  devnet = await startDevnet(pageFolder);
  await createChain(devnet).lendAsOwner();
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  await journey('A newcomer with a demo account', browser, devnet, demoJourney);
  await journey('An owner of a wallet', browser, devnet, walletJourney);
  await journey('A borrower who protects a loan', browser, devnet, protectJourney);
  await journey('Every page, in both themes and two widths', browser, devnet, looksJourney);
} catch (error) {
  failed += 1;
  console.log(`  FAIL  ${error.message}`);
} finally {
  await stopAll();
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
