// SPDX-License-Identifier: Apache-2.0
import type { Address } from 'viem';
import type { Holdings } from '../domain/accountTotals';
import { useMarkets } from './useMarkets';
import { usePairs } from './usePairs';
import { usePositions } from './usePositions';
import { useStaking } from './useStaking';
import { useTokenPrices } from './useTokenPrices';
import { useVaults } from './useVaults';

/**
 * Everything that an account has here, once all of it is read: a page that shows sums waits for
 * the last of them instead of counting up.
 */
export function useHoldings(account: Address | undefined): {
  holdings: Holdings | undefined;
  isError: boolean;
  refetch: () => void;
} {
  const markets = useMarkets();
  const positions = usePositions(account);
  const vaults = useVaults(account);
  const pairs = usePairs(account);
  const staking = useStaking(account);
  const prices = useTokenPrices(account);
  const reads = [markets, positions, vaults, pairs, staking];
  const isRead = markets.data && positions.data && vaults.data && pairs.data && staking.data;
  return {
    holdings: isRead
      ? {
          account: positions.data,
          markets: markets.data,
          vaults: vaults.data,
          pairs: pairs.data,
          staking: staking.data,
          prices,
        }
      : undefined,
    isError: reads.some((read) => read.isError && !read.data),
    refetch: () => {
      for (const read of reads) void read.refetch();
    },
  };
}
