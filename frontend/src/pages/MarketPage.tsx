// SPDX-License-Identifier: Apache-2.0
import { lazy, Suspense, useState } from 'react';
import { useParams } from 'react-router';
import { useAccount } from '../chain/useAccount';
import { useMarkets } from '../chain/useMarkets';
import { usePositions } from '../chain/usePositions';
import type { ActionContext } from '../features/market/ActionContext';
import { BorrowForm } from '../features/market/BorrowForm';
import { MarketFigures } from '../features/market/MarketFigures';
import { MarketTerms } from '../features/market/MarketTerms';
import { RepayForm } from '../features/market/RepayForm';
import { SupplyForm } from '../features/market/SupplyForm';
import { WithdrawForm } from '../features/market/WithdrawForm';
import { LoanCard } from '../features/portfolio/LoanCard';
import { Card } from '../ui/Card';
import { PageHeader } from '../ui/PageHeader';
import { RateCurve } from '../ui/RateCurve';
import { ReadError } from '../ui/ReadError';
import { Skeleton } from '../ui/Skeleton';
import { Tabs } from '../ui/Tabs';
import { TokenMark } from '../ui/TokenMark';
import NotFoundPage from './NotFoundPage';

// Loaded behind the page: few come here to wait, or to set an order.
const ExitQueueCard = lazy(() => import('../features/market/ExitQueueCard'));
const ProtectCard = lazy(() => import('../features/protect/ProtectCard'));

/** One market: what it is like, and the four things to do there. */
export default function MarketPage() {
  const { key } = useParams();
  const { address } = useAccount();
  const markets = useMarkets();
  const positions = usePositions(address);
  const [afterWad, setAfterWad] = useState<bigint>();
  if (markets.isError && !markets.data)
    return <ReadError what="this market" onRetry={() => void markets.refetch()} />;
  if (!markets.data) return <Skeleton lines={8} isPage />;
  const market = markets.data.find((each) => each.key === key);
  if (!market) return <NotFoundPage />;

  const context: ActionContext = {
    market,
    markets: markets.data,
    owner: address,
    account: positions.data,
    position: positions.data?.positions.find(({ pool }) => pool === market.pool),
    onProjection: setAfterWad,
  };
  const owesHere = positions.data?.debtPool === market.pool;
  return (
    <>
      <PageHeader title={market.label} mark={<TokenMark symbol={market.symbol} isLarge />} />
      <div className="mb-6">
        <MarketFigures market={market} />
      </div>
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_25rem]">
        <Card className="lg:col-start-2 lg:row-span-3 lg:row-start-1">
          <h2 className="sr-only">Actions</h2>
          <Tabs
            key={market.key}
            label="What to do"
            tabs={[
              { name: 'Supply', content: <SupplyForm {...context} /> },
              { name: 'Withdraw', content: <WithdrawForm {...context} /> },
              { name: 'Borrow', content: <BorrowForm {...context} /> },
              { name: 'Repay', content: <RepayForm {...context} /> },
            ]}
          />
        </Card>
        <div className="min-w-0 space-y-6 lg:col-start-1 lg:row-start-1">
          {owesHere && positions.data && (
            <LoanCard account={positions.data} markets={markets.data} />
          )}
          <Suspense fallback={null}>
            {owesHere && address && positions.data && (
              <ProtectCard account={positions.data} markets={markets.data} owner={address} />
            )}
            <ExitQueueCard {...context} />
          </Suspense>
          <Card title="Interest rates">
            <RateCurve
              curve={market.curve}
              reserveFactorBps={market.reserveFactorBps}
              nowWad={market.utilizationWad}
              afterWad={afterWad}
            />
          </Card>
          <Card title="Rules of this market">
            <MarketTerms market={market} markets={markets.data} />
          </Card>
        </div>
      </div>
    </>
  );
}
