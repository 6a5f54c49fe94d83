// SPDX-License-Identifier: Apache-2.0
// What a page does with a node, by viem: argv[2] is the node's URL, argv[3] a private key.
// Prints one line of JSON; an error ends it with a status that is not 0.

const { createRequire } = require("node:module");
const path = require("node:path");

const page = createRequire(path.join(__dirname, "../../frontend/package.json"));
const viem = page("viem");
const { privateKeyToAccount } = page("viem/accounts");

const [url, key] = process.argv.slice(2);
const account = privateKeyToAccount(key);
const RECEIVER = "0x00000000000000000000000000000000000A11cE";

// A receipt of the block that is still open comes before its block does.
async function blockOf(reader, receipt) {
  for (;;) {
    const block = await reader.getBlock({ blockNumber: receipt.blockNumber }).catch(() => null);
    if (block) return block;
    await new Promise((resume) => setTimeout(resume, 50));
  }
}

async function main() {
  const transport = viem.http(url, { batch: true });
  const reader = viem.createPublicClient({ transport, pollingInterval: 50 });
  const chainId = await reader.getChainId();
  const chain = viem.defineChain({
    id: chainId,
    name: "Headwater",
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [url] } },
  });
  const wallet = viem.createWalletClient({ account, chain, transport });
  const hash = await wallet.sendTransaction({ to: RECEIVER, value: 5n });
  const receipt = await reader.waitForTransactionReceipt({ hash, timeout: 20_000 });
  const block = await blockOf(reader, receipt);
  const { results, assetChanges } = await reader.simulateCalls({
    account: account.address,
    calls: [{ to: RECEIVER, value: 7n }],
    traceAssetChanges: true,
  });
  const unknown = await reader.request({ method: "eth_noSuchThing" }).catch((error) => error);
  const proof = await reader.getProof({ address: RECEIVER, storageKeys: [] });
  const fees = await reader.estimateFeesPerGas();
  const shown = {
    status: receipt.status,
    isInBlock: block.transactions.includes(hash),
    balance: String(proof.balance),
    simulated: results.map((result) => result.status),
    changes: assetChanges.map((change) => String(change.value.diff)),
    unknown: unknown.code ?? unknown.cause?.code,
    isPriced: fees.maxFeePerGas > 0n,
  };
  console.log(JSON.stringify(shown));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
