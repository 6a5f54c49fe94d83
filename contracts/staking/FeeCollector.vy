# pragma version 0.4.3
# pragma evm-version cancun
# pragma nonreentrancy on
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title FeeCollector
@license AGPL-3.0-only
@notice Takes protocol fees in and streams them to stakers and the treasury.
@dev Each token has one linear stream. With `unvested` assets and `left` seconds to its
     end, after `elapsed` seconds

         vested += unvested * elapsed // left      (all of it at the end)

     and when `arrived` assets join, the seconds to the end become the average

         (unvested * left + arrived * STREAM_SECONDS) // (unvested + arrived)

     so that small arrivals, which anybody can send, cannot put the end off.
@custom:invariants FEE-1, FEE-2
@custom:kill Nobody can stop it. A staking pool that refuses a token holds back that token.
"""

from ethereum.ercs import IERC20
from ethereum.ercs import IERC4626
from snekmate.auth import ownable
from snekmate.auth import ownable_2step
from ..interfaces import IFeeCollector
from ..interfaces import IStakingPool
from ..interfaces import IVolatilePair
from ..modules import token_transfer
from ..modules import units

implements: IFeeCollector

initializes: ownable
initializes: ownable_2step[ownable := ownable]

exports: (
    ownable_2step.owner,
    ownable_2step.pending_owner,
    ownable_2step.transfer_ownership,
    ownable_2step.accept_ownership,
)


struct Stream:
    # Assets that vest evenly from `last_streamed_at` to `ends_at`.
    unvested: uint256
    # Assets that have vested and wait for `stream`.
    vested: uint256
    # Time up to which vesting is counted.
    last_streamed_at: uint256
    # Time at which all has vested.
    ends_at: uint256


MAX_STREAM_SECONDS: constant(uint256) = 365 * 86_400

STAKING: immutable(IStakingPool)
STREAM_SECONDS: immutable(uint256)

# Receiver of what stakers do not get.
treasury: public(address)

# Part of what is streamed that goes to stakers.
staker_share_bps: public(uint256)

_streams: HashMap[address, Stream]


@deploy
def __init__(
    staking: address,
    treasury: address,
    staker_share_bps: uint256,
    stream_seconds: uint256,
    owner: address,
):
    """
    @notice Opens an empty collector.
    @custom:reverts
        "collector: not a staking pool"
        "collector: bad treasury"
        "collector: share too high"
        "collector: bad duration"
        "collector: zero owner"
    @param staking Pool whose stakers are paid.
    @param treasury Receiver of the rest.
    @param staker_share_bps Part for the stakers.
    @param stream_seconds Time over which what arrives is paid out.
    @param owner May set treasury and share.
    """
    assert staking.is_contract, "collector: not a staking pool"
    assert stream_seconds > 0, "collector: bad duration"
    assert stream_seconds <= MAX_STREAM_SECONDS, "collector: bad duration"
    assert owner != empty(address), "collector: zero owner"

    ownable.__init__()
    ownable_2step.__init__()
    ownable_2step._transfer_ownership(owner)
    STAKING = IStakingPool(staking)
    STREAM_SECONDS = stream_seconds
    self._set_treasury(treasury)
    self._set_staker_share(staker_share_bps)


# --- Inflow ---


@external
def collect(token: address) -> uint256:
    """
    @notice Let what has arrived of a reward token join its stream.
    @custom:access Anyone.
    @custom:rounding The end of the stream down to a second.
    @custom:reverts "collector: not a reward" when the staking pool does not list the token
    @param token Reward token of the staking pool.
    @return Assets that joined; zero, and nothing changes, where none had arrived.
    """
    is_reward: bool = staticcall STAKING.is_reward_token(token)
    assert is_reward, "collector: not a reward"
    balance: uint256 = staticcall IERC20(token).balanceOf(self)

    stream: Stream = self._vested_now(token)
    arrived: uint256 = balance - stream.unvested - stream.vested
    if arrived == 0:
        return 0

    # At least one second: STREAM_SECONDS and the seconds left of a running stream are.
    total: uint256 = stream.unvested + arrived
    seconds_left: uint256 = stream.ends_at - stream.last_streamed_at
    seconds_to_end_down: uint256 = (
        stream.unvested * seconds_left + arrived * STREAM_SECONDS
    ) // total
    stream.unvested = total
    stream.last_streamed_at = block.timestamp
    stream.ends_at = block.timestamp + seconds_to_end_down
    self._streams[token] = stream

    log IFeeCollector.Collected(token=token, assets=arrived, ends_at=stream.ends_at)
    return arrived


@external
def claim_pair_fees(pair: address) -> (uint256, uint256):
    """
    @notice Have a pair send the protocol's fees here.
    @dev Any address may be named: it gets no right and no asset by being called.
    @custom:access Anyone.
    @custom:reverts the reasons of the pair
    @param pair VolatilePair.
    @return What the pair says it sent of token0 and of token1.
    """
    fees0: uint256 = 0
    fees1: uint256 = 0
    fees0, fees1 = extcall IVolatilePair(pair).claim_protocol_fees()
    return fees0, fees1


@external
def redeem_pool_shares(pool: address, shares: uint256) -> uint256:
    """
    @notice Redeem pool shares that this contract holds for the pool's asset.
    @dev Any address may be named: it gets no right by being called, and only its own
         shares can be burned by it.
    @custom:access Anyone.
    @custom:reverts
        "collector: not enough shares" when more than those that are not in a stream
        and the reasons of the pool
    @param pool ERC-4626 pool.
    @param shares Shares to redeem.
    @return Assets received, as the pool says.
    """
    balance: uint256 = staticcall IERC20(pool).balanceOf(self)
    stream: Stream = self._streams[pool]
    assert shares <= balance - stream.unvested - stream.vested, "collector: not enough shares"

    assets: uint256 = extcall IERC4626(pool).redeem(shares, self, self)
    return assets


# --- Outflow ---


@external
def stream(token: address) -> uint256:
    """
    @notice Pay what has vested to the stakers and the treasury.
    @custom:access Anyone.
    @custom:rounding The stakers' part down; the treasury gets the fraction.
    @custom:reverts
        "staking: not a distributor" until the pool's owner allows this contract
        "token: transfer refused"
    @param token Reward token of the staking pool.
    @return Assets paid in all; zero, and nothing changes, where none had vested.
    """
    stream: Stream = self._vested_now(token)
    assets: uint256 = stream.vested
    if assets == 0:
        return 0

    to_stakers_down: uint256 = assets * self.staker_share_bps // units.BPS
    to_treasury: uint256 = assets - to_stakers_down
    stream.vested = 0
    self._streams[token] = stream

    log IFeeCollector.Streamed(token=token, to_stakers=to_stakers_down, to_treasury=to_treasury)
    if to_stakers_down > 0:
        # Exactly what the pool takes in the same call: the allowance is zero again after it.
        is_approved: bool = extcall IERC20(token).approve(
            STAKING.address, to_stakers_down, default_return_value=True
        )
        assert is_approved, "token: transfer refused"
        extcall STAKING.notify_reward(token, to_stakers_down)
    if to_treasury > 0:
        token_transfer.push(token, self.treasury, to_treasury)
    return assets


# --- Views ---


@external
@view
def streamable(token: address) -> uint256:
    """
    @notice What `stream` would pay now.
    @custom:rounding Down, as `stream`.
    @param token Token.
    @return Base units, stakers and treasury together.
    """
    return self._vested_now(token).vested


@external
@view
def stream_of(token: address) -> (uint256, uint256, uint256, uint256):
    """
    @notice The stream of a token, as it was last written.
    @custom:rounding The rate down.
    @param token Token.
    @return Rate in WAD base units per second, end, time up to which vesting is counted, and
            all that is collected and not yet paid out.
    """
    stream: Stream = self._streams[token]
    rate_per_second_wad: uint256 = 0
    if stream.ends_at > stream.last_streamed_at:
        rate_per_second_wad = (
            stream.unvested * units.WAD // (stream.ends_at - stream.last_streamed_at)
        )
    unstreamed: uint256 = stream.unvested + stream.vested
    return rate_per_second_wad, stream.ends_at, stream.last_streamed_at, unstreamed


@external
@view
def staking() -> address:
    """
    @notice The pool whose stakers are paid.
    @return Its address.
    """
    return STAKING.address


@external
@view
def stream_seconds() -> uint256:
    """
    @notice Time over which what arrives is paid out.
    @return Seconds.
    """
    return STREAM_SECONDS


# --- Owner ---


@external
def set_treasury(treasury: address):
    """
    @notice Set the receiver of what stakers do not get.
    @custom:access Owner.
    @custom:reverts
        "ownable: caller is not the owner"
        "collector: bad treasury"
    @param treasury Account.
    """
    ownable._check_owner()
    self._set_treasury(treasury)


@external
def set_staker_share(share_bps: uint256):
    """
    @notice Set the part of what is streamed that goes to stakers.
    @custom:access Owner.
    @custom:reverts
        "ownable: caller is not the owner"
        "collector: share too high"
    @param share_bps Hundredths of a percent.
    """
    ownable._check_owner()
    self._set_staker_share(share_bps)


# --- Internals ---


@internal
def _set_treasury(treasury: address):
    assert treasury != empty(address), "collector: bad treasury"
    assert treasury != self, "collector: bad treasury"

    old_treasury: address = self.treasury
    self.treasury = treasury

    log IFeeCollector.TreasuryChanged(old_treasury=old_treasury, new_treasury=treasury)


@internal
def _set_staker_share(share_bps: uint256):
    assert share_bps <= units.BPS, "collector: share too high"

    old_share_bps: uint256 = self.staker_share_bps
    self.staker_share_bps = share_bps

    log IFeeCollector.StakerShareChanged(old_share_bps=old_share_bps, new_share_bps=share_bps)


@internal
@view
def _vested_now(token: address) -> Stream:
    # The stream of `token` with vesting counted up to this block; nothing is written.
    stream: Stream = self._streams[token]
    now: uint256 = min(block.timestamp, stream.ends_at)
    if now > stream.last_streamed_at:
        vested_down: uint256 = (
            stream.unvested * (now - stream.last_streamed_at)
            // (stream.ends_at - stream.last_streamed_at)
        )
        stream.unvested -= vested_down
        stream.vested += vested_down
        stream.last_streamed_at = now
    return stream
