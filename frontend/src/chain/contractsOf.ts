// SPDX-License-Identifier: Apache-2.0
import type { Address } from 'viem';
import type { Deployment } from './deployment';

export interface NamedContract {
  /** The part of the deployment key after the slash: "usd_core". */
  key: string;
  address: Address;
}

/** All contracts of one kind: contractsOf(deployment, 'LendingPool'). */
export function contractsOf(deployment: Deployment, kind: string): NamedContract[] {
  return Object.entries(deployment.contracts)
    .filter(([key]) => key.startsWith(`${kind}/`))
    .map(([key, address]) => ({ key: key.slice(kind.length + 1), address }));
}
