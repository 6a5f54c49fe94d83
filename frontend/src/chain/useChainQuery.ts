// SPDX-License-Identifier: Apache-2.0
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { PublicClient } from 'viem';
import { useChain } from './ChainProvider';

/** One read of the chain, repeated with each block while something on the page shows it. */
export function useChainQuery<Value>(
  key: readonly string[],
  read: (client: PublicClient) => Promise<Value>,
  options: { isEnabled?: boolean; keepsPrevious?: boolean } = {},
) {
  const { client, deployment } = useChain();
  const { isEnabled = true, keepsPrevious = false } = options;
  return useQuery({
    queryKey: ['chain', deployment.genesisHash, ...key],
    queryFn: () => read(client),
    enabled: isEnabled,
    ...(keepsPrevious ? { placeholderData: keepPreviousData } : {}),
  });
}
