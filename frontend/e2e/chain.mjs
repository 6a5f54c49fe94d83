// SPDX-License-Identifier: Apache-2.0
// What the journeys ask of the chain directly: facts to compare with, time, and the keeper's part.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createPublicClient, createTestClient, createWalletClient, http } from 'viem';
import { mnemonicToAccount } from 'viem/accounts';

const abiFolder = join(dirname(fileURLToPath(import.meta.url)), '../../deployments/abi');
const MNEMONIC = 'test test test test test test test test test test test junk';
const KEEPER_INDEX = 2;

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
  const keeper = createWalletClient({
    account: mnemonicToAccount(MNEMONIC, { addressIndex: KEEPER_INDEX }),
    chain,
    transport,
  });
  const contract = (key) => {
    const { address, contract: name } = deployment.contracts[key];
    const parsed = JSON.parse(readFileSync(join(abiFolder, `${name}.json`), 'utf8'));
    return { address, abi: Array.isArray(parsed) ? parsed : parsed.abi };
  };
  const read = (key, functionName, args = []) =>
    client.readContract({ ...contract(key), functionName, args });
  const sendAsKeeper = async (key, functionName, args) => {
    const hash = await keeper.writeContract({ ...contract(key), functionName, args });
    const receipt = await client.waitForTransactionReceipt({ hash });
    if (receipt.status !== 'success') throw new Error(`${functionName} was reverted`);
  };
  const passTime = async (seconds) => {
    await test.increaseTime({ seconds });
    await test.mine({ blocks: 1 });
  };
  const addressOf = (key) => deployment.contracts[key].address;
  return { client, read, sendAsKeeper, passTime, addressOf };
}
