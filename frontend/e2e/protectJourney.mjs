// SPDX-License-Identifier: Apache-2.0
import { act, demoAddress, goTo, openLoan } from './steps.mjs';

const WAD = 10n ** 18n;
const [STOP_LOSS, WITHDRAW, REPAY] = [1n, 2n, 8n];
const THIRTY_DAYS = 30n * 86_400n;
const BOT = '0x000000000000000000000000000000000000b07a';

/** A stop-loss that is set, runs when the price falls, and is taken back; who may act, and until. */
export async function protectJourney({ context, devnet, chain, check }) {
  const page = await context.newPage();
  const orders = chain.addressOf('Orders');
  const [ethPool, usdPool] = ['eth', 'usd_core'].map((key) =>
    chain.addressOf(`LendingPool/${key}`),
  );
  const order = page.getByTestId('order');
  const grant = page.getByTestId('grant');
  let account;
  let id;
  const granted = (operator, action, pool) =>
    chain.read('Operators', 'grant_of', [account, operator, action, pool]);

  await check('2,000 tUSD are borrowed against 2 tETH at 2,250', async () => {
    await devnet.setPrices('tETH=2250', 'tUSD=1', 'tBTC=60000');
    await page.goto(devnet.pageUrl);
    await openLoan(page, '2', '2,000.00');
    account = await demoAddress(page);
  });
  await check('a stop-loss says at which price it sells, and what that does', async () => {
    await page.getByRole('button', { name: 'Add an order' }).click();
    await page.getByLabel('When health falls below', { exact: true }).fill('1.3');
    await page.getByLabel('Back to a health of', { exact: true }).fill('1.6');
    await page.getByLabel('Sell at most', { exact: true }).fill('1.5');
    // A health of 1.8 at 2,250 is one of 1.3 at 1,625; interest moves it up a little.
    await page
      .getByText(/^If 1 tETH falls below about 1,62[5-6]\.\d\d tUSD, about 0\.\d+ tETH is sold/)
      .waitFor();
    await page.getByText('In all it sells at most 1.50 tETH.').waitFor();
  });
  await check('a trigger above the health of now is refused, beside its field', async () => {
    await page.getByLabel('When health falls below', { exact: true }).fill('1.9');
    await page.getByText(/^Choose less than your health now/).waitFor();
    if (await page.getByRole('button', { name: 'Set the stop-loss' }).isEnabled())
      throw new Error('the button is enabled');
    await page.getByLabel('When health falls below', { exact: true }).fill('1.3');
  });
  await check('it is set with one grant, and is on chain with exactly these figures', async () => {
    await act(page, { button: 'Set the stop-loss', success: 'The stop-loss is set.' });
    [id] = await chain.read('Orders', 'orders_of', [account]);
    const set = await chain.read('Orders', 'order_of', [id]);
    const { timestamp } = await chain.client.getBlock();
    expectEqual(
      { ...set, hops: set.hops.map(({ pair, token_in }) => [pair, token_in]) },
      {
        account,
        kind: STOP_LOSS,
        pool: ethPool,
        trigger_wad: (13n * WAD) / 10n,
        target_health_wad: (16n * WAD) / 10n,
        assets: (15n * WAD) / 10n,
        max_slippage_bps: 300n,
        bounty_bps: 0n,
        expires_at: set.expires_at,
        hops: [[chain.addressOf('VolatilePair/eth_usd'), chain.addressOf('tETH')]],
      },
    );
    const seconds = set.expires_at - timestamp;
    if (seconds < THIRTY_DAYS || seconds > THIRTY_DAYS + 3_600n)
      throw new Error(`it ends after ${seconds} s`);
    expectEqual(await granted(orders, WITHDRAW, ethPool), {
      assets: (15n * WAD) / 10n,
      receiver: orders,
      expires_at: set.expires_at,
      min_health_wad: WAD,
    });
    await order.getByText('Waiting').waitFor();
  });
  await check('the price falls, and the chain sells and repays by itself', async () => {
    await devnet.setPrices('tETH=1600');
    await page.getByText(/^Stop-loss \d+ sold 0\.\d+ tETH for [\d,.]+ tUSD/).waitFor();
    const left = await chain.read('Orders', 'order_of', [id]);
    const { assets } = await granted(orders, WITHDRAW, ethPool);
    if (left.assets === 0n || left.assets >= (15n * WAD) / 10n)
      throw new Error(`${left.assets} are left of the order`);
    expectEqual(assets, left.assets);
    const health = await chain.read('Accounts', 'health_wad', [account]);
    if (health < (16n * WAD) / 10n) throw new Error(`health is only ${health}`);
    const debt = await chain.read('LendingPool/usd_core', 'debt_of', [account]);
    if (debt === 0n || debt >= 2_000_000_000n) throw new Error(`the debt is ${debt}`);
  });
  await check('the portfolio says who may act; one grant is revoked', async () => {
    await goTo(page, 'Portfolio');
    await grant.getByText('Withdraw your supply · tETH').waitFor();
    if ((await grant.getByText('Orders').count()) === 0) throw new Error('Orders has no name');
    await grant.getByRole('button', { name: 'Revoke…' }).click();
    await act(page, { button: 'Revoke at once', success: 'The grant is revoked.' });
    await page.getByText(/^Nobody but you/).waitFor();
    expectEqual((await granted(orders, WITHDRAW, ethPool)).expires_at, 0n);
  });
  await check('the order says what it lacks, and gets it again', async () => {
    await order.getByText('The grant that it needs was revoked.').waitFor();
    await act(page, { button: 'Grant it again', success: 'The order has what it needs again.' });
    await order.getByText('Waiting').waitFor();
    const { assets } = await chain.read('Orders', 'order_of', [id]);
    expectEqual((await granted(orders, WITHDRAW, ethPool)).assets, assets);
  });
  await check('it is cancelled, and the grant goes with it', async () => {
    await order.getByRole('button', { name: 'Cancel…' }).click();
    await act(page, { button: 'Cancel the order', success: 'The order is cancelled.' });
    await order.waitFor({ state: 'detached' });
    expectEqual(await chain.read('Orders', 'orders_of', [account]), []);
    expectEqual((await granted(orders, WITHDRAW, ethPool)).expires_at, 0n);
  });
  await check('a top-up pays from the wallet when health falls, and counts down', async () => {
    await page.getByRole('button', { name: 'Add an order' }).click();
    await page.getByRole('tab', { name: 'Top-up', exact: true }).click();
    await page.getByLabel('When health falls below', { exact: true }).fill('3');
    await page.getByLabel('Back to a health of', { exact: true }).fill('4');
    await act(page, {
      field: 'Pay in at most',
      amount: '200',
      button: 'Set the top-up',
      success: 'The top-up is set.',
    });
    const wallet = await chain.read('tUSD', 'balanceOf', [account]);
    await devnet.setPrices('tETH=1000');
    await page
      .getByText(/^Top-up \d+ paid in [\d.]+ tUSD, which left a health of [34]\.\d+\./)
      .waitFor();
    const [topUp] = await chain.read('Orders', 'orders_of', [account]);
    const { assets } = await chain.read('Orders', 'order_of', [topUp]);
    const paid = wallet - (await chain.read('tUSD', 'balanceOf', [account]));
    if (paid === 0n) throw new Error('nothing was paid in');
    expectEqual(assets, 200_000_000n - paid);
    expectEqual((await granted(orders, REPAY, usdPool)).assets, assets);
    expectEqual(await chain.read('tUSD', 'allowance', [account, usdPool]), assets);
  });
  await check('a bot may repay up to 50 tUSD, and loses that with all others', async () => {
    await page.getByRole('button', { name: 'Add an operator…' }).click();
    await page.getByLabel('Operator', { exact: true }).fill(BOT);
    await act(page, {
      field: 'At most, in all',
      amount: '50',
      button: 'Grant this',
      success: 'It is granted.',
    });
    // Beside that of the top-up.
    await grant.getByText('Repay from your wallet · tUSD Core').nth(1).waitFor();
    expectEqual((await granted(BOT, REPAY, usdPool)).assets, 50_000_000n);
    await page.getByRole('button', { name: 'Revoke everything…' }).click();
    await act(page, {
      button: 'Revoke everything at once',
      success: 'Nobody but you may act for this account.',
    });
    for (const operator of [BOT, orders])
      expectEqual((await granted(operator, REPAY, usdPool)).expires_at, 0n);
  });
}

function expectEqual(found, wanted) {
  const textOf = (value) =>
    JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? `${each}` : each));
  if (textOf(found) !== textOf(wanted))
    throw new Error(`found ${textOf(found)}, not ${textOf(wanted)}`);
}
