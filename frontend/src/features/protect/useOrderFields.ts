// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';
import { exactText } from '../../domain/decimalText';
import { smaller } from '../../domain/divide';
import type { Market } from '../../domain/market';
import type { OrderKind, OrderTerms } from '../../domain/order';
import { orderDefaults } from '../../domain/orderDefaults';
import { orderEffect } from '../../domain/orderEffect';
import { parseAmount } from '../../domain/parseAmount';
import { roundDigitsUp } from '../../domain/roundDigits';
import { MAX_UINT256 } from '../../domain/units';
import type { ProtectContext } from './ProtectContext';

/** The decimals of a health and of a price. */
export const WAD_DECIMALS = 18;

/** What is typed, opened with sensible values, and the terms that it stands for. */
export function useOrderFields(
  kind: OrderKind,
  market: Market,
  { position }: ProtectContext,
  available: bigint,
) {
  const [defaults] = useState(() => orderDefaults(kind, position.healthWad, market.priceUsdWad));
  const [trigger, setTrigger] = useState(() => exactText(defaults.triggerWad, WAD_DECIMALS));
  const [isAll, setIsAll] = useState(defaults.targetHealthWad === MAX_UINT256);
  const [target, setTarget] = useState(() =>
    isAll ? '1.5' : exactText(defaults.targetHealthWad, WAD_DECIMALS),
  );
  const [slippageBps, setSlippageBps] = useState<bigint>(300n);
  const [days, setDays] = useState<bigint>(30n);
  const [assets, setAssets] = useState(() => {
    if (kind !== 'top_up') return exactText(available, market.decimals);
    const unbounded: OrderTerms = {
      kind,
      pool: market.pool,
      ...defaults,
      assets: MAX_UINT256,
      maxSlippageBps: 0n,
      bountyBps: 0n,
      expiresAt: 0n,
      hops: [],
    };
    const needed = orderEffect(unbounded, market, position, MAX_UINT256)?.movedAssets ?? 0n;
    return exactText(smaller(roundDigitsUp(needed, 2), available), market.decimals);
  });

  const read = (text: string, decimals: number) => {
    const parsed = parseAmount(text, decimals);
    return parsed.ok && parsed.baseUnits > 0n ? parsed.baseUnits : undefined;
  };
  const triggerWad = read(trigger, WAD_DECIMALS);
  const targetHealthWad = isAll ? MAX_UINT256 : read(target, WAD_DECIMALS);
  const moved = read(assets, market.decimals);
  const draft =
    triggerWad && targetHealthWad && moved
      ? {
          triggerWad,
          targetHealthWad,
          assets: moved,
          maxSlippageBps: kind === 'top_up' ? 0n : slippageBps,
        }
      : undefined;
  return {
    draft,
    trigger,
    setTrigger,
    target,
    setTarget,
    isAll,
    setIsAll,
    assets,
    setAssets,
    slippageBps,
    setSlippageBps,
    days,
    setDays,
  };
}
