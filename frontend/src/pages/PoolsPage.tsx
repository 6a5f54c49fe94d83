// SPDX-License-Identifier: Apache-2.0
import { useAccount } from '../chain/useAccount';
import { usePairs } from '../chain/usePairs';
import { useTokenPrices } from '../chain/useTokenPrices';
import { PoolsTable } from '../features/pool/PoolsTable';
import { Card } from '../ui/Card';
import { PageHeader } from '../ui/PageHeader';
import { ReadError } from '../ui/ReadError';
import { Skeleton } from '../ui/Skeleton';

/** Where can I trade, or earn from those who trade? */
export default function PoolsPage() {
  const { address } = useAccount();
  const pairs = usePairs(address);
  const prices = useTokenPrices(address);
  return (
    <>
      <PageHeader
        title="Pools"
        lead="Swap one token for another, or provide both and earn the fee of each swap."
      />
      <Card>
        {pairs.isError && <ReadError what="the pools" onRetry={() => void pairs.refetch()} />}
        {pairs.isPending && <Skeleton lines={3} />}
        {pairs.data && <PoolsTable pairs={pairs.data} prices={prices} />}
      </Card>
    </>
  );
}
