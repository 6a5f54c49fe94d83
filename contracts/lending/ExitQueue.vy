# pragma version 0.4.3
# pragma evm-version cancun
# pragma nonreentrancy on
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title ExitQueue
@license AGPL-3.0-only
@notice A way out of a pool that is lent out: shares wait here, and whatever cash comes in
    is shared among all that wait, in proportion.
@dev Shares that wait are escrowed, not burned: they go on earning, and bear a loss, until
     the moment they are served at what they are then worth. So a ticket is paid neither more
     than its shares fetched nor by anybody else.

     To serve x of S shares that wait, for a assets, pays each ticket with s shares a * s / S
     and leaves it s * (1 - x / S). No loop is needed: with a product P over all servings
     and an index G,

         G += a * P / S,    P *= 1 - x / S,

     a ticket that joined at P0 and G0 with s0 shares has s0 * P / P0 left and has been paid
     s0 * (G - G0) / P0. P is kept above P_MIN: where it would fall below, it is multiplied
     by SCALE_STEP and the scale goes up; a ticket that has lived through more than two of
     these has less than a billionth of a billionth left, and that is nothing. When all is
     served, a new epoch begins. (Liquity's stability pool counts its deposits so.)

     Everything is counted inside, so that neither a gift of shares nor one of cash moves
     anything. The pool's own withdrawal goes on working for whoever finds cash there.
@custom:invariants EXIT-1, EXIT-2, EXIT-3, EXIT-4, EXIT-5
@custom:kill Nobody can: there is no owner. Heartbeat's may stop serving; anybody may serve.
"""

from ethereum.ercs import IERC20

from ..interfaces import IAccounts
from ..interfaces import IBlockJob
from ..interfaces import IExitQueue
from ..interfaces import ILendingPool
from ..modules import token_transfer

implements: IBlockJob
implements: IExitQueue

# Where a product starts and what it is kept above; P * shares stays below 2**248.
P_START: constant(uint256) = 10**36
P_MIN: constant(uint256) = 10**27
SCALE_STEP: constant(uint256) = 10**9

MAX_PAGE: constant(uint256) = 100

# P lies within one SCALE_STEP of P_MIN: over two of them a ticket can have a billionth left.
MAX_STEPS: constant(uint256) = 2

# A pool's queue.
struct Queue:
    # Shares that wait.
    shares: uint256
    # The product P, and how often it was multiplied by SCALE_STEP in this epoch.
    product: uint256
    scale: uint256
    # How often all was served.
    epoch: uint256

# A ticket as of its last settlement.
struct Entry:
    pool: address
    owner: address
    # Shares that waited then, and assets served by then and not claimed.
    shares: uint256
    assets: uint256
    # P, G, scale and epoch of then.
    product: uint256
    index: uint256
    scale: uint256
    epoch: uint256
    # Where the ticket stands among those of its owner.
    place: uint256

ACCOUNTS: immutable(IAccounts)

_queues: HashMap[address, Queue]

# G of a pool, by epoch and scale.
_indices: HashMap[address, HashMap[uint256, HashMap[uint256, uint256]]]

# Tickets by number, from 1, and how many were ever made.
_entries: HashMap[uint256, Entry]
ticket_count: public(uint256)

# The tickets of an owner, in no order.
ticket_count_of: public(HashMap[address, uint256])
_tickets_of: HashMap[address, HashMap[uint256, uint256]]

# Pools with shares that wait, in no order, and where each stands (from 1).
_waiting_count: uint256
_waiting: HashMap[uint256, address]
_waiting_positions: HashMap[address, uint256]


@deploy
def __init__(accounts: address):
    """
    @notice Opens queues for all pools of an account layer.
    @custom:reverts "queue: not a contract"
    @param accounts The account layer; its listed pools can be queued for.
    """
    assert accounts.is_contract, "queue: not a contract"
    ACCOUNTS = IAccounts(accounts)


# --- For lenders ---


@external
def join(pool: address, shares: uint256, receiver: address) -> uint256:
    """
    @notice Let `shares` of `pool` wait for cash; `receiver` gets the ticket.
    @custom:access Anyone, with their own shares, of which they have approved this contract.
    @custom:reverts
        "queue: pool not listed"
        "queue: bad receiver" when it is empty, this contract or a sub-account
        "queue: too few shares" when they are worth less than a base unit
        "erc20: insufficient allowance"
        "pool: not enough shares"
        "accounts: unhealthy" if the shares are pledged
        "oracle: stale price" if the shares are pledged and there is debt
        "token: transfer refused"
        "token: fee on transfer"
    @param pool Listed pool.
    @param shares Shares to escrow.
    @param receiver Who may claim, cancel and hand on.
    @return Number of the ticket.
    """
    is_pool: bool = staticcall ACCOUNTS.is_pool(pool)
    assert is_pool, "queue: pool not listed"
    self._check_receiver(receiver)
    assets: uint256 = staticcall ILendingPool(pool).convertToAssets(shares)
    assert assets > 0, "queue: too few shares"

    token_transfer.pull_exact(pool, msg.sender, shares)
    queue: Queue = self._queue_of(pool)
    if queue.shares == 0:
        self._list_pool(pool)
    queue.shares += shares
    self._queues[pool] = queue

    ticket: uint256 = self.ticket_count + 1
    self.ticket_count = ticket
    place: uint256 = self._give_ticket(ticket, receiver)
    self._entries[ticket] = Entry(
        pool=pool,
        owner=receiver,
        shares=shares,
        assets=0,
        product=queue.product,
        index=self._indices[pool][queue.epoch][queue.scale],
        scale=queue.scale,
        epoch=queue.epoch,
        place=place,
    )

    log IExitQueue.Joined(ticket=ticket, pool=pool, owner=receiver, shares=shares)
    return ticket


@external
def claim(ticket: uint256, receiver: address) -> uint256:
    """
    @notice Send what a ticket was served to `receiver`; the rest of its shares goes on waiting.
    @dev A ticket that has been served in full is gone afterwards.
    @custom:access The owner of the ticket.
    @custom:rounding Down. The fraction of a base unit stays here.
    @custom:reverts
        "queue: not the ticket's owner"
        "queue: bad receiver" when it is empty, this contract or a sub-account
        "queue: nothing to claim"
        "token: transfer refused"
    @param ticket Number of the ticket.
    @param receiver Address paid.
    @return Assets paid.
    """
    self._check_owner(ticket)
    self._check_receiver(receiver)

    entry: Entry = self._settled(ticket)
    assets: uint256 = entry.assets
    assert assets > 0, "queue: nothing to claim"

    if entry.shares == 0:
        self._drop_ticket(ticket)
    else:
        entry.assets = 0
        self._entries[ticket] = entry

    log IExitQueue.Claimed(ticket=ticket, receiver=receiver, assets=assets)
    token_transfer.push(staticcall ILendingPool(entry.pool).asset(), receiver, assets)
    return assets


@external
def cancel(ticket: uint256, receiver: address) -> (uint256, uint256):
    """
    @notice Take a ticket's waiting shares back, and what it was served.
    @custom:access The owner of the ticket.
    @custom:rounding Both down. The fractions stay here.
    @custom:reverts
        "queue: not the ticket's owner"
        "queue: bad receiver" when it is empty, this contract or a sub-account
        "pool: bad receiver" when it is the pool
        "token: transfer refused"
    @param ticket Number of the ticket, which is gone afterwards.
    @param receiver Address that gets both.
    @return Shares returned.
    @return Assets paid.
    """
    self._check_owner(ticket)
    self._check_receiver(receiver)

    entry: Entry = self._settled(ticket)
    self._drop_ticket(ticket)
    if entry.shares > 0:
        waiting: uint256 = self._queues[entry.pool].shares - entry.shares
        self._queues[entry.pool].shares = waiting
        if waiting == 0:
            self._close_epoch(entry.pool)

    log IExitQueue.Cancelled(
        ticket=ticket, receiver=receiver, shares=entry.shares, assets=entry.assets
    )
    if entry.shares > 0:
        token_transfer.push(entry.pool, receiver, entry.shares)
    if entry.assets > 0:
        token_transfer.push(
            staticcall ILendingPool(entry.pool).asset(), receiver, entry.assets
        )
    return entry.shares, entry.assets


@external
def transfer_ticket(ticket: uint256, receiver: address):
    """
    @notice Hand a ticket on, with all that it has coming.
    @custom:access The owner of the ticket.
    @custom:reverts
        "queue: not the ticket's owner"
        "queue: bad receiver" when it is empty, this contract or a sub-account
    @param ticket Number of the ticket.
    @param receiver Its new owner.
    """
    self._check_owner(ticket)
    self._check_receiver(receiver)

    self._take_ticket(ticket)
    place: uint256 = self._give_ticket(ticket, receiver)
    self._entries[ticket].owner = receiver
    self._entries[ticket].place = place

    log IExitQueue.TicketTransferred(
        ticket=ticket, old_owner=msg.sender, new_owner=receiver
    )


# --- For anybody ---


@external
def serve(pool: address) -> (uint256, uint256):
    """
    @notice Redeem as many of the shares that wait as the pool has cash for.
    @custom:access Anyone.
    @custom:rounding Assets down. The pool keeps the fraction.
    @custom:reverts the reasons of the pool
    @param pool Pool whose queue is served.
    @return Shares redeemed; zero where nothing waits or the pool has no cash.
    @return Assets received.
    """
    shares: uint256 = 0
    assets: uint256 = 0
    shares, assets = self._serve(pool)
    return shares, assets


@external
def run_item(position: uint256):
    """
    @notice Serve one of the pools whose shares wait.
    @custom:access Anyone.
    @custom:reverts the reasons of the pool
    @param position Place in the list; past its end nothing happens.
    """
    if position >= self._waiting_count:
        return
    shares: uint256 = 0
    assets: uint256 = 0
    shares, assets = self._serve(self._waiting[position])


# --- Views ---


@external
@view
def item_count() -> uint256:
    """
    @notice How many pools have shares that wait.
    """
    return self._waiting_count


@external
@view
def waiting_pool(position: uint256) -> address:
    """
    @notice A pool with shares that wait, in no order that lasts; empty past the end.
    """
    return self._waiting[position]


@external
@view
def waiting_shares(pool: address) -> uint256:
    """
    @notice How many shares of `pool` wait.
    """
    return self._queues[pool].shares


@external
@view
def servable_shares(pool: address) -> uint256:
    """
    @notice How many shares of `pool` `serve` would redeem now.
    """
    return self._servable_shares(pool, self._queues[pool].shares)


@external
@view
def ticket_of(ticket: uint256) -> IExitQueue.Ticket:
    """
    @notice What is left of a ticket.
    @custom:rounding Down, as `claim` and `cancel`.
    @return Pool, owner, shares that wait and assets to claim; all empty if there is none.
    """
    entry: Entry = self._settled(ticket)
    return IExitQueue.Ticket(
        pool=entry.pool, owner=entry.owner, shares=entry.shares, assets=entry.assets
    )


@external
@view
def ticket_at(owner: address, position: uint256) -> uint256:
    """
    @notice One of the tickets of `owner`, in no order that lasts; zero past the end.
    """
    return self._tickets_of[owner][position]


@external
@view
def tickets_of(owner: address, start: uint256, limit: uint256) -> DynArray[uint256, 100]:
    """
    @notice A page of the tickets of `owner`, in no order that lasts.
    @param owner Owner of tickets.
    @param start Position of the first, from 0.
    @param limit How many at most; 100 at most.
    @return Numbers; fewer than asked at the end of the list.
    """
    page: DynArray[uint256, MAX_PAGE] = []
    count: uint256 = self.ticket_count_of[owner]
    if start >= count:
        return page
    size: uint256 = min(min(limit, MAX_PAGE), count - start)
    for i: uint256 in range(size, bound=MAX_PAGE):
        page.append(self._tickets_of[owner][start + i])
    return page


@external
@view
def accounts() -> address:
    """
    @notice The account layer whose pools can be queued for.
    """
    return ACCOUNTS.address


# --- Internals: checks ---


@internal
@view
def _check_owner(ticket: uint256):
    """
    @custom:reverts "queue: not the ticket's owner"
    """
    assert self._entries[ticket].owner == msg.sender, "queue: not the ticket's owner"


@internal
@view
def _check_receiver(receiver: address):
    """
    @dev No key moves anything from a sub-account but through Accounts, which calls pools
         alone: a ticket, or tokens, would be stuck there.
    @custom:reverts "queue: bad receiver"
    """
    assert receiver != empty(address) and receiver != self, "queue: bad receiver"
    owner: address = staticcall ACCOUNTS.owner_of(receiver)
    if owner == empty(address) and self._is_same_family(receiver, msg.sender):
        owner = msg.sender
    assert owner == empty(address) or owner == receiver, "queue: bad receiver"


@internal
@pure
def _is_same_family(account: address, other: address) -> bool:
    # Accounts of one owner share their first 19 bytes.
    return (convert(account, uint256) >> 8) == (convert(other, uint256) >> 8)


# --- Internals: serving ---


@internal
def _serve(pool: address) -> (uint256, uint256):
    queue: Queue = self._queues[pool]
    shares: uint256 = self._servable_shares(pool, queue.shares)
    if shares == 0:
        return 0, 0

    # By what arrives, not by what the pool answers: others' claims lie here too.
    asset: address = staticcall ILendingPool(pool).asset()
    before: uint256 = staticcall IERC20(asset).balanceOf(self)
    answer: uint256 = extcall ILendingPool(pool).redeem(shares, self, self)
    after: uint256 = staticcall IERC20(asset).balanceOf(self)
    assets: uint256 = after - before

    self._indices[pool][queue.epoch][queue.scale] += assets * queue.product // queue.shares
    left: uint256 = queue.shares - shares
    if left == 0:
        self._close_epoch(pool)
    else:
        product: uint256 = queue.product * left // queue.shares
        if product < P_MIN:
            # Above it again: no serving leaves less than a SCALE_STEP-th.
            product *= SCALE_STEP
            queue.scale += 1
        self._queues[pool] = Queue(
            shares=left, product=product, scale=queue.scale, epoch=queue.epoch
        )

    log IExitQueue.Served(pool=pool, shares=shares, assets=assets)
    return shares, assets


@internal
@view
def _servable_shares(pool: address, waiting_shares: uint256) -> uint256:
    # All, or so many that the product keeps its digits.
    if waiting_shares == 0:
        return 0
    free_shares: uint256 = staticcall ILendingPool(pool).maxRedeem(self)
    shares: uint256 = min(free_shares, waiting_shares)
    if shares < waiting_shares:
        shares = min(shares, waiting_shares - waiting_shares // SCALE_STEP - 1)
    assets: uint256 = staticcall ILendingPool(pool).previewRedeem(shares)
    if assets == 0:
        return 0
    return shares


@internal
@view
def _queue_of(pool: address) -> Queue:
    queue: Queue = self._queues[pool]
    if queue.product == 0:
        queue.product = P_START
    return queue


@internal
def _close_epoch(pool: address):
    # Whoever still holds a ticket of the epoch has nothing left to wait for.
    self._queues[pool] = Queue(
        shares=0, product=P_START, scale=0, epoch=self._queues[pool].epoch + 1
    )
    self._unlist_pool(pool)


@internal
@view
def _settled(ticket: uint256) -> Entry:
    # See the header; each scale that went by is a SCALE_STEP in P and in G. Down, always.
    entry: Entry = self._entries[ticket]
    if entry.shares == 0:
        return entry
    queue: Queue = self._queues[entry.pool]
    gained: uint256 = self._indices[entry.pool][entry.epoch][entry.scale] - entry.index
    left: uint256 = 0
    divisor: uint256 = 1
    for steps: uint256 in range(MAX_STEPS + 1):
        scale: uint256 = entry.scale + steps
        if steps > 0:
            gained += self._indices[entry.pool][entry.epoch][scale] // divisor
        if entry.epoch == queue.epoch and scale == queue.scale:
            left = entry.shares * queue.product // entry.product // divisor
        divisor *= SCALE_STEP
    entry.assets += entry.shares * gained // entry.product

    entry.shares = left
    entry.product = queue.product
    entry.index = self._indices[entry.pool][queue.epoch][queue.scale]
    entry.scale = queue.scale
    entry.epoch = queue.epoch
    return entry


# --- Internals: lists ---


@internal
def _give_ticket(ticket: uint256, owner: address) -> uint256:
    place: uint256 = self.ticket_count_of[owner]
    self._tickets_of[owner][place] = ticket
    self.ticket_count_of[owner] = place + 1
    return place


@internal
def _take_ticket(ticket: uint256):
    # The last ticket of the owner takes the place of the one that goes.
    owner: address = self._entries[ticket].owner
    place: uint256 = self._entries[ticket].place
    count: uint256 = self.ticket_count_of[owner] - 1
    last: uint256 = self._tickets_of[owner][count]
    self._tickets_of[owner][place] = last
    self._entries[last].place = place
    self._tickets_of[owner][count] = 0
    self.ticket_count_of[owner] = count


@internal
def _drop_ticket(ticket: uint256):
    self._take_ticket(ticket)
    self._entries[ticket] = empty(Entry)


@internal
def _list_pool(pool: address):
    self._waiting[self._waiting_count] = pool
    self._waiting_count += 1
    self._waiting_positions[pool] = self._waiting_count


@internal
def _unlist_pool(pool: address):
    # The last pool takes the place of the one that goes.
    self._waiting_count -= 1
    position: uint256 = self._waiting_positions[pool]
    last: address = self._waiting[self._waiting_count]
    self._waiting[position - 1] = last
    self._waiting_positions[last] = position
    self._waiting_positions[pool] = 0
    self._waiting[self._waiting_count] = empty(address)
