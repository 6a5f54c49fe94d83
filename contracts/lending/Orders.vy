# pragma version 0.4.3
# pragma evm-version cancun
# pragma nonreentrancy on
# pragma optimize codesize
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title Orders
@license AGPL-3.0-only
@notice Stop-losses, profits to take and top-ups: orders that the owner of an account sets and
    anybody executes once they are due, for a bounty that the order names.
@dev It is an operator: an order moves only what its owner also granted to this contract, which
     must be the receiver of the grant. To unwind is one batch: withdraw collateral to here,
     be called back to sell it by the order's route and repay, and have the account checked.
     To top up is a batch too: the owner pays in assets and bounty, and the bounty is taken out
     of the account again, so that nobody approves this contract of anything. Grants needed:

         stop-loss, profit   WITHDRAW on the pool
         top-up by supply    SUPPLY on the pool for the owner; WITHDRAW for a bounty
         top-up by repaying  REPAY on the pool for the owner; BORROW for a bounty

     It owns nothing between calls. At a block's boundary Heartbeat runs orders without any
     bounty. Only who owes has orders, and few, so that the list of all costs debt to fill.
@custom:invariants ORD-1, ORD-2
@custom:kill The owner of an account cancels an order, or revokes the grant. Nobody else can.
"""

from ethereum.ercs import IERC20
from ethereum.ercs import IERC20Detailed

from ..interfaces import IAccounts
from ..interfaces import IBlockJob
from ..interfaces import ILendingPool
from ..interfaces import IOperators
from ..interfaces import IOrders
from ..interfaces import IPriceOracle
from ..interfaces import IRiskTerms
from ..modules import fair_sale
from ..modules import order_book
from ..modules import order_sizes
from ..modules import token_transfer
from ..modules import units

implements: IBlockJob
implements: IOrders

initializes: order_book

# What an order may name at most: 10 % and 1 %.
MAX_SLIPPAGE_BPS: constant(uint256) = 1_000
MAX_BOUNTY_BPS: constant(uint256) = 100

# A higher target is out of reach of a part of the debt.
MAX_TARGET_WAD: constant(uint256) = 1_000 * units.WAD

OPERATORS: immutable(IOperators)
ACCOUNTS: immutable(IAccounts)
RISK_TERMS: immutable(IRiskTerms)
ROUTER: immutable(address)

# What the sale of the execution that runs has fetched, and what its executor got.
_bought_assets: transient(uint256)
_bounty_assets: transient(uint256)


@deploy
def __init__(operators: address, router: address):
    """
    @notice Starts without orders.
    @custom:reverts "orders: not a contract"
    @param operators Through which it acts, for accounts of its layer.
    @param router Sells collateral.
    """
    assert operators.is_contract and router.is_contract, "orders: not a contract"
    OPERATORS = IOperators(operators)
    ACCOUNTS = IAccounts(staticcall IOperators(operators).accounts())
    RISK_TERMS = IRiskTerms(staticcall ACCOUNTS.risk_terms())
    ROUTER = router


# --- For owners of accounts ---


@external
def set_order(order: IOrders.Order) -> uint256:
    """
    @notice Set an order for an account that owes.
    @dev A stop-loss and a top-up stand until their assets are used up; a profit is taken
         once. The target of the largest number is to owe nothing.
    @custom:access The owner of the account.
    @custom:reverts
        "orders: not the owner"
        "orders: no debt"
        "orders: not one kind"
        "orders: pool not listed"
        "orders: zero trigger"
        "orders: bad target" below 1, not above the health that triggers, or above 1,000 but
            for the largest number, which a top-up cannot have
        "orders: zero assets"
        "orders: slippage too large" above 10 %
        "orders: bounty too large" above 1 %
        "orders: already expired"
        "orders: too many orders" for the account, above 8
    @param order What to do, when, and within which bounds.
    @return Number of the order, from 1.
    """
    owner: address = staticcall ACCOUNTS.owner_of(order.account)
    assert owner == msg.sender, "orders: not the owner"
    debt_pool: address = staticcall ACCOUNTS.debt_pool_of(order.account)
    assert debt_pool != empty(address), "orders: no debt"
    self._check_order(order)
    return order_book.add(order)


@external
def cancel_order(id: uint256):
    """
    @notice Take an order back, at once.
    @custom:access The owner of its account.
    @custom:reverts
        "orders: no such order"
        "orders: not the owner"
    @param id Number of the order.
    """
    order: IOrders.Order = order_book.of(id)
    owner: address = staticcall ACCOUNTS.owner_of(order.account)
    assert owner == msg.sender, "orders: not the owner"
    order_book.remove(id)


# --- For anybody ---


@external
def execute(id: uint256) -> (uint256, uint256):
    """
    @notice Do what an order says, as far as holdings, what the pool may pay out and the
        order allow.
    @custom:access Anyone; the caller gets the bounty.
    @custom:rounding What is moved up, the bounty down.
    @custom:reverts
        "orders: no such order"
        "orders: expired"
        "orders: not due" before the trigger, or when there is nothing to move
        "orders: sale below bound"
        "orders: health not better"
        "oracle: no feed"
        "oracle: stale price"
        "oracle: feeds disagree"
        "token: transfer refused"
        and the reasons of operators, accounts, pools, router and pairs
    @param id Number of the order.
    @return Assets sold or paid in.
    @return The bounty, in the asset owed or paid in.
    """
    order: IOrders.Order = order_book.of(id)
    assert order.expires_at > block.timestamp, "orders: expired"
    assets: uint256 = self._due_assets(order)
    assert assets > 0, "orders: not due"
    bounty_assets: uint256 = self._execute(id, order, assets, msg.sender)
    return assets, bounty_assets


@external
def run_item(position: uint256):
    """
    @notice Execute the order at `position` if it is due, without a bounty; drop it if it has
        expired or its account owes nothing.
    @custom:access Anyone; meant for Heartbeat.
    @custom:reverts
        "orders: no such order" never: the list has none that is gone
        "orders: sale below bound"
        "orders: health not better"
        "oracle: no feed"
        "oracle: stale price"
        "oracle: feeds disagree"
        "token: transfer refused"
        and the reasons of operators, accounts, pools, router and pairs
    @param position Place in the list of orders; past its end nothing happens.
    """
    if position >= order_book.count():
        return
    id: uint256 = order_book.id_at(position)
    order: IOrders.Order = order_book.of(id)
    debt_pool: address = staticcall ACCOUNTS.debt_pool_of(order.account)
    if order.expires_at <= block.timestamp or debt_pool == empty(address):
        order_book.remove(id)
        return
    assets: uint256 = self._due_assets(order)
    if assets > 0:
        bounty_assets: uint256 = self._execute(id, order, assets, empty(address))


# --- For the account layer ---


@external
@reentrant  # Comes back within an execution, which holds the lock.
def sell_and_repay(id: uint256, assets: uint256, bounty_receiver: address):
    """
    @notice The middle of an unwinding: sell what was withdrawn, pay the bounty, repay, and
        leave the owner what is left over once nothing is owed.
    @custom:access The account layer, which calls back none but who sent the batch.
    @custom:rounding The bounty down.
    @custom:reverts
        "orders: not the account layer"
        "orders: no such order"
        "orders: sale below bound"
        "oracle: no feed"
        "oracle: stale price"
        "oracle: feeds disagree"
        "token: transfer refused"
        and the reasons of pools, router and pairs
    @param id Number of the order.
    @param assets Base units withdrawn to this contract.
    @param bounty_receiver Who executes; empty where nobody is paid.
    """
    assert msg.sender == ACCOUNTS.address, "orders: not the account layer"
    order: IOrders.Order = order_book.of(id)
    debt_pool: address = staticcall ACCOUNTS.debt_pool_of(order.account)
    asset: address = staticcall ILendingPool(debt_pool).asset()
    bought_assets: uint256 = self._sell(order, debt_pool, asset, assets)

    bounty_assets: uint256 = self._bounty(order, bought_assets, bounty_receiver)
    owed_assets: uint256 = staticcall ILendingPool(debt_pool).debt_of(order.account)
    repaid_assets: uint256 = min(bought_assets - bounty_assets, owed_assets)
    fair_sale.approve(asset, debt_pool, repaid_assets)
    burned_shares: uint256 = extcall ILendingPool(debt_pool).repay(repaid_assets, order.account)

    if bounty_assets > 0:
        token_transfer.push(asset, bounty_receiver, bounty_assets)
    left_assets: uint256 = token_transfer.held(asset)
    if left_assets > 0:
        token_transfer.push(asset, staticcall ACCOUNTS.owner_of(order.account), left_assets)
    self._bought_assets = bought_assets
    self._bounty_assets = bounty_assets


# --- Views ---


@external
@view
def item_count() -> uint256:
    """
    @notice How many orders stand.
    """
    return order_book.count()


@external
@view
def due_assets(id: uint256) -> uint256:
    """
    @notice What `execute` would sell or pay in now, without the bounty; zero if it is not due.
    @custom:reverts
        "orders: no such order"
        "oracle: no feed"
        "oracle: stale price"
        "oracle: feeds disagree"
    """
    order: IOrders.Order = order_book.of(id)
    if order.expires_at <= block.timestamp:
        return 0
    return self._due_assets(order)


@external
@view
def order_of(id: uint256) -> IOrders.Order:
    """
    @notice An order, with what it may still move. It may have expired.
    @custom:reverts "orders: no such order"
    """
    return order_book.of(id)


@external
@view
def orders(start: uint256, limit: uint256) -> DynArray[uint256, 100]:
    """
    @notice A page of the orders that stand, in no order that lasts.
    @param start Position of the first, from 0.
    @param limit How many at most; 100 at most.
    @return Numbers; fewer than asked at the end of the list.
    """
    return order_book.page(start, limit)


@external
@view
def orders_of(account: address) -> DynArray[uint256, 8]:
    """
    @notice Numbers of the orders of `account`.
    """
    return order_book.ids_of(account)


@external
@view
def operators() -> address:
    """
    @notice Through which it acts.
    """
    return OPERATORS.address


@external
@view
def router() -> address:
    """
    @notice By which it sells.
    """
    return ROUTER


# --- Internals: when and how much ---


@internal
@view
def _check_order(order: IOrders.Order):
    """
    @custom:reverts
        "orders: not one kind"
        "orders: pool not listed"
        "orders: zero trigger"
        "orders: bad target"
        "orders: zero assets"
        "orders: slippage too large"
        "orders: bounty too large"
        "orders: already expired"
    """
    number: uint256 = convert(order.kind, uint256)
    assert number != 0 and number & (number - 1) == 0, "orders: not one kind"
    is_pool: bool = staticcall ACCOUNTS.is_pool(order.pool)
    assert is_pool, "orders: pool not listed"
    assert order.trigger_wad > 0, "orders: zero trigger"
    target_wad: uint256 = order.target_health_wad
    is_reachable: bool = target_wad >= units.WAD and target_wad <= MAX_TARGET_WAD
    if order.kind != IOrders.Kind.TOP_UP:
        is_reachable = is_reachable or target_wad == order_sizes.NO_DEBT_WAD
    if order.kind != IOrders.Kind.TAKE_PROFIT:
        is_reachable = is_reachable and target_wad > order.trigger_wad
    assert is_reachable, "orders: bad target"
    assert order.assets > 0, "orders: zero assets"
    assert order.max_slippage_bps <= MAX_SLIPPAGE_BPS, "orders: slippage too large"
    assert order.bounty_bps <= MAX_BOUNTY_BPS, "orders: bounty too large"
    assert order.expires_at > block.timestamp, "orders: already expired"


@internal
@view
def _due_assets(order: IOrders.Order) -> uint256:
    """
    @custom:reverts
        "oracle: no feed"
        "oracle: stale price"
        "oracle: feeds disagree"
    """
    current: IAccounts.AccountStatus = staticcall ACCOUNTS.status(order.account)
    if current.debt_usd_wad == 0 or current.health_wad >= order.target_health_wad:
        return 0
    oracle: IPriceOracle = IPriceOracle(staticcall ILendingPool(current.debt_pool).oracle())
    asset: address = staticcall ILendingPool(order.pool).asset()
    if order.kind == IOrders.Kind.TAKE_PROFIT:
        price_usd_wad: uint256 = staticcall oracle.price_usd_wad(asset)
        if price_usd_wad < order.trigger_wad:
            return 0
    elif current.health_wad >= order.trigger_wad:
        return 0

    if order.kind == IOrders.Kind.TOP_UP:
        return self._top_up_assets(order, current, oracle, asset)
    return self._sale_assets(order, current, oracle, asset)


@internal
@view
def _sale_assets(
    order: IOrders.Order,
    current: IAccounts.AccountStatus,
    oracle: IPriceOracle,
    asset: address,
) -> uint256:
    # As if the sale ended at its bound: a better one leaves more health than the target.
    kept_bps: uint256 = (
        (units.BPS - order.max_slippage_bps) * (units.BPS - order.bounty_bps) // units.BPS
    )
    usd_wad: uint256 = order_sizes.sale_usd_wad_up(
        current.debt_usd_wad,
        current.liquidation_limit_usd_wad,
        order.target_health_wad,
        self._threshold_bps(order, current.debt_pool),
        kept_bps,
    )
    wanted_assets: uint256 = order_sizes.assets_up(
        usd_wad, staticcall oracle.bid_usd_wad(asset), staticcall IERC20Detailed(asset).decimals()
    )
    shares: uint256 = staticcall IERC20(order.pool).balanceOf(order.account)
    held_assets: uint256 = staticcall ILendingPool(order.pool).convertToAssets(shares)
    releasable: uint256 = staticcall ILendingPool(order.pool).releasable()
    return min(min(wanted_assets, order.assets), min(held_assets, releasable))


@internal
@view
def _top_up_assets(
    order: IOrders.Order,
    current: IAccounts.AccountStatus,
    oracle: IPriceOracle,
    asset: address,
) -> uint256:
    usd_wad: uint256 = 0
    price_usd_wad: uint256 = 0
    if order.pool == current.debt_pool:
        usd_wad = order_sizes.repayment_usd_wad_up(
            current.debt_usd_wad, current.liquidation_limit_usd_wad, order.target_health_wad
        )
        price_usd_wad = staticcall oracle.ask_usd_wad(asset)
    else:
        usd_wad = order_sizes.supply_usd_wad_up(
            current.debt_usd_wad,
            current.liquidation_limit_usd_wad,
            order.target_health_wad,
            self._threshold_bps(order, current.debt_pool),
        )
        price_usd_wad = staticcall oracle.bid_usd_wad(asset)
    wanted_assets: uint256 = order_sizes.assets_up(
        usd_wad, price_usd_wad, staticcall IERC20Detailed(asset).decimals()
    )
    # The bounty is paid in too.
    return min(wanted_assets, order.assets * units.BPS // (units.BPS + order.bounty_bps))


@internal
@view
def _threshold_bps(order: IOrders.Order, debt_pool: address) -> uint256:
    # What the pool's shares count for; nothing if they are not pledged.
    is_pledged: bool = staticcall ACCOUNTS.is_pledged(order.account, order.pool)
    if not is_pledged:
        return 0
    borrow_bps: uint256 = 0
    liquidation_bps: uint256 = 0
    borrow_bps, liquidation_bps = staticcall RISK_TERMS.thresholds_bps(debt_pool, order.pool)
    return liquidation_bps


# --- Internals: the deed ---


@internal
def _execute(
    id: uint256, order: IOrders.Order, assets: uint256, bounty_receiver: address
) -> uint256:
    """
    @custom:reverts
        "orders: health not better"
        "token: transfer refused"
    """
    before_wad: uint256 = staticcall ACCOUNTS.health_wad(order.account)
    self._bought_assets = 0
    if order.kind == IOrders.Kind.TOP_UP:
        self._bounty_assets = self._bounty(order, assets, bounty_receiver)
        order_book.count_down(id, assets + self._bounty_assets)
        self._top_up(order, assets, bounty_receiver)
    else:
        order_book.count_down(id, assets)
        self._unwind(id, order, assets, bounty_receiver)

    health_wad: uint256 = staticcall ACCOUNTS.health_wad(order.account)
    assert health_wad > before_wad, "orders: health not better"
    log IOrders.OrderExecuted(
        id=id,
        account=order.account,
        executor=msg.sender,
        assets=assets,
        bought_assets=self._bought_assets,
        bounty_assets=self._bounty_assets,
        health_wad=health_wad,
    )
    left: IOrders.Order = order_book.of(id)
    if order.kind == IOrders.Kind.TAKE_PROFIT or left.assets == 0:
        order_book.remove(id)
    return self._bounty_assets


@internal
def _unwind(id: uint256, order: IOrders.Order, assets: uint256, bounty_receiver: address):
    extcall OPERATORS.operate(
        [
            IAccounts.Call(
                target=order.pool,
                account=order.account,
                data=abi_encode(
                    assets,
                    self,
                    order.account,
                    method_id=method_id("withdraw(uint256,address,address)"),
                ),
            ),
            IAccounts.Call(
                target=self,
                account=order.account,
                data=abi_encode(
                    id,
                    assets,
                    bounty_receiver,
                    method_id=method_id("sell_and_repay(uint256,uint256,address)"),
                ),
            ),
        ]
    )


@internal
def _sell(
    order: IOrders.Order, debt_pool: address, asset: address, assets: uint256
) -> uint256:
    """
    @custom:reverts
        "orders: sale below bound"
        "oracle: no feed"
        "oracle: stale price"
        "oracle: feeds disagree"
        "token: transfer refused"
    """
    sold_asset: address = staticcall ILendingPool(order.pool).asset()
    if sold_asset == asset:
        return assets
    bought_assets: uint256 = fair_sale.sell(ROUTER, order.hops, sold_asset, asset, assets, 0)
    oracle: address = staticcall ILendingPool(debt_pool).oracle()
    is_fair: bool = fair_sale.is_fair(
        oracle, sold_asset, assets, asset, bought_assets, order.max_slippage_bps
    )
    assert is_fair, "orders: sale below bound"
    return bought_assets


@internal
def _top_up(order: IOrders.Order, assets: uint256, bounty_receiver: address):
    """
    @custom:reverts "token: transfer refused"
    """
    owner: address = staticcall ACCOUNTS.owner_of(order.account)
    debt_pool: address = staticcall ACCOUNTS.debt_pool_of(order.account)
    bounty_assets: uint256 = self._bounty_assets
    paid_assets: uint256 = assets + bounty_assets
    pay_in: Bytes[68] = abi_encode(
        paid_assets, order.account, method_id=method_id("deposit(uint256,address)")
    )
    take_out: Bytes[100] = abi_encode(
        bounty_assets, self, order.account, method_id=method_id("withdraw(uint256,address,address)")
    )
    if order.pool == debt_pool:
        pay_in = abi_encode(
            paid_assets, order.account, method_id=method_id("repay(uint256,address)")
        )
        take_out = abi_encode(bounty_assets, self, method_id=method_id("borrow(uint256,address)"))

    calls: DynArray[IAccounts.Call, 16] = [
        IAccounts.Call(target=order.pool, account=owner, data=pay_in)
    ]
    if bounty_assets > 0:
        calls.append(IAccounts.Call(target=order.pool, account=order.account, data=take_out))
    extcall OPERATORS.operate(calls)
    if bounty_assets > 0:
        asset: address = staticcall ILendingPool(order.pool).asset()
        token_transfer.push(asset, bounty_receiver, bounty_assets)


@internal
@pure
def _bounty(order: IOrders.Order, assets: uint256, bounty_receiver: address) -> uint256:
    if bounty_receiver == empty(address):
        return 0
    return assets * order.bounty_bps // units.BPS
