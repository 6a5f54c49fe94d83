# pragma version 0.4.3
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title order_book
@license AGPL-3.0-only
@notice Keeps orders by number, in one list of all and in one for each account.
"""

from ..interfaces import IOrders

# So few that nobody fills the list of all for the price of one debt.
MAX_ORDERS: constant(uint256) = 8
MAX_PAGE: constant(uint256) = 100

_orders: HashMap[uint256, IOrders.Order]

# How many orders were ever set; their numbers begin at 1.
_last_id: uint256

# All numbers, in no order that lasts, and where each of them stands.
_count: uint256
_ids: HashMap[uint256, uint256]
_places: HashMap[uint256, uint256]

_ids_of: HashMap[address, DynArray[uint256, MAX_ORDERS]]


@internal
@view
def count() -> uint256:
    """
    @notice How many orders stand.
    """
    return self._count


@internal
@view
def id_at(position: uint256) -> uint256:
    """
    @notice The number of the order at `position`; zero past the end.
    """
    return self._ids[position]


@internal
@view
def of(id: uint256) -> IOrders.Order:
    """
    @notice The order of that number.
    @custom:reverts "orders: no such order"
    """
    order: IOrders.Order = self._orders[id]
    assert order.account != empty(address), "orders: no such order"
    return order


@internal
@view
def ids_of(account: address) -> DynArray[uint256, MAX_ORDERS]:
    """
    @notice The numbers of the orders of `account`.
    """
    return self._ids_of[account]


@internal
@view
def page(start: uint256, limit: uint256) -> DynArray[uint256, MAX_PAGE]:
    """
    @notice Numbers from position `start` on; fewer than asked at the end of the list.
    """
    ids: DynArray[uint256, MAX_PAGE] = []
    if start >= self._count:
        return ids
    size: uint256 = min(min(limit, MAX_PAGE), self._count - start)
    for i: uint256 in range(size, bound=MAX_PAGE):
        ids.append(self._ids[start + i])
    return ids


@internal
def add(order: IOrders.Order) -> uint256:
    """
    @notice Keep `order`.
    @custom:reverts "orders: too many orders"
    @return Its number.
    """
    assert len(self._ids_of[order.account]) < MAX_ORDERS, "orders: too many orders"
    id: uint256 = self._last_id + 1
    self._last_id = id
    self._orders[id] = order
    self._ids[self._count] = id
    self._places[id] = self._count
    self._count += 1
    self._ids_of[order.account].append(id)

    log IOrders.OrderSet(id=id, account=order.account, order=order)
    return id


@internal
def count_down(id: uint256, assets: uint256):
    """
    @notice Note that an order has moved `assets`.
    """
    self._orders[id].assets -= assets


@internal
def remove(id: uint256):
    """
    @notice Forget an order; the last one takes its place in the list of all.
    """
    account: address = self._orders[id].account
    self._count -= 1
    last: uint256 = self._ids[self._count]
    self._ids[self._places[id]] = last
    self._places[last] = self._places[id]
    self._ids[self._count] = 0
    self._places[id] = 0

    kept: DynArray[uint256, MAX_ORDERS] = []
    for other: uint256 in self._ids_of[account]:
        if other != id:
            kept.append(other)
    self._ids_of[account] = kept
    self._orders[id] = empty(IOrders.Order)

    log IOrders.OrderRemoved(id=id, account=account)
