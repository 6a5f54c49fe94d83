// SPDX-License-Identifier: Apache-2.0
import { useAccount } from '../chain/useAccount';
import { useChainTime } from '../chain/useChainTime';
import { useStaking } from '../chain/useStaking';
import { useTokenPrices } from '../chain/useTokenPrices';
import { formatAmount } from '../domain/formatAmount';
import { formatDuration } from '../domain/formatDuration';
import { formatPercent } from '../domain/formatPercent';
import { formatUsd } from '../domain/formatUsd';
import { valueUsdWadDown } from '../domain/position';
import { stakeRateWad } from '../domain/stakeRate';
import { RewardsPanel } from '../features/stake/RewardsPanel';
import { StakeForm } from '../features/stake/StakeForm';
import { UnstakePanel } from '../features/stake/UnstakePanel';
import { Card } from '../ui/Card';
import { PageHeader } from '../ui/PageHeader';
import { ReadError } from '../ui/ReadError';
import { Skeleton } from '../ui/Skeleton';
import { Stat } from '../ui/Stat';
import { StatRow } from '../ui/StatRow';
import { Tabs } from '../ui/Tabs';
import { TokenMark } from '../ui/TokenMark';

/** What do I earn by staking, and when can I leave? */
export default function StakePage() {
  const { address } = useAccount();
  const chainTime = useChainTime();
  const staking = useStaking(address);
  const prices = useTokenPrices(address);
  if (staking.isError && !staking.data)
    return <ReadError what="the stake" onRetry={() => void staking.refetch()} />;
  if (!staking.data) return <Skeleton lines={8} />;
  const { data } = staking;
  const price = prices[data.head];
  const usd = (assets: bigint, compact: boolean) =>
    price === undefined ? undefined : formatUsd(valueUsdWadDown(assets, price, 18), { compact });
  return (
    <>
      <PageHeader
        title="Stake HEAD"
        mark={<TokenMark symbol="HEAD" isLarge />}
        lead="Stakers earn a part of the protocol's fees. The stake stands behind the lenders: it can be cut to cover bad debt. Leaving takes a cooldown."
      />
      <div className="mb-6">
        <StatRow>
          <Stat
            name="Staked in all"
            value={usd(data.totalAssets, true) ?? '—'}
            note={`${formatAmount(data.totalAssets, 18)} HEAD`}
          />
          <Stat
            name="Earning now"
            value={formatPercent(stakeRateWad(data, prices, chainTime))}
            note="APR, from fees"
            explanation="The part of the protocol's fees that is being streamed to stakers, for a year at this pace, over the value of the stake. It follows how much is traded and lent."
          />
          <Stat name="Cooldown" value={formatDuration(data.cooldownSeconds)} />
          <Stat name="Window to leave" value={formatDuration(data.windowSeconds)} />
          {data.balance > 0n && (
            <Stat
              name="Your stake"
              value={
                <>
                  <span data-testid="stake">{formatAmount(data.assets, 18)}</span> HEAD
                </>
              }
              note={usd(data.assets, false)}
            />
          )}
        </StatRow>
      </div>
      <div className="grid items-start gap-6 lg:grid-cols-[25rem_minmax(0,1fr)]">
        <Card>
          <h2 className="sr-only">Actions</h2>
          <Tabs
            label="What to do"
            tabs={[
              { name: 'Stake', content: <StakeForm staking={data} owner={address} /> },
              {
                name: 'Unstake',
                content: <UnstakePanel staking={data} owner={address} chainTime={chainTime} />,
              },
            ]}
          />
        </Card>
        <Card title="Rewards">
          <RewardsPanel staking={data} owner={address} chainTime={chainTime} />
        </Card>
      </div>
    </>
  );
}
