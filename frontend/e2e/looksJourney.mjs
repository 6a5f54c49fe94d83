// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

const PAGES = [
  ['home', '/'],
  ['markets', '/markets'],
  ['market', '/markets/usd_core'],
  ['vaults', '/vaults'],
  ['vault', '/vaults/usd'],
  ['pool', '/pools/eth_usd'],
  ['stake', '/stake'],
  ['portfolio', '/portfolio'],
];
const WIDTHS = [1280, 360];

/** No accessibility fault and no sideways scrolling; pictures where a folder is named for them. */
export async function looksJourney({ context, devnet, check }) {
  const page = await context.newPage();
  const shots = process.env.HEADWATER_E2E_SHOTS;
  await page.goto(devnet.pageUrl);
  await page.getByTestId('demo').click();
  await page.getByText('Test ether and test tokens have arrived.').waitFor({ timeout: 60_000 });
  // Evaluated in the page's world from here: the policy of the page allows no foreign script tag.
  for (const theme of ['light', 'dark']) {
    await page.evaluate((choice) => localStorage.setItem('headwater.theme', choice), theme);
    for (const [name, path] of PAGES) {
      await check(`${name}, ${theme}: no fault of accessibility, nothing overflows`, async () => {
        await page.goto(`${devnet.pageUrl}${path}`);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.getByText('Asking the node…').first().waitFor({ state: 'detached' });
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 900 });
          if (shots)
            await page.screenshot({
              path: join(shots, `${name}-${theme}-${width}.png`),
              fullPage: true,
            });
          const overflow = await page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
          );
          if (overflow > 0) throw new Error(`${overflow} px too wide at ${width} px`);
          await page.evaluate(axeSource);
          const violations = await page.evaluate(
            async (tags) => (await window.axe.run(document, { runOnly: tags })).violations,
            TAGS,
          );
          if (violations.length > 0)
            throw new Error(
              violations
                .map(
                  ({ id, nodes }) =>
                    `${id} at ${width} px: ${nodes
                      .map(({ html }) => html)
                      .slice(0, 3)
                      .join('\n')}`,
                )
                .join('\n'),
            );
        }
      });
    }
  }
}
