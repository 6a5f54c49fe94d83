// SPDX-License-Identifier: Apache-2.0
import { lazy, Suspense, useEffect, useState } from 'react';
import { Route, Routes, useLocation } from 'react-router';
import { LiveStrip } from './features/live/LiveStrip';
import { StaleBanner } from './features/live/StaleBanner';
import { AppShell } from './features/shell/AppShell';
import { ThemeSwitch } from './features/shell/ThemeSwitch';
import { ConnectMenu } from './features/wallet/ConnectMenu';
import { DemoBanner } from './features/wallet/DemoBanner';
import { WrongNetworkBanner } from './features/wallet/WrongNetworkBanner';
import { OpenConnectProvider } from './ui/ConnectPrompt';
import { Skeleton } from './ui/Skeleton';

const loadHome = () => import('./pages/HomePage');
const HomePage = lazy(loadHome);
const loadMarkets = () => import('./pages/MarketsPage');
const MarketsPage = lazy(loadMarkets);
const MarketPage = lazy(() => import('./pages/MarketPage'));
const VaultsPage = lazy(() => import('./pages/VaultsPage'));
const VaultPage = lazy(() => import('./pages/VaultPage'));
const PoolsPage = lazy(() => import('./pages/PoolsPage'));
const PoolPage = lazy(() => import('./pages/PoolPage'));
const StakePage = lazy(() => import('./pages/StakePage'));
const PortfolioPage = lazy(() => import('./pages/PortfolioPage'));
const NotFoundPage = lazy(() => import('./pages/NotFoundPage'));

// The two pages on which most visits begin are fetched while the chain is being looked for.
if (location.pathname === '/') void loadHome();
if (location.pathname === '/markets') void loadMarkets();

const TITLES: Record<string, string> = {
  '': 'Headwater',
  markets: 'Markets · Headwater',
  vaults: 'Vaults · Headwater',
  pools: 'Pools · Headwater',
  stake: 'Stake · Headwater',
  portfolio: 'Portfolio · Headwater',
};

/** The frame and the routes. */
export function App() {
  const [isConnectOpen, setIsConnectOpen] = useState(false);
  const { pathname } = useLocation();
  useEffect(() => {
    document.title = TITLES[pathname.split('/')[1] ?? ''] ?? 'Headwater';
    window.scrollTo(0, 0);
  }, [pathname]);
  return (
    <OpenConnectProvider value={() => setIsConnectOpen(true)}>
      <AppShell
        account={<ConnectMenu isOpen={isConnectOpen} onOpen={setIsConnectOpen} />}
        banner={
          <>
            <WrongNetworkBanner />
            <StaleBanner />
            <DemoBanner />
          </>
        }
        strip={
          <>
            <LiveStrip />
            <ThemeSwitch />
          </>
        }
      >
        <Suspense fallback={<Skeleton lines={8} isPage />}>
          <Routes>
            <Route path="/" element={<HomePage />} />
            <Route path="/markets" element={<MarketsPage />} />
            <Route path="/markets/:key" element={<MarketPage />} />
            <Route path="/vaults" element={<VaultsPage />} />
            <Route path="/vaults/:key" element={<VaultPage />} />
            <Route path="/pools" element={<PoolsPage />} />
            <Route path="/pools/:key" element={<PoolPage />} />
            <Route path="/stake" element={<StakePage />} />
            <Route path="/portfolio" element={<PortfolioPage />} />
            <Route path="*" element={<NotFoundPage />} />
          </Routes>
        </Suspense>
      </AppShell>
    </OpenConnectProvider>
  );
}
