// SPDX-License-Identifier: Apache-2.0
import { type Address, createWalletClient, http, type PublicClient, parseEther } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { faucetAbi } from '../generated/faucetAbi';
import type { Deployment } from './deployment';

// Key 3 of the mnemonic "test test ... junk" that every local chain publishes. It is no secret and
// holds test ether only; the checks below keep it away from any other chain.
const PUBLIC_TEST_KEY = '0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6';

const GAS_MONEY = parseEther('1');
const ATTEMPTS = 4;

/** Gives an account ether for gas and one drop of test tokens. Loaded and run on devnets only. */
export async function fundOnDevnet(
  client: PublicClient,
  deployment: Deployment,
  receiver: Address,
): Promise<void> {
  const chainId = await client.getChainId();
  if (!deployment.isDevnet || chainId !== deployment.chainId)
    throw new Error('test money exists on the devnet only');

  const account = privateKeyToAccount(PUBLIC_TEST_KEY);
  const wallet = createWalletClient({
    account,
    chain: client.chain,
    transport: http(deployment.rpcUrl),
  });
  const confirm = async (hash: `0x${string}`) => {
    const receipt = await client.waitForTransactionReceipt({ hash, pollingInterval: 300 });
    if (receipt.status !== 'success') throw new Error('the faucet transaction was reverted');
  };

  if ((await client.getBalance({ address: receiver })) < GAS_MONEY / 2n)
    await retry(async () =>
      confirm(
        await wallet.sendTransaction({ to: receiver, value: GAS_MONEY, chain: client.chain }),
      ),
    );

  const faucet = { address: deployment.contracts.Faucet as Address, abi: faucetAbi };
  if (await client.readContract({ ...faucet, functionName: 'can_drop', args: [receiver] }))
    await retry(async () =>
      confirm(
        await wallet.writeContract({
          ...faucet,
          functionName: 'drop',
          args: [receiver],
          chain: client.chain,
        }),
      ),
    );
}

/** Other pages use the same public key: a nonce that was taken meanwhile is asked anew. */
async function retry(send: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send();
    } catch (error) {
      if (attempt === ATTEMPTS || !/nonce|underpriced|already known/i.test(String(error)))
        throw error;
    }
  }
}
