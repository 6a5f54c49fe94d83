// SPDX-License-Identifier: Apache-2.0
import type { Address } from 'viem';
import { useConnection } from 'wagmi';
import { useChain } from './ChainProvider';
import { DEMO_CONNECTOR_ID } from './demoConnector';

export interface AccountState {
  address: Address | undefined;
  isReconnecting: boolean;
  isWrongNetwork: boolean;
  isDemo: boolean;
}

/** Who uses the page. */
export function useAccount(): AccountState {
  const { deployment } = useChain();
  const { address, chainId, status, connector } = useConnection();
  return {
    address,
    isReconnecting: status === 'reconnecting',
    isWrongNetwork: status === 'connected' && chainId !== deployment.chainId,
    isDemo: connector?.id === DEMO_CONNECTOR_ID,
  };
}
