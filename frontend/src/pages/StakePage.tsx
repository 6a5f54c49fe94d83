// SPDX-License-Identifier: Apache-2.0
import { useAccount } from '../chain/useAccount';
import { useChainTime } from '../chain/useChainTime';
import { useStaking } from '../chain/useStaking';
import { formatAmount } from '../domain/formatAmount';
import { formatDuration } from '../domain/formatDuration';
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
  if (staking.isError && !staking.data)
    return <ReadError what="the stake" onRetry={() => void staking.refetch()} />;
  if (!staking.data) return <Skeleton lines={8} />;
  const { data } = staking;
  return (
    <>
      <PageHeader
        title="Stake HEAD"
        mark={<TokenMark symbol="HEAD" isLarge />}
        lead="Stakers earn a part of the protocol's fees. The stake stands behind the lenders: it can be cut to cover bad debt. Leaving takes a cooldown."
      />
      <div className="mb-6">
        <StatRow>
          <Stat name="Staked in all" value={`${formatAmount(data.totalAssets, 18)} HEAD`} />
          <Stat name="Cooldown" value={formatDuration(data.cooldownSeconds)} />
          <Stat name="Window to leave" value={formatDuration(data.windowSeconds)} />
          {data.balance > 0n && (
            <Stat
              name="Your stake"
              value={<span data-testid="stake">{formatAmount(data.assets, 18)}</span>}
              note="HEAD"
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
        <Card title="Rewards to claim">
          <RewardsPanel staking={data} owner={address} />
        </Card>
      </div>
    </>
  );
}
