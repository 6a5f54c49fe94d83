// SPDX-License-Identifier: Apache-2.0
import { type Address, type Hex, hexToBigInt, numberToHex, type PublicClient } from 'viem';
import { createConnector } from 'wagmi';
import { readDemoKey, storeDemoKey } from './demoKey';
import type { Deployment } from './deployment';

export const DEMO_CONNECTOR_ID = 'headwater-demo';

interface RpcRequest {
  method: string;
  params?: unknown;
}

/**
 * An account whose key is made and kept in this browser. Offered on the devnet only; the code
 * that signs is loaded when it is first used.
 */
export function demoConnector(deployment: Deployment, client: PublicClient) {
  const connectedSlot = `headwater.demo.connected.${deployment.genesisHash}`;
  // One send at a time, so that two actions never take the same nonce.
  let lastSend: Promise<unknown> = Promise.resolve();

  const demoKey = async () => {
    const kept = readDemoKey(deployment.genesisHash);
    if (kept) return kept;
    const { createDemoKey } = await import('./demoSigner');
    const fresh = createDemoKey();
    storeDemoKey(deployment.genesisHash, fresh);
    return fresh;
  };

  const send = async (transaction: { to?: Address; data?: Hex; value?: Hex; gas?: Hex }) => {
    const { sendAsDemo } = await import('./demoSigner');
    const value = transaction.value ? hexToBigInt(transaction.value) : 0n;
    const gas = transaction.gas ? hexToBigInt(transaction.gas) : undefined;
    const previous = lastSend;
    const current = (async () => {
      await previous.catch(() => undefined);
      return sendAsDemo(client, await demoKey(), { ...transaction, value, gas });
    })();
    lastSend = current;
    return current;
  };

  const provider = {
    request: async ({ method, params }: RpcRequest): Promise<unknown> => {
      const [first, second] = (params ?? []) as [never, never];
      switch (method) {
        case 'eth_accounts':
        case 'eth_requestAccounts':
          return [(await demoKey()).address];
        case 'eth_chainId':
          return numberToHex(deployment.chainId);
        case 'eth_sendTransaction':
          return send(first);
        case 'eth_signTypedData_v4': {
          const { signTypedDataAsDemo } = await import('./demoSigner');
          return signTypedDataAsDemo(await demoKey(), JSON.parse(second));
        }
        default:
          return client.request({ method, params } as never);
      }
    },
  };

  return createConnector((config) => ({
    id: DEMO_CONNECTOR_ID,
    name: 'Demo account',
    type: 'demo',
    connect: async ({ withCapabilities } = {}) => {
      const { address } = await demoKey();
      localStorage.setItem(connectedSlot, 'yes');
      return {
        accounts: (withCapabilities ? [{ address, capabilities: {} }] : [address]) as never,
        chainId: deployment.chainId,
      };
    },
    disconnect: async () => localStorage.removeItem(connectedSlot),
    getAccounts: async () => [(await demoKey()).address],
    getChainId: async () => deployment.chainId,
    getProvider: async () => provider,
    isAuthorized: async () =>
      localStorage.getItem(connectedSlot) === 'yes' &&
      readDemoKey(deployment.genesisHash) !== undefined,
    onAccountsChanged: () => undefined,
    onChainChanged: () => undefined,
    onDisconnect: () => config.emitter.emit('disconnect'),
  }));
}
