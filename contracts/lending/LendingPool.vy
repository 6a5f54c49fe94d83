# pragma version 0.4.3
# pragma evm-version cancun
# pragma nonreentrancy on
# pragma optimize codesize
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title LendingPool
@license AGPL-3.0-only
@notice An ERC-4626 vault that lends what it holds against shares of other pools.
@dev Cash is counted inside (`idle`), so a donation moves nothing. Debt is kept in
     shares, with virtual shares on both sides. The account that acts is the caller,
     or, when `Accounts` runs a batch, the account that `Accounts` vouches for.

     Entry points have six beats: check, accrue, convert, write, verify, log and
     transfer. Tokens come in before anything is written and leave after everything
     is, so what a token's hook can see is always a finished state. For the same
     reason the views that `Accounts` reads while this pool is locked are @reentrant.
@custom:invariants LEND-1, LEND-2, LEND-3, LEND-4, LEND-5, LEND-6
@custom:kill The owner sets both caps to 0. Withdraw, repay and liquidation stay open.
"""

from ethereum.ercs import IERC20
from ethereum.ercs import IERC20Detailed
from snekmate.auth import ownable
from snekmate.auth import ownable_2step
from snekmate.tokens import erc20

from ..interfaces import IAccounts
from ..interfaces import ILendingPool
from ..interfaces import IPriceOracle
from ..interfaces import IRateModel
from ..modules import collateral_terms as terms
from ..modules import interest
from ..modules import shares as share_math
from ..modules import token_transfer
from ..modules import units

implements: ILendingPool

initializes: ownable
initializes: ownable_2step[ownable := ownable]
initializes: erc20[ownable := ownable]
initializes: terms

exports: (
    ownable_2step.owner,
    ownable_2step.pending_owner,
    ownable_2step.transfer_ownership,
    ownable_2step.accept_ownership,
    erc20.name,
    erc20.symbol,
    erc20.decimals,
    erc20.totalSupply,
    erc20.balanceOf,
    erc20.allowance,
    erc20.permit,
    erc20.nonces,
    erc20.DOMAIN_SEPARATOR,
    erc20.eip712Domain,
)

# Bounds that keep every product of the share arithmetic inside 256 bits: 2 * 10**31
# base units may be supplied, interest stops at 10**36, shares at 3 * 10**38.
MAX_CAP: constant(uint256) = 2**104
MAX_TOTAL_DEBT: constant(uint256) = 2**120
MAX_TOTAL_SHARES: constant(uint256) = 2**128

# 1,000 % a year. A model that asks for more gets this.
MAX_RATE_PER_SECOND_WAD: constant(uint256) = 10 * units.WAD // units.SECONDS_PER_YEAR

# Enough for a curve with state of its own; a model cannot burn a caller's gas.
RATE_MODEL_GAS: constant(uint256) = 100_000

MAX_RESERVE_FACTOR_BPS: constant(uint256) = 2_500

# What the books are once the time since the last accrual has been paid for.
struct Books:
    rate_per_second_wad: uint256
    interest_assets: uint256
    interest_remainder_wad: uint256
    total_debt: uint256
    fee_shares: uint256
    total_shares: uint256

# The token lent, the account layer and the prices.
ASSET: immutable(address)
ACCOUNTS: immutable(IAccounts)
ORACLE: immutable(IPriceOracle)

# Base units held and not lent, whatever the token says the balance is.
idle: public(uint256)

# Base units owed when last accrued, and the fraction of one, WAD, carried on.
_total_debt: uint256
_interest_remainder_wad: uint256

# Debt shares, in all and per account.
total_debt_shares: public(uint256)
_debt_shares: HashMap[address, uint256]

# Until when interest is paid for, Unix seconds.
last_accrued_at: public(uint256)

# The curve, and what it last said: used again should it fail.
rate_model: public(address)
_last_rate_per_second_wad: uint256

# Bounds on total assets and total debt, base units; zero closes.
supply_cap: public(uint256)
borrow_cap: public(uint256)

# The least that an account may owe, unless nothing. Base units.
min_debt: public(uint256)

# The part of interest that becomes shares of the fee recipient.
reserve_factor_bps: public(uint256)
fee_recipient: public(address)

# Totals before the first growth in a running batch; the caps are checked at its end.
_is_growth_deferred: transient(bool)
_assets_before_batch: transient(uint256)
_debt_before_batch: transient(uint256)


@deploy
def __init__(
    asset: address,
    name: String[25],
    symbol: String[5],
    accounts: address,
    oracle: address,
    rate_model: address,
    fee_recipient: address,
    owner: address,
):
    """
    @notice Opens a pool for `asset` with both caps at zero.
    @custom:reverts "pool: bad receiver" when the fee recipient is empty
    @param asset Token to lend, at most 36 decimals.
    @param name Of the share.
    @param symbol Of the share.
    @param accounts The account layer.
    @param oracle Prices for health and liquidation.
    @param rate_model What borrowing costs.
    @param fee_recipient Who gets the protocol's part of interest, as shares.
    @param owner Who may change the parameters.
    """
    decimals: uint8 = staticcall IERC20Detailed(asset).decimals()
    ownable.__init__()
    ownable_2step.__init__()
    ownable_2step._transfer_ownership(owner)
    # Virtual shares make one whole share of a fresh pool worth one whole token.
    erc20.__init__(name, symbol, decimals + 6, name, "1")

    ASSET = asset
    ACCOUNTS = IAccounts(accounts)
    ORACLE = IPriceOracle(oracle)
    self.last_accrued_at = block.timestamp
    self._set_rate_model(rate_model)
    self._set_fee_recipient(fee_recipient)


# --- Lenders ---


@external
def deposit(assets: uint256, receiver: address) -> uint256:
    """
    @notice Lend `assets`; `receiver` gets shares.
    @custom:access Anyone; the caller pays.
    @custom:rounding Shares down. The pool keeps the fraction.
    @custom:reverts
        "pool: zero assets"
        "pool: bad receiver" when it is empty or the pool
        "pool: zero shares"
        "token: transfer refused"
        "token: fee on transfer"
        "pool: supply cap" at once, or at the end of a batch
    @param assets Base units to lend.
    @param receiver Account credited; may be a sub-account.
    @return Shares minted.
    """
    return self._deposit(assets, receiver)


@external
def deposit_with_permit(
    assets: uint256, receiver: address, deadline: uint256, v: uint8, r: bytes32, s: bytes32
) -> uint256:
    """
    @notice Lend `assets` with an ERC-2612 signature instead of an approval.
    @dev A permit that fails, for it was used by somebody else first, is no error as
         long as the allowance is there.
    @custom:access Anyone; the caller pays and has signed.
    @custom:rounding Shares down. The pool keeps the fraction.
    @custom:reverts
        "pool: zero assets"
        "pool: bad receiver" when it is empty or the pool
        "pool: zero shares"
        "token: transfer refused"
        "token: fee on transfer"
        "pool: supply cap" at once, or at the end of a batch
    @param assets Base units to lend, and the value signed.
    @param receiver Account credited; may be a sub-account.
    @param deadline Of the signature.
    @param v Of the signature.
    @param r Of the signature.
    @param s Of the signature.
    @return Shares minted.
    """
    self._try_permit(assets, deadline, v, r, s)
    return self._deposit(assets, receiver)


@external
def mint(shares: uint256, receiver: address) -> uint256:
    """
    @notice Lend what `shares` cost; `receiver` gets exactly those.
    @custom:access Anyone; the caller pays.
    @custom:rounding Assets up. The lender owes the fraction.
    @custom:reverts
        "pool: zero shares"
        "pool: bad receiver" when it is empty or the pool
        "token: transfer refused"
        "token: fee on transfer"
        "pool: supply cap" at once, or at the end of a batch
    @param shares Shares wanted.
    @param receiver Account credited; may be a sub-account.
    @return Assets paid.
    """
    caller: address = self._caller()
    self._check_shares(shares)
    self._check_holder(receiver)

    self._accrue()

    assets: uint256 = share_math.to_assets_up(shares, self._total_assets(), erc20.totalSupply)

    self._supply(caller, receiver, assets, shares)
    return assets


@external
def withdraw(assets: uint256, receiver: address, owner: address) -> uint256:
    """
    @notice Take back `assets` for shares of `owner`.
    @custom:access The owner of the shares, or whom they approved.
    @custom:rounding Shares up. The lender owes the fraction.
    @custom:reverts
        "pool: zero assets"
        "pool: bad receiver" when it is empty or the pool
        "pool: receiver is sub-account" for no key moves tokens from there
        "pool: not enough shares"
        "erc20: insufficient allowance"
        "pool: not enough idle"
        "accounts: unhealthy" if the shares are pledged; at the end of a batch
        "oracle: stale price" if the shares are pledged and there is debt
        "token: transfer refused"
    @param assets Base units to take.
    @param receiver Address paid.
    @param owner Account whose shares are burned.
    @return Shares burned.
    """
    caller: address = self._caller()
    self._check_assets(assets)
    self._check_receiver(receiver, caller)

    self._accrue()

    shares: uint256 = share_math.to_shares_up(assets, self._total_assets(), erc20.totalSupply)

    self._take_out(caller, receiver, owner, assets, shares)
    return shares


@external
def redeem(shares: uint256, receiver: address, owner: address) -> uint256:
    """
    @notice Burn `shares` of `owner` for what they are worth.
    @custom:access The owner of the shares, or whom they approved.
    @custom:rounding Assets down. The pool keeps the fraction.
    @custom:reverts
        "pool: bad receiver" when it is empty or the pool
        "pool: receiver is sub-account" for no key moves tokens from there
        "pool: zero assets" when the shares are worth less than one base unit
        "pool: not enough shares"
        "erc20: insufficient allowance"
        "pool: not enough idle"
        "accounts: unhealthy" if the shares are pledged; at the end of a batch
        "oracle: stale price" if the shares are pledged and there is debt
        "token: transfer refused"
    @param shares Shares to burn.
    @param receiver Address paid.
    @param owner Account whose shares are burned.
    @return Assets paid.
    """
    caller: address = self._caller()
    self._check_receiver(receiver, caller)

    self._accrue()

    assets: uint256 = share_math.to_assets_down(shares, self._total_assets(), erc20.totalSupply)
    self._check_assets(assets)

    self._take_out(caller, receiver, owner, assets, shares)
    return assets


@external
def transfer(to: address, amount: uint256) -> bool:
    """
    @notice Move `amount` shares to `to`.
    @dev Under our lock, and checked like a withdrawal if the shares are pledged.
    @custom:access Anyone, with their own shares.
    @custom:reverts
        "pool: bad receiver" when it is empty or the pool
        "pool: not enough shares"
        "accounts: unhealthy" if the shares are pledged; at the end of a batch
        "oracle: stale price" if the shares are pledged and there is debt
    """
    caller: address = self._caller()
    self._move(caller, to, amount)
    return True


@external
def transferFrom(owner: address, to: address, amount: uint256) -> bool:
    """
    @notice Move `amount` shares of `owner` to `to`.
    @custom:access Whom the owner approved.
    @custom:reverts
        "erc20: insufficient allowance"
        "pool: bad receiver" when it is empty or the pool
        "pool: not enough shares"
        "accounts: unhealthy" if the shares are pledged; at the end of a batch
        "oracle: stale price" if the shares are pledged and there is debt
    """
    caller: address = self._caller()
    erc20._spend_allowance(owner, caller, amount)
    self._move(owner, to, amount)
    return True


@external
def approve(spender: address, amount: uint256) -> bool:
    """
    @notice Let `spender` move `amount` of the caller's shares.
    @custom:access Anyone, for their own shares.
    @custom:reverts "erc20: approve to the zero address"
    """
    caller: address = self._caller()
    erc20._approve(caller, spender, amount)
    return True


# --- Borrowers ---


@external
def borrow(assets: uint256, receiver: address) -> uint256:
    """
    @notice Send `assets` to `receiver` and charge the caller.
    @dev Accrues first: time already elapsed is paid by those who already owe.
    @custom:access Anyone, against their own collateral.
    @custom:rounding Debt shares up. The borrower owes the fraction.
    @custom:reverts
        "pool: zero assets"
        "pool: bad receiver" when it is empty or the pool
        "pool: receiver is sub-account" for no key moves tokens from there
        "pool: not enough idle"
        "pool: debt below minimum"
        "accounts: pool not listed"
        "accounts: not the owner"
        "accounts: debt in other pool"
        "pool: borrow cap" at once, or at the end of a batch
        "accounts: unhealthy" at once, or at the end of a batch
        "oracle: no feed"
        "oracle: stale price"
        "token: transfer refused"
    @param assets Base units to draw.
    @param receiver Address paid.
    @return Debt shares charged to the caller.
    """
    caller: address = self._caller()
    self._check_assets(assets)
    self._check_receiver(receiver, caller)

    self._accrue()

    debt_shares: uint256 = share_math.to_shares_up(
        assets, self._total_debt, self.total_debt_shares
    )

    self._note_growth()
    self._take_idle(assets)
    self._total_debt += assets
    self.total_debt_shares += debt_shares
    self._debt_shares[caller] += debt_shares
    self._check_min_debt(caller)
    extcall ACCOUNTS.enter_debt(caller)

    if msg.sender != ACCOUNTS.address:
        self._verify_borrow_cap(self.borrow_cap)
    extcall ACCOUNTS.require_check(caller)

    log ILendingPool.Borrowed(
        caller=caller, account=caller, receiver=receiver, assets=assets, debt_shares=debt_shares
    )
    token_transfer.push(ASSET, receiver, assets)
    return debt_shares


@external
def repay(assets: uint256, account: address) -> uint256:
    """
    @notice Pay back up to `assets` of what `account` owes.
    @dev More than the debt, such as the largest number, pays the debt and no more:
         nobody can make a repayment fail by paying a little first.
    @custom:access Anyone; the caller pays.
    @custom:rounding Debt shares down. The borrower owes the fraction.
    @custom:reverts
        "pool: zero assets"
        "pool: no debt"
        "pool: zero shares"
        "token: transfer refused"
        "token: fee on transfer"
        "pool: debt below minimum" when a part is left that is too small
    @param assets Base units to pay at most.
    @param account Account whose debt falls.
    @return Debt shares burned.
    """
    return self._repay(assets, account)


@external
def repay_with_permit(
    assets: uint256, account: address, deadline: uint256, v: uint8, r: bytes32, s: bytes32
) -> uint256:
    """
    @notice Pay back with an ERC-2612 signature instead of an approval.
    @dev A permit that fails, for it was used by somebody else first, is no error as
         long as the allowance is there.
    @custom:access Anyone; the caller pays and has signed.
    @custom:rounding Debt shares down. The borrower owes the fraction.
    @custom:reverts
        "pool: zero assets"
        "pool: no debt"
        "pool: zero shares"
        "token: transfer refused"
        "token: fee on transfer"
        "pool: debt below minimum" when a part is left that is too small
    @param assets Base units to pay at most, and the value signed.
    @param account Account whose debt falls.
    @param deadline Of the signature.
    @param v Of the signature.
    @param r Of the signature.
    @param s Of the signature.
    @return Debt shares burned.
    """
    self._try_permit(assets, deadline, v, r, s)
    return self._repay(assets, account)


@external
def repay_shares(debt_shares: uint256, account: address) -> uint256:
    """
    @notice Burn up to `debt_shares` of what `account` owes.
    @custom:access Anyone; the caller pays.
    @custom:rounding Assets up. The borrower owes the fraction.
    @custom:reverts
        "pool: zero shares"
        "pool: no debt"
        "token: transfer refused"
        "token: fee on transfer"
        "pool: debt below minimum" when a part is left that is too small
    @param debt_shares Debt shares to burn at most.
    @param account Account whose debt falls.
    @return Assets paid.
    """
    caller: address = self._caller()
    self._check_shares(debt_shares)
    owed_shares: uint256 = self._owed_shares(account)

    self._accrue()

    burned_shares: uint256 = min(debt_shares, owed_shares)
    assets: uint256 = self._debt_up(burned_shares, self._total_debt)

    token_transfer.pull_exact(ASSET, caller, assets)
    self._lower_debt(account, assets, burned_shares)
    self._check_min_debt(account)

    log ILendingPool.Repaid(
        payer=caller, account=account, assets=assets, debt_shares=burned_shares
    )
    return assets


@external
def accrue():
    """
    @notice Charge the interest of the time since the last accrual.
    @custom:access Anyone.
    """
    self._accrue()


# --- Liquidation ---


@external
def liquidate(
    account: address, collateral_pool: address, max_repay_assets: uint256, min_seized_shares: uint256
) -> (uint256, uint256):
    """
    @notice Repay debt of an unhealthy `account` and take its collateral at a bonus.
    @dev What is left of the debt once the collateral is as good as gone is written
         off against the lenders at once, and the last crumbs of collateral go to the
         fee recipient, so that nobody gains by leaving some.
    @custom:access Anyone of another family of accounts; the caller pays.
    @custom:rounding Seized shares down; a collateral taken whole is paid up.
    @custom:reverts
        "pool: self-liquidation"
        "pool: no debt"
        "accounts: check deferred" when the account was touched in the same batch
        "oracle: no feed"
        "oracle: stale price"
        "accounts: healthy"
        "accounts: not accepted" when this pool does not take the collateral
        "accounts: not pledged"
        "pool: nothing to repay"
        "pool: seized too little"
        "token: transfer refused"
        "token: fee on transfer"
        "pool: zero shares"
    @param account Account to liquidate.
    @param collateral_pool Pool whose shares to take.
    @param max_repay_assets Base units to pay at most.
    @param min_seized_shares Shares to get at least.
    @return Assets repaid.
    @return Shares seized.
    """
    caller: address = self._caller()
    assert not self._is_same_family(caller, account), "pool: self-liquidation"
    self._owed_shares(account)

    self._accrue()

    repaid_assets: uint256 = 0
    seized_shares: uint256 = 0
    bonus_bps: uint256 = 0
    repaid_assets, seized_shares, bonus_bps = staticcall ACCOUNTS.quote_liquidation(
        account, collateral_pool, max_repay_assets
    )
    assert repaid_assets > 0, "pool: nothing to repay"
    assert seized_shares >= min_seized_shares, "pool: seized too little"

    token_transfer.pull_exact(ASSET, caller, repaid_assets)
    # Seized first: once the debt is paid in full, nobody may seize.
    extcall ILendingPool(collateral_pool).seize(account, caller, seized_shares)
    self._lower_debt(account, repaid_assets, self._burnable_shares(account, repaid_assets))

    log ILendingPool.Liquidated(
        liquidator=caller,
        account=account,
        collateral_pool=collateral_pool,
        repaid_assets=repaid_assets,
        seized_shares=seized_shares,
        bonus_bps=bonus_bps,
    )
    if self._debt_shares[account] > 0:
        self._write_off(account, collateral_pool)
    return repaid_assets, seized_shares


@external
@view
def liquidation_quote(
    account: address, collateral_pool: address, max_repay_assets: uint256
) -> (uint256, uint256, uint256):
    """
    @notice What `liquidate` would do with the same arguments.
    @custom:reverts
        "pool: no debt"
        "accounts: check deferred" when the account was touched in the same batch
        "oracle: no feed"
        "oracle: stale price"
        "accounts: healthy"
        "accounts: not accepted" when this pool does not take the collateral
        "accounts: not pledged"
    @return Assets to repay.
    @return Shares that would be seized.
    @return The bonus, basis points of what is repaid.
    """
    self._owed_shares(account)
    return staticcall ACCOUNTS.quote_liquidation(account, collateral_pool, max_repay_assets)


@external
def seize(account: address, receiver: address, shares: uint256):
    """
    @notice Hand pledged shares of `account` to its liquidator.
    @dev The one path that lowers an account's equity without a check after it: the
         account is unhealthy already, and its debt pool has bounded what it takes.
    @custom:access The pool that `account` owes.
    @custom:reverts
        "pool: not the debt pool"
        "pool: collateral not pledged"
        "pool: not enough shares"
    @param account Account liquidated.
    @param receiver Account of the liquidator.
    @param shares Shares to move.
    """
    debt_pool: address = staticcall ACCOUNTS.debt_pool_of(account)
    assert debt_pool == msg.sender, "pool: not the debt pool"
    is_pledged: bool = staticcall ACCOUNTS.is_pledged(account, self)
    assert is_pledged, "pool: collateral not pledged"

    self._transfer_shares(account, receiver, shares)


@external
def recognize_bad_debt(account: address) -> uint256:
    """
    @notice Write off a debt behind which nothing of value stands.
    @dev For loans that cannot be liquidated because there is nothing to take.
    @custom:access Anyone.
    @custom:reverts
        "pool: no debt"
        "accounts: check deferred" when the account was touched in the same batch
        "oracle: no feed"
        "oracle: stale price"
        "pool: collateral left"
    @param account Account that will not pay.
    @return Assets that the lenders lose.
    """
    self._owed_shares(account)
    self._accrue()
    lost_assets: uint256 = self._write_off(account, empty(address))
    assert lost_assets > 0, "pool: collateral left"
    return lost_assets


@external
def check_caps():
    """
    @notice Check, at the end of a batch, that what grew stayed under its cap.
    @dev A pool that interest has carried above a cap may shrink or stay, not grow.
    @custom:access Accounts.
    @custom:reverts
        "pool: not accounts"
        "pool: supply cap"
        "pool: borrow cap"
    """
    assert msg.sender == ACCOUNTS.address, "pool: not accounts"
    self._verify_supply_cap(max(self.supply_cap, self._assets_before_batch))
    self._verify_borrow_cap(max(self.borrow_cap, self._debt_before_batch))

    self._is_growth_deferred = False
    self._assets_before_batch = 0
    self._debt_before_batch = 0


# --- ERC-4626 views, all of them accrued to this second ---


@external
@view
@reentrant  # Accounts asks which price applies while this pool is locked; it never changes.
def asset() -> address:
    """
    @notice The token lent.
    """
    return ASSET


@external
@view
def totalAssets() -> uint256:
    """
    @notice What lenders own: idle plus debt with interest.
    """
    return self.idle + self._books().total_debt


@external
@view
def convertToShares(assets: uint256) -> uint256:
    """
    @notice Shares that `assets` are worth.
    @custom:rounding Down.
    """
    return self._shares_down(assets)


@external
@view
@reentrant  # Accounts values pledged shares while this pool is locked; books are written by then.
def convertToAssets(shares: uint256) -> uint256:
    """
    @notice Assets that `shares` are worth.
    @custom:rounding Down.
    """
    return self._assets_down(shares)


@external
@view
def previewDeposit(assets: uint256) -> uint256:
    """
    @notice Shares that `deposit` would mint.
    @custom:rounding Down.
    """
    return self._shares_down(assets)


@external
@view
def previewMint(shares: uint256) -> uint256:
    """
    @notice Assets that `mint` would take.
    @custom:rounding Up.
    """
    books: Books = self._books()
    return share_math.to_assets_up(shares, self.idle + books.total_debt, books.total_shares)


@external
@view
def previewWithdraw(assets: uint256) -> uint256:
    """
    @notice Shares that `withdraw` would burn.
    @custom:rounding Up.
    """
    books: Books = self._books()
    return share_math.to_shares_up(assets, self.idle + books.total_debt, books.total_shares)


@external
@view
def previewRedeem(shares: uint256) -> uint256:
    """
    @notice Assets that `redeem` would pay.
    @custom:rounding Down.
    """
    return self._assets_down(shares)


@external
@view
def maxDeposit(receiver: address) -> uint256:
    """
    @notice The most that `deposit` takes today, whoever receives.
    @return Base units left under the supply cap.
    """
    return self._room()


@external
@view
def maxMint(receiver: address) -> uint256:
    """
    @notice The most that `mint` gives today, whoever receives.
    @custom:rounding Down.
    @return Shares left under the supply cap.
    """
    return self._shares_down(self._room())


@external
@view
def maxWithdraw(owner: address) -> uint256:
    """
    @notice The most that `withdraw` pays for shares of `owner` today.
    @dev Bounded by the shares, by idle, and by the health of `owner` if they are
         pledged; zero when they are and a price is missing.
    @custom:rounding Down.
    """
    return min(self._assets_down(self._free_shares(owner)), self.idle)


@external
@view
def maxRedeem(owner: address) -> uint256:
    """
    @notice The most shares of `owner` that `redeem` burns today.
    @dev Bounded as in `maxWithdraw`; zero when they would fetch nothing.
    @custom:rounding Down.
    """
    free_shares: uint256 = self._free_shares(owner)
    if self._assets_down(free_shares) > self.idle:
        free_shares = self._shares_down(self.idle)
    if self._assets_down(free_shares) == 0:
        return 0
    return free_shares


# --- Debt views ---


@external
@view
def total_debt() -> uint256:
    """
    @notice What all borrowers owe, with interest to this second.
    """
    return self._books().total_debt


@external
@view
@reentrant  # Accounts reads it at the end of borrow, while this pool is locked.
def debt_of(account: address) -> uint256:
    """
    @notice What `account` owes, with interest to this second.
    @dev The last debtor owes all that is left, which is up to a few base units more:
         the interest on the virtual debt share.
    @custom:rounding Up.
    """
    return self._debt_up(self._debt_shares[account], self._books().total_debt)


@external
@view
def debt_shares_of(account: address) -> uint256:
    """
    @notice Debt shares of `account`.
    """
    return self._debt_shares[account]


@external
@view
def utilization_wad() -> uint256:
    """
    @notice The part of the assets that is lent.
    @custom:rounding Down.
    """
    return self._utilization_wad(self._books().total_debt)


@external
@view
def borrow_rate_per_second_wad() -> uint256:
    """
    @notice What a unit of debt pays per second from here on.
    """
    return self._rate_per_second_wad(self._books().total_debt)


@external
@view
def supply_rate_per_second_wad() -> uint256:
    """
    @notice What a unit of supply earns per second from here on, after the reserve factor.
    @custom:rounding Down at each step.
    """
    debt: uint256 = self._books().total_debt
    gross_wad: uint256 = (
        self._rate_per_second_wad(debt) * self._utilization_wad(debt) // units.WAD
    )
    return gross_wad * (units.BPS - self.reserve_factor_bps) // units.BPS


@external
@view
@reentrant  # Accounts reads the terms at the end of borrow, while this pool is locked.
def collateral_terms(collateral_pool: address) -> (uint256, uint256):
    """
    @notice How much shares of `collateral_pool` count for; zeros if not accepted.
    @return Borrow threshold, basis points.
    @return Liquidation threshold at this second, basis points.
    """
    return (
        terms.borrow_threshold_bps(collateral_pool),
        terms.liquidation_threshold_bps_down(collateral_pool),
    )


@external
@view
def collaterals() -> DynArray[address, 10]:
    """
    @notice The collateral pools that were ever accepted.
    """
    return terms.pools()


@external
@view
@reentrant  # Pools and Accounts compare it in mid-call; it never changes.
def accounts() -> address:
    """
    @notice The account layer.
    """
    return ACCOUNTS.address


@external
@view
@reentrant  # Accounts asks for it while this pool is locked; it never changes.
def oracle() -> address:
    """
    @notice Where prices come from.
    """
    return ORACLE.address


# --- For the owner: each settles the past first, under the old parameters ---


@external
def set_collateral(
    collateral_pool: address, borrow_threshold_bps: uint256, liquidation_threshold_bps: uint256
):
    """
    @notice Accept shares of `collateral_pool`, or change how much they count for.
    @dev A lower liquidation threshold is reached over a day. There is no removal: a
         borrow threshold of 0 stops new loans.
    @custom:access The owner.
    @custom:reverts
        "ownable: caller is not the owner"
        "pool: own collateral"
        "pool: collateral not listed"
        "oracle: no feed"
        "oracle: stale price"
        "pool: thresholds out of order" unless borrow < liquidation <= 95 %
        "pool: too many collaterals"
    @param collateral_pool A listed pool with a fresh price.
    @param borrow_threshold_bps Part of the value that may be borrowed.
    @param liquidation_threshold_bps Part of the value where liquidation starts.
    """
    self._settle_as_owner()
    assert collateral_pool != self, "pool: own collateral"
    is_pool: bool = staticcall ACCOUNTS.is_pool(collateral_pool)
    assert is_pool, "pool: collateral not listed"
    token: address = staticcall ILendingPool(collateral_pool).asset()
    price_usd_wad: uint256 = staticcall ORACLE.price_usd_wad(token)
    terms.change(collateral_pool, borrow_threshold_bps, liquidation_threshold_bps)


@external
def set_caps(supply_cap: uint256, borrow_cap: uint256):
    """
    @notice Bound what may be supplied and borrowed.
    @custom:access The owner.
    @custom:reverts
        "ownable: caller is not the owner"
        "pool: cap too large" above 2**104
    @param supply_cap Total assets after a deposit, base units.
    @param borrow_cap Total debt after a borrow, base units.
    """
    self._settle_as_owner()
    self._check_cap(supply_cap)
    self._check_cap(borrow_cap)
    log ILendingPool.CapsChanged(
        old_supply_cap=self.supply_cap,
        new_supply_cap=supply_cap,
        old_borrow_cap=self.borrow_cap,
        new_borrow_cap=borrow_cap,
    )
    self.supply_cap = supply_cap
    self.borrow_cap = borrow_cap


@external
def set_min_debt(min_debt: uint256):
    """
    @notice Refuse loans too small to be worth liquidating.
    @custom:access The owner.
    @custom:reverts
        "ownable: caller is not the owner"
        "pool: cap too large" above 2**104
    @param min_debt The least that an account may owe, base units.
    """
    self._settle_as_owner()
    self._check_cap(min_debt)
    log ILendingPool.MinDebtChanged(old_min_debt=self.min_debt, new_min_debt=min_debt)
    self.min_debt = min_debt


@external
def set_rate_model(rate_model: address):
    """
    @notice Price borrowing by another curve from here on.
    @custom:access The owner.
    @custom:reverts
        "ownable: caller is not the owner"
        "pool: bad rate model" when it does not answer
    @param rate_model Contract that answers `rate_per_second_wad`.
    """
    self._settle_as_owner()
    self._set_rate_model(rate_model)


@external
def set_reserve_factor(reserve_factor_bps: uint256):
    """
    @notice Set the part of interest that goes to the fee recipient.
    @custom:access The owner.
    @custom:reverts
        "ownable: caller is not the owner"
        "pool: reserve factor too large" above 25 %
    @param reserve_factor_bps Part of interest.
    """
    self._settle_as_owner()
    assert reserve_factor_bps <= MAX_RESERVE_FACTOR_BPS, "pool: reserve factor too large"
    log ILendingPool.ReserveFactorChanged(
        old_reserve_factor_bps=self.reserve_factor_bps, new_reserve_factor_bps=reserve_factor_bps
    )
    self.reserve_factor_bps = reserve_factor_bps


@external
def set_fee_recipient(fee_recipient: address):
    """
    @notice Name who gets the protocol's part of interest.
    @custom:access The owner.
    @custom:reverts
        "ownable: caller is not the owner"
        "pool: bad receiver" when it is empty or the pool
    @param fee_recipient Account credited with shares.
    """
    self._settle_as_owner()
    self._set_fee_recipient(fee_recipient)


# --- Internals: checks ---


@internal
def _settle_as_owner():
    """
    @custom:reverts "ownable: caller is not the owner"
    """
    ownable._check_owner()
    self._accrue()


@internal
@pure
def _check_assets(assets: uint256):
    """
    @custom:reverts "pool: zero assets"
    """
    assert assets > 0, "pool: zero assets"


@internal
@pure
def _check_shares(shares: uint256):
    """
    @custom:reverts "pool: zero shares"
    """
    assert shares > 0, "pool: zero shares"


@internal
@view
def _check_held(owner: address, shares: uint256):
    """
    @custom:reverts "pool: not enough shares"
    """
    assert shares <= erc20.balanceOf[owner], "pool: not enough shares"


@internal
@pure
def _check_cap(cap: uint256):
    """
    @custom:reverts "pool: cap too large"
    """
    assert cap <= MAX_CAP, "pool: cap too large"


@internal
@view
def _verify_supply_cap(bound: uint256):
    """
    @custom:reverts "pool: supply cap"
    """
    assert (
        self._total_assets() <= bound and erc20.totalSupply <= MAX_TOTAL_SHARES
    ), "pool: supply cap"


@internal
@view
def _verify_borrow_cap(bound: uint256):
    """
    @custom:reverts "pool: borrow cap"
    """
    assert self._total_debt <= bound, "pool: borrow cap"


@internal
@view
def _owed_shares(account: address) -> uint256:
    """
    @custom:reverts "pool: no debt"
    """
    owed_shares: uint256 = self._debt_shares[account]
    assert owed_shares > 0, "pool: no debt"
    return owed_shares


# --- Internals: who acts, and where things may go ---


@internal
@view
def _caller() -> address:
    # The account that pays, owns and owes.
    if msg.sender != ACCOUNTS.address:
        return msg.sender
    acting: address = staticcall ACCOUNTS.acting_account()
    assert acting != empty(address)  # dev: Accounts calls in a batch only
    return acting


@internal
@pure
def _is_same_family(account: address, other: address) -> bool:
    # Accounts of one owner share their first 19 bytes.
    return (convert(account, uint256) >> 8) == (convert(other, uint256) >> 8)


@internal
@view
def _check_holder(receiver: address):
    """
    @custom:reverts "pool: bad receiver"
    """
    assert receiver != empty(address) and receiver != self, "pool: bad receiver"


@internal
@view
def _check_receiver(receiver: address, caller: address):
    """
    @dev A family that was never seen has no registered owner; the caller's own is
         known all the same, since an unregistered caller acts for itself.
    @custom:reverts
        "pool: bad receiver"
        "pool: receiver is sub-account"
    """
    self._check_holder(receiver)
    owner: address = staticcall ACCOUNTS.owner_of(receiver)
    if owner == empty(address) and self._is_same_family(receiver, caller):
        owner = caller
    assert owner == empty(address) or owner == receiver, "pool: receiver is sub-account"


# --- Internals: shares ---


@internal
def _deposit(assets: uint256, receiver: address) -> uint256:
    """
    @custom:reverts
        "pool: zero assets"
        "pool: bad receiver"
        "pool: zero shares"
        "token: transfer refused"
        "token: fee on transfer"
        "pool: supply cap"
    """
    caller: address = self._caller()
    self._check_assets(assets)
    self._check_holder(receiver)

    self._accrue()

    shares: uint256 = share_math.to_shares_down(assets, self._total_assets(), erc20.totalSupply)
    self._check_shares(shares)

    self._supply(caller, receiver, assets, shares)
    return shares


@internal
def _supply(caller: address, receiver: address, assets: uint256, shares: uint256):
    """
    @custom:reverts
        "token: transfer refused"
        "token: fee on transfer"
        "pool: supply cap"
    """
    token_transfer.pull_exact(ASSET, caller, assets)
    self._note_growth()
    self.idle += assets
    erc20._mint(receiver, shares)

    if msg.sender != ACCOUNTS.address:
        self._verify_supply_cap(self.supply_cap)

    log ILendingPool.Deposit(sender=caller, owner=receiver, assets=assets, shares=shares)


@internal
def _take_out(
    caller: address, receiver: address, owner: address, assets: uint256, shares: uint256
):
    """
    @custom:reverts
        "pool: not enough shares"
        "erc20: insufficient allowance"
        "pool: not enough idle"
        "accounts: unhealthy"
        "oracle: stale price"
        "token: transfer refused"
    """
    self._check_held(owner, shares)
    if caller != owner:
        erc20._spend_allowance(owner, caller, shares)

    self._take_idle(assets)
    erc20._burn(owner, shares)

    self._verify_pledger(owner)

    log ILendingPool.Withdraw(
        sender=caller, receiver=receiver, owner=owner, assets=assets, shares=shares
    )
    token_transfer.push(ASSET, receiver, assets)


@internal
def _move(owner: address, to: address, shares: uint256):
    """
    @custom:reverts
        "pool: bad receiver"
        "pool: not enough shares"
        "accounts: unhealthy"
        "oracle: stale price"
    """
    self._check_holder(to)
    self._transfer_shares(owner, to, shares)
    self._verify_pledger(owner)


@internal
def _transfer_shares(owner: address, to: address, shares: uint256):
    """
    @custom:reverts "pool: not enough shares"
    """
    self._check_held(owner, shares)
    erc20._transfer(owner, to, shares)


@internal
def _verify_pledger(owner: address):
    """
    @custom:reverts
        "accounts: unhealthy"
        "oracle: stale price"
    """
    is_pledged: bool = staticcall ACCOUNTS.is_pledged(owner, self)
    if is_pledged:
        extcall ACCOUNTS.require_check(owner)


@internal
def _take_idle(assets: uint256):
    """
    @custom:reverts "pool: not enough idle"
    """
    assert assets <= self.idle, "pool: not enough idle"
    self.idle -= assets


@internal
def _note_growth():
    # In a batch the caps hold at its end, against the totals that it started from.
    if msg.sender != ACCOUNTS.address or self._is_growth_deferred:
        return
    self._is_growth_deferred = True
    self._assets_before_batch = self._total_assets()
    self._debt_before_batch = self._total_debt
    extcall ACCOUNTS.require_pool_check()


@internal
def _try_permit(assets: uint256, deadline: uint256, v: uint8, r: bytes32, s: bytes32):
    caller: address = self._caller()
    # Ignored: if the permit failed and there is no allowance, the pull will say so.
    _is_permitted: bool = raw_call(
        ASSET,
        abi_encode(
            caller,
            self,
            assets,
            deadline,
            v,
            r,
            s,
            method_id=method_id(
                "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)"
            ),
        ),
        revert_on_failure=False,
    )


@internal
@view
def _total_assets() -> uint256:
    # Right after accrual; views use the books.
    return self.idle + self._total_debt


@internal
@view
def _shares_down(assets: uint256) -> uint256:
    books: Books = self._books()
    return share_math.to_shares_down(assets, self.idle + books.total_debt, books.total_shares)


@internal
@view
def _assets_down(shares: uint256) -> uint256:
    books: Books = self._books()
    return share_math.to_assets_down(shares, self.idle + books.total_debt, books.total_shares)


@internal
@view
def _room() -> uint256:
    # What may still be supplied, by cap and by number of shares.
    books: Books = self._books()
    total_assets: uint256 = self.idle + books.total_debt
    if total_assets >= self.supply_cap or books.total_shares >= MAX_TOTAL_SHARES:
        return 0
    return min(
        self.supply_cap - total_assets,
        share_math.to_assets_down(
            MAX_TOTAL_SHARES - books.total_shares, total_assets, books.total_shares
        ),
    )


@internal
@view
def _free_shares(owner: address) -> uint256:
    # What of the shares of `owner` the account layer would let go.
    balance: uint256 = erc20.balanceOf[owner]
    is_answered: bool = False
    answer: Bytes[32] = b""
    is_answered, answer = raw_call(
        ACCOUNTS.address,
        abi_encode(owner, self, method_id=method_id("withdrawable_shares(address,address)")),
        max_outsize=32,
        is_static_call=True,
        revert_on_failure=False,
    )
    if not is_answered:
        return 0
    return min(balance, extract32(answer, 0, output_type=uint256))


# --- Internals: debt ---


@internal
def _repay(assets: uint256, account: address) -> uint256:
    """
    @custom:reverts
        "pool: zero assets"
        "pool: no debt"
        "pool: zero shares"
        "token: transfer refused"
        "token: fee on transfer"
        "pool: debt below minimum"
    """
    caller: address = self._caller()
    self._check_assets(assets)
    owed_shares: uint256 = self._owed_shares(account)

    self._accrue()

    paid_assets: uint256 = min(assets, self._debt_up(owed_shares, self._total_debt))
    burned_shares: uint256 = self._burnable_shares(account, paid_assets)

    token_transfer.pull_exact(ASSET, caller, paid_assets)
    self._lower_debt(account, paid_assets, burned_shares)
    self._check_min_debt(account)

    log ILendingPool.Repaid(
        payer=caller, account=account, assets=paid_assets, debt_shares=burned_shares
    )
    return burned_shares


@internal
@view
def _debt_up(debt_shares: uint256, total_debt: uint256) -> uint256:
    # The holder of all debt shares owes all debt: without this, the interest on the
    # virtual debt share would be an asset of the lenders that nobody ever pays.
    assets: uint256 = share_math.to_assets_up(debt_shares, total_debt, self.total_debt_shares)
    if debt_shares == self.total_debt_shares:
        return max(assets, total_debt)
    return assets


@internal
@view
def _burnable_shares(account: address, assets: uint256) -> uint256:
    """
    @custom:reverts "pool: zero shares"
    """
    owed_shares: uint256 = self._debt_shares[account]
    owed_assets: uint256 = self._debt_up(owed_shares, self._total_debt)
    if assets >= owed_assets:
        return owed_shares
    # Less than the debt leaves at least a share, or the rest would be owed by nobody.
    burned_shares: uint256 = min(
        owed_shares - 1,
        share_math.to_shares_down(assets, self._total_debt, self.total_debt_shares),
    )
    self._check_shares(burned_shares)
    return burned_shares


@internal
def _lower_debt(account: address, assets: uint256, debt_shares: uint256):
    self.idle += assets
    self._forget_debt(account, assets, debt_shares)


@internal
def _forget_debt(account: address, assets: uint256, debt_shares: uint256):
    # Debt per share is rounded up, so the last share may pay one base unit too much.
    self._total_debt -= min(assets, self._total_debt)
    self.total_debt_shares -= debt_shares
    self._debt_shares[account] -= debt_shares
    if self._debt_shares[account] == 0:
        extcall ACCOUNTS.leave_debt(account)


@internal
@view
def _check_min_debt(account: address):
    """
    @custom:reverts "pool: debt below minimum"
    """
    owed_shares: uint256 = self._debt_shares[account]
    if owed_shares == 0:
        return
    owed_assets: uint256 = self._debt_up(owed_shares, self._total_debt)
    assert owed_assets >= self.min_debt, "pool: debt below minimum"


@internal
def _write_off(account: address, taken_pool: address) -> uint256:
    """
    @dev Zero if there is still collateral. What is lost is at least one base unit,
         for a debt share is rounded up.
    @custom:reverts
        "accounts: check deferred"
        "oracle: no feed"
        "oracle: stale price"
    """
    is_lost: bool = False
    crumbs: DynArray[address, 10] = []
    is_lost, crumbs = staticcall ACCOUNTS.uncovered(account, taken_pool)
    if not is_lost:
        return 0

    for pool: address in crumbs:
        shares: uint256 = staticcall IERC20(pool).balanceOf(account)
        extcall ILendingPool(pool).seize(account, self.fee_recipient, shares)

    debt_shares: uint256 = self._debt_shares[account]
    assets: uint256 = self._debt_up(debt_shares, self._total_debt)
    self._forget_debt(account, assets, debt_shares)

    log ILendingPool.BadDebtRecognized(account=account, assets=assets)
    return assets


# --- Internals: interest ---


@internal
def _accrue():
    if block.timestamp == self.last_accrued_at:
        return
    books: Books = self._books()
    self._total_debt = books.total_debt
    self._interest_remainder_wad = books.interest_remainder_wad
    self._last_rate_per_second_wad = books.rate_per_second_wad
    self.last_accrued_at = block.timestamp
    if books.fee_shares > 0:
        erc20._mint(self.fee_recipient, books.fee_shares)
    if books.interest_assets > 0:
        log ILendingPool.Accrued(
            interest_assets=books.interest_assets,
            fee_shares=books.fee_shares,
            total_debt=books.total_debt,
        )


@internal
@view
def _books() -> Books:
    # interest = (debt * growth + remainder) / WAD. The fraction of a base unit is
    # carried on, so that it does not matter how often anybody accrues.
    books: Books = Books(
        rate_per_second_wad=self._last_rate_per_second_wad,
        interest_assets=0,
        interest_remainder_wad=self._interest_remainder_wad,
        total_debt=self._total_debt,
        fee_shares=0,
        total_shares=erc20.totalSupply,
    )
    elapsed_seconds: uint256 = block.timestamp - self.last_accrued_at
    if elapsed_seconds == 0 or books.total_debt == 0:
        return books

    books.rate_per_second_wad = self._rate_per_second_wad(books.total_debt)
    growth_wad: uint256 = interest.growth_wad_down(books.rate_per_second_wad, elapsed_seconds)
    interest_wad: uint256 = books.total_debt * growth_wad + books.interest_remainder_wad
    books.interest_assets = interest_wad // units.WAD
    books.interest_remainder_wad = interest_wad % units.WAD
    room: uint256 = MAX_TOTAL_DEBT - min(books.total_debt, MAX_TOTAL_DEBT)
    if books.interest_assets > room:
        books.interest_assets = room
        books.interest_remainder_wad = 0
    books.total_debt += books.interest_assets

    # The fee is shares of the pool after the interest, priced as if it were not there: of
    # interest i in assets a, with a part p of BPS for the protocol and s shares so far,
    #     s * i * p / (a * BPS - i * p) = s * i / (a * BPS / p - i)
    # The fee of a few base units is less than one, yet a number of shares. A divisor up
    # makes them down; with p at most a quarter it is above the interest.
    factor_bps: uint256 = self.reserve_factor_bps
    if factor_bps > 0:
        assets: uint256 = self.idle + books.total_debt + units.VIRTUAL_ASSETS
        divisor: uint256 = (assets * units.BPS + factor_bps - 1) // factor_bps
        books.fee_shares = (
            books.interest_assets * (books.total_shares + units.VIRTUAL_SHARES)
            // (divisor - books.interest_assets)
        )
        books.total_shares += books.fee_shares
    return books


@internal
@view
def _utilization_wad(debt: uint256) -> uint256:
    if debt == 0:
        return 0
    return debt * units.WAD // (self.idle + debt)


@internal
@view
def _rate_per_second_wad(debt: uint256) -> uint256:
    # A model that fails must not stop accrual: the pool goes on at the last rate.
    is_answered: bool = False
    answer: Bytes[32] = b""
    is_answered, answer = raw_call(
        self.rate_model,
        abi_encode(self.idle, debt, method_id=method_id("rate_per_second_wad(uint256,uint256)")),
        max_outsize=32,
        gas=RATE_MODEL_GAS,
        is_static_call=True,
        revert_on_failure=False,
    )
    if not is_answered or len(answer) < 32:
        return self._last_rate_per_second_wad
    return min(extract32(answer, 0, output_type=uint256), MAX_RATE_PER_SECOND_WAD)


@internal
def _set_rate_model(rate_model: address):
    """
    @custom:reverts "pool: bad rate model"
    """
    assert rate_model.is_contract, "pool: bad rate model"
    rate_per_second_wad: uint256 = staticcall IRateModel(rate_model).rate_per_second_wad(
        self.idle, self._total_debt
    )
    log ILendingPool.RateModelChanged(
        old_rate_model=self.rate_model, new_rate_model=rate_model
    )
    self.rate_model = rate_model
    self._last_rate_per_second_wad = min(rate_per_second_wad, MAX_RATE_PER_SECOND_WAD)


@internal
def _set_fee_recipient(fee_recipient: address):
    """
    @custom:reverts "pool: bad receiver"
    """
    self._check_holder(fee_recipient)
    log ILendingPool.FeeRecipientChanged(
        old_fee_recipient=self.fee_recipient, new_fee_recipient=fee_recipient
    )
    self.fee_recipient = fee_recipient
