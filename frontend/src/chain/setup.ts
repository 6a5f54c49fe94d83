// SPDX-License-Identifier: Apache-2.0
import { QueryClient } from '@tanstack/react-query';
import { createPublicClient, defineChain, http, type PublicClient } from 'viem';
import { type Config, createConfig, createStorage } from 'wagmi';
import { demoConnector } from './demoConnector';
import type { Deployment } from './deployment';

/** Everything that the page holds to talk to one chain. */
export interface ChainSetup {
  deployment: Deployment;
  client: PublicClient;
  wagmiConfig: Config;
  queryClient: QueryClient;
}

/** Builds the clients for a deployment; sends nothing yet. */
export function createChainSetup(deployment: Deployment): ChainSetup {
  const chain = defineChain({
    id: deployment.chainId,
    name: deployment.isDevnet ? 'Headwater devnet' : `Headwater ${deployment.network}`,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [deployment.rpcUrl] } },
    testnet: deployment.isDevnet,
  });
  const transport = http(deployment.rpcUrl, { batch: { wait: 5 }, retryCount: 1, timeout: 8_000 });
  const client = createPublicClient({ chain, transport, pollingInterval: 500, cacheTime: 0 });
  const wagmiConfig = createConfig({
    chains: [chain],
    transports: { [chain.id]: transport },
    connectors: deployment.isDevnet ? [demoConnector(deployment, client as PublicClient)] : [],
    // A restarted devnet is another chain: what was remembered of the old one is not read again.
    storage: createStorage({
      key: `headwater.${deployment.genesisHash.slice(2, 12)}`,
      storage: localStorage,
    }),
    pollingInterval: 500,
  });
  const queryClient = new QueryClient({
    defaultOptions: {
      // Freshness comes from blocks, not from focus or timers.
      queries: { staleTime: 60_000, retry: 1, refetchOnWindowFocus: false },
    },
  });
  return { deployment, client: client as PublicClient, wagmiConfig, queryClient };
}
