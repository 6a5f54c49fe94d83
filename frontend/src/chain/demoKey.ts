// SPDX-License-Identifier: Apache-2.0
import type { Address, Hex } from 'viem';

export interface DemoKey {
  privateKey: Hex;
  address: Address;
}

// By genesis: the key of a chain that was reset holds nothing on the new one.
const slot = (genesisHash: string) => `headwater.demo.${genesisHash}`;

/** The demo key made for this chain in this browser, if there is one. */
export function readDemoKey(genesisHash: string): DemoKey | undefined {
  try {
    const text = localStorage.getItem(slot(genesisHash));
    return text ? (JSON.parse(text) as DemoKey) : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a demo key for the next visit. */
export function storeDemoKey(genesisHash: string, key: DemoKey): void {
  localStorage.setItem(slot(genesisHash), JSON.stringify(key));
}
