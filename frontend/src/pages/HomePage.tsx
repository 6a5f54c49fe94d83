// SPDX-License-Identifier: Apache-2.0
import { Link } from 'react-router';
import { useAccount } from '../chain/useAccount';
import { useHoldings } from '../chain/useHoldings';
import { useMarkets } from '../chain/useMarkets';
import type { HexAddress, Market } from '../domain/market';
import { NextSteps } from '../features/home/NextSteps';
import { Totals } from '../features/home/Totals';
import { MarketsTable } from '../features/market/MarketsTable';
import { AccountFigures } from '../features/portfolio/AccountFigures';
import { LoanCard } from '../features/portfolio/LoanCard';
import { DemoCard } from '../features/wallet/DemoCard';
import { Card } from '../ui/Card';
import { ReadError } from '../ui/ReadError';
import { Skeleton } from '../ui/Skeleton';

/** What is this, what do I have, what can I do next? */
export default function HomePage() {
  const { address } = useAccount();
  const markets = useMarkets();
  return (
    <div className="space-y-6">
      <header className="space-y-6">
        {address ? (
          <h1 className="text-xl">Your account</h1>
        ) : (
          <div>
            <h1 className="max-w-2xl text-3xl leading-tight tracking-tight sm:text-4xl">
              Lend, borrow and earn, and see every consequence first.
            </h1>
            <p className="mt-3 max-w-2xl text-muted">
              Nothing moves until you have read what will change. Each action is tried out on the
              latest block before you sign it, and each figure comes straight from the chain.
            </p>
          </div>
        )}
        <DemoCard />
      </header>
      {markets.isError && !markets.data && (
        <ReadError what="the markets" onRetry={() => void markets.refetch()} />
      )}
      {address ? <OwnHome owner={address} /> : <Everybody markets={markets.data} />}
    </div>
  );
}

/** With an account: its own first, then what is here for everybody, all at once. */
function OwnHome({ owner }: { owner: HexAddress }) {
  const { holdings, isError, refetch } = useHoldings(owner);
  if (!holdings)
    return isError ? (
      <ReadError what="your account" onRetry={refetch} />
    ) : (
      <Skeleton lines={8} isPage />
    );
  const { account, markets, vaults } = holdings;
  return (
    <>
      <AccountFigures {...holdings} />
      <NextSteps
        account={account}
        markets={markets}
        hasVaultDeposit={vaults.some(({ balance }) => balance > 0n)}
      />
      {account.debtPool && <LoanCard account={account} markets={markets} />}
      <Everybody markets={markets} />
    </>
  );
}

function Everybody({ markets }: { markets: readonly Market[] | undefined }) {
  return (
    <>
      <Card title="All of Headwater, right now">
        {markets ? <Totals markets={markets} /> : <Skeleton lines={1} />}
      </Card>
      <Card
        title="Markets"
        aside={
          <Link to="/markets" className="text-sm font-medium text-accent underline">
            All markets
          </Link>
        }
      >
        {markets ? <MarketsTable markets={markets} /> : <Skeleton lines={5} />}
      </Card>
    </>
  );
}
