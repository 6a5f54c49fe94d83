// SPDX-License-Identifier: Apache-2.0
import { useAccount } from '../chain/useAccount';
import { useMarkets } from '../chain/useMarkets';
import { usePairs } from '../chain/usePairs';
import { usePositions } from '../chain/usePositions';
import { useStaking } from '../chain/useStaking';
import { useTokenPrices } from '../chain/useTokenPrices';
import { useVaults } from '../chain/useVaults';
import { AccountFigures } from '../features/portfolio/AccountFigures';
import { LoanCard } from '../features/portfolio/LoanCard';
import { OtherHoldings } from '../features/portfolio/OtherHoldings';
import { SuppliesCard } from '../features/portfolio/SuppliesCard';
import { WalletCard } from '../features/portfolio/WalletCard';
import { DemoCard } from '../features/wallet/DemoCard';
import { Card } from '../ui/Card';
import { ConnectPrompt } from '../ui/ConnectPrompt';
import { PageHeader } from '../ui/PageHeader';
import { ReadError } from '../ui/ReadError';
import { Skeleton } from '../ui/Skeleton';

/** What are my positions, and what if prices fall? */
export default function PortfolioPage() {
  const { address } = useAccount();
  const markets = useMarkets();
  const positions = usePositions(address);
  const vaults = useVaults(address);
  const pairs = usePairs(address);
  const staking = useStaking(address);
  const prices = useTokenPrices(address);
  if (!address)
    return (
      <>
        <PageHeader title="Portfolio" lead="Everything that you hold and owe here, in one place." />
        <Card className="space-y-4">
          <DemoCard />
          <ConnectPrompt />
        </Card>
      </>
    );
  return (
    <>
      <PageHeader title="Portfolio" lead="Everything that you hold and owe here, in one place." />
      <div className="space-y-6">
        {positions.isError && (
          <ReadError what="your positions" onRetry={() => void positions.refetch()} />
        )}
        {positions.data && markets.data ? (
          <>
            <AccountFigures
              account={positions.data}
              markets={markets.data}
              vaults={vaults.data ?? []}
              pairs={pairs.data ?? []}
              staking={staking.data}
              prices={prices}
            />
            <LoanCard account={positions.data} markets={markets.data} />
            <SuppliesCard account={positions.data} markets={markets.data} owner={address} />
          </>
        ) : (
          <Skeleton lines={6} />
        )}
        <OtherHoldings
          vaults={vaults.data ?? []}
          pairs={pairs.data ?? []}
          staking={staking.data}
          prices={prices}
        />
        {positions.data && markets.data && (
          <WalletCard account={positions.data} markets={markets.data} />
        )}
      </div>
    </>
  );
}
