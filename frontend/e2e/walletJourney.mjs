// SPDX-License-Identifier: Apache-2.0
import { generatePrivateKey } from 'viem/accounts';
import { act, goTo, numberWhen, openRow } from './steps.mjs';
import { installWallet } from './wallet.mjs';

/** An injected wallet: found, moved to our network, declines once, swaps, stakes. */
export async function walletJourney({ context, devnet, chain, check }) {
  const wallet = await installWallet(context, {
    privateKey: generatePrivateKey(),
    rpcUrl: devnet.rpcUrl,
    chainId: devnet.deployment.chain_id,
  });
  const page = await context.newPage();

  await check('the wallet is found by its announcement, and adds our network', async () => {
    await page.goto(devnet.pageUrl);
    await page.getByTestId('account').click();
    await page.getByRole('menuitem', { name: 'Test Wallet' }).click();
    await page.getByTestId('account').getByText(wallet.address.slice(0, 6)).waitFor();
    if (!wallet.log.includes('wallet_addEthereumChain')) throw new Error(wallet.log.join());
  });
  await check('a wallet on another network is told so, and one button brings it back', async () => {
    wallet.state.chainId = 1;
    await page.reload();
    await page.getByText(/Your wallet is on another network/).waitFor();
    await page.getByRole('button', { name: 'Switch network' }).click();
    await page.getByText(/Your wallet is on another network/).waitFor({ state: 'detached' });
  });
  await check('it gets test money from the menu', async () => {
    await page.getByTestId('account').click();
    await page.getByRole('menuitem', { name: 'Get test money' }).click();
    const deadline = Date.now() + 60_000;
    while ((await chain.read('tUSD', 'balanceOf', [wallet.address])) === 0n) {
      if (Date.now() > deadline) throw new Error('no tokens came');
      await page.waitForTimeout(300);
    }
  });
  await check('declining a signature is said in words, and nothing is lost', async () => {
    await openRow(page, 'Markets', 'tUSD Core');
    await page.getByLabel('Amount to supply', { exact: true }).fill('100');
    wallet.state.rejects = true;
    await page.getByRole('button', { name: /^Supply 100/ }).click();
    await page.getByText('You declined the request in your wallet.').waitFor();
    wallet.state.rejects = false;
    await act(page, { button: /^Supply 100/, success: /You supplied 100/ });
  });
  await check('it withdraws everything by shares, without dust', async () => {
    await page.getByRole('tab', { name: 'Withdraw' }).click();
    await page.getByRole('tabpanel').getByRole('button', { name: /^Max:/ }).click();
    await act(page, { button: /^Withdraw/, success: /You withdrew/ });
    const shares = await chain.read('LendingPool/usd_core', 'balanceOf', [wallet.address]);
    if (shares !== 0n) throw new Error(`${shares} shares were left`);
  });
  await check('it swaps, and gets at least what the page promised', async () => {
    await openRow(page, 'Pools', /tETH/);
    await turnToSell(page, 'tETH');
    const dollars = await chain.read('tUSD', 'balanceOf', [wallet.address]);
    await page.getByLabel('Sell tETH', { exact: true }).fill('0.5');
    const promised = await page.getByText('You get at least').locator('xpath=../..').textContent();
    await act(page, { button: /^Swap 0.50 tETH/, success: /You swapped 0.50 tETH/ });
    const gained = (await chain.read('tUSD', 'balanceOf', [wallet.address])) - dollars;
    const least = Number(
      /([\d,]+\.\d+) tUSD/.exec(promised.replace(/.*at least/, ''))[1].replaceAll(',', ''),
    );
    if (Number(gained) / 1e6 < least) throw new Error(`${gained} is less than ${least}`);
  });
  await check('it adds liquidity at the ratio of the pool, and takes it out again', async () => {
    await act(page, {
      tab: 'Add',
      field: 'tETH to add',
      amount: '0.1',
      button: 'Add liquidity',
      success: /You added liquidity/,
    });
    await page.getByRole('tab', { name: 'Remove' }).click();
    await numberOfMax(page);
    await act(page, { button: 'Remove liquidity', success: /You removed liquidity/ });
    const left = await chain.read('VolatilePair/eth_usd', 'balanceOf', [wallet.address]);
    if (left !== 0n) throw new Error(`${left} pool tokens were left`);
  });
  await check('it buys HEAD, stakes it and starts the cooldown', async () => {
    await openRow(page, 'Pools', /HEAD/);
    await turnToSell(page, 'tUSD');
    await act(page, {
      field: 'Sell tUSD',
      amount: '100',
      button: /^Swap 100.00 tUSD/,
      success: /You swapped 100.00 tUSD/,
    });
    await goTo(page, 'Stake');
    await act(page, {
      field: 'Amount to stake',
      amount: '50',
      button: /^Stake 50/,
      success: /You staked 50/,
    });
    await numberWhen(page, 'stake', (stake) => stake >= 49.99);
    await act(page, {
      tab: 'Unstake',
      field: 'Amount to cool down',
      amount: '20',
      button: 'Start the cooldown',
      success: /left · /,
    });
  });
}

/** Which token a pool names first depends on addresses: turns the form if it has to. */
async function turnToSell(page, symbol) {
  const field = page.getByLabel(/^Sell /);
  await field.waitFor();
  const wanted = page.getByLabel(`Sell ${symbol}`, { exact: true });
  if ((await wanted.count()) === 0) await page.getByRole('button', { name: 'Turn around' }).click();
  await wanted.waitFor();
}

async function numberOfMax(page) {
  const most = page.getByRole('tabpanel').getByRole('button', { name: /^Max:/ });
  await most.waitFor();
  await page.waitForFunction(
    (button) => button instanceof HTMLButtonElement && !button.disabled,
    await most.elementHandle(),
  );
  await most.click();
}
