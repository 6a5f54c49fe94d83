// SPDX-License-Identifier: Apache-2.0
import { useAccount } from '../chain/useAccount';
import { useMarkets } from '../chain/useMarkets';
import { usePositions } from '../chain/usePositions';
import { MarketsTable } from '../features/market/MarketsTable';
import { Card } from '../ui/Card';
import { PageHeader } from '../ui/PageHeader';
import { ReadError } from '../ui/ReadError';
import { Skeleton } from '../ui/Skeleton';

/** Where can I lend or borrow, and at what rate? */
export default function MarketsPage() {
  const { address } = useAccount();
  const markets = useMarkets();
  const positions = usePositions(address);
  return (
    <>
      <PageHeader
        title="Markets"
        lead="Each market is a pool of its own: it lends one token and lists the collateral that it accepts. Lenders bear the risk of that list and of no other."
      />
      <Card>
        {markets.isError && <ReadError what="the markets" onRetry={() => void markets.refetch()} />}
        {markets.isPending && <Skeleton lines={5} />}
        {markets.data && <MarketsTable markets={markets.data} account={positions.data} />}
      </Card>
    </>
  );
}
