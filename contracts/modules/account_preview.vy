# pragma version 0.4.3
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title account_preview
@license AGPL-3.0-only
@notice Where an account would stand after one action, at the prices and the books of this second.
@dev The figures are those that the pool and the account layer would arrive at, rounded as
     they round. Whether a pool has the cash or the room is for the pool to say.

     Nobody's shares change in worth by a loan or a repayment, and no debt by a supply or a
     withdrawal: an action moves one of the two, of one pool.
"""

from ethereum.ercs import IERC20

from ..interfaces import IAccounts
from ..interfaces import ILendingPool
from ..interfaces import IOperators
from ..interfaces import IPriceOracle
from ..interfaces import IRiskTerms
from . import shares as share_math
from . import units

MAX_PLEDGES: constant(uint256) = 10

struct Change:
    account: address
    action: IOperators.Action
    pool: address
    # Base units of the pool's asset; not read where nothing moves.
    assets: uint256


@internal
@view
def status_after(layer: IAccounts, change: Change) -> IAccounts.AccountStatus:
    """
    @notice What the layer's `status` would be after `change`.
    @custom:reverts
        "accounts: pool not listed"
        "pool: not enough shares"
        "accounts: debt in other pool"
        "pool: no debt"
        "pool: zero shares"
        "accounts: already pledged"
        "accounts: too many pledges"
        "accounts: not pledged"
        "oracle: no feed"
        "oracle: stale price"
        "oracle: feeds disagree"
    """
    is_pool: bool = staticcall layer.is_pool(change.pool)
    assert is_pool, "accounts: pool not listed"
    if change.action == IOperators.Action.WITHDRAW:
        self._check_held(change)
    result: IAccounts.AccountStatus = empty(IAccounts.AccountStatus)
    result.health_wad = max_value(uint256)
    result.debt_pool, result.debt_assets = self._debt_after(layer, change)
    if result.debt_pool != empty(address):
        oracle: address = staticcall ILendingPool(result.debt_pool).oracle()
        result.debt_usd_wad = staticcall IPriceOracle(oracle).value_usd_wad_up(
            staticcall ILendingPool(result.debt_pool).asset(), result.debt_assets
        )

    risk_terms: IRiskTerms = IRiskTerms(staticcall layer.risk_terms())
    pledges: DynArray[address, MAX_PLEDGES] = self._pledges_after(layer, change)
    for pool: address in pledges:
        borrow_bps: uint256 = 0
        liquidation_bps: uint256 = 0
        if result.debt_pool != empty(address):
            borrow_bps, liquidation_bps = staticcall risk_terms.thresholds_bps(
                result.debt_pool, pool
            )
            if liquidation_bps == 0:
                continue
        usd_wad: uint256 = self._value_after(change, pool, result.debt_pool)
        result.collateral_usd_wad += usd_wad
        result.borrow_limit_usd_wad += usd_wad * borrow_bps // units.BPS
        result.liquidation_limit_usd_wad += usd_wad * liquidation_bps // units.BPS

    if result.debt_usd_wad > 0:
        result.health_wad = (
            result.liquidation_limit_usd_wad * units.WAD // result.debt_usd_wad
        )
    return result


@internal
@view
def _check_held(change: Change):
    """
    @custom:reverts "pool: not enough shares"
    """
    held_shares: uint256 = staticcall IERC20(change.pool).balanceOf(change.account)
    burned_shares: uint256 = staticcall ILendingPool(change.pool).previewWithdraw(change.assets)
    assert burned_shares <= held_shares, "pool: not enough shares"


@internal
@view
def _pledges_after(layer: IAccounts, change: Change) -> DynArray[address, MAX_PLEDGES]:
    """
    @custom:reverts
        "accounts: already pledged"
        "accounts: too many pledges"
        "accounts: not pledged"
    """
    pledges: DynArray[address, MAX_PLEDGES] = staticcall layer.pledges_of(change.account)
    if change.action == IOperators.Action.PLEDGE:
        assert change.pool not in pledges, "accounts: already pledged"
        assert len(pledges) < MAX_PLEDGES, "accounts: too many pledges"
        pledges.append(change.pool)
        return pledges
    if change.action != IOperators.Action.UNPLEDGE:
        return pledges
    kept: DynArray[address, MAX_PLEDGES] = []
    for pool: address in pledges:
        if pool != change.pool:
            kept.append(pool)
    assert len(kept) < len(pledges), "accounts: not pledged"
    return kept


@internal
@view
def _debt_after(layer: IAccounts, change: Change) -> (address, uint256):
    """
    @custom:reverts
        "accounts: debt in other pool"
        "pool: no debt"
        "pool: zero shares"
    """
    debt_pool: address = staticcall layer.debt_pool_of(change.account)
    if change.action == IOperators.Action.BORROW:
        is_free: bool = debt_pool == empty(address) or debt_pool == change.pool
        assert is_free, "accounts: debt in other pool"
        return change.pool, self._debt_after_loan(change)
    if change.action == IOperators.Action.REPAY:
        assert debt_pool == change.pool, "pool: no debt"
        left_assets: uint256 = self._debt_after_repayment(change)
        if left_assets == 0:
            return empty(address), 0
        return debt_pool, left_assets
    if debt_pool == empty(address):
        return debt_pool, 0
    return debt_pool, staticcall ILendingPool(debt_pool).debt_of(change.account)


@internal
@view
def _debt_after_loan(change: Change) -> uint256:
    pool: ILendingPool = ILendingPool(change.pool)
    total_debt: uint256 = staticcall pool.total_debt()
    total_shares: uint256 = staticcall pool.total_debt_shares()
    owed_shares: uint256 = staticcall pool.debt_shares_of(change.account)
    new_shares: uint256 = share_math.to_shares_up(change.assets, total_debt, total_shares)
    return self._debt_up(
        owed_shares + new_shares, total_debt + change.assets, total_shares + new_shares
    )


@internal
@view
def _debt_after_repayment(change: Change) -> uint256:
    """
    @custom:reverts "pool: zero shares"
    """
    pool: ILendingPool = ILendingPool(change.pool)
    owed_assets: uint256 = staticcall pool.debt_of(change.account)
    if change.assets >= owed_assets:
        return 0
    total_debt: uint256 = staticcall pool.total_debt()
    total_shares: uint256 = staticcall pool.total_debt_shares()
    owed_shares: uint256 = staticcall pool.debt_shares_of(change.account)
    burned_shares: uint256 = min(
        owed_shares - 1, share_math.to_shares_down(change.assets, total_debt, total_shares)
    )
    assert burned_shares > 0, "pool: zero shares"
    return self._debt_up(
        owed_shares - burned_shares,
        total_debt - min(change.assets, total_debt),
        total_shares - burned_shares,
    )


@internal
@pure
def _debt_up(debt_shares: uint256, total_debt: uint256, total_shares: uint256) -> uint256:
    # As the pool says: who holds all debt shares owes all debt.
    assets: uint256 = share_math.to_assets_up(debt_shares, total_debt, total_shares)
    if debt_shares == total_shares:
        return max(assets, total_debt)
    return assets


@internal
@view
def _value_after(change: Change, pool: address, debt_pool: address) -> uint256:
    """
    @custom:reverts
        "oracle: no feed"
        "oracle: stale price"
        "oracle: feeds disagree"
    """
    assets: uint256 = self._assets_after(change, pool)
    if assets == 0:
        return 0
    oracle: address = empty(address)
    if debt_pool == empty(address):
        oracle = staticcall ILendingPool(pool).oracle()
    else:
        oracle = staticcall ILendingPool(debt_pool).oracle()
    asset: address = staticcall ILendingPool(pool).asset()
    return staticcall IPriceOracle(oracle).value_usd_wad_down(asset, assets)


@internal
@view
def _assets_after(change: Change, pool: address) -> uint256:
    lent: ILendingPool = ILendingPool(pool)
    held_shares: uint256 = staticcall IERC20(pool).balanceOf(change.account)
    is_moved: bool = pool == change.pool and change.action in (
        IOperators.Action.SUPPLY | IOperators.Action.WITHDRAW
    )
    if not is_moved:
        return staticcall lent.convertToAssets(held_shares)

    total_assets: uint256 = staticcall lent.totalAssets()
    # The fee shares of this second's interest among them, which `totalSupply` leaves out.
    counted_shares: uint256 = staticcall lent.convertToShares(total_assets + units.VIRTUAL_ASSETS)
    total_shares: uint256 = counted_shares - units.VIRTUAL_SHARES
    if change.action == IOperators.Action.SUPPLY:
        minted: uint256 = staticcall lent.previewDeposit(change.assets)
        return share_math.to_assets_down(
            held_shares + minted, total_assets + change.assets, total_shares + minted
        )
    burned: uint256 = staticcall lent.previewWithdraw(change.assets)
    return share_math.to_assets_down(
        held_shares - burned, total_assets - change.assets, total_shares - burned
    )
