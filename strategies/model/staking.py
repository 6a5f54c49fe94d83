# SPDX-License-Identifier: Apache-2.0
"""HEAD staked for shares that cool down before they leave, earn rewards, and can be slashed.

Mirrors `contracts/staking/StakingPool.vy` without the tokens.
"""

from dataclasses import dataclass, field

from strategies.model import reward_index
from strategies.model.arithmetic import require
from strategies.model.reward_index import Entitlement, Index
from strategies.model.shares import to_assets_down, to_assets_up, to_shares_down, to_shares_up
from strategies.units import WAD, Address, Assets, Shares, Timestamp

MIN_ASSETS_LEFT = WAD
MAX_SHARES = 2**160 - 1
MAX_REWARD = 2**128 - 1


@dataclass(frozen=True, slots=True)
class Cooldown:
    """Shares that may be redeemed from `opens_at` to `closes_at`, both included."""

    shares: int = 0
    opens_at: int = 0
    closes_at: int = 0


@dataclass(slots=True)
class StakingPool:
    cooldown_seconds: int
    window_seconds: int
    reward_tokens: list[str] = field(default_factory=list)
    total_assets: int = 0
    total_shares: int = 0
    shares: dict[Address, int] = field(default_factory=dict)
    cooldowns: dict[Address, Cooldown] = field(default_factory=dict)
    indexes: dict[str, Index] = field(default_factory=dict)
    entitlements: dict[tuple[Address, str], Entitlement] = field(default_factory=dict)
    rewards_paid_in: dict[str, int] = field(default_factory=dict)
    rewards_claimed: dict[str, int] = field(default_factory=dict)

    # --- Views ---

    def convert_to_assets(self, shares: int) -> Assets:
        return to_assets_down(shares, self.total_assets, self.total_shares)

    def cooldown_of(self, now: Timestamp, account: Address) -> Cooldown:
        cooldown = self.cooldowns.get(account, Cooldown())
        return cooldown if now <= cooldown.closes_at else Cooldown()

    def redeemable(self, now: Timestamp, account: Address) -> Shares:
        cooldown = self.cooldown_of(now, account)
        return Shares(cooldown.shares if now >= cooldown.opens_at else 0)

    def claimable_rewards(self, account: Address) -> list[Assets]:
        return [
            reward_index.claimable_down(self._settled(account, token))
            for token in self.reward_tokens
        ]

    # --- Stake and exit ---

    def deposit(self, assets: int, receiver: Address) -> Shares:
        shares = to_shares_down(assets, self.total_assets, self.total_shares)
        self._stake(assets, shares, receiver)
        return shares

    def mint(self, shares: int, receiver: Address) -> Assets:
        assets = to_assets_up(shares, self.total_assets, self.total_shares)
        self._stake(assets, shares, receiver)
        return assets

    def start_cooldown(self, now: Timestamp, shares: int, account: Address) -> None:
        require(shares > 0, "staking: zero shares")
        require(shares <= self.shares.get(account, 0), "staking: more than balance")
        opens_at = now + self.cooldown_seconds
        self.cooldowns[account] = Cooldown(shares, opens_at, opens_at + self.window_seconds)

    def cancel_cooldown(self, now: Timestamp, account: Address) -> None:
        require(self.cooldown_of(now, account).shares > 0, "staking: no cooldown")
        self.cooldowns[account] = Cooldown()

    def withdraw(self, now: Timestamp, assets: int, owner: Address) -> Shares:
        shares = to_shares_up(assets, self.total_assets, self.total_shares)
        self._unstake(now, assets, shares, owner)
        return shares

    def redeem(self, now: Timestamp, shares: int, owner: Address) -> Assets:
        assets = to_assets_down(shares, self.total_assets, self.total_shares)
        self._unstake(now, assets, shares, owner)
        return assets

    def transfer(self, now: Timestamp, owner: Address, to: Address, shares: int) -> None:
        held = self.shares.get(owner, 0)
        require(shares <= held, "erc20: transfer amount exceeds balance")
        kept = held if owner == to else held - shares
        cooling = self.cooldown_of(now, owner).shares
        require(kept >= cooling, "staking: shares in cooldown")
        self._settle(owner)
        self._settle(to)
        self.shares[owner] = held - shares
        self.shares[to] = self.shares.get(to, 0) + shares

    def slash(self, assets: int) -> Assets:
        taken = min(assets, max(0, self.total_assets - MIN_ASSETS_LEFT))
        require(taken > 0, "staking: nothing to slash")
        self.total_assets -= taken
        return Assets(taken)

    # --- Rewards ---

    def notify_reward(self, token: str, assets: int) -> None:
        require(token in self.reward_tokens, "staking: unknown reward")
        require(assets > 0, "staking: zero assets")
        paid_in = self.rewards_paid_in.get(token, 0)
        require(assets <= MAX_REWARD - paid_in, "staking: reward too large")
        index = self.indexes.get(token, Index())
        self.indexes[token] = reward_index.advance(index, assets, self.total_shares)
        self.rewards_paid_in[token] = paid_in + assets

    def claim_reward(self, token: str, account: Address) -> Assets:
        require(token in self.reward_tokens, "staking: unknown reward")
        earned = self._settled(account, token)
        assets = reward_index.claimable_down(earned)
        self.entitlements[account, token] = reward_index.claimed(earned)
        self.rewards_claimed[token] = self.rewards_claimed.get(token, 0) + assets
        return assets

    def claim_rewards(self, account: Address) -> list[Assets]:
        return [self.claim_reward(token, account) for token in self.reward_tokens]

    # --- Internals ---

    def _stake(self, assets: int, shares: int, receiver: Address) -> None:
        require(shares > 0, "staking: zero shares")
        require(shares <= MAX_SHARES - self.total_shares, "staking: too many shares")
        self._settle(receiver)
        self.shares[receiver] = self.shares.get(receiver, 0) + shares
        self.total_shares += shares
        self.total_assets += assets

    def _unstake(self, now: Timestamp, assets: int, shares: int, owner: Address) -> None:
        require(shares > 0, "staking: zero shares")
        require(shares <= self.redeemable(now, owner), "staking: not cooled")
        self._settle(owner)
        cooldown = self.cooldowns[owner]
        left = cooldown.shares - shares
        window = (cooldown.opens_at, cooldown.closes_at)
        self.cooldowns[owner] = Cooldown(left, *window) if left else Cooldown()
        self.shares[owner] -= shares
        self.total_shares -= shares
        self.total_assets -= assets

    def _settled(self, account: Address, token: str) -> Entitlement:
        entitlement = self.entitlements.get((account, token), Entitlement())
        index = self.indexes.get(token, Index())
        return reward_index.settle(entitlement, index, self.shares.get(account, 0))

    def _settle(self, account: Address) -> None:
        for token in self.reward_tokens:
            self.entitlements[account, token] = self._settled(account, token)
