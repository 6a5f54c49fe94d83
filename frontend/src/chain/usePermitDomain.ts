// SPDX-License-Identifier: Apache-2.0
import { useQuery } from '@tanstack/react-query';
import { type Address, domainSeparator, type TypedDataDomain } from 'viem';
import { testTokenAbi } from '../generated/testTokenAbi';
import { useChain } from './ChainProvider';

/**
 * The EIP-712 domain for a token's permit, or null where it has none. The separator built from
 * it is compared with the token's own: a signature is asked for only when they agree.
 */
export function usePermitDomain(token: Address | undefined) {
  const { client, deployment } = useChain();
  const query = useQuery({
    queryKey: ['permit domain', deployment.genesisHash, token ?? ''],
    enabled: token !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    queryFn: async (): Promise<TypedDataDomain | null> => {
      const contract = { address: token as Address, abi: testTokenAbi } as const;
      try {
        const [[, name, version, chainId, verifyingContract], separator] = await Promise.all([
          client.readContract({ ...contract, functionName: 'eip712Domain' }),
          client.readContract({ ...contract, functionName: 'DOMAIN_SEPARATOR' }),
        ]);
        const domain = { name, version, chainId, verifyingContract };
        const isOurs = chainId === BigInt(deployment.chainId) && verifyingContract === token;
        return isOurs && domainSeparator({ domain }) === separator ? domain : null;
      } catch {
        return null;
      }
    },
  });
  return query.data ?? null;
}
