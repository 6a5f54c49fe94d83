# pragma version 0.4.3
# pragma evm-version cancun
# pragma nonreentrancy on
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title RiskTerms
@license AGPL-3.0-only
@notice The terms of all pools of an account layer: caps, thresholds, fees, pauses, and who
    may change them.
@dev A pool asks once a call what applies to it, and Accounts asks for the thresholds of a
     pair of pools. Nothing here holds or moves assets.

     The owner of a pool, who should stand behind a timelock, changes its terms within the
     bounds of this contract. A steward moves some of them by a bounded step, and waits
     between steps. A guardian stops: pauses, and caps of zero. Withdrawing, redeeming,
     transferring and repaying cannot be paused. No change makes a healthy loan
     liquidatable in the same block: a lower threshold ramps. Terms that bind each other
     are set by one call.

     A contract that only claims to be a pool sets terms that nobody asks for.
@custom:invariants LEND-6, TERMS-1
@custom:kill Nothing to stop: it is the stop. A pool whose owner is away keeps its terms.
"""

from ..interfaces import IAccounts
from ..interfaces import ILendingPool
from ..interfaces import IOwned
from ..interfaces import IPriceOracle
from ..interfaces import IRiskTerms
from ..modules import collateral_terms
from ..modules import packed_terms
from ..modules import units

implements: IRiskTerms

initializes: collateral_terms

MAX_RESERVE_FACTOR_BPS: constant(uint256) = 2_500

# A flash loan is dear enough at a hundredth.
MAX_FLASH_FEE_BPS: constant(uint256) = 100

# The tightest circuit breaker still lets a twentieth of a pool out in a day: it slows
# lenders down, and cannot hold them.
MIN_OUTFLOW_BPS: constant(uint256) = 500
MIN_OUTFLOW_WINDOW_SECONDS: constant(uint256) = 600
MAX_OUTFLOW_WINDOW_SECONDS: constant(uint256) = 86_400

# Long enough to repay or to add collateral; lenders bear the risk meanwhile.
MAX_GRACE_SECONDS: constant(uint256) = 14_400

# A steward moves by a quarter at most, and rests for an hour at least.
MAX_STEP_BPS: constant(uint256) = 2_500
MIN_DELAY_SECONDS: constant(uint256) = 3_600
MAX_DELAY_SECONDS: constant(uint256) = 2_592_000

# What a steward's clock runs for, beside collateral pools, which stand for themselves.
CAPS: constant(address) = 0x0000000000000000000000000000000000000001
MIN_DEBT: constant(address) = 0x0000000000000000000000000000000000000002
RESERVE_FACTOR: constant(address) = 0x0000000000000000000000000000000000000003

struct StewardBounds:
    step_bps: uint256
    delay_seconds: uint256

# The terms of a pool in two words; see packed_terms.
_limits: HashMap[address, uint256]
_bounds: HashMap[address, uint256]

# Who covers a loss of a pool before its lenders do; empty for nobody.
backstop_of: public(HashMap[address, address])

# Who may stop a pool, and who may move its terms.
role_of: public(HashMap[address, HashMap[address, IRiskTerms.Role]])

# How far and how often stewards of a pool may move, and when they last moved what.
_steward_bounds: HashMap[address, StewardBounds]
_moved_at: HashMap[address, HashMap[address, uint256]]


# --- Views ---


@external
@view
@reentrant  # A pool asks while its past is settled here; what it reads is written later.
def terms_of(pool: address) -> IRiskTerms.PoolTerms:
    """
    @notice The terms of `pool`; zeros for a pool that was never opened.
    """
    return self._terms(pool)


@external
@view
@reentrant  # As terms_of.
def open_terms(pool: address, action: IRiskTerms.Action) -> IRiskTerms.PoolTerms:
    """
    @notice The terms of `pool`, if `action` is open there; no action is always open.
    @custom:reverts
        "terms: supply paused"
        "terms: borrow paused"
        "terms: flash paused"
        "terms: liquidation paused"
        "terms: liquidation in grace" for a while after it was paused
    @param pool Pool that asks.
    @param action What it is about to do.
    """
    terms: IRiskTerms.PoolTerms = self._terms(pool)
    stopped: IRiskTerms.Action = terms.paused & action
    assert IRiskTerms.Action.SUPPLY not in stopped, "terms: supply paused"
    assert IRiskTerms.Action.BORROW not in stopped, "terms: borrow paused"
    assert IRiskTerms.Action.FLASH not in stopped, "terms: flash paused"
    assert IRiskTerms.Action.LIQUIDATE not in stopped, "terms: liquidation paused"
    if IRiskTerms.Action.LIQUIDATE in action:
        assert block.timestamp >= terms.liquidation_opens_at, "terms: liquidation in grace"
    return terms


@external
@view
@reentrant  # As terms_of.
def reserve_factor_bps(pool: address) -> uint256:
    """
    @notice The part of the interest of `pool` that goes to its fee recipient.
    """
    return packed_terms.reserve_factor_bps(self._limits[pool])


@external
@view
def thresholds_bps(pool: address, collateral_pool: address) -> (uint256, uint256):
    """
    @notice How much shares of `collateral_pool` count for in `pool`; zeros if not accepted.
    @return Borrow threshold, basis points.
    @return Liquidation threshold at this second, basis points.
    """
    return collateral_terms.thresholds_bps_down(pool, collateral_pool)


@external
@view
def collaterals_of(pool: address) -> DynArray[address, 10]:
    """
    @notice The collateral pools that `pool` ever accepted.
    """
    return collateral_terms.pools(pool)


@external
@view
def steward_bounds(pool: address) -> (uint256, uint256):
    """
    @notice How far, in basis points of a term, and how often, in seconds, stewards move.
    """
    bounds: StewardBounds = self._steward_bounds[pool]
    return bounds.step_bps, bounds.delay_seconds


# --- For the owner and the stewards of a pool ---


@external
def set_collateral(
    pool: address,
    collateral_pool: address,
    borrow_threshold_bps: uint256,
    liquidation_threshold_bps: uint256,
):
    """
    @notice Accept shares of `collateral_pool`, or change how much they count for.
    @dev A lower liquidation threshold is reached over a day. There is no removal: a
         borrow threshold of 0 stops new loans. Only the owner accepts a new one.
    @custom:access The owner of the pool; its stewards, a step at a time.
    @custom:reverts
        "terms: not owner or steward"
        "terms: step too large" for a steward
        "terms: too soon" for a steward
        "terms: own collateral"
        "terms: collateral not listed"
        "oracle: no feed"
        "oracle: stale price"
        "terms: thresholds out of order" unless borrow < liquidation <= 95 %
        "terms: too many collaterals"
    @param pool Pool that lends.
    @param collateral_pool A listed pool with a fresh price.
    @param borrow_threshold_bps Part of the value that may be borrowed.
    @param liquidation_threshold_bps Part of the value where liquidation starts.
    """
    borrow_bps: uint256 = 0
    liquidation_bps: uint256 = 0
    borrow_bps, liquidation_bps = collateral_terms.thresholds_bps_down(pool, collateral_pool)
    self._authorize(
        pool,
        collateral_pool,
        [borrow_bps, liquidation_bps],
        [borrow_threshold_bps, liquidation_threshold_bps],
    )
    assert collateral_pool != pool, "terms: own collateral"
    accounts: address = staticcall ILendingPool(pool).accounts()
    is_pool: bool = staticcall IAccounts(accounts).is_pool(collateral_pool)
    assert is_pool, "terms: collateral not listed"
    oracle: address = staticcall ILendingPool(pool).oracle()
    token: address = staticcall ILendingPool(collateral_pool).asset()
    _price_usd_wad: uint256 = staticcall IPriceOracle(oracle).price_usd_wad(token)

    collateral_terms.change(
        pool, collateral_pool, borrow_threshold_bps, liquidation_threshold_bps
    )


@external
def set_caps(pool: address, supply_cap: uint256, borrow_cap: uint256):
    """
    @notice Bound what may be supplied to `pool` and borrowed from it.
    @custom:access The owner of the pool; its stewards, a step at a time.
    @custom:reverts
        "terms: not owner or steward"
        "terms: step too large" for a steward
        "terms: too soon" for a steward
        "terms: cap too large" above 2**104
    @param pool Pool.
    @param supply_cap Total assets after a deposit, base units; zero closes.
    @param borrow_cap Total debt after a borrow, base units; zero closes.
    """
    terms: IRiskTerms.PoolTerms = self._terms(pool)
    self._authorize(
        pool, CAPS, [terms.supply_cap, terms.borrow_cap], [supply_cap, borrow_cap]
    )
    self._check_cap(supply_cap)
    self._check_cap(borrow_cap)

    self._set_caps(pool, terms, supply_cap, borrow_cap)


@external
def set_min_debt(pool: address, min_debt: uint256):
    """
    @notice Refuse loans too small to be worth liquidating.
    @custom:access The owner of the pool; its stewards, a step at a time.
    @custom:reverts
        "terms: not owner or steward"
        "terms: step too large" for a steward
        "terms: too soon" for a steward
        "terms: cap too large" above 2**104
    @param pool Pool.
    @param min_debt The least that an account may owe, base units.
    """
    terms: IRiskTerms.PoolTerms = self._terms(pool)
    self._authorize(pool, MIN_DEBT, [terms.min_debt, 0], [min_debt, 0])
    self._check_cap(min_debt)

    log IRiskTerms.MinDebtChanged(
        pool=pool, old_min_debt=terms.min_debt, new_min_debt=min_debt
    )
    terms.min_debt = min_debt
    self._store(pool, terms)


@external
def set_reserve_factor(pool: address, reserve_factor_bps: uint256):
    """
    @notice Set the part of interest that goes to the fee recipient of `pool`.
    @dev The past is settled first, under the old factor.
    @custom:access The owner of the pool; its stewards, a step at a time.
    @custom:reverts
        "terms: not owner or steward"
        "terms: step too large" for a steward
        "terms: too soon" for a steward
        "terms: reserve factor too large" above 25 %
    @param pool Pool.
    @param reserve_factor_bps Part of interest.
    """
    terms: IRiskTerms.PoolTerms = self._terms(pool)
    self._authorize(
        pool, RESERVE_FACTOR, [terms.reserve_factor_bps, 0], [reserve_factor_bps, 0]
    )
    assert reserve_factor_bps <= MAX_RESERVE_FACTOR_BPS, "terms: reserve factor too large"

    extcall ILendingPool(pool).accrue()
    log IRiskTerms.ReserveFactorChanged(
        pool=pool,
        old_reserve_factor_bps=terms.reserve_factor_bps,
        new_reserve_factor_bps=reserve_factor_bps,
    )
    terms.reserve_factor_bps = reserve_factor_bps
    self._store(pool, terms)


# --- For the owner of a pool ---


@external
def set_flash_fee(pool: address, flash_fee_bps: uint256):
    """
    @notice Set what a flash loan of `pool` pays to its lenders.
    @custom:access The owner of the pool.
    @custom:reverts
        "terms: not the owner"
        "terms: flash fee too large" above 1 %
    @param pool Pool.
    @param flash_fee_bps Part of what is lent.
    """
    self._check_owner(pool)
    assert flash_fee_bps <= MAX_FLASH_FEE_BPS, "terms: flash fee too large"

    terms: IRiskTerms.PoolTerms = self._terms(pool)
    log IRiskTerms.FlashFeeChanged(
        pool=pool, old_flash_fee_bps=terms.flash_fee_bps, new_flash_fee_bps=flash_fee_bps
    )
    terms.flash_fee_bps = flash_fee_bps
    self._store(pool, terms)


@external
def set_outflow_limit(pool: address, outflow_bps: uint256, window_seconds: uint256):
    """
    @notice Bound how much may leave `pool` at once; what left comes back over the window.
    @custom:access The owner of the pool.
    @custom:reverts
        "terms: not the owner"
        "terms: outflow out of range" unless 5 to 100 % in 10 minutes to a day, or zeros
    @param pool Pool.
    @param outflow_bps Part of total assets that may leave at once; 0 for no limit.
    @param window_seconds Time in which the whole of it refills; 0 for no limit.
    """
    self._check_owner(pool)
    if outflow_bps != 0 or window_seconds != 0:
        assert (
            outflow_bps >= MIN_OUTFLOW_BPS and outflow_bps <= units.BPS
        ), "terms: outflow out of range"
        assert (
            window_seconds >= MIN_OUTFLOW_WINDOW_SECONDS
            and window_seconds <= MAX_OUTFLOW_WINDOW_SECONDS
        ), "terms: outflow out of range"

    terms: IRiskTerms.PoolTerms = self._terms(pool)
    log IRiskTerms.OutflowLimitChanged(
        pool=pool,
        old_outflow_bps=terms.outflow_bps,
        new_outflow_bps=outflow_bps,
        old_window_seconds=terms.outflow_window_seconds,
        new_window_seconds=window_seconds,
    )
    terms.outflow_bps = outflow_bps
    terms.outflow_window_seconds = window_seconds
    self._store(pool, terms)


@external
def set_backstop(pool: address, backstop: address):
    """
    @notice Name who covers losses of `pool` before its lenders do.
    @custom:access The owner of the pool.
    @custom:reverts "terms: not the owner"
    @param pool Pool.
    @param backstop Contract that answers `cover`, see IBackstop; empty for nobody.
    """
    self._check_owner(pool)
    log IRiskTerms.BackstopChanged(
        pool=pool, old_backstop=self.backstop_of[pool], new_backstop=backstop
    )
    self.backstop_of[pool] = backstop


@external
def set_role(pool: address, account: address, role: IRiskTerms.Role):
    """
    @notice Say what `account` is to `pool`, in place of what it was.
    @custom:access The owner of the pool.
    @custom:reverts "terms: not the owner"
    @param pool Pool.
    @param account Guardian, steward, both or neither.
    @param role All its roles from here on.
    """
    self._check_owner(pool)
    log IRiskTerms.RoleChanged(
        pool=pool, account=account, old_role=self.role_of[pool][account], new_role=role
    )
    self.role_of[pool][account] = role


@external
def set_steward_bounds(pool: address, step_bps: uint256, delay_seconds: uint256):
    """
    @notice Bound how far and how often stewards move each term of `pool`.
    @custom:access The owner of the pool.
    @custom:reverts
        "terms: not the owner"
        "terms: steps out of range" unless up to 25 %, an hour to 30 days apart
    @param pool Pool.
    @param step_bps Part of a term's value by which one move may change it.
    @param delay_seconds Least time between two moves of the same term.
    """
    self._check_owner(pool)
    assert (
        step_bps <= MAX_STEP_BPS
        and delay_seconds >= MIN_DELAY_SECONDS
        and delay_seconds <= MAX_DELAY_SECONDS
    ), "terms: steps out of range"

    old: StewardBounds = self._steward_bounds[pool]
    log IRiskTerms.StewardBoundsChanged(
        pool=pool,
        old_step_bps=old.step_bps,
        new_step_bps=step_bps,
        old_delay_seconds=old.delay_seconds,
        new_delay_seconds=delay_seconds,
    )
    self._steward_bounds[pool] = StewardBounds(step_bps=step_bps, delay_seconds=delay_seconds)


@external
def unpause(pool: address, actions: IRiskTerms.Action, grace_seconds: uint256):
    """
    @notice Open what was paused.
    @dev Liquidation, if it was paused, opens only once the grace is over: whoever could
         not be liquidated meanwhile may repay first.
    @custom:access The owner of the pool.
    @custom:reverts
        "terms: not the owner"
        "terms: grace too long" above four hours
    @param pool Pool.
    @param actions What to open.
    @param grace_seconds How much later liquidation opens.
    """
    self._check_owner(pool)
    assert grace_seconds <= MAX_GRACE_SECONDS, "terms: grace too long"

    terms: IRiskTerms.PoolTerms = self._terms(pool)
    old_paused: IRiskTerms.Action = terms.paused
    opened: IRiskTerms.Action = old_paused & actions
    if IRiskTerms.Action.LIQUIDATE in opened:
        terms.liquidation_opens_at = block.timestamp + grace_seconds
    terms.paused = old_paused ^ opened
    self._note_pause(pool, old_paused, terms)


# --- For the guardians of a pool ---


@external
def pause(pool: address, actions: IRiskTerms.Action):
    """
    @notice Stop `actions` in `pool` until its owner opens them.
    @custom:access Guardians and the owner of the pool.
    @custom:reverts "terms: not owner or guardian"
    @param pool Pool.
    @param actions What to stop, beside what is stopped already.
    """
    self._check_guardian(pool)
    terms: IRiskTerms.PoolTerms = self._terms(pool)
    old_paused: IRiskTerms.Action = terms.paused
    terms.paused = old_paused | actions
    self._note_pause(pool, old_paused, terms)


@external
def close(pool: address):
    """
    @notice Set both caps of `pool` to zero: nothing more comes in, and none is lent.
    @custom:access Guardians and the owner of the pool.
    @custom:reverts "terms: not owner or guardian"
    @param pool Pool.
    """
    self._check_guardian(pool)
    self._set_caps(pool, self._terms(pool), 0, 0)


# --- Internals: who ---


@internal
@view
def _is_owner(pool: address) -> bool:
    owner: address = staticcall IOwned(pool).owner()
    return msg.sender == owner


@internal
@view
def _check_owner(pool: address):
    """
    @custom:reverts "terms: not the owner"
    """
    assert self._is_owner(pool), "terms: not the owner"


@internal
@view
def _check_guardian(pool: address):
    """
    @custom:reverts "terms: not owner or guardian"
    """
    if IRiskTerms.Role.GUARDIAN not in self.role_of[pool][msg.sender]:
        assert self._is_owner(pool), "terms: not owner or guardian"


@internal
def _authorize(pool: address, subject: address, old: uint256[2], new: uint256[2]):
    """
    @dev A step is a part of what the term is: from zero a steward moves nothing, so that
         what a guardian has closed stays closed.
    @custom:reverts
        "terms: not owner or steward"
        "terms: step too large"
        "terms: too soon"
    """
    if self._is_owner(pool):
        return
    assert (
        IRiskTerms.Role.STEWARD in self.role_of[pool][msg.sender]
    ), "terms: not owner or steward"
    bounds: StewardBounds = self._steward_bounds[pool]
    for i: uint256 in range(2):
        difference: uint256 = max(old[i], new[i]) - min(old[i], new[i])
        assert difference <= old[i] * bounds.step_bps // units.BPS, "terms: step too large"
    assert (
        block.timestamp >= self._moved_at[pool][subject] + bounds.delay_seconds
    ), "terms: too soon"
    self._moved_at[pool][subject] = block.timestamp


# --- Internals: terms ---


@internal
@pure
def _check_cap(cap: uint256):
    """
    @custom:reverts "terms: cap too large"
    """
    assert cap <= packed_terms.MAX_CAP, "terms: cap too large"


@internal
@view
def _terms(pool: address) -> IRiskTerms.PoolTerms:
    return packed_terms.terms(self._limits[pool], self._bounds[pool])


@internal
def _store(pool: address, terms: IRiskTerms.PoolTerms):
    self._limits[pool] = packed_terms.limits(terms)
    self._bounds[pool] = packed_terms.bounds(terms)


@internal
def _set_caps(
    pool: address, old: IRiskTerms.PoolTerms, supply_cap: uint256, borrow_cap: uint256
):
    log IRiskTerms.CapsChanged(
        pool=pool,
        old_supply_cap=old.supply_cap,
        new_supply_cap=supply_cap,
        old_borrow_cap=old.borrow_cap,
        new_borrow_cap=borrow_cap,
    )
    terms: IRiskTerms.PoolTerms = old
    terms.supply_cap = supply_cap
    terms.borrow_cap = borrow_cap
    self._store(pool, terms)


@internal
def _note_pause(pool: address, old_paused: IRiskTerms.Action, terms: IRiskTerms.PoolTerms):
    self._store(pool, terms)
    log IRiskTerms.PauseChanged(
        pool=pool,
        caller=msg.sender,
        old_paused=old_paused,
        new_paused=terms.paused,
        liquidation_opens_at=terms.liquidation_opens_at,
    )
