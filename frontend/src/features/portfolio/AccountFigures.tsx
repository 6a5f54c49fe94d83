// SPDX-License-Identifier: Apache-2.0
import { accountTotals, type Holdings } from '../../domain/accountTotals';
import { formatUsd } from '../../domain/formatUsd';
import { formatUsdChange } from '../../domain/formatUsdChange';
import { Stat } from '../../ui/Stat';
import { StatRow } from '../../ui/StatRow';

/** An account in five figures. */
export function AccountFigures(holdings: Holdings) {
  const totals = accountTotals(holdings);
  if (totals.suppliedUsdWad + totals.elsewhereUsdWad + totals.owedUsdWad === 0n) return null;
  return (
    <StatRow>
      <Stat
        name="Net worth here"
        value={formatUsd(totals.netUsdWad)}
        explanation="Your supply, vault deposits, liquidity and stake, less what you owe. What is in your wallet is not counted."
      />
      <Stat name="Supplied" value={formatUsd(totals.suppliedUsdWad)} />
      <Stat name="Vaults, pools, stake" value={formatUsd(totals.elsewhereUsdWad)} />
      <Stat name="Owed" value={formatUsd(totals.owedUsdWad, { rounding: 'up' })} />
      <Stat
        name="Interest a year"
        value={formatUsdChange(totals.yearlyUsdWad)}
        note="at today's rates"
        explanation="What your supply and your vaults earn, less what your loan costs, if every rate stayed as it is now. Trading fees and staking rewards are not counted: nobody can know them ahead."
      />
    </StatRow>
  );
}
