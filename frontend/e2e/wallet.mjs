// SPDX-License-Identifier: Apache-2.0
// A browser wallet for tests: announces itself by EIP-6963 as an extension does, while key and
// decisions stay in Node.
import { createWalletClient, http, numberToHex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';

const rejection = { code: 4001, message: 'User rejected the request.' };

/** Puts the wallet into every page of a browser context; returns what steers it. */
export async function installWallet(context, { privateKey, rpcUrl, chainId }) {
  const account = privateKeyToAccount(privateKey);
  const chain = {
    id: chainId,
    name: 'test',
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  };
  const client = createWalletClient({ account, chain, transport: http(rpcUrl) });
  // Starts on another network, so that adding and switching is part of the journey.
  const state = { chainId: 1, knownChains: new Set([1]), isConnected: false, rejects: false };
  const log = [];

  async function handle(method, params) {
    log.push(method);
    const [first, second] = params ?? [];
    const isAsk = /sendTransaction|signTypedData|requestAccounts/.test(method);
    if (isAsk && state.rejects) return { error: rejection };
    switch (method) {
      case 'eth_requestAccounts':
        state.isConnected = true;
        return { result: [account.address] };
      case 'eth_accounts':
        return { result: state.isConnected ? [account.address] : [] };
      case 'wallet_requestPermissions':
        state.isConnected = true;
        return {
          result: [{ parentCapability: 'eth_accounts', caveats: [{ value: [account.address] }] }],
        };
      case 'wallet_revokePermissions':
        state.isConnected = false;
        return { result: null };
      case 'eth_chainId':
        return { result: numberToHex(state.chainId) };
      case 'wallet_switchEthereumChain': {
        const wanted = Number(first.chainId);
        if (!state.knownChains.has(wanted))
          return { error: { code: 4902, message: `Unrecognized chain ID ${wanted}.` } };
        state.chainId = wanted;
        return { result: null, event: ['chainChanged', numberToHex(wanted)] };
      }
      case 'wallet_addEthereumChain':
        state.knownChains.add(Number(first.chainId));
        state.chainId = Number(first.chainId);
        return { result: null, event: ['chainChanged', first.chainId] };
      case 'eth_signTypedData_v4':
        return { result: await account.signTypedData(JSON.parse(second)) };
      case 'eth_sendTransaction':
        return {
          result: await client.sendTransaction({
            to: first.to,
            data: first.data,
            value: first.value ? BigInt(first.value) : 0n,
            // As wallets do: what the page asks for, else an estimate without a margin.
            gas: first.gas ? BigInt(first.gas) : undefined,
          }),
        };
      default:
        return { result: await client.request({ method, params }) };
    }
  }

  await context.exposeFunction('__walletRequest', async (method, params) => {
    try {
      return await handle(method, params);
    } catch (error) {
      return {
        error: { code: error.code ?? -32603, message: error.shortMessage ?? String(error) },
      };
    }
  });
  await context.addInitScript(() => {
    const listeners = {};
    const provider = {
      request: async ({ method, params }) => {
        const { result, error, event } = await window.__walletRequest(method, params);
        if (error) throw Object.assign(new Error(error.message), { code: error.code });
        if (event) for (const listener of listeners[event[0]] ?? []) listener(event[1]);
        return result;
      },
      on: (name, listener) => {
        listeners[name] ??= [];
        listeners[name].push(listener);
      },
      removeListener: (name, listener) => {
        listeners[name] = (listeners[name] ?? []).filter((each) => each !== listener);
      },
    };
    const info = {
      uuid: '8a1e8a0e-1f0b-4a5e-9a3b-5f3d1c0a7e11',
      name: 'Test Wallet',
      icon: 'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>',
      rdns: 'test.wallet',
    };
    const announce = () =>
      window.dispatchEvent(
        new CustomEvent('eip6963:announceProvider', { detail: Object.freeze({ info, provider }) }),
      );
    window.addEventListener('eip6963:requestProvider', announce);
    announce();
  });
  return { state, log, address: account.address };
}
