# pragma version 0.4.3
# pragma evm-version cancun
# pragma nonreentrancy on
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title Backstop
@license AGPL-3.0-only
@notice Stands in for the lenders of chosen pools: a reserve of their tokens pays first, staked
    HEAD second; what is left the lenders share.
@dev The reserve is whatever tokens lie here: fees, the profit of the protocol's liquidations,
     gifts. Staked HEAD, cooling or not, is slashed only for what the reserve lacks, sold on our
     pairs within the same call, and only if the sale fetches what the oracle says but for the
     bound on slippage; what does not fit is not taken. What a sale brings beyond the loss
     joins the reserve.

     Anybody may create a pool and lose money in it on purpose. So only pools that the owner has
     given a limit are covered, up to that limit a day, and a day's slashes take no more than a
     part of the stake; the staking pool leaves a floor besides. Days are those of the
     calendar: around midnight two limits may follow each other.
@custom:invariants BACK-1, BACK-2
@custom:kill The owner sets limits to 0; the staking pool's owner replaces the slasher.
"""

from ethereum.ercs import IERC20
from ethereum.ercs import IERC4626
from snekmate.auth import ownable
from snekmate.auth import ownable_2step

from ..interfaces import IAccounts
from ..interfaces import IBackstop
from ..interfaces import IPriceOracle
from ..interfaces import IRouter
from ..interfaces import IStakeBackstop
from ..interfaces import IStakingPool
from ..modules import fair_sale
from ..modules import token_transfer
from ..modules import units

implements: IBackstop
implements: IStakeBackstop

initializes: ownable
initializes: ownable_2step[ownable := ownable]

exports: (
    ownable_2step.owner,
    ownable_2step.pending_owner,
    ownable_2step.transfer_ownership,
    ownable_2step.accept_ownership,
)

MAX_HOPS: constant(uint256) = 4
DAY_SECONDS: constant(uint256) = 86_400

# A third of the stake in a day is the most that stakers sign up for; see Umbrella, Aave.
MAX_SLASH_BPS: constant(uint256) = 3_000
MAX_SLIPPAGE_BPS: constant(uint256) = 2_000

# How often the part of the stake is halved until the pairs bear its sale.
MAX_HALVINGS: constant(uint256) = 4

# A stake below this is near the floor that the staking pool keeps, and is left alone.
MIN_STAKE: constant(uint256) = 2 * units.WAD

# One whole HEAD.
HEAD_BASE_UNITS: constant(uint256) = units.WAD

# What was used up on a day since 1970.
struct Used:
    day: uint256
    assets: uint256

ACCOUNTS: immutable(IAccounts)
STAKING: immutable(IStakingPool)
HEAD: immutable(address)
ORACLE: immutable(IPriceOracle)
ROUTER: immutable(address)

# Base units that a pool is paid in a day at most, and what it was paid.
limit_of: public(HashMap[address, uint256])
_paid: HashMap[address, Used]

# Part of the stake that a day's slashes take at most, and HEAD that they took.
max_slash_bps: public(uint256)
_slashed: Used

# How far below the oracle's word a sale of HEAD may end.
max_slippage_bps: public(uint256)

# How to sell HEAD for an asset.
_routes: HashMap[address, DynArray[IRouter.Hop, MAX_HOPS]]


@deploy
def __init__(
    accounts: address,
    staking: address,
    oracle: address,
    router: address,
    slash_bps: uint256,
    slippage_bps: uint256,
    owner: address,
):
    """
    @notice Covers nobody yet.
    @custom:reverts
        "backstop: not a contract"
        "backstop: zero owner"
        "backstop: slash too large"
        "backstop: slippage too large"
    @param accounts Knows which pools are ours.
    @param staking The stake that stands behind them, once its owner names this its slasher.
    @param oracle Prices HEAD and the assets.
    @param router Sells HEAD.
    @param slash_bps Part of the stake that a day may cost, at most 30 %.
    @param slippage_bps How far below the oracle's word a sale may end, at most 20 %.
    @param owner May set limits, routes and bounds, and take the reserve out.
    """
    assert (
        accounts.is_contract and staking.is_contract and oracle.is_contract and router.is_contract
    ), "backstop: not a contract"
    assert owner != empty(address), "backstop: zero owner"
    ownable.__init__()
    ownable_2step.__init__()
    ownable_2step._transfer_ownership(owner)
    ACCOUNTS = IAccounts(accounts)
    STAKING = IStakingPool(staking)
    HEAD = staticcall IERC4626(staking).asset()
    ORACLE = IPriceOracle(oracle)
    ROUTER = router
    self._set_bounds(slash_bps, slippage_bps)


@external
def cover(asset: address, assets: uint256) -> uint256:
    """
    @notice Send the calling pool what there is of `assets` that it has lost.
    @custom:access Pools with a limit.
    @custom:rounding HEAD to be sold up. What a sale brings too much joins the reserve.
    @custom:reverts
        "backstop: pool not covered"
        "token: transfer refused"
        and the reasons of staking pool, router and pairs
    @param asset The pool's token.
    @param assets Base units that it lacks.
    @return Base units sent: nothing, all, or anything between.
    """
    limit: uint256 = self.limit_of[msg.sender]
    assert limit > 0, "backstop: pool not covered"

    paid_today: uint256 = self._used_today(self._paid[msg.sender])
    wanted: uint256 = min(assets, limit - min(limit, paid_today))
    reserve: uint256 = staticcall IERC20(asset).balanceOf(self)
    if reserve < wanted:
        self._sell_stake(asset, wanted - reserve)
        reserve = staticcall IERC20(asset).balanceOf(self)

    covered_assets: uint256 = min(wanted, reserve)
    self._paid[msg.sender] = Used(
        day=block.timestamp // DAY_SECONDS, assets=paid_today + covered_assets
    )
    log IBackstop.Covered(
        pool=msg.sender, asset=asset, asked_assets=assets, covered_assets=covered_assets
    )
    if covered_assets > 0:
        token_transfer.push(asset, msg.sender, covered_assets)
    return covered_assets


# --- Views ---


@external
@view
def left_for(pool: address) -> uint256:
    """
    @notice What is left today of a pool's limit, whether or not it is there.
    @return Base units of the pool's asset.
    """
    limit: uint256 = self.limit_of[pool]
    return limit - min(limit, self._used_today(self._paid[pool]))


@external
@view
def slashable_head() -> uint256:
    """
    @notice What today's slashes may still take.
    @custom:rounding Down.
    @return HEAD.
    """
    return self._slashable_head()


@external
@view
def route_of(asset: address) -> DynArray[IRouter.Hop, 4]:
    """
    @notice How HEAD is sold for `asset`; empty where it is not.
    """
    return self._routes[asset]


# --- For the owner ---


@external
def set_limit(pool: address, assets: uint256):
    """
    @notice Set what a pool is paid in a day at most; nothing ends its cover.
    @custom:access The owner.
    @custom:reverts
        "ownable: caller is not the owner"
        "backstop: pool not listed"
    @param pool Listed pool.
    @param assets Base units of its asset.
    """
    ownable._check_owner()
    is_pool: bool = staticcall ACCOUNTS.is_pool(pool)
    assert is_pool, "backstop: pool not listed"
    log IStakeBackstop.LimitChanged(
        pool=pool, old_assets=self.limit_of[pool], new_assets=assets
    )
    self.limit_of[pool] = assets


@external
def set_route(asset: address, hops: DynArray[IRouter.Hop, 4]):
    """
    @notice Choose by which pairs HEAD is sold for `asset`; none stops it.
    @custom:access The owner.
    @custom:reverts
        "ownable: caller is not the owner"
        "backstop: route of another" when it does not begin with HEAD
    @param asset Token of a pool.
    @param hops Up to four pairs of the router's factory.
    """
    ownable._check_owner()
    assert len(hops) == 0 or hops[0].token_in == HEAD, "backstop: route of another"
    log IStakeBackstop.RouteChanged(asset=asset, old_hops=self._routes[asset], new_hops=hops)
    self._routes[asset] = hops


@external
def set_bounds(slash_bps: uint256, slippage_bps: uint256):
    """
    @notice Set what a day may cost the stake, and how badly HEAD may be sold.
    @custom:access The owner.
    @custom:reverts
        "ownable: caller is not the owner"
        "backstop: slash too large" above 30 %
        "backstop: slippage too large" above 20 %
    @param slash_bps Part of the stake.
    @param slippage_bps Part of the value sold.
    """
    ownable._check_owner()
    self._set_bounds(slash_bps, slippage_bps)


@external
def withdraw(asset: address, assets: uint256, receiver: address):
    """
    @notice Take assets of the reserve out.
    @custom:access The owner.
    @custom:reverts
        "ownable: caller is not the owner"
        "backstop: bad receiver" when it is empty or this contract
        "token: transfer refused"
    @param asset Token.
    @param assets Base units.
    @param receiver Account paid.
    """
    ownable._check_owner()
    assert receiver != empty(address) and receiver != self, "backstop: bad receiver"
    log IStakeBackstop.Withdrawn(asset=asset, receiver=receiver, assets=assets)
    token_transfer.push(asset, receiver, assets)


# --- Internals ---


@internal
def _sell_stake(asset: address, assets: uint256):
    """
    @dev Nothing happens unless a fair sale is foreseen: a stake is not slashed in vain.
    @custom:reverts
        "token: transfer refused"
        and the reasons of staking pool, router and pairs
    """
    head_assets: uint256 = 0
    foreseen_assets: uint256 = 0
    head_assets, foreseen_assets = self._sale(asset, assets)
    if head_assets == 0:
        return

    day: uint256 = block.timestamp // DAY_SECONDS
    slashed_today: uint256 = self._used_today(self._slashed)
    taken: uint256 = extcall STAKING.slash(head_assets, self)
    self._slashed = Used(day=day, assets=slashed_today + taken)

    sold_for: uint256 = fair_sale.sell(
        ROUTER, self._routes[asset], HEAD, asset, taken, foreseen_assets
    )
    log IStakeBackstop.StakeSold(asset=asset, head_assets=taken, assets=sold_for)


@internal
@view
def _sale(asset: address, assets: uint256) -> (uint256, uint256):
    # HEAD whose sale brings `assets`, or as much as may be taken and the pairs bear; and what
    # it brings. Zeros where HEAD has no price, no route or no fair market.
    if len(self._routes[asset]) == 0:
        return 0, 0
    head_usd_wad: uint256 = self._price_usd_wad(HEAD)
    asset_usd_wad: uint256 = self._price_usd_wad(asset)
    if head_usd_wad == 0 or asset_usd_wad == 0:
        return 0, 0

    # Enough even where the sale ends at the bound.
    slippage_bps: uint256 = self.max_slippage_bps
    wanted_usd_wad: uint256 = staticcall ORACLE.value_usd_wad_up(asset, assets)
    wanted_usd_wad = wanted_usd_wad * units.BPS // (units.BPS - slippage_bps) + 1
    head_assets: uint256 = min(
        wanted_usd_wad * HEAD_BASE_UNITS // head_usd_wad + 1, self._slashable_head()
    )
    for i: uint256 in range(MAX_HALVINGS + 1):
        if head_assets == 0:
            break
        foreseen_assets: uint256 = fair_sale.proceeds(ROUTER, self._routes[asset], head_assets)
        foreseen_usd_wad: uint256 = staticcall ORACLE.value_usd_wad_up(asset, foreseen_assets)
        sold_usd_wad: uint256 = head_assets * head_usd_wad // HEAD_BASE_UNITS
        is_fair: bool = (
            foreseen_usd_wad * units.BPS >= sold_usd_wad * (units.BPS - slippage_bps)
        )
        # Crumbs that are worth nothing are refused by the pairs: that would refuse the cover.
        if is_fair and foreseen_assets > 0:
            return head_assets, foreseen_assets
        head_assets //= 2
    return 0, 0


@internal
@view
def _price_usd_wad(asset: address) -> uint256:
    # Zero unless the oracle stands by it.
    price_usd_wad: uint256 = 0
    observed_at: uint256 = 0
    is_reliable: bool = False
    price_usd_wad, observed_at, is_reliable = staticcall ORACLE.peek(asset)
    if not is_reliable:
        return 0
    return price_usd_wad


@internal
@view
def _slashable_head() -> uint256:
    # Of what the stake was when the day began.
    slashed_today: uint256 = self._used_today(self._slashed)
    stake: uint256 = staticcall IERC4626(STAKING.address).totalAssets()
    if stake < MIN_STAKE:
        return 0
    most: uint256 = (stake + slashed_today) * self.max_slash_bps // units.BPS
    return most - min(most, slashed_today)


@internal
@view
def _used_today(used: Used) -> uint256:
    if used.day != block.timestamp // DAY_SECONDS:
        return 0
    return used.assets


@internal
def _set_bounds(slash_bps: uint256, slippage_bps: uint256):
    """
    @custom:reverts
        "backstop: slash too large"
        "backstop: slippage too large"
    """
    assert slash_bps <= MAX_SLASH_BPS, "backstop: slash too large"
    assert slippage_bps <= MAX_SLIPPAGE_BPS, "backstop: slippage too large"
    log IStakeBackstop.BoundsChanged(
        old_slash_bps=self.max_slash_bps,
        new_slash_bps=slash_bps,
        old_slippage_bps=self.max_slippage_bps,
        new_slippage_bps=slippage_bps,
    )
    self.max_slash_bps = slash_bps
    self.max_slippage_bps = slippage_bps
