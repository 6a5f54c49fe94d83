// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { act, openLoan } from './steps.mjs';

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/**
 * Each page with words that stand on it only once it has heard of the chain and the account, and
 * what is opened on it first.
 */
const PAGES = [
  ['home', '/', 'Your loan'],
  ['markets', '/markets', 'Your supply'],
  ['market', '/markets/usd_core', /^If 1 tETH falls below/],
  ['order form', '/markets/usd_core', /^If 1 tETH falls below/, 'Add an order'],
  ['vaults', '/vaults', 'Headwater USD Vault'],
  ['vault', '/vaults/usd', 'In your wallet'],
  ['pools', '/pools', /1 tETH = /],
  ['pool', '/pools/eth_usd', 'In your wallet'],
  ['stake', '/stake', 'In your wallet'],
  ['portfolio', '/portfolio', 'Withdraw your supply · tETH'],
  ['grant form', '/portfolio', 'Withdraw your supply · tETH', 'Add an operator…'],
];
const WIDTHS = [1280, 360];

/** No accessibility fault and no sideways scrolling; pictures where a folder is named for them. */
export async function looksJourney({ context, devnet, check }) {
  const page = await context.newPage();
  await check(
    'an account with supply, a loan and an order, so that each page has something to show',
    async () => {
      await page.goto(devnet.pageUrl);
      await openLoan(page, '1', '500');
      await page.getByRole('button', { name: 'Add an order' }).click();
      await act(page, { button: 'Set the stop-loss', success: 'The stop-loss is set.' });
    },
  );
  await check('a supply by keyboard alone, from the top of the page', async () => {
    await page.goto(`${devnet.pageUrl}/markets/eth`);
    await page.getByText('In your wallet').waitFor();
    await tabTo(page, 'Skip to the content');
    await page.keyboard.press('Enter');
    await tabTo(page, 'Amount to supply');
    await page.keyboard.type('0.1');
    await page.getByRole('button', { name: /^Supply 0.10/, disabled: false }).waitFor();
    await tabTo(page, 'Supply 0.10 tETH');
    await page.keyboard.press('Enter');
    await page.getByText(/You supplied 0.10/).waitFor();
  });
  // A colour half-way from one to another is judged as if it stayed.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  for (const theme of ['light', 'dark']) {
    await page.evaluate((choice) => localStorage.setItem('headwater.theme', choice), theme);
    for (const [name, path, landmark, opener] of PAGES) {
      await check(`${name}, ${theme}: no fault of accessibility, nothing overflows`, async () => {
        await page.setViewportSize({ width: WIDTHS[0], height: 900 });
        await page.goto(`${devnet.pageUrl}${path}`);
        await page.getByText(landmark).first().waitFor();
        await page.getByText(/asking the node…/i).waitFor({ state: 'detached' });
        if (opener) await page.getByRole('button', { name: opener }).click();
        for (const width of WIDTHS) await look(page, `${name}-${theme}`, width);
      });
    }
  }
}

/** Presses Tab until the focus is on what has this name. */
async function tabTo(page, name) {
  const passed = [];
  for (let presses = 0; presses < 20; presses += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const { activeElement } = document;
      return activeElement?.labels?.[0]?.textContent ?? activeElement?.textContent ?? '';
    });
    if (focused === name) return;
    passed.push(focused);
  }
  throw new Error(`the focus never came to "${name}", but to ${passed.join(', ')}`);
}

async function look(page, name, width) {
  await page.setViewportSize({ width, height: 900 });
  // Whatever was opened further down: the header lies over nothing then.
  await page.evaluate(() => window.scrollTo(0, 0));
  const shots = process.env.HEADWATER_E2E_SHOTS;
  if (shots) await page.screenshot({ path: join(shots, `${name}-${width}.png`), fullPage: true });
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  if (overflow > 0) throw new Error(`${overflow} px too wide at ${width} px`);
  // Evaluated in the page's world: the policy of the page allows no foreign script tag.
  await page.evaluate(axeSource);
  const violations = await page.evaluate(
    async (tags) => (await window.axe.run(document, { runOnly: tags })).violations,
    TAGS,
  );
  if (violations.length > 0) throw new Error(violations.map(faultText(width)).join('\n'));
}

const faultText =
  (width) =>
  ({ id, nodes }) => {
    const places = nodes.map(({ html }) => html).slice(0, 3);
    return `${id} at ${width} px: ${places.join('\n')}`;
  };
