// SPDX-License-Identifier: Apache-2.0
import { useSyncExternalStore } from 'react';
import type { Pulse } from './blockWatcher';
import { useChain } from './ChainProvider';

/** The head of the chain, as it moves. */
export function usePulse(): Pulse {
  const { watcher } = useChain();
  return useSyncExternalStore(watcher.subscribe, watcher.read);
}
