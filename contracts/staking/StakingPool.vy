# pragma version 0.4.3
# pragma evm-version cancun
# pragma optimize codesize
# pragma nonreentrancy on
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title StakingPool
@license AGPL-3.0-only
@notice HEAD staked for shares that earn rewards and stand behind the protocol.
@dev ERC-4626 with virtual shares and balances kept inside. Shares leave only after a
     cooldown and within its window; until redeemed they earn and can be slashed. Rewards
     go by one index per token, so no exit and no transfer ever sends a reward token.
@custom:invariants STAKE-1, STAKE-2, STAKE-3, STAKE-4
@custom:kill Nobody can stop exits. Slashing leaves MIN_ASSETS_LEFT and needs a slasher.
"""

from ethereum.ercs import IERC20
from ethereum.ercs import IERC20Detailed
from ethereum.ercs import IERC4626
from snekmate.auth import ownable
from snekmate.auth import ownable_2step
from snekmate.tokens import erc20
from ..interfaces import IStakingPool
from ..modules import reward_index
from ..modules import shares as share_math
from ..modules import token_transfer
from ..modules import units

implements: IERC20
implements: IERC20Detailed
implements: IERC4626
implements: IStakingPool

initializes: ownable
initializes: ownable_2step[ownable := ownable]
initializes: erc20[ownable := ownable]

exports: (
    erc20.name,
    erc20.symbol,
    erc20.decimals,
    erc20.totalSupply,
    erc20.balanceOf,
    erc20.allowance,
    erc20.approve,
    erc20.permit,
    erc20.nonces,
    erc20.DOMAIN_SEPARATOR,
    erc20.eip712Domain,
    ownable_2step.owner,
    ownable_2step.pending_owner,
    ownable_2step.transfer_ownership,
    ownable_2step.accept_ownership,
)


struct Cooldown:
    # Shares that may be redeemed in the window.
    shares: uint256
    # First and last second of the window.
    opens_at: uint256
    closes_at: uint256


MAX_REWARD_TOKENS: constant(uint256) = 8

# HEAD that a slash leaves in the pool, so that a share never becomes worthless.
MIN_ASSETS_LEFT: constant(uint256) = units.WAD

# Longest cooldown and window: nobody is locked in for good by a mistaken constructor.
MAX_COOLDOWN_SECONDS: constant(uint256) = 30 * 86_400

# Keeps every product of shares and assets below 2**256 after slashes (HEAD < 2**87).
MAX_SHARES: constant(uint256) = 2**160 - 1

# Keeps the sum of all rewards of one token within the index (see reward_index).
MAX_REWARD: constant(uint256) = 2**128 - 1

HEAD: immutable(address)
COOLDOWN_SECONDS: immutable(uint256)
WINDOW_SECONDS: immutable(uint256)

# HEAD that the shares stand for; a donation does not change it.
_total_assets: uint256

_cooldowns: HashMap[address, Cooldown]

# Reward tokens in order of addition; none is ever removed.
_reward_tokens: DynArray[address, MAX_REWARD_TOKENS]
is_reward_token: public(HashMap[address, bool])

# Rewards of each token by index; what each account has earned of them.
_reward_index: HashMap[address, reward_index.Index]
_entitlements: HashMap[address, HashMap[address, reward_index.Entitlement]]

# Rewards of each token ever paid in and ever claimed, in base units.
rewards_paid_in: public(HashMap[address, uint256])
rewards_claimed: public(HashMap[address, uint256])

# Who may notify rewards, and who may slash (nobody while empty).
is_distributor: public(HashMap[address, bool])
slasher: public(address)


@deploy
def __init__(head: address, cooldown_seconds: uint256, window_seconds: uint256, owner: address):
    """
    @notice Opens an empty pool.
    @custom:reverts
        "staking: not a token"
        "staking: cooldown too long"
        "staking: bad window"
        "staking: zero owner"
    @param head The token staked, 18 decimals.
    @param cooldown_seconds Time from the start of a cooldown to its window.
    @param window_seconds Length of the window.
    @param owner May add reward tokens and set distributors and the slasher.
    """
    assert head.is_contract, "staking: not a token"
    assert cooldown_seconds <= MAX_COOLDOWN_SECONDS, "staking: cooldown too long"
    assert window_seconds > 0, "staking: bad window"
    assert window_seconds <= MAX_COOLDOWN_SECONDS, "staking: bad window"
    assert owner != empty(address), "staking: zero owner"

    ownable.__init__()
    ownable_2step.__init__()
    ownable_2step._transfer_ownership(owner)
    # 24 decimals: the 18 of HEAD and the six of the virtual shares.
    erc20.__init__("Staked Headwater", "sHEAD", 24, "Staked Headwater", "1")
    HEAD = head
    COOLDOWN_SECONDS = cooldown_seconds
    WINDOW_SECONDS = window_seconds


# --- Stake ---


@external
def deposit(assets: uint256, receiver: address) -> uint256:
    """
    @notice Stake `assets` of HEAD for `receiver`.
    @custom:access Anyone; the caller pays.
    @custom:rounding Shares down. The caller owes the fraction.
    @custom:reverts
        "staking: bad receiver"
        "staking: zero shares"
        "staking: too many shares"
        "token: transfer refused"
        "token: fee on transfer"
    @param assets HEAD to stake.
    @param receiver Account credited with the shares.
    @return Shares minted.
    """
    shares: uint256 = share_math.to_shares_down(assets, self._total_assets, erc20.totalSupply)
    self._stake(assets, shares, receiver)
    return shares


@external
def mint(shares: uint256, receiver: address) -> uint256:
    """
    @notice Stake the HEAD that `shares` cost for `receiver`.
    @custom:access Anyone; the caller pays.
    @custom:rounding Assets up. The caller owes the fraction.
    @custom:reverts
        "staking: bad receiver"
        "staking: zero shares"
        "staking: too many shares"
        "token: transfer refused"
        "token: fee on transfer"
    @param shares Shares to mint.
    @param receiver Account credited with the shares.
    @return HEAD taken.
    """
    assets: uint256 = share_math.to_assets_up(shares, self._total_assets, erc20.totalSupply)
    self._stake(assets, shares, receiver)
    return assets


# --- Exit ---


@external
def start_cooldown(shares: uint256):
    """
    @notice Ask to redeem `shares`. A cooldown that runs already is replaced.
    @dev The shares stay with the caller: they earn, can be slashed, cannot be transferred.
    @custom:access Anyone, for their own shares.
    @custom:reverts
        "staking: zero shares"
        "staking: more than balance"
    @param shares Shares to cool, of all that the caller holds.
    """
    assert shares > 0, "staking: zero shares"
    assert shares <= erc20.balanceOf[msg.sender], "staking: more than balance"

    opens_at: uint256 = block.timestamp + COOLDOWN_SECONDS
    closes_at: uint256 = opens_at + WINDOW_SECONDS
    self._cooldowns[msg.sender] = Cooldown(shares=shares, opens_at=opens_at, closes_at=closes_at)

    log IStakingPool.CooldownStarted(
        account=msg.sender, shares=shares, opens_at=opens_at, closes_at=closes_at
    )


@external
def cancel_cooldown():
    """
    @notice Take back the request to redeem.
    @custom:access Anyone, for their own cooldown.
    @custom:reverts "staking: no cooldown"
    """
    cooldown: Cooldown = self._cooldown_of(msg.sender)
    assert cooldown.shares > 0, "staking: no cooldown"

    self._cooldowns[msg.sender] = empty(Cooldown)

    log IStakingPool.CooldownCancelled(account=msg.sender, shares=cooldown.shares)


@external
def withdraw(assets: uint256, receiver: address, owner: address) -> uint256:
    """
    @notice Send `assets` of HEAD to `receiver` for cooled shares of `owner`.
    @custom:access `owner`, or a spender within their allowance of shares.
    @custom:rounding Shares up. The owner owes the fraction.
    @custom:reverts
        "staking: bad receiver"
        "staking: zero shares"
        "staking: not cooled" when the shares are not cooled or the window is shut
        "erc20: insufficient allowance"
        "token: transfer refused"
    @param assets HEAD to send.
    @param receiver Account paid.
    @param owner Account debited.
    @return Shares burned.
    """
    shares: uint256 = share_math.to_shares_up(assets, self._total_assets, erc20.totalSupply)
    self._unstake(assets, shares, receiver, owner)
    return shares


@external
def redeem(shares: uint256, receiver: address, owner: address) -> uint256:
    """
    @notice Burn cooled `shares` of `owner` and send their HEAD to `receiver`.
    @custom:access `owner`, or a spender within their allowance of shares.
    @custom:rounding Assets down. The owner leaves the fraction.
    @custom:reverts
        "staking: bad receiver"
        "staking: zero shares"
        "staking: not cooled" when the shares are not cooled or the window is shut
        "erc20: insufficient allowance"
        "token: transfer refused"
    @param shares Shares to burn.
    @param receiver Account paid.
    @param owner Account debited.
    @return HEAD sent.
    """
    assets: uint256 = share_math.to_assets_down(shares, self._total_assets, erc20.totalSupply)
    self._unstake(assets, shares, receiver, owner)
    return assets


# --- Rewards ---


@external
def notify_reward(token: address, assets: uint256):
    """
    @notice Pay `assets` of a reward token to those who hold shares now.
    @dev While nobody does, it waits and goes out with the next notification.
    @custom:access Distributors.
    @custom:rounding Down. The remainder waits in the index for the next notification.
    @custom:reverts
        "staking: not a distributor"
        "staking: unknown reward"
        "staking: zero assets"
        "staking: reward too large"
        "token: transfer refused"
        "token: fee on transfer"
    @param token Reward token.
    @param assets Base units, taken from the caller.
    """
    assert self.is_distributor[msg.sender], "staking: not a distributor"
    assert self.is_reward_token[token], "staking: unknown reward"
    assert assets > 0, "staking: zero assets"
    assert assets <= MAX_REWARD - self.rewards_paid_in[token], "staking: reward too large"

    self._reward_index[token] = reward_index.advance(
        self._reward_index[token], assets, erc20.totalSupply
    )
    self.rewards_paid_in[token] += assets

    log IStakingPool.RewardNotified(token=token, assets=assets)
    token_transfer.pull_exact(token, msg.sender, assets)


@external
def claim_rewards(receiver: address) -> DynArray[uint256, MAX_REWARD_TOKENS]:
    """
    @notice Send all rewards that the caller has earned to `receiver`.
    @custom:access Anyone, for their own rewards.
    @custom:rounding Down. The fraction stays with the caller for the next claim.
    @custom:reverts
        "staking: bad receiver"
        "token: transfer refused"
    @param receiver Account paid.
    @return Base units paid, in the order of `reward_tokens`.
    """
    self._check_receiver(receiver)

    paid: DynArray[uint256, MAX_REWARD_TOKENS] = []
    for token: address in self._reward_tokens:
        assets: uint256 = self._claim(token, receiver)
        paid.append(assets)
    return paid


@external
def claim_reward(token: address, receiver: address) -> uint256:
    """
    @notice Send the caller's rewards in one token, so that no other token can be in the way.
    @custom:access Anyone, for their own rewards.
    @custom:rounding Down. The fraction stays with the caller for the next claim.
    @custom:reverts
        "staking: bad receiver"
        "staking: unknown reward"
        "token: transfer refused"
    @param token Reward token.
    @param receiver Account paid.
    @return Base units paid.
    """
    self._check_receiver(receiver)
    assert self.is_reward_token[token], "staking: unknown reward"

    assets: uint256 = self._claim(token, receiver)
    return assets


# --- Share token ---


@external
def transfer(to: address, amount: uint256) -> bool:
    """
    @notice Move shares that are not cooling. Rewards earned so far stay with the caller.
    @custom:access Anyone, for their own shares.
    @custom:reverts
        "erc20: transfer to the zero address"
        "erc20: transfer amount exceeds balance"
        "staking: shares in cooldown"
    @param to Account credited.
    @param amount Shares to move.
    @return True.
    """
    self._transfer(msg.sender, to, amount)
    return True


@external
def transferFrom(owner: address, to: address, amount: uint256) -> bool:
    """
    @notice Move shares of `owner` by allowance. Rewards earned so far stay with `owner`.
    @custom:access Spenders approved by `owner`.
    @custom:reverts
        "erc20: insufficient allowance"
        "erc20: transfer to the zero address"
        "erc20: transfer amount exceeds balance"
        "staking: shares in cooldown"
    @param owner Account debited.
    @param to Account credited.
    @param amount Shares to move.
    @return True.
    """
    erc20._spend_allowance(owner, msg.sender, amount)
    self._transfer(owner, to, amount)
    return True


# --- Views ---


@external
@view
def asset() -> address:
    """
    @notice The token staked.
    @return HEAD.
    """
    return HEAD


@external
@view
def totalAssets() -> uint256:
    """
    @notice HEAD that the shares stand for.
    @return Base units.
    """
    return self._total_assets


@external
@view
def convertToShares(assets: uint256) -> uint256:
    """
    @notice Shares that `assets` are worth.
    @custom:rounding Down.
    @param assets HEAD.
    @return Shares.
    """
    return share_math.to_shares_down(assets, self._total_assets, erc20.totalSupply)


@external
@view
def convertToAssets(shares: uint256) -> uint256:
    """
    @notice HEAD that `shares` are worth.
    @custom:rounding Down.
    @param shares Shares.
    @return HEAD.
    """
    return share_math.to_assets_down(shares, self._total_assets, erc20.totalSupply)


@external
@view
def maxDeposit(receiver: address) -> uint256:
    """
    @notice HEAD that can be staked for `receiver`; far above the supply of HEAD.
    @custom:rounding Down.
    @param receiver Account.
    @return HEAD.
    """
    return share_math.to_assets_down(
        MAX_SHARES - erc20.totalSupply, self._total_assets, erc20.totalSupply
    )


@external
@view
def maxMint(receiver: address) -> uint256:
    """
    @notice Shares that can be minted for `receiver`.
    @param receiver Account.
    @return Shares.
    """
    return MAX_SHARES - erc20.totalSupply


@external
@view
def maxWithdraw(owner: address) -> uint256:
    """
    @notice HEAD that `owner` can withdraw in this block.
    @custom:rounding Down.
    @param owner Account.
    @return HEAD of the cooled shares within their window, else zero.
    """
    return share_math.to_assets_down(
        self._redeemable(owner), self._total_assets, erc20.totalSupply
    )


@external
@view
def maxRedeem(owner: address) -> uint256:
    """
    @notice Shares that `owner` can redeem in this block.
    @param owner Account.
    @return The cooled shares within their window, else zero.
    """
    return self._redeemable(owner)


@external
@view
def previewDeposit(assets: uint256) -> uint256:
    """
    @notice Shares that `deposit` would mint.
    @custom:rounding Down, as `deposit`.
    @param assets HEAD.
    @return Shares.
    """
    return share_math.to_shares_down(assets, self._total_assets, erc20.totalSupply)


@external
@view
def previewMint(shares: uint256) -> uint256:
    """
    @notice HEAD that `mint` would take.
    @custom:rounding Up, as `mint`.
    @param shares Shares.
    @return HEAD.
    """
    return share_math.to_assets_up(shares, self._total_assets, erc20.totalSupply)


@external
@view
def previewWithdraw(assets: uint256) -> uint256:
    """
    @notice Shares that `withdraw` would burn.
    @custom:rounding Up, as `withdraw`.
    @param assets HEAD.
    @return Shares.
    """
    return share_math.to_shares_up(assets, self._total_assets, erc20.totalSupply)


@external
@view
def previewRedeem(shares: uint256) -> uint256:
    """
    @notice HEAD that `redeem` would send.
    @custom:rounding Down, as `redeem`.
    @param shares Shares.
    @return HEAD.
    """
    return share_math.to_assets_down(shares, self._total_assets, erc20.totalSupply)


@external
@view
def cooldown_of(account: address) -> (uint256, uint256, uint256):
    """
    @notice The cooldown of `account`, until its window has passed.
    @param account Account.
    @return Shares, first and last second of the window; zeros where there is none.
    """
    cooldown: Cooldown = self._cooldown_of(account)
    return cooldown.shares, cooldown.opens_at, cooldown.closes_at


@external
@view
def cooldown_seconds() -> uint256:
    """
    @notice Time from the start of a cooldown to its window.
    @return Seconds.
    """
    return COOLDOWN_SECONDS


@external
@view
def window_seconds() -> uint256:
    """
    @notice Length of the window.
    @return Seconds.
    """
    return WINDOW_SECONDS


@external
@view
def reward_tokens() -> DynArray[address, MAX_REWARD_TOKENS]:
    """
    @notice The reward tokens, in order of addition.
    @return Their addresses.
    """
    return self._reward_tokens


@external
@view
def claimable_rewards(account: address) -> DynArray[uint256, MAX_REWARD_TOKENS]:
    """
    @notice Rewards that `account` could claim.
    @custom:rounding Down, as `claim_rewards`.
    @param account Account.
    @return Base units, in the order of `reward_tokens`.
    """
    assets: DynArray[uint256, MAX_REWARD_TOKENS] = []
    for token: address in self._reward_tokens:
        assets.append(reward_index.claimable_down(self._settled(account, token)))
    return assets


# --- Slasher ---


@external
def slash(assets: uint256, receiver: address) -> uint256:
    """
    @notice Take up to `assets` of the stake; every share, cooling or not, loses alike.
    @custom:access The slasher.
    @custom:reverts
        "staking: not the slasher"
        "staking: bad receiver"
        "staking: nothing to slash"
        "token: transfer refused"
    @param assets HEAD to take; what would leave less than MIN_ASSETS_LEFT is not taken.
    @param receiver Account paid.
    @return HEAD taken.
    """
    assert msg.sender == self.slasher, "staking: not the slasher"
    self._check_receiver(receiver)

    total_assets: uint256 = self._total_assets
    taken: uint256 = 0
    if total_assets > MIN_ASSETS_LEFT:
        taken = min(assets, total_assets - MIN_ASSETS_LEFT)
    assert taken > 0, "staking: nothing to slash"

    self._total_assets = total_assets - taken

    log IStakingPool.Slashed(receiver=receiver, assets=taken)
    token_transfer.push(HEAD, receiver, taken)
    return taken


# --- Owner ---


@external
def add_reward_token(token: address):
    """
    @notice Add a reward token, for good.
    @custom:access Owner.
    @custom:reverts
        "ownable: caller is not the owner"
        "staking: not a token"
        "staking: reward listed"
        "staking: too many rewards"
    @param token Token, which may be HEAD but not the share itself.
    """
    ownable._check_owner()
    assert token.is_contract, "staking: not a token"
    assert token != self, "staking: not a token"
    assert not self.is_reward_token[token], "staking: reward listed"
    assert len(self._reward_tokens) < MAX_REWARD_TOKENS, "staking: too many rewards"

    self.is_reward_token[token] = True
    self._reward_tokens.append(token)

    log IStakingPool.RewardTokenAdded(token=token)


@external
def set_distributor(distributor: address, allowed: bool):
    """
    @notice Allow or forbid an account to notify rewards.
    @custom:access Owner.
    @custom:reverts "ownable: caller is not the owner"
    @param distributor Account.
    @param allowed Whether it may.
    """
    ownable._check_owner()

    old_allowed: bool = self.is_distributor[distributor]
    self.is_distributor[distributor] = allowed

    log IStakingPool.DistributorChanged(
        distributor=distributor, old_allowed=old_allowed, new_allowed=allowed
    )


@external
def set_slasher(slasher: address):
    """
    @notice Set who may slash.
    @custom:access Owner.
    @custom:reverts "ownable: caller is not the owner"
    @param slasher Account; the zero address for nobody.
    """
    ownable._check_owner()

    old_slasher: address = self.slasher
    self.slasher = slasher

    log IStakingPool.SlasherChanged(old_slasher=old_slasher, new_slasher=slasher)


# --- Internals ---


@internal
@view
def _check_receiver(receiver: address):
    # What is sent to the pool itself would belong to nobody.
    assert receiver != empty(address), "staking: bad receiver"
    assert receiver != self, "staking: bad receiver"


@internal
def _stake(assets: uint256, shares: uint256, receiver: address):
    self._check_receiver(receiver)
    assert shares > 0, "staking: zero shares"
    assert shares <= MAX_SHARES - erc20.totalSupply, "staking: too many shares"

    self._settle(receiver)

    erc20._mint(receiver, shares)
    self._total_assets += assets

    log IERC4626.Deposit(sender=msg.sender, owner=receiver, assets=assets, shares=shares)
    token_transfer.pull_exact(HEAD, msg.sender, assets)


@internal
def _unstake(assets: uint256, shares: uint256, receiver: address, owner: address):
    self._check_receiver(receiver)
    assert shares > 0, "staking: zero shares"
    assert shares <= self._redeemable(owner), "staking: not cooled"
    if msg.sender != owner:
        erc20._spend_allowance(owner, msg.sender, shares)

    self._settle(owner)

    self._cooldowns[owner].shares -= shares
    if self._cooldowns[owner].shares == 0:
        self._cooldowns[owner] = empty(Cooldown)
    erc20._burn(owner, shares)
    self._total_assets -= assets

    log IERC4626.Withdraw(
        sender=msg.sender, receiver=receiver, owner=owner, assets=assets, shares=shares
    )
    token_transfer.push(HEAD, receiver, assets)


@internal
def _transfer(owner: address, to: address, amount: uint256):
    self._settle(owner)
    self._settle(to)

    erc20._transfer(owner, to, amount)

    # After the move, so that too large an amount fails with the token's own reason.
    assert erc20.balanceOf[owner] >= self._cooldown_of(owner).shares, "staking: shares in cooldown"


@internal
def _settle(account: address):
    # Runs before the balance of `account` changes.
    for token: address in self._reward_tokens:
        self._entitlements[account][token] = self._settled(account, token)


@internal
@view
def _settled(account: address, token: address) -> reward_index.Entitlement:
    return reward_index.settle(
        self._entitlements[account][token], self._reward_index[token], erc20.balanceOf[account]
    )


@internal
def _claim(token: address, receiver: address) -> uint256:
    earned: reward_index.Entitlement = self._settled(msg.sender, token)
    assets: uint256 = reward_index.claimable_down(earned)
    self._entitlements[msg.sender][token] = reward_index.claimed(earned)

    if assets > 0:
        self.rewards_claimed[token] += assets
        log IStakingPool.RewardClaimed(
            account=msg.sender, token=token, receiver=receiver, assets=assets
        )
        token_transfer.push(token, receiver, assets)
    return assets


@internal
@view
def _cooldown_of(account: address) -> Cooldown:
    cooldown: Cooldown = self._cooldowns[account]
    if block.timestamp > cooldown.closes_at:
        return empty(Cooldown)
    return cooldown


@internal
@view
def _redeemable(owner: address) -> uint256:
    cooldown: Cooldown = self._cooldown_of(owner)
    if block.timestamp < cooldown.opens_at:
        return 0
    return cooldown.shares
