// SPDX-License-Identifier: Apache-2.0
import type { Problem } from '../../domain/flow';

export interface DemoState {
  phase: 'idle' | 'creating' | 'funding' | 'ready' | 'failed';
  problem?: Problem;
}

let state: DemoState = { phase: 'idle' };
const listeners = new Set<() => void>();

/** How far the demo account is: outlives the button or the menu that asked for it. */
export const demoStore = {
  read: (): DemoState => state,
  write: (next: DemoState): void => {
    state = next;
    for (const listener of listeners) listener();
  },
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
