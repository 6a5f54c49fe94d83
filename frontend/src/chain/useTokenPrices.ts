// SPDX-License-Identifier: Apache-2.0
import { useMemo } from 'react';
import type { Address } from 'viem';
import { type TokenPrices, tokenPrices } from '../domain/tokenPrices';
import { useMarkets } from './useMarkets';
import { usePairs } from './usePairs';

/** What each token is worth, from what the page reads anyway. */
export function useTokenPrices(account: Address | undefined): TokenPrices {
  const markets = useMarkets().data;
  const pairs = usePairs(account).data;
  return useMemo(() => tokenPrices(markets ?? [], pairs ?? []), [markets, pairs]);
}
