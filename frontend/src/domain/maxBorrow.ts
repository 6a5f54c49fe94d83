// SPDX-License-Identifier: Apache-2.0
import { minusOrZero, mulDivDown, smaller } from './divide';

export interface BorrowRoom {
  /** What the thresholds of the pledged collateral allow in all. */
  borrowLimitUsdWad: bigint;
  debtUsdWad: bigint;
  priceUsdWad: bigint;
  decimals: number;
  releasable: bigint;
  totalDebt: bigint;
  borrowCap: bigint;
}

/** The most that can be borrowed on top: by collateral, by what may leave the pool now, by its cap. */
export function maxBorrow(room: BorrowRoom): bigint {
  if (room.priceUsdWad === 0n) return 0n;
  const byCollateral = mulDivDown(
    minusOrZero(room.borrowLimitUsdWad, room.debtUsdWad),
    10n ** BigInt(room.decimals),
    room.priceUsdWad,
  );
  return smaller(
    byCollateral,
    smaller(room.releasable, minusOrZero(room.borrowCap, room.totalDebt)),
  );
}
