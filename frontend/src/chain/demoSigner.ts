// SPDX-License-Identifier: Apache-2.0
import type { Hex, PublicClient, TransactionRequest, TypedDataDefinition } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import type { DemoKey } from './demoKey';

// Loaded only when a demo account is used: it brings the curve arithmetic with it.

/** A fresh key from the browser's random source. */
export function createDemoKey(): DemoKey {
  const privateKey = generatePrivateKey();
  return { privateKey, address: privateKeyToAccount(privateKey).address };
}

/** Signs a transaction with a demo key and hands it to the node. */
export async function sendAsDemo(
  client: PublicClient,
  key: DemoKey,
  request: TransactionRequest,
): Promise<Hex> {
  const account = privateKeyToAccount(key.privateKey);
  const { chain } = client;
  if (!chain) throw new Error('the client has no chain');
  // The nonce is asked from the node each time, so a restarted chain causes no nonce trouble.
  const [nonce, gasPrice, gas] = await Promise.all([
    client.getTransactionCount({ address: account.address, blockTag: 'pending' }),
    client.getGasPrice(),
    request.gas ??
      client.estimateGas({
        account: account.address,
        to: request.to,
        data: request.data,
        value: request.value,
      }),
  ]);
  const serialized = await account.signTransaction({
    type: 'eip1559',
    chainId: chain.id,
    nonce,
    to: request.to,
    data: request.data,
    value: request.value ?? 0n,
    gas,
    maxFeePerGas: gasPrice * 2n,
    maxPriorityFeePerGas: 0n,
  });
  return client.sendRawTransaction({ serializedTransaction: serialized });
}

/** Signs typed data (a permit) with a demo key. */
export function signTypedDataAsDemo(key: DemoKey, typedData: TypedDataDefinition): Promise<Hex> {
  return privateKeyToAccount(key.privateKey).signTypedData(typedData);
}
