// SPDX-License-Identifier: Apache-2.0
import { Link } from 'react-router';
import type { AccountPositions, Market } from '../../domain/market';
import { Card } from '../../ui/Card';

/** A guided first minute: supply, borrow, put some to work. */
export function NextSteps({
  account,
  markets,
  hasVaultDeposit,
}: {
  account: AccountPositions;
  markets: readonly Market[];
  hasVaultDeposit: boolean;
}) {
  // Where a loan in dollars takes ether as collateral, that is the usual first loan.
  const collateral = markets.find(({ symbol }) => symbol === 'tETH') ?? markets[0];
  const loan = markets.find(({ terms }) =>
    terms.some(({ collateralPool }) => collateralPool === collateral?.pool),
  );
  if (!collateral || !loan) return null;
  const hasSupply = account.positions.some(({ shares }) => shares > 0n);
  const steps = [
    {
      isDone: hasSupply,
      to: `/markets/${collateral.key}`,
      name: `Supply ${collateral.symbol}`,
      note: 'It earns interest from the next second, and can leave whenever the pool has cash.',
    },
    {
      isDone: account.debtPool !== undefined,
      to: `/markets/${loan.key}`,
      name: `Borrow ${loan.symbol} against it`,
      note: 'Pledge and loan are one transaction. You see your health before you sign.',
    },
    {
      isDone: hasVaultDeposit,
      to: '/vaults',
      name: `Put ${loan.symbol} into a vault`,
      note: 'A keeper spreads it over the markets within fixed limits.',
    },
  ];
  if (steps.every(({ isDone }) => isDone)) return null;
  return (
    <Card title="Your first minute">
      <ol className="grid gap-5 sm:grid-cols-3">
        {steps.map(({ isDone, to, name, note }, index) => (
          <li key={to} className="flex gap-3">
            <span
              aria-hidden="true"
              className={`figures grid size-7 shrink-0 place-items-center rounded-full text-sm ${isDone ? 'bg-good-soft text-good' : 'border border-edge text-muted'}`}
            >
              {isDone ? '✓' : index + 1}
            </span>
            <div>
              <Link to={to} className="font-medium text-accent underline">
                {name}
              </Link>
              {isDone && <span className="sr-only"> (done)</span>}
              <p className="mt-1 text-sm text-muted">{note}</p>
            </div>
          </li>
        ))}
      </ol>
    </Card>
  );
}
