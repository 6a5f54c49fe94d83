// SPDX-License-Identifier: Apache-2.0
import { useParams } from 'react-router';
import { useAccount } from '../chain/useAccount';
import { useChainTime } from '../chain/useChainTime';
import { useMarkets } from '../chain/useMarkets';
import { usePairs } from '../chain/usePairs';
import { useTokenPrices } from '../chain/useTokenPrices';
import { useVaults } from '../chain/useVaults';
import { VaultDepositForm } from '../features/vault/VaultDepositForm';
import { VaultFigures } from '../features/vault/VaultFigures';
import { VaultStrategies } from '../features/vault/VaultStrategies';
import { VaultWithdrawForm } from '../features/vault/VaultWithdrawForm';
import { Card } from '../ui/Card';
import { PageHeader } from '../ui/PageHeader';
import { ReadError } from '../ui/ReadError';
import { Skeleton } from '../ui/Skeleton';
import { Tabs } from '../ui/Tabs';
import { TokenMark } from '../ui/TokenMark';
import NotFoundPage from './NotFoundPage';

/** One vault: where the yield comes from, and the way in and out. */
export default function VaultPage() {
  const { key } = useParams();
  const { address } = useAccount();
  const chainTime = useChainTime();
  const vaults = useVaults(address);
  const markets = useMarkets();
  const pairs = usePairs(address);
  const prices = useTokenPrices(address);
  if (vaults.isError && !vaults.data)
    return <ReadError what="this vault" onRetry={() => void vaults.refetch()} />;
  if (!vaults.data) return <Skeleton lines={8} />;
  const vault = vaults.data.find((each) => each.key === key);
  if (!vault) return <NotFoundPage />;
  return (
    <>
      <PageHeader title={vault.name} mark={<TokenMark symbol={vault.assetSymbol} isLarge />} />
      <div className="mb-6">
        <VaultFigures
          vault={vault}
          markets={markets.data ?? []}
          prices={prices}
          chainTime={chainTime}
        />
      </div>
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_25rem]">
        <Card className="lg:col-start-2 lg:row-start-1">
          <h2 className="sr-only">Actions</h2>
          <Tabs
            key={vault.key}
            label="What to do"
            tabs={[
              { name: 'Deposit', content: <VaultDepositForm vault={vault} owner={address} /> },
              { name: 'Withdraw', content: <VaultWithdrawForm vault={vault} owner={address} /> },
            ]}
          />
        </Card>
        <Card title="Where it is at work" className="min-w-0 lg:col-start-1 lg:row-start-1">
          <VaultStrategies
            vault={vault}
            markets={markets.data ?? []}
            pairs={pairs.data ?? []}
            chainTime={chainTime}
          />
        </Card>
      </div>
    </>
  );
}
