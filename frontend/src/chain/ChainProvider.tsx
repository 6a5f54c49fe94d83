// SPDX-License-Identifier: Apache-2.0
import { QueryClientProvider } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useMemo } from 'react';
import { WagmiProvider } from 'wagmi';
import { BlockWatcher } from './blockWatcher';
import type { ChainSetup } from './setup';

const ChainContext = createContext<(ChainSetup & { watcher: BlockWatcher }) | undefined>(undefined);

/** Puts one chain behind all hooks below it, and refreshes what they read with each block. */
export function ChainProvider({ setup, children }: { setup: ChainSetup; children: ReactNode }) {
  const value = useMemo(() => {
    const refresh = () =>
      void setup.queryClient.invalidateQueries({ queryKey: ['chain'] }, { cancelRefetch: false });
    return { ...setup, watcher: new BlockWatcher(setup.client, refresh) };
  }, [setup]);
  useEffect(() => value.watcher.start(), [value]);
  return (
    <WagmiProvider config={setup.wagmiConfig}>
      <QueryClientProvider client={setup.queryClient}>
        <ChainContext.Provider value={value}>{children}</ChainContext.Provider>
      </QueryClientProvider>
    </WagmiProvider>
  );
}

/** The chain of the page. */
export function useChain() {
  const chain = useContext(ChainContext);
  if (!chain) throw new Error('useChain needs a ChainProvider above it');
  return chain;
}
