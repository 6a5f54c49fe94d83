// SPDX-License-Identifier: Apache-2.0
import { lazy, Suspense } from 'react';
import { useAccount } from '../chain/useAccount';
import { useHoldings } from '../chain/useHoldings';
import type { HexAddress } from '../domain/market';
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

// Loaded behind the page, where there is something to protect or to look after.
const ProtectCard = lazy(() => import('../features/protect/ProtectCard'));
const OperatorsCard = lazy(() => import('../features/operators/OperatorsCard'));

/** What are my positions, and what if prices fall? */
export default function PortfolioPage() {
  const { address } = useAccount();
  return (
    <>
      <PageHeader title="Portfolio" lead="Everything that you hold and owe here, in one place." />
      {address ? (
        <OwnPortfolio owner={address} />
      ) : (
        <Card className="space-y-4">
          <DemoCard />
          <ConnectPrompt />
        </Card>
      )}
    </>
  );
}

function OwnPortfolio({ owner }: { owner: HexAddress }) {
  const { holdings, isError, refetch } = useHoldings(owner);
  if (!holdings)
    return isError ? (
      <ReadError what="your positions" onRetry={refetch} />
    ) : (
      <Skeleton lines={8} isPage />
    );
  const { account, markets, vaults, pairs, staking, prices } = holdings;
  return (
    <div className="space-y-6">
      <AccountFigures {...holdings} />
      <LoanCard account={account} markets={markets} />
      <Suspense fallback={null}>
        <ProtectCard account={account} markets={markets} owner={owner} />
      </Suspense>
      <SuppliesCard account={account} markets={markets} owner={owner} />
      <OtherHoldings vaults={vaults} pairs={pairs} staking={staking} prices={prices} />
      <WalletCard account={account} markets={markets} />
      <Suspense fallback={null}>
        <OperatorsCard account={account} markets={markets} owner={owner} />
      </Suspense>
    </div>
  );
}
