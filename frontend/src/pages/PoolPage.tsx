// SPDX-License-Identifier: Apache-2.0
import { useParams } from 'react-router';
import { useChain } from '../chain/ChainProvider';
import { useAccount } from '../chain/useAccount';
import { useChainTime } from '../chain/useChainTime';
import { usePairs } from '../chain/usePairs';
import { useTokenBalances } from '../chain/useTokenBalances';
import { useTokenPrices } from '../chain/useTokenPrices';
import type { HexAddress } from '../domain/market';
import { AddForm } from '../features/pool/AddForm';
import { ClaimForm } from '../features/pool/ClaimForm';
import type { PoolContext } from '../features/pool/PoolContext';
import { PoolFigures } from '../features/pool/PoolFigures';
import { RemoveForm } from '../features/pool/RemoveForm';
import { SwapForm } from '../features/pool/SwapForm';
import { TradeCosts } from '../features/pool/TradeCosts';
import { AddressText } from '../ui/AddressText';
import { Card } from '../ui/Card';
import { PageHeader } from '../ui/PageHeader';
import { ReadError } from '../ui/ReadError';
import { Skeleton } from '../ui/Skeleton';
import { Tabs } from '../ui/Tabs';
import { TokenMark } from '../ui/TokenMark';
import NotFoundPage from './NotFoundPage';

/** One pool: trade in it, or be part of it. */
export default function PoolPage() {
  const { key } = useParams();
  const { address } = useAccount();
  const { deployment } = useChain();
  const chainTime = useChainTime();
  const pairs = usePairs(address);
  const prices = useTokenPrices(address);
  const pair = pairs.data?.find((each) => each.key === key);
  const router = deployment.contracts.Router as HexAddress;
  const tokens = pair ? [pair.token0, pair.token1, pair.pair] : [];
  const holdings = useTokenBalances(address, tokens, router);
  if (pairs.isError && !pairs.data)
    return <ReadError what="this pool" onRetry={() => void pairs.refetch()} />;
  if (!pairs.data) return <Skeleton lines={8} />;
  if (!pair) return <NotFoundPage />;

  const context: PoolContext = { pair, router, owner: address, holdings: holdings.data, chainTime };
  return (
    <>
      <PageHeader
        title={`${pair.symbol0} / ${pair.symbol1}`}
        mark={
          <span className="flex -space-x-2">
            <TokenMark symbol={pair.symbol0} isLarge />
            <TokenMark symbol={pair.symbol1} isLarge />
          </span>
        }
      />
      <div className="mb-6">
        <PoolFigures pair={pair} prices={prices} />
      </div>
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_25rem]">
        <Card className="lg:col-start-2 lg:row-start-1">
          <h2 className="sr-only">Actions</h2>
          <Tabs
            key={pair.key}
            label="What to do"
            tabs={[
              { name: 'Swap', content: <SwapForm {...context} /> },
              { name: 'Add', content: <AddForm {...context} /> },
              { name: 'Remove', content: <RemoveForm {...context} /> },
              { name: 'Fees', content: <ClaimForm {...context} /> },
            ]}
          />
        </Card>
        <Card
          title="What a trade costs here"
          aside={<AddressText address={pair.pair} />}
          className="min-w-0 lg:col-start-1 lg:row-start-1"
        >
          <TradeCosts pair={pair} prices={prices} />
        </Card>
      </div>
    </>
  );
}
