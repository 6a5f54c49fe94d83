// SPDX-License-Identifier: Apache-2.0
import { decimalText } from '../../domain/decimalText';
import { formatAmount } from '../../domain/formatAmount';
import { type Grant, type GrantAction, movesNothing } from '../../domain/grant';
import type { Market } from '../../domain/market';
import { MAX_UINT256 } from '../../domain/units';

export const actionWords: Record<GrantAction, string> = {
  supply: 'Supply from your wallet',
  withdraw: 'Withdraw your supply',
  borrow: 'Borrow for you',
  repay: 'Repay from your wallet',
  pledge: 'Pledge your supply',
  unpledge: 'Take your pledge back',
};

/** What a grant lets its operator do, and on which market. */
export const grantTitle = ({ action }: Grant, market: Market | undefined): string =>
  `${actionWords[action]} · ${market?.label ?? 'a market not listed here'}`;

/** How much of it is left. */
export function grantLimit({ action, assets }: Grant, market: Market | undefined): string {
  if (movesNothing(action)) return '—';
  if (assets === MAX_UINT256) return 'no limit';
  return market
    ? `${formatAmount(assets, market.decimals)} ${market.symbol}`
    : `${assets} base units`;
}

/** The health that must be left after a step that lowers it. */
export const grantHealth = ({ minHealthWad }: Grant): string =>
  minHealthWad === 0n ? 'no bound of its own' : `${decimalText(minHealthWad, 18, 2, 'up')} or more`;
