# pragma version 0.4.3
# pragma evm-version cancun
# pragma nonreentrancy on
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title BlockLiquidator
@license AGPL-3.0-only
@notice Liquidates unhealthy accounts at the boundary of a block, straight after prices have
    moved, so that the bonus stays with the protocol; and has lost debts written off.
@dev It pays from a reserve of the debt's token that lies here, redeems the shares that it
     seizes, sells them by a route over our pairs, and is left with no less of that token
     than before, or reverts: it takes no position, not even for a block. A sale must also
     fetch what the oracle says but for the bound on slippage. Where the reserve, what may
     leave the collateral pool (its cash, its outflow limit) or the pairs are too small for
     all, it does as much as they bear; the public path stays open for the rest.

     Only Heartbeat runs it: at any other moment somebody could have bent the pairs first, and
     taken in the sale what the bound leaves.

     A reserve below its target keeps what it earns; what is above goes to the receiver.
@custom:invariants BEAT-3
@custom:kill The owner takes the reserve out. Liquidation by anybody goes on.
"""

from ethereum.ercs import IERC20
from snekmate.auth import ownable
from snekmate.auth import ownable_2step

from ..interfaces import IAccounts
from ..interfaces import IBlockJob
from ..interfaces import IBlockLiquidator
from ..interfaces import ILendingPool
from ..interfaces import IRiskTerms
from ..interfaces import IRouter
from ..modules import fair_sale
from ..modules import token_transfer
from ..modules import units

implements: IBlockJob
implements: IBlockLiquidator

initializes: ownable
initializes: ownable_2step[ownable := ownable]

exports: (
    ownable_2step.owner,
    ownable_2step.pending_owner,
    ownable_2step.transfer_ownership,
    ownable_2step.accept_ownership,
)

MAX_HOPS: constant(uint256) = 4

# More would give away the least bonus five times over.
MAX_SLIPPAGE_BPS: constant(uint256) = 1_000

# How often what is repaid is cut: to what the collateral pool may pay out, and then by half
# until the pairs bear the sale.
MAX_CUTS: constant(uint256) = 7

# What a liquidation would do; nothing where `repaid_assets` is zero.
struct Plan:
    debt_pool: address
    collateral_pool: address
    # What the pool is asked for. Not what it answers: asked for that, where bid and ask of the
    # debt lie apart, it would leave a crumb of a collateral that it gives whole, and the loss
    # would wait behind it.
    max_repay_assets: uint256
    # From the reserve, and what the sale of the seized shares fetches.
    repaid_assets: uint256
    seized_shares: uint256
    returned_assets: uint256

HEARTBEAT: immutable(address)
ACCOUNTS: immutable(IAccounts)
RISK_TERMS: immutable(IRiskTerms)
ROUTER: immutable(IRouter)

# How to sell one token for another.
_routes: HashMap[address, HashMap[address, DynArray[IRouter.Hop, MAX_HOPS]]]

# Base units of an asset up to which profit stays in the reserve.
reserve_target: public(HashMap[address, uint256])

# How far below the oracle's word a sale may end, basis points.
max_slippage_bps: public(uint256)

# Who gets what is above the target.
profit_receiver: public(address)


@deploy
def __init__(
    heartbeat: address,
    accounts: address,
    router: address,
    profit_receiver: address,
    max_slippage_bps: uint256,
    owner: address,
):
    """
    @notice Starts without reserve and without routes.
    @custom:reverts
        "liquidator: not a contract"
        "liquidator: bad receiver"
        "liquidator: slippage too large"
        "liquidator: zero owner"
    @param heartbeat Who runs it.
    @param accounts The account layer whose debtors it tends.
    @param router Sells what it seizes.
    @param profit_receiver Gets what the reserve does not need, such as the fee collector.
    @param max_slippage_bps How far below the oracle's word a sale may end, at most 10 %.
    @param owner May set routes and bounds, and take the reserve out.
    """
    assert (
        heartbeat.is_contract and accounts.is_contract and router.is_contract
    ), "liquidator: not a contract"
    assert owner != empty(address), "liquidator: zero owner"
    ownable.__init__()
    ownable_2step.__init__()
    ownable_2step._transfer_ownership(owner)
    HEARTBEAT = heartbeat
    ACCOUNTS = IAccounts(accounts)
    RISK_TERMS = IRiskTerms(staticcall IAccounts(accounts).risk_terms())
    ROUTER = IRouter(router)
    self._set_profit_receiver(profit_receiver)
    self._set_max_slippage(max_slippage_bps)


@external
def run_item(position: uint256):
    """
    @notice Look after one debtor: liquidate it, have its debt written off, or let it be.
    @custom:access Heartbeat.
    @custom:reverts
        "liquidator: not the heartbeat"
        "liquidator: reserve fell" when the sale did not bring the repayment back
        "token: transfer refused"
        and the reasons of pools, oracle, router and pairs
    @param position Place in the list of debtors; past its end nothing happens.
    """
    assert msg.sender == HEARTBEAT, "liquidator: not the heartbeat"
    page: DynArray[address, 100] = staticcall ACCOUNTS.debtors(position, 1)
    if len(page) == 0:
        return
    status: IAccounts.AccountStatus = staticcall ACCOUNTS.status(page[0])
    if status.health_wad >= units.WAD:
        return
    if status.collateral_usd_wad == 0:
        lost_assets: uint256 = extcall ILendingPool(status.debt_pool).recognize_bad_debt(page[0])
        return

    plan: Plan = self._plan(page[0], status.debt_pool)
    if plan.repaid_assets > 0:
        self._liquidate(page[0], plan)


# --- Views ---


@external
@view
def item_count() -> uint256:
    """
    @notice How many accounts owe.
    """
    return staticcall ACCOUNTS.debtor_count()


@external
@view
def plan(account: address) -> (address, uint256, uint256, uint256):
    """
    @notice What would be done for an unhealthy `account` now.
    @custom:reverts
        "accounts: no debt"
        and what `run_item` reverts with
    @return The pool whose shares are seized; empty where nothing can be done.
    @return Assets repaid from the reserve.
    @return Shares seized.
    @return Assets that their sale returns, never fewer than are repaid.
    """
    debt_pool: address = staticcall ACCOUNTS.debt_pool_of(account)
    assert debt_pool != empty(address), "accounts: no debt"
    plan: Plan = self._plan(account, debt_pool)
    return plan.collateral_pool, plan.repaid_assets, plan.seized_shares, plan.returned_assets


@external
@view
def route_of(token_in: address, token_out: address) -> DynArray[IRouter.Hop, 4]:
    """
    @notice How `token_in` is sold for `token_out`; empty where it is not.
    """
    return self._routes[token_in][token_out]


# --- For the owner ---


@external
def set_route(token_in: address, token_out: address, hops: DynArray[IRouter.Hop, 4]):
    """
    @notice Choose by which pairs one token is sold for another; none stops it.
    @custom:access The owner.
    @custom:reverts
        "ownable: caller is not the owner"
        "liquidator: route of another" when it does not begin with the token sold
    @param token_in Token of seized collateral.
    @param token_out Token of debt.
    @param hops Up to four pairs of the router's factory.
    """
    ownable._check_owner()
    assert len(hops) == 0 or hops[0].token_in == token_in, "liquidator: route of another"
    log IBlockLiquidator.RouteChanged(
        token_in=token_in,
        token_out=token_out,
        old_hops=self._routes[token_in][token_out],
        new_hops=hops,
    )
    self._routes[token_in][token_out] = hops


@external
def set_reserve_target(asset: address, assets: uint256):
    """
    @notice Set up to where the reserve of `asset` keeps its profit.
    @custom:access The owner.
    @custom:reverts "ownable: caller is not the owner"
    @param asset Token of debt.
    @param assets Base units.
    """
    ownable._check_owner()
    log IBlockLiquidator.ReserveTargetChanged(
        asset=asset, old_assets=self.reserve_target[asset], new_assets=assets
    )
    self.reserve_target[asset] = assets


@external
def set_max_slippage(slippage_bps: uint256):
    """
    @notice Set how far below the oracle's word a sale may end.
    @custom:access The owner.
    @custom:reverts
        "ownable: caller is not the owner"
        "liquidator: slippage too large" above 10 %
    @param slippage_bps Basis points of the value sold.
    """
    ownable._check_owner()
    self._set_max_slippage(slippage_bps)


@external
def set_profit_receiver(receiver: address):
    """
    @notice Choose who gets what the reserve does not need.
    @custom:access The owner.
    @custom:reverts
        "ownable: caller is not the owner"
        "liquidator: bad receiver" when it is empty or this contract
    @param receiver Account.
    """
    ownable._check_owner()
    self._set_profit_receiver(receiver)


@external
def withdraw(asset: address, assets: uint256, receiver: address):
    """
    @notice Take assets of the reserve out.
    @custom:access The owner.
    @custom:reverts
        "ownable: caller is not the owner"
        "liquidator: bad receiver" when it is empty or this contract
        "token: transfer refused"
    @param asset Token.
    @param assets Base units.
    @param receiver Account paid.
    """
    ownable._check_owner()
    self._check_receiver(receiver)
    log IBlockLiquidator.Withdrawn(asset=asset, receiver=receiver, assets=assets)
    token_transfer.push(asset, receiver, assets)


# --- Internals: the plan ---


@internal
@view
def _plan(account: address, debt_pool: address) -> Plan:
    """
    @dev The collateral for which most can be repaid, and as much of that as the reserve, the
         collateral pool and the pairs bear.
    @custom:reverts the reasons of pools and oracle
    """
    asset: address = staticcall ILendingPool(debt_pool).asset()
    reserve: uint256 = staticcall IERC20(asset).balanceOf(self)
    best: Plan = empty(Plan)
    best.debt_pool = debt_pool
    best.max_repay_assets = reserve
    if reserve == 0:
        return best

    pledges: DynArray[address, 10] = staticcall ACCOUNTS.pledges_of(account)
    for pool: address in pledges:
        borrow_bps: uint256 = 0
        liquidation_bps: uint256 = 0
        borrow_bps, liquidation_bps = staticcall RISK_TERMS.thresholds_bps(debt_pool, pool)
        if liquidation_bps == 0:
            continue
        repaid_assets: uint256 = 0
        seized_shares: uint256 = 0
        bonus_bps: uint256 = 0
        repaid_assets, seized_shares, bonus_bps = staticcall ACCOUNTS.quote_liquidation(
            account, pool, reserve
        )
        if repaid_assets > best.repaid_assets:
            best.collateral_pool = pool
            best.repaid_assets = repaid_assets
            best.seized_shares = seized_shares
    if best.repaid_assets == 0:
        return best
    return self._bearable(account, asset, best)


@internal
@view
def _bearable(account: address, asset: address, wanted: Plan) -> Plan:
    # So little that the shares seized can be redeemed, and that their sale fetches the repayment
    # and the oracle's word.
    oracle: address = staticcall ILendingPool(wanted.debt_pool).oracle()
    sold_asset: address = staticcall ILendingPool(wanted.collateral_pool).asset()
    releasable: uint256 = staticcall ILendingPool(wanted.collateral_pool).releasable()
    plan: Plan = wanted
    for i: uint256 in range(MAX_CUTS + 1):
        sold_assets: uint256 = staticcall ILendingPool(plan.collateral_pool).previewRedeem(
            plan.seized_shares
        )
        if sold_assets > releasable:
            plan.max_repay_assets = plan.repaid_assets * releasable // sold_assets
        else:
            plan.returned_assets = self._proceeds(sold_asset, asset, sold_assets)
            is_fair: bool = fair_sale.is_fair(
                oracle, sold_asset, sold_assets, asset, plan.returned_assets, self.max_slippage_bps
            )
            if is_fair and plan.returned_assets >= plan.repaid_assets:
                return plan
            plan.max_repay_assets = plan.repaid_assets // 2
        if plan.max_repay_assets == 0:
            break
        bonus_bps: uint256 = 0
        plan.repaid_assets, plan.seized_shares, bonus_bps = staticcall ACCOUNTS.quote_liquidation(
            account, plan.collateral_pool, plan.max_repay_assets
        )
    return Plan(
        debt_pool=wanted.debt_pool,
        collateral_pool=empty(address),
        max_repay_assets=0,
        repaid_assets=0,
        seized_shares=0,
        returned_assets=0,
    )


@internal
@view
def _proceeds(token_in: address, token_out: address, assets: uint256) -> uint256:
    # Zero where there is no route, or where the pairs refuse so little or so much.
    if token_in == token_out:
        return assets
    return fair_sale.proceeds(ROUTER.address, self._routes[token_in][token_out], assets)


# --- Internals: the deed ---


@internal
def _liquidate(account: address, plan: Plan):
    """
    @custom:reverts
        "liquidator: reserve fell"
        "token: transfer refused"
    """
    asset: address = staticcall ILendingPool(plan.debt_pool).asset()
    before: uint256 = staticcall IERC20(asset).balanceOf(self)
    fair_sale.approve(asset, plan.debt_pool, plan.repaid_assets)
    repaid_assets: uint256 = 0
    seized_shares: uint256 = 0
    repaid_assets, seized_shares = extcall ILendingPool(plan.debt_pool).liquidate(
        account, plan.collateral_pool, plan.max_repay_assets, plan.seized_shares
    )
    sold_assets: uint256 = extcall ILendingPool(plan.collateral_pool).redeem(
        seized_shares, self, self
    )
    sold_asset: address = staticcall ILendingPool(plan.collateral_pool).asset()
    self._sell(sold_asset, asset, sold_assets, plan.returned_assets)

    # The one thing that must hold, whatever was quoted.
    after: uint256 = staticcall IERC20(asset).balanceOf(self)
    assert after >= before, "liquidator: reserve fell"

    log IBlockLiquidator.Tended(
        account=account,
        debt_pool=plan.debt_pool,
        collateral_pool=plan.collateral_pool,
        repaid_assets=repaid_assets,
        returned_assets=repaid_assets + after - before,
    )
    self._pay_profit(asset, after, after - before)


@internal
def _sell(token_in: address, token_out: address, assets: uint256, min_assets_out: uint256):
    """
    @custom:reverts "token: transfer refused"
    """
    if token_in == token_out:
        return
    returned_assets: uint256 = fair_sale.sell(
        ROUTER.address,
        self._routes[token_in][token_out],
        token_in,
        token_out,
        assets,
        min_assets_out,
    )


@internal
def _pay_profit(asset: address, reserve: uint256, profit: uint256):
    """
    @custom:reverts "token: transfer refused"
    """
    target: uint256 = self.reserve_target[asset]
    if reserve <= target or profit == 0:
        return
    paid: uint256 = min(profit, reserve - target)
    log IBlockLiquidator.ProfitPaid(asset=asset, receiver=self.profit_receiver, assets=paid)
    token_transfer.push(asset, self.profit_receiver, paid)


# --- Internals: settings ---


@internal
@view
def _check_receiver(receiver: address):
    """
    @custom:reverts "liquidator: bad receiver"
    """
    assert receiver != empty(address) and receiver != self, "liquidator: bad receiver"


@internal
def _set_profit_receiver(receiver: address):
    """
    @custom:reverts "liquidator: bad receiver"
    """
    self._check_receiver(receiver)
    log IBlockLiquidator.ProfitReceiverChanged(
        old_receiver=self.profit_receiver, new_receiver=receiver
    )
    self.profit_receiver = receiver


@internal
def _set_max_slippage(slippage_bps: uint256):
    """
    @custom:reverts "liquidator: slippage too large"
    """
    assert slippage_bps <= MAX_SLIPPAGE_BPS, "liquidator: slippage too large"
    log IBlockLiquidator.MaxSlippageChanged(
        old_slippage_bps=self.max_slippage_bps, new_slippage_bps=slippage_bps
    )
    self.max_slippage_bps = slippage_bps
