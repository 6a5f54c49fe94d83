# pragma version 0.4.3
# pragma evm-version cancun
# pragma nonreentrancy on
# pragma optimize codesize
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title Accounts
@license AGPL-3.0-only
@notice One account layer over all lending pools: who owns an account, which pool
    shares it pledges, which one pool it owes, and whether it stands.
@dev An owner has 256 accounts: the addresses that share its first 19 bytes, the owner
     itself among them. Pool shares and debts sit at those addresses; only the owner
     acts for them, or the operators' contract when the owner has signed or granted what it
     runs. A batch runs calls on listed pools and defers every check of health and caps
     to its end. A step that is sent to the sender of the batch calls it back, with
     nobody's account acting: what one buys with a loan of the step before pays it.

     The batches alone do not hold the lock, for pools call back into this contract
     while they run; `_is_executing` guards them instead. It holds no tokens, and every
     other function takes the lock.
@custom:invariants ACC-1, ACC-2, ACC-3, ACC-4
@custom:kill The owner stops listing pools. Nothing listed can be frozen from here.
"""

from ethereum.ercs import IERC20
from snekmate.auth import ownable
from snekmate.auth import ownable_2step

from ..interfaces import IAccounts
from ..interfaces import ILendingPool
from ..interfaces import IOperators
from ..interfaces import IPriceOracle
from ..interfaces import IRiskTerms
from ..modules import debt_record
from ..modules import liquidation
from ..modules import units

implements: IAccounts

initializes: ownable
initializes: ownable_2step[ownable := ownable]

exports: (
    ownable_2step.owner,
    ownable_2step.pending_owner,
    ownable_2step.transfer_ownership,
    ownable_2step.accept_ownership,
)

MAX_CALLS: constant(uint256) = 16
MAX_PLEDGES: constant(uint256) = 10
MAX_TOUCHED: constant(uint256) = 16
MAX_PAGE: constant(uint256) = 100

# A pool must hold a million base units before its shares count for anything: the
# share price of an empty pool is whatever its first visitor makes it.
MIN_SEED_SHARES: constant(uint256) = 10**6 * units.VIRTUAL_SHARES

# What the pools lend on.
RISK_TERMS: immutable(address)

# Who may run batches for owners that signed or granted them; empty until it is set.
operators: public(address)

# Pools that take part.
is_pool: public(HashMap[address, bool])

# The owner of all accounts with a 19-byte prefix, once seen.
_owner_by_prefix: HashMap[uint256, address]

# Pools whose shares stand behind the debt of an account.
_pledges: HashMap[address, DynArray[address, MAX_PLEDGES]]

# Where an account stands: the one pool that it owes, its place among the debtors, and
# when a batch last checked it; see debt_record.
_records: HashMap[address, uint256]

# All accounts that owe, in no order.
debtor_count: public(uint256)
_debtors: HashMap[uint256, address]

# The batch that runs: whether one does, who acts in this call, what to check at the end;
# and whose shares are being seized, which pools ask while this contract is locked.
_is_executing: transient(bool)
acting_account: public(transient(address))
seized_account: public(reentrant(transient(address)))
_touched_accounts: transient(DynArray[address, MAX_TOUCHED])
_touched_pools: transient(DynArray[address, MAX_TOUCHED])


@deploy
def __init__(owner: address, risk_terms: address):
    """
    @notice Starts without pools.
    @param owner Who may list pools.
    @param risk_terms The terms of all pools that answer to this layer.
    """
    ownable.__init__()
    ownable_2step.__init__()
    ownable_2step._transfer_ownership(owner)
    RISK_TERMS = risk_terms


# --- For owners of accounts ---


@external
@reentrant  # Pools call back while it runs; _is_executing refuses a second batch.
def batch(calls: DynArray[IAccounts.Call, 16]):
    """
    @notice Run calls on pools, or on this contract, for accounts of the caller, and
        check health and caps once at the end.
    @dev What a call reverts with comes out unchanged.
    @custom:access Anyone, for their own accounts.
    @custom:reverts
        "accounts: nested batch"
        "accounts: not the owner"
        "accounts: target not a pool"
        "accounts: unhealthy" when an account touched does not stand at the end
        "oracle: no feed"
        "oracle: stale price"
        "pool: supply cap" when a pool ends above its cap
        "pool: borrow cap" when a pool ends above its cap
    @param calls Up to 16 steps; each names the account that acts.
    """
    self._begin()
    for call: IAccounts.Call in calls:
        self._step(msg.sender, msg.sender, call)
    self._end()


@external
@reentrant  # As batch.
def simulate_batch(calls: DynArray[IAccounts.Call, 16]):
    """
    @notice Run a batch as `batch` does, say what came of each step, and undo it all.
    @dev Reverts always, with
             BatchSimulated((bool,bytes)[] results, address[] accounts, uint256[] health_wad)
         the health being that of each account that `batch` would check, at the end. A step
         that fails is undone alone, and the next one runs.
    @custom:access Anyone, for their own accounts; meant for eth_call.
    @custom:reverts
        "accounts: nested batch"
        "accounts: not the owner"
        "accounts: target not a pool"
        "oracle: no feed"
        "oracle: stale price"
    @param calls As for `batch`.
    """
    self._begin()
    results: DynArray[IAccounts.CallResult, MAX_CALLS] = []
    for call: IAccounts.Call in calls:
        if call.target != msg.sender:
            self._check_target(call.target)
            self._authenticate(msg.sender, call.account)
            self.acting_account = call.account
        is_ok: bool = False
        answer: Bytes[256] = b""
        is_ok, answer = raw_call(
            call.target, call.data, max_outsize=256, revert_on_failure=False
        )
        self.acting_account = empty(address)
        results.append(IAccounts.CallResult(is_ok=is_ok, answer=answer))

    accounts: DynArray[address, MAX_TOUCHED] = self._touched_accounts
    health_wad: DynArray[uint256, MAX_TOUCHED] = []
    for account: address in accounts:
        current: IAccounts.AccountStatus = self._status(account)
        health_wad.append(current.health_wad)
    raw_revert(
        abi_encode(
            results,
            accounts,
            health_wad,
            method_id=method_id("BatchSimulated((bool,bytes)[],address[],uint256[])"),
        )
    )


@external
def pledge(account: address, pool: address):
    """
    @notice Let the shares of `pool` that `account` holds, today and later, back its debt.
    @custom:access The owner of the account.
    @custom:reverts
        "accounts: not the owner"
        "accounts: pool not listed"
        "accounts: already pledged"
        "accounts: too many pledges"
    @param account Account of the caller.
    @param pool Listed pool.
    """
    self._authorize(account)
    assert self.is_pool[pool], "accounts: pool not listed"
    assert pool not in self._pledges[account], "accounts: already pledged"
    assert len(self._pledges[account]) < MAX_PLEDGES, "accounts: too many pledges"

    self._pledges[account].append(pool)

    log IAccounts.Pledged(account=account, pool=pool)


@external
def unpledge(account: address, pool: address):
    """
    @notice Free the shares of `pool` that `account` holds.
    @custom:access The owner of the account.
    @custom:reverts
        "accounts: not the owner"
        "accounts: not pledged"
        "accounts: unhealthy" at once, or at the end of a batch
        "accounts: too many touched" accounts in a batch
        "oracle: no feed"
        "oracle: stale price"
    @param account Account of the caller.
    @param pool Pool pledged before.
    """
    self._authorize(account)
    kept: DynArray[address, MAX_PLEDGES] = []
    for pledged: address in self._pledges[account]:
        if pledged != pool:
            kept.append(pledged)
    assert len(kept) < len(self._pledges[account]), "accounts: not pledged"

    self._pledges[account] = kept

    self._require_check(account)
    log IAccounts.Unpledged(account=account, pool=pool)


# --- For the operators' contract ---


@external
@reentrant  # As batch.
def batch_for(owner: address, sender: address, calls: DynArray[IAccounts.Call, 16]):
    """
    @notice Run a batch for `owner`, who has signed it or granted each of its steps.
    @custom:access The operators' contract.
    @custom:reverts
        "accounts: not the operators"
        "accounts: nested batch"
        "accounts: not the owner"
        "accounts: target not a pool"
        "accounts: unhealthy" when an account touched does not stand at the end
        "oracle: no feed"
        "oracle: stale price"
        "pool: supply cap" when a pool ends above its cap
        "pool: borrow cap" when a pool ends above its cap
    @param owner Owner of the accounts that act.
    @param sender Who sent it to the operators' contract: the target of callbacks.
    @param calls As for `batch`.
    """
    assert msg.sender == self.operators, "accounts: not the operators"
    self._begin()
    for call: IAccounts.Call in calls:
        self._step(owner, sender, call)
    self._end()


# --- For listed pools ---


@external
def enter_debt(account: address):
    """
    @notice Note that `account` owes the calling pool, and check that it stands: now, or
        at the end of the batch that runs.
    @dev The pool has authenticated the account: it acts in this batch, or it called
         the pool itself and is thereby the owner of its family.
    @custom:access Listed pools.
    @custom:reverts
        "accounts: pool not listed"
        "accounts: not the owner"
        "accounts: debt in other pool"
        "accounts: too many touched" accounts in a batch
        "accounts: unhealthy"
        "oracle: no feed"
        "oracle: stale price"
    @param account Account charged.
    """
    self._check_listed()
    if account != self.acting_account:
        self._authenticate(account, account)
    debt_pool: address = self._debt_pool_of(account)
    if debt_pool == empty(address):
        self._add_debtor(account)
    else:
        assert debt_pool == msg.sender, "accounts: debt in other pool"

    self._require_check(account)


@external
def leave_debt(account: address):
    """
    @notice Note that `account` owes the calling pool nothing more.
    @custom:access The pool that the account owes.
    @custom:reverts "accounts: not the debt pool"
    @param account Account freed.
    """
    self._check_debt_pool(account)

    # The last debtor takes the place of the one that leaves.
    position: uint256 = debt_record.position(self._records[account])
    self._records[account] = 0
    self.debtor_count -= 1
    last: address = self._debtors[self.debtor_count]
    self._debtors[self.debtor_count] = empty(address)
    if last != account:
        self._debtors[position] = last
        self._records[last] = debt_record.moved(self._records[last], position)

    log IAccounts.DebtLeft(account=account, pool=msg.sender)


@external
def seize(account: address, collateral_pool: address, receiver: address, shares: uint256):
    """
    @notice Hand pledged shares of `account` to its liquidator.
    @custom:access The pool that the account owes; it has bounded what it takes.
    @custom:reverts
        "accounts: not the debt pool"
        "accounts: self-liquidation"
        "accounts: not pledged"
        "pool: not enough shares"
    @param account Account liquidated.
    @param collateral_pool Pool whose shares are taken.
    @param receiver Account of the liquidator.
    @param shares Shares to move.
    """
    self._check_debt_pool(account)
    assert self._prefix(account) != self._prefix(receiver), "accounts: self-liquidation"
    assert collateral_pool in self._pledges[account], "accounts: not pledged"
    self._seize(account, collateral_pool, receiver, shares)


@external
def sweep_uncovered(account: address, taken_pool: address, receiver: address) -> bool:
    """
    @notice Say whether the debt of `account` is lost; if so, the last crumbs of its
        collateral go to `receiver`, so that nobody gains by leaving some.
    @custom:access The pool that the account owes.
    @custom:reverts
        "accounts: not the debt pool"
        "accounts: check deferred" when the account was touched in the same batch
        "oracle: no feed"
        "oracle: stale price"
    @param account Account that owes.
    @param taken_pool Pool whose shares a liquidator has just taken; empty if none.
    @param receiver Who gets what is left.
    @return As `uncovered` says.
    """
    self._check_debt_pool(account)
    is_lost: bool = False
    crumbs: DynArray[address, MAX_PLEDGES] = []
    is_lost, crumbs = self._uncovered(account, taken_pool)
    for pool: address in crumbs:
        shares: uint256 = staticcall IERC20(pool).balanceOf(account)
        self._seize(account, pool, receiver, shares)
    return is_lost


@external
def require_check_if_pledged(account: address):
    """
    @notice Check that `account` stands, now or at the end of the batch that runs, if it
        pledges the shares of the calling pool, of which it has fewer.
    @custom:access Listed pools; for others nothing is pledged.
    @custom:reverts
        "accounts: too many touched" accounts in a batch
        "accounts: unhealthy"
        "oracle: no feed"
        "oracle: stale price"
    @param account Account whose shares left.
    """
    if msg.sender in self._pledges[account]:
        self._require_check(account)


@external
def require_pool_check():
    """
    @notice Have the calling pool's caps checked at the end of the batch that runs.
    @custom:access Listed pools, in a batch.
    @custom:reverts
        "accounts: pool not listed"
        "accounts: no batch"
        "accounts: too many touched" pools in a batch
    """
    self._check_listed()
    assert self._is_executing, "accounts: no batch"
    if msg.sender in self._touched_pools:
        return
    assert len(self._touched_pools) < MAX_TOUCHED, "accounts: too many touched"
    self._touched_pools.append(msg.sender)


# --- Views: who, what, whom ---


@external
@view
@reentrant  # Pools ask as they are made; it never changes.
def risk_terms() -> address:
    """
    @notice The terms on which the pools lend.
    """
    return RISK_TERMS


@external
@view
def owner_of(account: address) -> address:
    """
    @notice Who acts for `account`; empty as long as the family was never seen.
    """
    return self._owner_by_prefix[self._prefix(account)]


@external
@view
def key_owner_of(account: address, caller: address) -> address:
    """
    @notice Who acts for `account`, by a key of its own; empty if the family was never seen.
    @dev The owner of the caller's family is known, seen or not: an unregistered caller
         acts for itself.
    @custom:reverts
        "accounts: receiver has no key" for a sub-account: what is sent there stays there
    """
    owner: address = self._owner_by_prefix[self._prefix(account)]
    if owner == empty(address) and self._prefix(account) == self._prefix(caller):
        owner = caller
    assert owner == empty(address) or owner == account, "accounts: receiver has no key"
    return owner


@external
@view
def debt_pool_of(account: address) -> address:
    """
    @notice The one pool that `account` owes; empty without debt.
    """
    return self._debt_pool_of(account)


@external
@pure
def sub_account(owner: address, id: uint256) -> address:
    """
    @notice Account number `id` of `owner`; number 0 is the owner.
    @custom:reverts "accounts: id out of range" above 255
    """
    assert id <= 255, "accounts: id out of range"
    return convert(convert(owner, uint256) ^ id, address)


@external
@view
def pledges_of(account: address) -> DynArray[address, 10]:
    """
    @notice Pools whose shares back the debt of `account`.
    """
    return self._pledges[account]


@external
@view
def is_pledged(account: address, pool: address) -> bool:
    """
    @notice Whether shares of `pool` back the debt of `account`.
    """
    return pool in self._pledges[account]


@external
@view
def is_check_deferred(account: address) -> bool:
    """
    @notice Whether `account` is to be checked at the end of the batch that runs.
    """
    return account in self._touched_accounts


@external
@view
def debtors(start: uint256, limit: uint256) -> DynArray[address, 100]:
    """
    @notice A page of the accounts that owe, in no order that lasts.
    @param start Position of the first, from 0.
    @param limit How many at most; 100 at most.
    @return Accounts; fewer than asked at the end of the list.
    """
    page: DynArray[address, MAX_PAGE] = []
    if start >= self.debtor_count:
        return page
    size: uint256 = min(min(limit, MAX_PAGE), self.debtor_count - start)
    for i: uint256 in range(size, bound=MAX_PAGE):
        page.append(self._debtors[start + i])
    return page


# --- Views: health ---


@external
@view
def health_wad(account: address) -> uint256:
    """
    @notice Liquidation limit over debt: below 1 the account may be liquidated.
    @custom:rounding Down.
    @custom:reverts
        "oracle: no feed"
        "oracle: stale price"
    @return WAD; the largest number without debt.
    """
    return self._status(account).health_wad


@external
@view
def check_account(account: address):
    """
    @notice Revert unless the debt of `account` is within its borrow limit.
    @custom:reverts
        "accounts: unhealthy"
        "oracle: no feed"
        "oracle: stale price"
    """
    self._check_account(account)


@external
@view
def status(account: address) -> IAccounts.AccountStatus:
    """
    @notice What `account` owes, what stands behind it, and how far it is from the limits.
    @dev Collateral is what the debt pool accepts. Without debt it is all that is
         pledged, each at the prices of its own pool.
    @custom:rounding Collateral and limits down, debt up.
    @custom:reverts
        "oracle: no feed"
        "oracle: stale price"
    """
    return self._status(account)


@external
@view
def withdrawable_shares(account: address, pool: address) -> uint256:
    """
    @notice How many shares of `pool` may leave `account` today.
    @custom:rounding Down, and what must stay is rounded up at each step.
    @custom:reverts
        "oracle: no feed"
        "oracle: stale price"
    @return Shares; the largest number when nothing holds them.
    """
    debt_pool: address = self._debt_pool_of(account)
    if debt_pool == empty(address) or pool not in self._pledges[account]:
        return max_value(uint256)
    current: IAccounts.AccountStatus = self._status(account)
    if current.debt_usd_wad > current.borrow_limit_usd_wad:
        return 0

    borrow_bps: uint256 = 0
    liquidation_bps: uint256 = 0
    borrow_bps, liquidation_bps = staticcall IRiskTerms(RISK_TERMS).thresholds_bps(debt_pool, pool)
    shares: uint256 = 0
    assets: uint256 = 0
    usd_wad: uint256 = 0
    shares, assets, usd_wad = self._holding(
        account, pool, staticcall ILendingPool(debt_pool).oracle()
    )
    others_usd_wad: uint256 = current.borrow_limit_usd_wad - usd_wad * borrow_bps // units.BPS
    if others_usd_wad >= current.debt_usd_wad:
        return max_value(uint256)

    # The least value, then assets, then shares that still carry the debt; since the
    # others do not, this pool's threshold and value are above zero here.
    keep_usd_wad: uint256 = self._ceil_div(
        (current.debt_usd_wad - others_usd_wad) * units.BPS, borrow_bps
    )
    keep_assets: uint256 = self._ceil_div(assets * keep_usd_wad, usd_wad)
    keep_shares: uint256 = staticcall ILendingPool(pool).previewWithdraw(keep_assets)
    return shares - min(shares, keep_shares)


# --- Views: liquidation ---


@external
@view
def quote_liquidation(
    account: address, collateral_pool: address, max_repay_assets: uint256
) -> (uint256, uint256, uint256):
    """
    @notice What a liquidator of `account` repays and takes.
    @custom:rounding Seized shares down; a collateral taken whole is paid up.
    @custom:reverts
        "accounts: check deferred" when the account was touched in the same batch
        "accounts: no debt"
        "accounts: cooling off" when a batch has checked the account in this second
        "oracle: no feed"
        "oracle: stale price"
        "accounts: healthy"
        "accounts: not accepted" when the debt pool does not take the collateral
        "accounts: not pledged"
    @param account Account to liquidate.
    @param collateral_pool Pool whose shares are taken.
    @param max_repay_assets Base units of debt that the liquidator pays at most.
    @return Assets to repay.
    @return Shares to seize.
    @return The bonus, basis points of what is repaid.
    """
    assert account not in self._touched_accounts, "accounts: check deferred"
    record: uint256 = self._records[account]
    debt_pool: address = debt_record.pool(record)
    assert debt_pool != empty(address), "accounts: no debt"
    assert debt_record.checked_at(record) < block.timestamp, "accounts: cooling off"
    current: IAccounts.AccountStatus = self._status(account)
    assert current.health_wad < units.WAD, "accounts: healthy"
    borrow_bps: uint256 = 0
    liquidation_bps: uint256 = 0
    borrow_bps, liquidation_bps = staticcall IRiskTerms(RISK_TERMS).thresholds_bps(
        debt_pool, collateral_pool
    )
    assert liquidation_bps > 0, "accounts: not accepted"
    assert collateral_pool in self._pledges[account], "accounts: not pledged"

    bonus_bps: uint256 = liquidation.bonus_bps_down(current.health_wad, liquidation_bps)
    repay_assets: uint256 = min(
        max_repay_assets,
        liquidation.closable_assets_up(
            current.debt_assets,
            current.debt_usd_wad,
            current.liquidation_limit_usd_wad,
            liquidation_bps,
            bonus_bps,
        ),
    )
    oracle: address = staticcall ILendingPool(debt_pool).oracle()
    debt_asset: address = staticcall ILendingPool(debt_pool).asset()
    repay_usd_wad: uint256 = staticcall IPriceOracle(oracle).value_usd_wad_down(
        debt_asset, repay_assets
    )
    seize_usd_wad: uint256 = repay_usd_wad * (units.BPS + bonus_bps) // units.BPS

    shares: uint256 = 0
    assets: uint256 = 0
    held_usd_wad: uint256 = 0
    shares, assets, held_usd_wad = self._holding(account, collateral_pool, oracle)
    if seize_usd_wad < held_usd_wad:
        return repay_assets, shares * seize_usd_wad // held_usd_wad, bonus_bps

    covered_assets: uint256 = liquidation.covered_assets_up(
        current.debt_assets, current.debt_usd_wad, held_usd_wad, bonus_bps
    )
    return min(repay_assets, covered_assets), shares, bonus_bps


@external
@view
def uncovered(account: address, taken_pool: address) -> (bool, DynArray[address, 10]):
    """
    @notice Whether the debt of `account` is lost, and which pools still hold crumbs.
    @dev Lost by value and not by exact zero: crumbs in another pool must not keep a
         dead loan on the books. That the liquidator took one collateral whole keeps
         the rule from being set off by a liquidation of one base unit.
    @custom:reverts
        "accounts: check deferred" when the account was touched in the same batch
        "oracle: no feed"
        "oracle: stale price"
    @param account Account that owes.
    @param taken_pool Pool whose shares a liquidator has just taken; empty if none.
    @return True if no collateral of value is left, or less than the debt and than the
        dust value after `taken_pool` was taken whole.
    @return Pledged pools that the debt pool accepts and that still hold shares of it.
    """
    return self._uncovered(account, taken_pool)


# --- For the owner of the house ---


@external
def list_pool(pool: address):
    """
    @notice Let `pool` take part, for good.
    @dev A listed pool is trusted: it may charge accounts that call it and seize from
         accounts that owe it. It must be seeded with shares that nobody redeems.
    @custom:access The owner.
    @custom:reverts
        "ownable: caller is not the owner"
        "accounts: already listed"
        "accounts: foreign pool" when it answers to another account layer
        "accounts: pool not seeded"
    @param pool Pool built for this account layer.
    """
    ownable._check_owner()
    assert not self.is_pool[pool], "accounts: already listed"
    layer: address = staticcall ILendingPool(pool).accounts()
    assert layer == self, "accounts: foreign pool"
    total_shares: uint256 = staticcall ILendingPool(pool).totalSupply()
    assert total_shares >= MIN_SEED_SHARES, "accounts: pool not seeded"

    self.is_pool[pool] = True

    log IAccounts.PoolListed(pool=pool)


@external
def set_operators(operators: address):
    """
    @notice Let `operators` run batches for owners that signed or granted them, for good.
    @custom:access The owner, once.
    @custom:reverts
        "ownable: caller is not the owner"
        "accounts: operators are set"
        "accounts: foreign operators" when it answers to another account layer
    @param operators Contract built for this account layer.
    """
    ownable._check_owner()
    assert self.operators == empty(address), "accounts: operators are set"
    layer: address = staticcall IOperators(operators).accounts()
    assert layer == self, "accounts: foreign operators"

    self.operators = operators

    log IAccounts.OperatorsSet(operators=operators)


# --- Internals: batches ---


@internal
def _begin():
    """
    @custom:reverts "accounts: nested batch"
    """
    assert not self._is_executing, "accounts: nested batch"
    self._is_executing = True


@internal
def _step(owner: address, sender: address, call: IAccounts.Call):
    """
    @dev A step sent to the sender is a callback, with no more power than the sender's
         contract has by itself.
    @custom:reverts
        "accounts: not the owner"
        "accounts: target not a pool"
    """
    if call.target == sender:
        raw_call(call.target, call.data)
        return
    self._authenticate(owner, call.account)
    self._act(call)


@internal
def _act(call: IAccounts.Call):
    """
    @custom:reverts "accounts: target not a pool"
    """
    self._check_target(call.target)
    self.acting_account = call.account
    raw_call(call.target, call.data)
    self.acting_account = empty(address)


@internal
@view
def _check_target(target: address):
    """
    @custom:reverts "accounts: target not a pool"
    """
    is_allowed: bool = target == self or target == self.operators or self.is_pool[target]
    assert is_allowed, "accounts: target not a pool"


@internal
def _end():
    """
    @custom:reverts
        "accounts: unhealthy"
        "oracle: no feed"
        "oracle: stale price"
        "pool: supply cap"
        "pool: borrow cap"
    """
    accounts: DynArray[address, MAX_TOUCHED] = self._touched_accounts
    for account: address in accounts:
        self._check_account(account)
        self._cool_off(account)
    pools: DynArray[address, MAX_TOUCHED] = self._touched_pools
    for pool: address in pools:
        extcall ILendingPool(pool).check_caps()

    # A second batch of the same transaction starts clean.
    self._touched_accounts = []
    self._touched_pools = []
    self._is_executing = False


# --- Internals: who ---


@internal
@pure
def _prefix(account: address) -> uint256:
    return convert(account, uint256) >> 8


@internal
def _authenticate(caller: address, account: address):
    """
    @dev The first of a family to be seen owns it: to be another than the owner, one
         needs a key whose address agrees in 152 bits.
    @custom:reverts "accounts: not the owner"
    """
    prefix: uint256 = self._prefix(account)
    assert prefix == self._prefix(caller), "accounts: not the owner"
    registered: address = self._owner_by_prefix[prefix]
    if registered == empty(address):
        self._owner_by_prefix[prefix] = caller
        log IAccounts.OwnerRegistered(
            owner=caller, prefix=convert(convert(prefix, uint152), bytes19)
        )
        return
    assert registered == caller, "accounts: not the owner"


@internal
def _authorize(account: address):
    """
    @dev In a batch the owner of the acting account was authenticated already.
    @custom:reverts "accounts: not the owner"
    """
    if msg.sender != self:
        self._authenticate(msg.sender, account)
        return
    assert self._prefix(account) == self._prefix(self.acting_account), "accounts: not the owner"


# --- Internals: debtors ---


@internal
@view
def _check_listed():
    """
    @custom:reverts "accounts: pool not listed"
    """
    assert self.is_pool[msg.sender], "accounts: pool not listed"


@internal
@view
def _check_debt_pool(account: address):
    """
    @custom:reverts "accounts: not the debt pool"
    """
    assert self._debt_pool_of(account) == msg.sender, "accounts: not the debt pool"


@internal
@view
def _debt_pool_of(account: address) -> address:
    return debt_record.pool(self._records[account])


@internal
def _add_debtor(account: address):
    position: uint256 = self.debtor_count
    self._records[account] = debt_record.pack(msg.sender, position)
    self._debtors[position] = account
    self.debtor_count = position + 1

    log IAccounts.DebtEntered(account=account, pool=msg.sender)


@internal
def _seize(account: address, pool: address, receiver: address, shares: uint256):
    self.seized_account = account
    extcall ILendingPool(pool).seize(account, receiver, shares)
    self.seized_account = empty(address)


@internal
def _cool_off(account: address):
    # What a batch has moved into place, be it a price, is not taken from an account in the
    # same second. Without debt there is nothing to take.
    record: uint256 = self._records[account]
    if record != 0:
        self._records[account] = debt_record.checked(record, block.timestamp)


# --- Internals: health ---


@internal
def _require_check(account: address):
    """
    @custom:reverts
        "accounts: too many touched"
        "accounts: unhealthy"
        "oracle: no feed"
        "oracle: stale price"
    """
    if not self._is_executing:
        self._check_account(account)
        return
    if account in self._touched_accounts:
        return
    assert len(self._touched_accounts) < MAX_TOUCHED, "accounts: too many touched"
    self._touched_accounts.append(account)


@internal
@view
def _check_account(account: address):
    """
    @dev Without debt there is nothing to check, and no price is needed.
    @custom:reverts
        "accounts: unhealthy"
        "oracle: no feed"
        "oracle: stale price"
    """
    if self._debt_pool_of(account) == empty(address):
        return
    current: IAccounts.AccountStatus = self._status(account)
    assert current.debt_usd_wad <= current.borrow_limit_usd_wad, "accounts: unhealthy"


@internal
@view
def _status(account: address) -> IAccounts.AccountStatus:
    """
    @custom:reverts
        "oracle: no feed"
        "oracle: stale price"
    """
    result: IAccounts.AccountStatus = empty(IAccounts.AccountStatus)
    result.health_wad = max_value(uint256)
    debt_pool: address = self._debt_pool_of(account)
    result.debt_pool = debt_pool
    oracle: address = empty(address)
    if debt_pool != empty(address):
        oracle = staticcall ILendingPool(debt_pool).oracle()
        debt_asset: address = staticcall ILendingPool(debt_pool).asset()
        result.debt_assets = staticcall ILendingPool(debt_pool).debt_of(account)
        result.debt_usd_wad = staticcall IPriceOracle(oracle).value_usd_wad_up(
            debt_asset, result.debt_assets
        )

    for pool: address in self._pledges[account]:
        borrow_bps: uint256 = 0
        liquidation_bps: uint256 = 0
        if debt_pool == empty(address):
            oracle = staticcall ILendingPool(pool).oracle()
        else:
            borrow_bps, liquidation_bps = staticcall IRiskTerms(RISK_TERMS).thresholds_bps(debt_pool, pool)
            # What the debt pool does not accept counts for nothing, and a missing
            # price of it holds nobody up.
            if liquidation_bps == 0:
                continue
        shares: uint256 = 0
        assets: uint256 = 0
        usd_wad: uint256 = 0
        shares, assets, usd_wad = self._holding(account, pool, oracle)
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
def _uncovered(account: address, taken_pool: address) -> (bool, DynArray[address, 10]):
    """
    @custom:reverts
        "accounts: check deferred"
        "oracle: no feed"
        "oracle: stale price"
    """
    crumbs: DynArray[address, MAX_PLEDGES] = []
    assert account not in self._touched_accounts, "accounts: check deferred"
    current: IAccounts.AccountStatus = self._status(account)
    if current.debt_assets == 0:
        return False, crumbs

    is_lost: bool = current.collateral_usd_wad == 0
    if not is_lost and taken_pool != empty(address):
        held_shares: uint256 = staticcall IERC20(taken_pool).balanceOf(account)
        is_lost = (
            held_shares == 0
            and current.collateral_usd_wad < liquidation.DUST_USD_WAD
            and current.collateral_usd_wad < current.debt_usd_wad
        )
    if not is_lost:
        return False, crumbs

    for pool: address in self._pledges[account]:
        if self._is_accepted(current.debt_pool, pool):
            held_shares: uint256 = staticcall IERC20(pool).balanceOf(account)
            if held_shares > 0:
                crumbs.append(pool)
    return True, crumbs


@internal
@view
def _holding(account: address, pool: address, oracle: address) -> (uint256, uint256, uint256):
    """
    @dev Shares of `pool` at `account`, in assets and in USD, down. Nothing held needs
         no price.
    @custom:reverts
        "oracle: no feed"
        "oracle: stale price"
    """
    shares: uint256 = staticcall IERC20(pool).balanceOf(account)
    if shares == 0:
        return 0, 0, 0
    assets: uint256 = staticcall ILendingPool(pool).convertToAssets(shares)
    asset: address = staticcall ILendingPool(pool).asset()
    usd_wad: uint256 = staticcall IPriceOracle(oracle).value_usd_wad_down(asset, assets)
    return shares, assets, usd_wad


@internal
@view
def _is_accepted(debt_pool: address, pool: address) -> bool:
    borrow_bps: uint256 = 0
    liquidation_bps: uint256 = 0
    borrow_bps, liquidation_bps = staticcall IRiskTerms(RISK_TERMS).thresholds_bps(debt_pool, pool)
    return liquidation_bps > 0


@internal
@pure
def _ceil_div(numerator: uint256, denominator: uint256) -> uint256:
    if numerator == 0:
        return 0
    return (numerator - 1) // denominator + 1
