// SPDX-License-Identifier: Apache-2.0
// What the journeys ask of the chain directly: facts to compare with, time, and the keeper's part.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createPublicClient, createTestClient, createWalletClient, http } from 'viem';
import { mnemonicToAccount } from 'viem/accounts';

const abiFolder = join(dirname(fileURLToPath(import.meta.url)), '../../deployments/abi');
const MNEMONIC = 'test test test test test test test test test test test junk';
const OWNER_INDEX = 0;
const KEEPER_INDEX = 2;
const SENT_WITH_GAS = 5_000_000n;

/** Little enough for the journey's loan to move the rate, more than its collateral allows. */
const LENT_BY_OTHERS = 8_000_000_000n;

export function createChain({ rpcUrl, deployment }) {
  const chain = {
    id: deployment.chain_id,
    name: 'e2e',
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  };
  const transport = http(rpcUrl);
  const client = createPublicClient({ chain, transport, pollingInterval: 200 });
  const test = createTestClient({ chain, transport, mode: 'anvil' });
  const walletOf = (addressIndex) =>
    createWalletClient({
      account: mnemonicToAccount(MNEMONIC, { addressIndex }),
      chain,
      transport,
    });
  const contract = (key) => {
    const { address, contract: name } = deployment.contracts[key];
    const parsed = JSON.parse(readFileSync(join(abiFolder, `${name}.json`), 'utf8'));
    return { address, abi: Array.isArray(parsed) ? parsed : parsed.abi };
  };
  const addressOf = (key) => deployment.contracts[key].address;
  const read = (key, functionName, args = []) =>
    client.readContract({ ...contract(key), functionName, args });
  const send = async (wallet, key, functionName, args) => {
    // Not estimated: the heartbeat may accrue pools between an estimate and its transaction.
    const request = { ...contract(key), functionName, args, gas: SENT_WITH_GAS };
    const hash = await wallet.writeContract(request);
    const receipt = await client.waitForTransactionReceipt({ hash });
    if (receipt.status !== 'success') throw new Error(`${functionName} was reverted`);
  };
  const sendAsKeeper = (...call) => send(walletOf(KEEPER_INDEX), ...call);
  /** Somebody else's supply, so that there is something to borrow. */
  const lendAsOwner = async () => {
    const owner = walletOf(OWNER_INDEX);
    const { address } = owner.account;
    const pool = addressOf('LendingPool/usd_core');
    await send(owner, 'Faucet', 'mint_to', [addressOf('tUSD'), address, LENT_BY_OTHERS]);
    await send(owner, 'tUSD', 'approve', [pool, LENT_BY_OTHERS]);
    await send(owner, 'LendingPool/usd_core', 'deposit', [LENT_BY_OTHERS, address]);
  };
  const passTime = async (seconds) => {
    await test.increaseTime({ seconds });
    await test.mine({ blocks: 1 });
  };
  return { client, read, sendAsKeeper, lendAsOwner, passTime, addressOf };
}
