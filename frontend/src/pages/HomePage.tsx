// SPDX-License-Identifier: Apache-2.0
import { Link } from 'react-router';
import { useAccount } from '../chain/useAccount';
import { useMarkets } from '../chain/useMarkets';
import { usePairs } from '../chain/usePairs';
import { usePositions } from '../chain/usePositions';
import { useStaking } from '../chain/useStaking';
import { useTokenPrices } from '../chain/useTokenPrices';
import { useVaults } from '../chain/useVaults';
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
  const positions = usePositions(address);
  const vaults = useVaults(address);
  const pairs = usePairs(address);
  const staking = useStaking(address);
  const prices = useTokenPrices(address);
  const hasVaultDeposit = vaults.data?.some(({ balance }) => balance > 0n) ?? false;
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
        {address && positions.data && markets.data && (
          <AccountFigures
            account={positions.data}
            markets={markets.data}
            vaults={vaults.data ?? []}
            pairs={pairs.data ?? []}
            staking={staking.data}
            prices={prices}
          />
        )}
      </header>
      {markets.isError && <ReadError what="the markets" onRetry={() => void markets.refetch()} />}
      {address && positions.data && markets.data && (
        <NextSteps
          account={positions.data}
          markets={markets.data}
          hasVaultDeposit={hasVaultDeposit}
        />
      )}
      {positions.data?.debtPool && markets.data && (
        <LoanCard account={positions.data} markets={markets.data} />
      )}
      <Card title="All of Headwater, right now">
        {markets.data ? <Totals markets={markets.data} /> : <Skeleton lines={1} />}
      </Card>
      <Card
        title="Markets"
        aside={
          <Link to="/markets" className="text-sm font-medium text-accent underline">
            All markets
          </Link>
        }
      >
        {markets.data ? <MarketsTable markets={markets.data} /> : <Skeleton lines={5} />}
      </Card>
    </div>
  );
}
