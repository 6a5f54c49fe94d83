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
@custom:invariants LEND-1, LEND-2, LEND-3, LEND-4, LEND-5, LEND-6, OUT-1
@custom:kill A guardian sets both caps to 0 in RiskTerms. Withdraw, repay and liquidation
    stay open.
"""

from ethereum.ercs import IERC20
from ethereum.ercs import IERC20Detailed
from snekmate.auth import ownable
from snekmate.auth import ownable_2step
from snekmate.tokens import erc20

from ..interfaces import IAccounts
from ..interfaces import IBackstop
from ..interfaces import IFlashBorrower
from ..interfaces import ILendingPool
from ..interfaces import IRiskTerms
from ..modules import interest
from ..modules import outflow_limit as outflow
from ..modules import pool_ledger as ledger
from ..modules import shares as share_math
from ..modules import token_transfer
from ..modules import units

implements: ILendingPool

initializes: ownable
initializes: ownable_2step[ownable := ownable]
initializes: erc20[ownable := ownable]
initializes: ledger
initializes: outflow

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

# Bounds that keep every product of the share arithmetic inside 256 bits: RiskTerms lets
# 2 * 10**31 base units be supplied, interest stops at 10**36, shares at 3 * 10**38.
MAX_TOTAL_DEBT: constant(uint256) = 2**120
MAX_TOTAL_SHARES: constant(uint256) = 2**128

# 1,000 % a year. A model that asks for more gets this.
MAX_RATE_PER_SECOND_WAD: constant(uint256) = 10 * units.WAD // units.SECONDS_PER_YEAR

# Enough for a curve with state of its own; a model cannot burn a caller's gas.
RATE_MODEL_GAS: constant(uint256) = 100_000

# Enough for a backstop that sells what it holds; it cannot burn a liquidator's gas.
COVER_GAS: constant(uint256) = 500_000

# What ERC-3156 has a borrower answer.
CALLBACK_SUCCESS: constant(bytes32) = keccak256("ERC3156FlashBorrower.onFlashLoan")

# Withdraw, redeem, transfer and repay: RiskTerms has no name for what cannot be stopped.
UNSTOPPABLE: constant(IRiskTerms.Action) = empty(IRiskTerms.Action)

# What the books are once the time since the last accrual has been paid for.
struct Books:
    rate_per_second_wad: uint256
    interest_assets: uint256
    interest_remainder_wad: uint256
    total_debt: uint256
    fee_shares: uint256
    total_shares: uint256

# The token lent, the account layer, its terms and the prices.
ASSET: immutable(address)
ACCOUNTS: immutable(IAccounts)
RISK_TERMS: immutable(IRiskTerms)
ORACLE: immutable(address)

# Debt shares, in all and per account.
total_debt_shares: public(uint256)
_debt_shares: HashMap[address, uint256]

# The curve; what it last said is used again should it fail.
rate_model: public(address)

# Who gets the protocol's part of interest, as shares.
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
    @notice Opens a pool for `asset`; until its owner sets its terms, both caps are zero.
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
    RISK_TERMS = IRiskTerms(staticcall IAccounts(accounts).risk_terms())
    ORACLE = oracle
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
        "terms: supply paused"
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
        "terms: supply paused"
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
        "terms: supply paused"
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

    terms: IRiskTerms.PoolTerms = self._settle(IRiskTerms.Action.SUPPLY)

    assets: uint256 = share_math.to_assets_up(shares, self._total_assets(), erc20.totalSupply)

    self._supply(caller, receiver, assets, shares, terms)
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
        "accounts: receiver has no key" when it is a sub-account
        "pool: not enough shares"
        "erc20: insufficient allowance"
        "pool: not enough idle"
        "pool: outflow limit" when RiskTerms sets one
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

    terms: IRiskTerms.PoolTerms = self._settle(UNSTOPPABLE)

    shares: uint256 = share_math.to_shares_up(assets, self._total_assets(), erc20.totalSupply)

    self._take_out(caller, receiver, owner, assets, shares, terms)
    return shares


@external
def redeem(shares: uint256, receiver: address, owner: address) -> uint256:
    """
    @notice Burn `shares` of `owner` for what they are worth.
    @custom:access The owner of the shares, or whom they approved.
    @custom:rounding Assets down. The pool keeps the fraction.
    @custom:reverts
        "pool: bad receiver" when it is empty or the pool
        "accounts: receiver has no key" when it is a sub-account
        "pool: zero assets" when the shares are worth less than one base unit
        "pool: not enough shares"
        "erc20: insufficient allowance"
        "pool: not enough idle"
        "pool: outflow limit" when RiskTerms sets one
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

    terms: IRiskTerms.PoolTerms = self._settle(UNSTOPPABLE)

    assets: uint256 = share_math.to_assets_down(shares, self._total_assets(), erc20.totalSupply)
    self._check_assets(assets)

    self._take_out(caller, receiver, owner, assets, shares, terms)
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
        "accounts: receiver has no key" when it is a sub-account
        "terms: borrow paused"
        "pool: not enough idle"
        "pool: outflow limit" when RiskTerms sets one
        "pool: debt below minimum"
        "pool: borrow cap" at once, or at the end of a batch
        "accounts: pool not listed"
        "accounts: not the owner"
        "accounts: debt in other pool"
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

    terms: IRiskTerms.PoolTerms = self._settle(IRiskTerms.Action.BORROW)

    debt_shares: uint256 = share_math.to_shares_up(
        assets, ledger.debt(), self.total_debt_shares
    )

    self._note_growth()
    self._take_idle(assets, assets, terms)
    self.total_debt_shares += debt_shares
    self._debt_shares[caller] += debt_shares
    self._check_min_debt(caller, terms.min_debt)

    if msg.sender != ACCOUNTS.address:
        self._verify_borrow_cap(terms.borrow_cap)
    extcall ACCOUNTS.enter_debt(caller)

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

    terms: IRiskTerms.PoolTerms = self._settle(UNSTOPPABLE)

    burned_shares: uint256 = min(debt_shares, owed_shares)
    assets: uint256 = self._debt_up(burned_shares, ledger.debt())

    self._take_repayment(caller, account, assets, burned_shares, terms)
    return assets


@external
def accrue():
    """
    @notice Charge the interest of the time since the last accrual.
    @custom:access Anyone.
    """
    self._settle(UNSTOPPABLE)


# --- Liquidation ---


@external
def liquidate(
    account: address, collateral_pool: address, max_repay_assets: uint256, min_seized_shares: uint256
) -> (uint256, uint256):
    """
    @notice Repay debt of an unhealthy `account` and take its collateral at a bonus.
    @dev What is left of the debt once the collateral is as good as gone is written
         off at once, first against the backstop, and the last crumbs of collateral go to the
         fee recipient, so that nobody gains by leaving some.
    @custom:access Anyone of another family of accounts; the caller pays.
    @custom:rounding Seized shares down; a collateral taken whole is paid up.
    @custom:reverts
        "pool: no debt"
        "terms: liquidation paused"
        "terms: liquidation in grace" for a while after it was paused
        "accounts: check deferred" when the account was touched in the same batch
        "oracle: no feed"
        "oracle: stale price"
        "accounts: cooling off" when a batch has checked the account in this second
        "accounts: healthy"
        "accounts: not accepted" when this pool does not take the collateral
        "accounts: not pledged"
        "pool: nothing to repay"
        "pool: seized too little"
        "token: transfer refused"
        "token: fee on transfer"
        "accounts: self-liquidation"
        "pool: zero shares"
        "pool: too little gas to cover" when a loss is to be put to the backstop
    @param account Account to liquidate.
    @param collateral_pool Pool whose shares to take.
    @param max_repay_assets Base units to pay at most.
    @param min_seized_shares Shares to get at least.
    @return Assets repaid.
    @return Shares seized.
    """
    caller: address = self._caller()
    self._owed_shares(account)

    terms: IRiskTerms.PoolTerms = self._settle(IRiskTerms.Action.LIQUIDATE)

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
    extcall ACCOUNTS.seize(account, collateral_pool, caller, seized_shares)
    self._lower_debt(
        account, repaid_assets, self._burnable_shares(account, repaid_assets), terms
    )

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
def seize(account: address, receiver: address, shares: uint256):
    """
    @notice Hand pledged shares of `account` to its liquidator.
    @dev The one path that lowers an account's equity without a check after it: the
         account is unhealthy already, and its debt pool has bounded what it takes.
         Whoever runs a batch speaks through Accounts too: that it calls is not enough.
    @custom:access Accounts, while the pool that `account` owes has it seize.
    @custom:reverts
        "pool: not being seized"
        "pool: not enough shares"
    @param account Account liquidated.
    @param receiver Account of the liquidator.
    @param shares Shares to move.
    """
    seized: address = staticcall ACCOUNTS.seized_account()
    assert seized == account, "pool: not being seized"
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
        "pool: too little gas to cover" when there is a backstop
        "pool: collateral left"
    @param account Account that will not pay.
    @return Assets written off; the lenders lose what the backstop does not cover.
    """
    self._owed_shares(account)
    self._settle(UNSTOPPABLE)
    bad_assets: uint256 = self._write_off(account, empty(address))
    assert bad_assets > 0, "pool: collateral left"
    return bad_assets


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
    terms: IRiskTerms.PoolTerms = self._terms(UNSTOPPABLE)
    self._verify_supply_cap(max(terms.supply_cap, self._assets_before_batch))
    self._verify_borrow_cap(max(terms.borrow_cap, self._debt_before_batch))

    self._is_growth_deferred = False
    self._assets_before_batch = 0
    self._debt_before_batch = 0


# --- Flash loans: ERC-3156 ---


@external
def flashLoan(receiver: address, token: address, amount: uint256, data: Bytes[4096]) -> bool:
    """
    @notice Lend `amount` to `receiver` for the length of one call to it.
    @dev The books stand still and the pool is locked while it is out, so that it moves no
         price and counts for no limit. What comes back is counted by balance.
    @custom:access Anyone; the receiver pays, and has approved the pool.
    @custom:rounding Fee up. The borrower owes the fraction.
    @custom:reverts
        "pool: zero assets"
        "terms: flash paused"
        "pool: other token"
        "pool: not enough idle"
        "pool: callback refused" when the receiver answers other than ERC-3156 says
        "token: transfer refused"
        "token: fee on transfer"
    @param receiver Contract lent to, which answers `onFlashLoan`.
    @param token The asset of this pool.
    @param amount Base units.
    @param data For the receiver.
    @return True.
    """
    caller: address = self._caller()
    self._check_assets(amount)

    terms: IRiskTerms.PoolTerms = self._settle(IRiskTerms.Action.FLASH)

    fee_assets: uint256 = self._flash_fee(token, amount, terms)
    self._check_idle(amount)

    token_transfer.push(ASSET, receiver, amount)
    answer: bytes32 = extcall IFlashBorrower(receiver).onFlashLoan(
        caller, token, amount, fee_assets, data
    )
    assert answer == CALLBACK_SUCCESS, "pool: callback refused"
    token_transfer.pull_exact(ASSET, receiver, amount + fee_assets)
    ledger.write(ledger.idle() + fee_assets, ledger.debt())

    log ILendingPool.FlashLent(
        initiator=caller, receiver=receiver, assets=amount, fee_assets=fee_assets
    )
    return True


@external
@view
def maxFlashLoan(token: address) -> uint256:
    """
    @notice The most that `flashLoan` lends of `token` today.
    """
    terms: IRiskTerms.PoolTerms = self._terms(UNSTOPPABLE)
    if token != ASSET or IRiskTerms.Action.FLASH in terms.paused:
        return 0
    return ledger.idle()


@external
@view
def flashFee(token: address, amount: uint256) -> uint256:
    """
    @notice What a flash loan of `amount` costs.
    @custom:rounding Up. The borrower owes the fraction.
    @custom:reverts "pool: other token"
    """
    return self._flash_fee(token, amount, self._terms(UNSTOPPABLE))


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
    return ledger.idle() + self._books_today().total_debt


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
    books: Books = self._books_today()
    return share_math.to_assets_up(shares, ledger.idle() + books.total_debt, books.total_shares)


@external
@view
def previewWithdraw(assets: uint256) -> uint256:
    """
    @notice Shares that `withdraw` would burn.
    @custom:rounding Up.
    """
    books: Books = self._books_today()
    return share_math.to_shares_up(assets, ledger.idle() + books.total_debt, books.total_shares)


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
    @dev Bounded by the shares, by idle, by the outflow limit, and by the health of
         `owner` if they are pledged; zero when they are and a price is missing.
    @custom:rounding Down.
    """
    return min(self._assets_down(self._free_shares(owner)), self._releasable())


@external
@view
def maxRedeem(owner: address) -> uint256:
    """
    @notice The most shares of `owner` that `redeem` burns today.
    @dev Bounded as in `maxWithdraw`; zero when they would fetch nothing.
    @custom:rounding Down.
    """
    free_shares: uint256 = self._free_shares(owner)
    releasable: uint256 = self._releasable()
    if self._assets_down(free_shares) > releasable:
        free_shares = self._shares_down(releasable)
    if self._assets_down(free_shares) == 0:
        return 0
    return free_shares


# --- Debt views ---


@external
@view
def idle() -> uint256:
    """
    @notice Base units held and not lent, whatever the token says the balance is.
    """
    return ledger.idle()


@external
@view
def releasable() -> uint256:
    """
    @notice Base units that may leave now, whoever takes them: idle, within the outflow limit.
    @custom:rounding Down: the refill of the limit is rounded down.
    """
    return self._releasable()


@external
@view
def last_accrued_at() -> uint256:
    """
    @notice Until when interest is paid for, Unix seconds.
    """
    return ledger.clock().accrued_at


@external
@view
def total_debt() -> uint256:
    """
    @notice What all borrowers owe, with interest to this second.
    """
    return self._books_today().total_debt


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
    return self._debt_up(self._debt_shares[account], self._books_today().total_debt)


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
    return self._utilization_wad(self._books_today().total_debt)


@external
@view
def borrow_rate_per_second_wad() -> uint256:
    """
    @notice What a unit of debt pays per second from here on.
    """
    return self._rate_per_second_wad(self._books_today().total_debt)


@external
@view
def supply_rate_per_second_wad() -> uint256:
    """
    @notice What a unit of supply earns per second from here on, after the reserve factor.
    @custom:rounding Down at each step.
    """
    debt: uint256 = self._books_today().total_debt
    gross_wad: uint256 = (
        self._rate_per_second_wad(debt) * self._utilization_wad(debt) // units.WAD
    )
    return gross_wad * (units.BPS - self._reserve_factor_bps()) // units.BPS


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
    return ORACLE


# --- For the owner: each settles the past first, under the old parameters ---


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
    self._settle(UNSTOPPABLE)


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
@view
def _check_idle(assets: uint256):
    """
    @custom:reverts "pool: not enough idle"
    """
    assert assets <= ledger.idle(), "pool: not enough idle"


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
    assert ledger.debt() <= bound, "pool: borrow cap"


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
    @custom:reverts
        "pool: bad receiver"
        "accounts: receiver has no key"
    """
    self._check_holder(receiver)
    _owner: address = staticcall ACCOUNTS.key_owner_of(receiver, caller)


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

    terms: IRiskTerms.PoolTerms = self._settle(IRiskTerms.Action.SUPPLY)

    shares: uint256 = share_math.to_shares_down(assets, self._total_assets(), erc20.totalSupply)
    self._check_shares(shares)

    self._supply(caller, receiver, assets, shares, terms)
    return shares


@internal
def _supply(
    caller: address,
    receiver: address,
    assets: uint256,
    shares: uint256,
    terms: IRiskTerms.PoolTerms,
):
    """
    @custom:reverts
        "token: transfer refused"
        "token: fee on transfer"
        "pool: supply cap"
    """
    token_transfer.pull_exact(ASSET, caller, assets)
    self._note_growth()
    self._put_idle(assets, 0, terms)
    erc20._mint(receiver, shares)

    if msg.sender != ACCOUNTS.address:
        self._verify_supply_cap(terms.supply_cap)

    log ILendingPool.Deposit(sender=caller, owner=receiver, assets=assets, shares=shares)


@internal
def _take_out(
    caller: address,
    receiver: address,
    owner: address,
    assets: uint256,
    shares: uint256,
    terms: IRiskTerms.PoolTerms,
):
    """
    @custom:reverts
        "pool: not enough shares"
        "erc20: insufficient allowance"
        "pool: not enough idle"
        "pool: outflow limit"
        "accounts: unhealthy"
        "oracle: stale price"
        "token: transfer refused"
    """
    self._check_held(owner, shares)
    if caller != owner:
        erc20._spend_allowance(owner, caller, shares)

    self._take_idle(assets, 0, terms)
    self._burn(owner, shares)

    extcall ACCOUNTS.require_check_if_pledged(owner)

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
    extcall ACCOUNTS.require_check_if_pledged(owner)


@internal
def _transfer_shares(owner: address, to: address, shares: uint256):
    """
    @custom:reverts "pool: not enough shares"
    """
    # By hand, as in _burn: the library would check once more what is checked here.
    self._check_held(owner, shares)
    erc20.balanceOf[owner] -= shares
    erc20.balanceOf[to] += shares
    log IERC20.Transfer(sender=owner, receiver=to, value=shares)


@internal
def _burn(owner: address, shares: uint256):
    erc20.balanceOf[owner] -= shares
    erc20.totalSupply -= shares
    log IERC20.Transfer(sender=owner, receiver=empty(address), value=shares)


@internal
def _take_idle(assets: uint256, lent_assets: uint256, terms: IRiskTerms.PoolTerms):
    """
    @dev The limit is a share of what the pool has before anything leaves.
    @custom:reverts
        "pool: not enough idle"
        "pool: outflow limit"
    """
    self._check_idle(assets)
    outflow.take(assets, self._outflow_capacity(terms), terms.outflow_window_seconds)
    ledger.write(ledger.idle() - assets, ledger.debt() + lent_assets)


@internal
def _put_idle(assets: uint256, repaid_assets: uint256, terms: IRiskTerms.PoolTerms):
    # Debt per share is rounded up, so the last share may pay one base unit too much.
    outflow.give_back(assets, self._outflow_capacity(terms), terms.outflow_window_seconds)
    debt: uint256 = ledger.debt()
    ledger.write(ledger.idle() + assets, debt - min(repaid_assets, debt))


@internal
@view
def _outflow_capacity(terms: IRiskTerms.PoolTerms) -> uint256:
    return self._total_assets() * terms.outflow_bps // units.BPS


@internal
@view
def _releasable() -> uint256:
    terms: IRiskTerms.PoolTerms = self._terms(UNSTOPPABLE)
    idle: uint256 = ledger.idle()
    total_assets: uint256 = idle + self._books(terms.reserve_factor_bps).total_debt
    return min(
        idle,
        outflow.room(
            total_assets * terms.outflow_bps // units.BPS, terms.outflow_window_seconds
        ),
    )


@internal
def _note_growth():
    # In a batch the caps hold at its end, against the totals that it started from.
    if msg.sender != ACCOUNTS.address or self._is_growth_deferred:
        return
    self._is_growth_deferred = True
    self._assets_before_batch = self._total_assets()
    self._debt_before_batch = ledger.debt()
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
    return ledger.idle() + ledger.debt()


@internal
@view
def _shares_down(assets: uint256) -> uint256:
    books: Books = self._books_today()
    return share_math.to_shares_down(assets, ledger.idle() + books.total_debt, books.total_shares)


@internal
@view
def _assets_down(shares: uint256) -> uint256:
    books: Books = self._books_today()
    return share_math.to_assets_down(shares, ledger.idle() + books.total_debt, books.total_shares)


@internal
@view
def _room() -> uint256:
    # What may still be supplied, by pause, by cap and by number of shares.
    terms: IRiskTerms.PoolTerms = self._terms(UNSTOPPABLE)
    books: Books = self._books(terms.reserve_factor_bps)
    total_assets: uint256 = ledger.idle() + books.total_debt
    if IRiskTerms.Action.SUPPLY in terms.paused:
        return 0
    if total_assets >= terms.supply_cap or books.total_shares >= MAX_TOTAL_SHARES:
        return 0
    return min(
        terms.supply_cap - total_assets,
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

    terms: IRiskTerms.PoolTerms = self._settle(UNSTOPPABLE)

    paid_assets: uint256 = min(assets, self._debt_up(owed_shares, ledger.debt()))
    burned_shares: uint256 = self._burnable_shares(account, paid_assets)

    self._take_repayment(caller, account, paid_assets, burned_shares, terms)
    return burned_shares


@internal
def _take_repayment(
    payer: address,
    account: address,
    assets: uint256,
    debt_shares: uint256,
    terms: IRiskTerms.PoolTerms,
):
    """
    @custom:reverts
        "token: transfer refused"
        "token: fee on transfer"
        "pool: debt below minimum"
    """
    token_transfer.pull_exact(ASSET, payer, assets)
    self._lower_debt(account, assets, debt_shares, terms)
    self._check_min_debt(account, terms.min_debt)

    log ILendingPool.Repaid(
        payer=payer, account=account, assets=assets, debt_shares=debt_shares
    )


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
    owed_assets: uint256 = self._debt_up(owed_shares, ledger.debt())
    if assets >= owed_assets:
        return owed_shares
    # Less than the debt leaves at least a share, or the rest would be owed by nobody.
    burned_shares: uint256 = min(
        owed_shares - 1,
        share_math.to_shares_down(assets, ledger.debt(), self.total_debt_shares),
    )
    self._check_shares(burned_shares)
    return burned_shares


@internal
def _lower_debt(
    account: address, assets: uint256, debt_shares: uint256, terms: IRiskTerms.PoolTerms
):
    self._put_idle(assets, assets, terms)
    self._forget_debt(account, debt_shares)


@internal
def _forget_debt(account: address, debt_shares: uint256):
    self.total_debt_shares -= debt_shares
    self._debt_shares[account] -= debt_shares
    if self._debt_shares[account] == 0:
        extcall ACCOUNTS.leave_debt(account)


@internal
@view
def _check_min_debt(account: address, min_debt: uint256):
    """
    @custom:reverts "pool: debt below minimum"
    """
    owed_shares: uint256 = self._debt_shares[account]
    if owed_shares == 0:
        return
    owed_assets: uint256 = self._debt_up(owed_shares, ledger.debt())
    assert owed_assets >= min_debt, "pool: debt below minimum"


@internal
def _write_off(account: address, taken_pool: address) -> uint256:
    """
    @dev Zero if there is still collateral. What is written off is at least one base
         unit, for a debt share is rounded up.
    @custom:reverts
        "accounts: check deferred"
        "oracle: no feed"
        "oracle: stale price"
        "pool: too little gas to cover"
    """
    is_lost: bool = extcall ACCOUNTS.sweep_uncovered(account, taken_pool, self.fee_recipient)
    if not is_lost:
        return 0

    debt_shares: uint256 = self._debt_shares[account]
    assets: uint256 = self._debt_up(debt_shares, ledger.debt())
    covered_assets: uint256 = self._cover(assets)
    ledger.write(ledger.idle() + covered_assets, ledger.debt() - min(assets, ledger.debt()))
    self._forget_debt(account, debt_shares)

    log ILendingPool.BadDebtRecognized(
        account=account, assets=assets, covered_assets=covered_assets
    )
    return assets


@internal
def _cover(assets: uint256) -> uint256:
    """
    @dev What has arrived counts, not what is answered: a backstop that fails, or says more
         than it does, costs the lenders what it would have paid, and stops nothing. The
         caller must leave it its gas, or could choose whom the loss meets.
    @custom:reverts "pool: too little gas to cover"
    """
    backstop: address = staticcall RISK_TERMS.backstop_of(self)
    if backstop == empty(address):
        return 0
    assert msg.gas > COVER_GAS + COVER_GAS // 32, "pool: too little gas to cover"
    before: uint256 = token_transfer.held(ASSET)
    _is_answered: bool = raw_call(
        backstop,
        abi_encode(ASSET, assets, method_id=method_id("cover(address,uint256)")),
        gas=COVER_GAS,
        revert_on_failure=False,
    )
    return min(max(token_transfer.held(ASSET), before) - before, assets)


@internal
@view
def _flash_fee(token: address, assets: uint256, terms: IRiskTerms.PoolTerms) -> uint256:
    """
    @custom:reverts "pool: other token"
    """
    assert token == ASSET, "pool: other token"
    return (assets * terms.flash_fee_bps + units.BPS - 1) // units.BPS


# --- Internals: interest ---


@internal
@view
def _terms(action: IRiskTerms.Action) -> IRiskTerms.PoolTerms:
    # RiskTerms refuses an action that is stopped; none is empty.
    return staticcall RISK_TERMS.open_terms(self, action)


@internal
def _settle(action: IRiskTerms.Action) -> IRiskTerms.PoolTerms:
    terms: IRiskTerms.PoolTerms = self._terms(action)
    self._accrue(terms.reserve_factor_bps)
    return terms


@internal
def _accrue(reserve_factor_bps: uint256):
    if block.timestamp == ledger.clock().accrued_at:
        return
    books: Books = self._books(reserve_factor_bps)
    ledger.write(ledger.idle(), books.total_debt)
    ledger.write_clock(
        ledger.Clock(
            accrued_at=block.timestamp,
            rate_per_second_wad=books.rate_per_second_wad,
            interest_remainder_wad=books.interest_remainder_wad,
        )
    )
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
def _reserve_factor_bps() -> uint256:
    return staticcall RISK_TERMS.reserve_factor_bps(self)


@internal
@view
def _books_today() -> Books:
    return self._books(self._reserve_factor_bps())


@internal
@view
def _books(reserve_factor_bps: uint256) -> Books:
    # interest = (debt * growth + remainder) / WAD. The fraction of a base unit is
    # carried on, so that it does not matter how often anybody accrues.
    clock: ledger.Clock = ledger.clock()
    books: Books = Books(
        rate_per_second_wad=clock.rate_per_second_wad,
        interest_assets=0,
        interest_remainder_wad=clock.interest_remainder_wad,
        total_debt=ledger.debt(),
        fee_shares=0,
        total_shares=erc20.totalSupply,
    )
    elapsed_seconds: uint256 = block.timestamp - clock.accrued_at
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
    if reserve_factor_bps > 0:
        assets: uint256 = ledger.idle() + books.total_debt + units.VIRTUAL_ASSETS
        divisor: uint256 = (
            assets * units.BPS + reserve_factor_bps - 1
        ) // reserve_factor_bps
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
    return debt * units.WAD // (ledger.idle() + debt)


@internal
@view
def _rate_per_second_wad(debt: uint256) -> uint256:
    # A model that fails must not stop accrual: the pool goes on at the last rate.
    is_answered: bool = False
    rate_per_second_wad: uint256 = 0
    is_answered, rate_per_second_wad = self._ask_rate(debt)
    if not is_answered:
        return ledger.clock().rate_per_second_wad
    return rate_per_second_wad


@internal
@view
def _ask_rate(debt: uint256) -> (bool, uint256):
    is_answered: bool = False
    answer: Bytes[32] = b""
    is_answered, answer = raw_call(
        self.rate_model,
        abi_encode(ledger.idle(), debt, method_id=method_id("rate_per_second_wad(uint256,uint256)")),
        max_outsize=32,
        gas=RATE_MODEL_GAS,
        is_static_call=True,
        revert_on_failure=False,
    )
    if not is_answered or len(answer) < 32:
        return False, 0
    return True, min(extract32(answer, 0, output_type=uint256), MAX_RATE_PER_SECOND_WAD)


@internal
def _set_rate_model(rate_model: address):
    """
    @custom:reverts "pool: bad rate model"
    """
    log ILendingPool.RateModelChanged(
        old_rate_model=self.rate_model, new_rate_model=rate_model
    )
    self.rate_model = rate_model
    is_answered: bool = False
    clock: ledger.Clock = ledger.clock()
    is_answered, clock.rate_per_second_wad = self._ask_rate(ledger.debt())
    assert is_answered, "pool: bad rate model"
    # Whoever calls has settled the past: a pool that opens has none.
    clock.accrued_at = block.timestamp
    ledger.write_clock(clock)


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
