// SPDX-License-Identifier: Apache-2.0
import { Link } from 'react-router';
import type { NamedCollateral } from '../../domain/collateralsOf';
import { formatAmount } from '../../domain/formatAmount';
import { formatUsd } from '../../domain/formatUsd';
import type { HexAddress, Market } from '../../domain/market';

/** Which supply is to stand behind the loan; what is pledged already stays so. */
export function CollateralChoice({
  accepted,
  options,
  declined,
  onToggle,
}: {
  accepted: readonly Market[];
  options: readonly NamedCollateral[];
  declined: readonly HexAddress[];
  onToggle: (pool: HexAddress) => void;
}) {
  const usable = options.filter(({ assets }) => assets > 0n);
  return (
    <fieldset className="mb-5">
      <legend className="mb-1.5 text-sm font-medium">Collateral</legend>
      {usable.length === 0 ? (
        <p className="text-sm text-muted">
          To borrow here, first supply{' '}
          {accepted.map(({ key, label }, index) => (
            <span key={key}>
              {index > 0 && ' or '}
              <Link to={`/markets/${key}`} className="font-medium text-accent underline">
                {label}
              </Link>
            </span>
          ))}
          .
        </p>
      ) : (
        <ul className="divide-y divide-line rounded-control border border-line">
          {usable.map(({ market, assets, valueUsdWad, isPledged }) => (
            <li key={market.pool}>
              <label className="flex min-h-11 items-center gap-3 px-3 text-sm">
                <input
                  type="checkbox"
                  className="size-4 accent-accent"
                  checked={isPledged || !declined.includes(market.pool)}
                  disabled={isPledged}
                  onChange={() => onToggle(market.pool)}
                />
                <span>
                  {market.label}
                  {isPledged && <span className="text-muted"> · pledged</span>}
                </span>
                <span className="figures ml-auto text-right text-muted" translate="no">
                  {formatAmount(assets, market.decimals)} · {formatUsd(valueUsdWad)}
                </span>
              </label>
            </li>
          ))}
        </ul>
      )}
    </fieldset>
  );
}
