// SPDX-License-Identifier: Apache-2.0
import { act, demoAddress, goTo, numberWhen, openRow } from './steps.mjs';

const DAY = 86_400;

/** Demo account, supply, borrow, prices fall, repay; then a vault deposit that grows. */
export async function demoJourney({ context, devnet, chain, check }) {
  const page = await context.newPage();
  const startedAt = Date.now();

  await check('the page opens and hears the chain', async () => {
    await page.goto(devnet.pageUrl);
    await numberWhen(page, 'block', (block) => block > 0);
  });
  await check('one click makes a demo account with test money', async () => {
    await page.getByTestId('demo').click();
    await page.getByText('Test ether and test tokens have arrived.').waitFor({ timeout: 60_000 });
  });
  await check('2 tETH are supplied with one signed permission', async () => {
    await openRow(page, 'Markets', 'tETH');
    await act(page, {
      field: 'Amount to supply',
      amount: '2',
      button: /^Supply 2/,
      success: /You supplied 2/,
    });
  });
  await check('the first supply took less than a minute', async () => {
    if (Date.now() - startedAt > 60_000) throw new Error(`${(Date.now() - startedAt) / 1_000} s`);
  });
  await check('3,000 tUSD are borrowed in one transaction that also pledges', async () => {
    await openRow(page, 'Markets', 'tUSD Core');
    await act(page, {
      tab: 'Borrow',
      field: 'Amount to borrow',
      amount: '3,000.00',
      button: /^Pledge and borrow 3,000/,
      success: /You borrowed 3,000/,
    });
  });
  const before = await check('health is what the chain says: 2 x 3,000 x 80 % over 3,000', () =>
    numberWhen(page, 'health', (health) => health > 1.55 && health <= 1.6),
  );
  await check(
    'a borrow beyond the collateral is refused in words, before any signature',
    async () => {
      await page.getByLabel('Amount to borrow', { exact: true }).fill('2000');
      await page.getByText(/Your collateral allows 1,49/).waitFor();
      if (await page.getByRole('button', { name: /^Borrow 2,000/ }).isEnabled())
        throw new Error('the button is enabled');
      await page.getByLabel('Amount to borrow', { exact: true }).fill('');
    },
  );
  await check('the price of ether falls, and health is seen to fall', async () => {
    await devnet.setPrices('tETH=2250');
    const after = await numberWhen(page, 'health', (health) => health < 1.25);
    if (after >= before) throw new Error(`health went from ${before} to ${after}`);
    await page.getByText('In danger').first().waitFor();
  });
  await check('1,000 tUSD are repaid, and health recovers', async () => {
    await act(page, {
      tab: 'Repay',
      field: 'Amount to repay',
      amount: '1000',
      button: /^Repay 1,000/,
      success: /You repaid 1,000/,
    });
    await numberWhen(page, 'health', (health) => health > 1.5);
  });
  await check('5,000 tUSD are deposited in the vault', async () => {
    await openRow(page, 'Vaults', 'Headwater USD Vault');
    await act(page, {
      field: 'Amount to deposit',
      amount: '5000',
      button: /^Deposit 5,000/,
      success: /You deposited 5,000/,
    });
  });
  await check('the deposit is seen to grow once a strategy has earned and reported', async () => {
    const [vault, strategy] = ['YieldVault/usd', chain.addressOf('LendingStrategy/usd_core')];
    const opening = await numberWhen(page, 'vault-deposit', (deposit) => deposit > 4_999);
    await chain.sendAsKeeper(vault, 'update_debt', [strategy, 4_000_000_000n]);
    await chain.passTime(30 * DAY);
    await chain.sendAsKeeper(vault, 'process_report', [strategy]);
    await chain.passTime(DAY);
    await numberWhen(page, 'vault-deposit', (deposit) => deposit > opening);
  });
  await check('everything is repaid once prices are fresh again', async () => {
    await devnet.setPrices('tETH=2250', 'tUSD=1', 'tBTC=60000');
    await openRow(page, 'Markets', 'tUSD Core');
    await page.getByRole('tab', { name: 'Repay', exact: true }).click();
    await page.getByRole('tabpanel').getByRole('button', { name: /^Max:/ }).click();
    await act(page, { button: 'Repay everything', success: 'You owe nothing here any more.' });
    const account = await demoAddress(page);
    const debt = await chain.read('LendingPool/usd_core', 'debt_of', [account]);
    if (debt !== 0n) throw new Error(`the chain still says ${debt}`);
  });
  await check(
    '0.3 tETH wait in the exit queue, are served at the next block and claimed',
    async () => {
      await openRow(page, 'Markets', 'tETH');
      await act(page, {
        field: 'Amount to queue',
        amount: '0.3',
        button: /^Queue 0\.3/,
        success: /is in the queue/,
      });
      await act(page, { button: /^Claim 0\.3/, success: /You claimed 0\.3/ });
    },
  );
  await check('the account is still there after a reload', async () => {
    await page.reload();
    await page.getByTestId('account').getByText('…').waitFor();
    await goTo(page, 'Portfolio');
    await page.getByRole('table').getByText('tETH').first().waitFor();
  });
  await check('the page says so while the node is silent, and recovers', async () => {
    await page.route(`${devnet.rpcUrl}/**`, (route) => route.abort());
    await page
      .getByTestId('live')
      .getByText(/Reconnecting/)
      .waitFor();
    await page.getByText(/The node is silent. What you see is of block/).waitFor();
    await page.unroute(`${devnet.rpcUrl}/**`);
    await page
      .getByTestId('live')
      .getByText(/Headwater devnet/)
      .waitFor();
    await page.getByText(/The node is silent/).waitFor({ state: 'detached' });
  });
}
