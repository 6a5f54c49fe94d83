// SPDX-License-Identifier: Apache-2.0
import { useAccount } from '../chain/useAccount';
import { useMarkets } from '../chain/useMarkets';
import { useTokenPrices } from '../chain/useTokenPrices';
import { useVaults } from '../chain/useVaults';
import { VaultsTable } from '../features/vault/VaultsTable';
import { Card } from '../ui/Card';
import { PageHeader } from '../ui/PageHeader';
import { ReadError } from '../ui/ReadError';
import { Skeleton } from '../ui/Skeleton';

/** Where is my money put to work for me? */
export default function VaultsPage() {
  const { address } = useAccount();
  const markets = useMarkets();
  const prices = useTokenPrices(address);
  const vaults = useVaults(address);
  return (
    <>
      <PageHeader
        title="Vaults"
        lead="A vault spreads deposits over strategies. Profit is unlocked second by second into the share price; a loss shows at once."
      />
      <Card>
        {vaults.isError && <ReadError what="the vaults" onRetry={() => void vaults.refetch()} />}
        {vaults.isPending && <Skeleton lines={2} />}
        {vaults.data && (
          <VaultsTable vaults={vaults.data} markets={markets.data ?? []} prices={prices} />
        )}
      </Card>
    </>
  );
}
