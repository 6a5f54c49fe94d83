# pragma version 0.4.3
# pragma evm-version cancun
# pragma optimize codesize
# pragma nonreentrancy on
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title Lens
@license AGPL-3.0-only
@notice Everything that a page or a bot shows, in a few calls.
@dev Never fails because one feed is stale, one pool is empty or one address is wrong: what
     cannot be read is zero. So nothing that moves assets may rely on it. Holds nothing,
     owns nothing. `preview` alone refuses, and says why the action would be refused.
@custom:kill Nothing to stop: deploy another one.
"""

from ..interfaces import IAccounts
from ..interfaces import ILens
from ..interfaces import IOperators
from ..modules import account_preview
from ..modules import patient_read

implements: ILens

ACCOUNTS: immutable(address)
RISK_TERMS: immutable(address)
ORACLE: immutable(address)


@deploy
def __init__(accounts: address, oracle: address):
    """
    @param accounts The account layer.
    @param oracle Prices shown beside each market.
    """
    ACCOUNTS = accounts
    RISK_TERMS = staticcall IAccounts(accounts).risk_terms()
    ORACLE = oracle


@external
@view
def markets(pools: DynArray[address, 16]) -> DynArray[ILens.MarketView, 16]:
    """
    @notice Totals, rates, limits, price, curve and terms of lending pools.
    @param pools Pools, in the order wanted.
    @return One view for each.
    """
    views: DynArray[ILens.MarketView, 16] = []
    for pool: address in pools:
        views.append(self._market(pool))
    return views


@external
@view
def account(account: address, pools: DynArray[address, 16]) -> ILens.AccountView:
    """
    @notice What an account owes and pledges, and its position in each pool.
    @param account Owner or sub-account.
    @param pools Pools, in the order wanted.
    @return Status, whether it is priced, and one position for each pool.
    """
    view_: ILens.AccountView = empty(ILens.AccountView)
    view_.status, view_.is_priced = self._status(account)
    payer: address = self._payer(account)
    for pool: address in pools:
        view_.positions.append(self._position(pool, account, payer))
    return view_


@external
@view
def preview(
    account: address, action: IOperators.Action, pool: address, assets: uint256
) -> IAccounts.AccountStatus:
    """
    @notice Where `account` would stand after one action, by the prices and books of this second.
    @dev Exactly what the account layer then says. Whether the pool has cash and room, whether
         it is paused and whether the account may stand so, is not asked.
    @custom:reverts
        "accounts: pool not listed"
        "pool: not enough shares"
        "accounts: debt in other pool"
        "pool: no debt"
        "pool: zero shares" when so small a repayment would burn none
        "accounts: already pledged"
        "accounts: too many pledges"
        "accounts: not pledged"
        "oracle: no feed"
        "oracle: stale price"
        "oracle: feeds disagree"
    @param account Owner or sub-account.
    @param action One that operators can be granted, by the account for itself.
    @param pool Listed pool.
    @param assets Base units supplied, withdrawn, borrowed or repaid.
    @return Its status then.
    """
    change: account_preview.Change = account_preview.Change(
        account=account, action=action, pool=pool, assets=assets
    )
    return account_preview.status_after(IAccounts(ACCOUNTS), change)


@external
@view
def pairs(pairs: DynArray[address, 16], account: address) -> DynArray[ILens.PairView, 16]:
    """
    @notice Tokens, reserves and fees of pairs, and what `account` has in each.
    @param pairs Pairs, in the order wanted.
    @param account LP; the zero address for none.
    @return One view for each.
    """
    views: DynArray[ILens.PairView, 16] = []
    for pair: address in pairs:
        views.append(self._pair(pair, account))
    return views


@external
@view
def vaults(vaults: DynArray[address, 16], account: address) -> DynArray[ILens.VaultView, 16]:
    """
    @notice Books, profit schedule and strategies of vaults, and what `account` has in each.
    @param vaults Vaults, in the order wanted.
    @param account Shareholder; the zero address for none.
    @return One view for each.
    """
    views: DynArray[ILens.VaultView, 16] = []
    for vault: address in vaults:
        views.append(self._vault(vault, account))
    return views


@external
@view
def staking(staking: address, account: address) -> ILens.StakingView:
    """
    @notice Stake, cooldown and rewards of `account`.
    @param staking Staking pool.
    @param account Staker; the zero address for none.
    @return The view.
    """
    view_: ILens.StakingView = empty(ILens.StakingView)
    view_.head = self._asset(staking)
    view_.total_assets = self._total_assets(staking)
    view_.total_supply = self._total_supply(staking)
    view_.balance = self._balance(staking, account)
    view_.assets = self._to_assets(staking, view_.balance)
    cooldown: Bytes[320] = patient_read.words_of(
        staking, method_id("cooldown_of(address)", output_type=bytes4), account
    )
    view_.cooldown_shares = patient_read.word_at(cooldown, 0)
    view_.opens_at = patient_read.word_at(cooldown, 1)
    view_.closes_at = patient_read.word_at(cooldown, 2)
    view_.wallet_assets = self._balance(view_.head, account)
    view_.allowance = self._allowance(view_.head, account, staking)

    tokens: DynArray[address, 10] = patient_read.accounts_at(
        staking, method_id("reward_tokens()", output_type=bytes4)
    )
    claimable: DynArray[uint256, 10] = patient_read.array(
        staking,
        concat(method_id("claimable_rewards(address)", output_type=bytes4), convert(account, bytes32)),
    )
    for i: uint256 in range(8):
        if i < len(tokens) and i < len(claimable):
            view_.reward_tokens.append(tokens[i])
            view_.claimable.append(claimable[i])
    return view_


@external
@view
def queue_tickets(
    queue: address, account: address, start: uint256, limit: uint256
) -> DynArray[ILens.TicketView, 20]:
    """
    @notice A page of the tickets that `account` has in an exit queue, in no order that lasts.
    @param queue Exit queue.
    @param account Owner of tickets.
    @param start Position of the first, from 0.
    @param limit How many at most; 20 at most.
    @return Views; fewer than asked at the end of the list.
    """
    views: DynArray[ILens.TicketView, 20] = []
    for i: uint256 in range(20):
        ticket: uint256 = patient_read.word_at(
            patient_read.words(
                queue,
                concat(
                    method_id("ticket_at(address,uint256)", output_type=bytes4),
                    convert(account, bytes32),
                    convert(start + i, bytes32),
                ),
            ),
            0,
        )
        if i >= limit or ticket == 0:
            break
        views.append(self._ticket(queue, ticket))
    return views


# --- Internals: lending ---


@internal
@view
def _ticket(queue: address, ticket: uint256) -> ILens.TicketView:
    answer: Bytes[320] = patient_read.words(
        queue,
        concat(method_id("ticket_of(uint256)", output_type=bytes4), convert(ticket, bytes32)),
    )
    pool: address = patient_read.account_in(answer, 0)
    shares: uint256 = patient_read.word_at(answer, 2)
    return ILens.TicketView(
        ticket=ticket,
        pool=pool,
        shares=shares,
        assets=self._to_assets(pool, shares),
        claimable=patient_read.word_at(answer, 3),
    )


@internal
@view
def _market(pool: address) -> ILens.MarketView:
    view_: ILens.MarketView = empty(ILens.MarketView)
    view_.pool = pool
    view_.asset = self._asset(pool)
    view_.asset_symbol = self._symbol(view_.asset)
    view_.asset_decimals = self._decimals(view_.asset)
    view_.total_assets = self._total_assets(pool)
    view_.total_supply = self._total_supply(pool)
    view_.idle = patient_read.number(pool, method_id("idle()", output_type=bytes4))
    view_.releasable = patient_read.number(pool, method_id("releasable()", output_type=bytes4))
    view_.total_debt = patient_read.number(pool, method_id("total_debt()", output_type=bytes4))
    view_.utilization_wad = patient_read.number(
        pool, method_id("utilization_wad()", output_type=bytes4)
    )
    view_.borrow_rate_per_second_wad = patient_read.number(
        pool, method_id("borrow_rate_per_second_wad()", output_type=bytes4)
    )
    view_.supply_rate_per_second_wad = patient_read.number(
        pool, method_id("supply_rate_per_second_wad()", output_type=bytes4)
    )
    pool_terms: Bytes[320] = patient_read.words_of(
        RISK_TERMS, method_id("terms_of(address)", output_type=bytes4), pool
    )
    view_.supply_cap = patient_read.word_at(pool_terms, 0)
    view_.borrow_cap = patient_read.word_at(pool_terms, 1)
    view_.min_debt = patient_read.word_at(pool_terms, 2)
    view_.reserve_factor_bps = patient_read.word_at(pool_terms, 3)

    price: Bytes[320] = patient_read.words_of(
        ORACLE, method_id("peek(address)", output_type=bytes4), view_.asset
    )
    view_.price_usd_wad = patient_read.word_at(price, 0)
    view_.price_observed_at = patient_read.word_at(price, 1)
    view_.is_price_fresh = patient_read.word_at(price, 2) != 0

    model: address = patient_read.account_at(pool, method_id("rate_model()", output_type=bytes4))
    curve: Bytes[320] = patient_read.words(model, method_id("curve()"))
    if len(curve) == 0:
        # A curve that moves belongs to the pool that asks.
        curve = patient_read.words_of(model, method_id("curve_of(address)", output_type=bytes4), pool)
    view_.base_rate_wad = patient_read.word_at(curve, 0)
    view_.slope_low_wad = patient_read.word_at(curve, 1)
    view_.slope_high_wad = patient_read.word_at(curve, 2)
    view_.kink_wad = patient_read.word_at(curve, 3)

    collaterals: DynArray[address, 10] = patient_read.accounts_of(
        RISK_TERMS, method_id("collaterals_of(address)", output_type=bytes4), pool
    )
    for collateral_pool: address in collaterals:
        terms: Bytes[320] = patient_read.words_between(
            RISK_TERMS,
            method_id("thresholds_bps(address,address)", output_type=bytes4),
            pool,
            collateral_pool,
        )
        view_.terms.append(
            ILens.TermsView(
                collateral_pool=collateral_pool,
                borrow_threshold_bps=patient_read.word_at(terms, 0),
                liquidation_threshold_bps=patient_read.word_at(terms, 1),
            )
        )
    return view_


@internal
@view
def _status(account: address) -> (IAccounts.AccountStatus, bool):
    words: Bytes[320] = patient_read.words_of(
        ACCOUNTS, method_id("status(address)", output_type=bytes4), account
    )
    if len(words) == 224:
        return abi_decode(words, IAccounts.AccountStatus), True

    # A price is missing: what is owed is known all the same.
    status: IAccounts.AccountStatus = empty(IAccounts.AccountStatus)
    status.debt_pool = self._to_account(
        ACCOUNTS, method_id("debt_pool_of(address)", output_type=bytes4), account
    )
    status.debt_assets = self._debt(status.debt_pool, account)
    return status, False


@internal
@view
def _payer(account: address) -> address:
    # Nobody has registered as owner: the account is its own.
    owner: address = self._to_account(
        ACCOUNTS, method_id("owner_of(address)", output_type=bytes4), account
    )
    if owner == empty(address):
        return account
    return owner


@internal
@view
def _to_account(target: address, method: bytes4, account: address) -> address:
    word: uint256 = patient_read.number_of(target, method, account)
    return convert(convert(word, uint160), address)


@internal
@view
def _position(pool: address, account: address, payer: address) -> ILens.PositionView:
    asset: address = self._asset(pool)
    shares: uint256 = self._balance(pool, account)
    return ILens.PositionView(
        pool=pool,
        shares=shares,
        assets=self._to_assets(pool, shares),
        debt_assets=self._debt(pool, account),
        is_pledged=patient_read.number_between(
            ACCOUNTS, method_id("is_pledged(address,address)", output_type=bytes4), account, pool
        ) != 0,
        wallet_assets=self._balance(asset, payer),
        max_withdraw=self._max_withdraw(pool, account),
        allowance=self._allowance(asset, payer, pool),
    )


@internal
@view
def _debt(pool: address, account: address) -> uint256:
    return patient_read.number_of(
        pool, method_id("debt_of(address)", output_type=bytes4), account
    )


# --- Internals: exchange and vaults ---


@internal
@view
def _pair(pair: address, account: address) -> ILens.PairView:
    token0: address = patient_read.account_at(pair, method_id("token0()", output_type=bytes4))
    token1: address = patient_read.account_at(pair, method_id("token1()", output_type=bytes4))
    reserves: Bytes[320] = patient_read.words(pair, method_id("reserves()"))
    claimable: Bytes[320] = patient_read.words_of(
        pair, method_id("claimable_fees(address)", output_type=bytes4), account
    )
    return ILens.PairView(
        pair=pair,
        token0=token0,
        token1=token1,
        symbol0=self._symbol(token0),
        symbol1=self._symbol(token1),
        decimals0=self._decimals(token0),
        decimals1=self._decimals(token1),
        reserve0=patient_read.word_at(reserves, 0),
        reserve1=patient_read.word_at(reserves, 1),
        total_supply=self._total_supply(pair),
        fee_bps=patient_read.number(pair, method_id("fee_bps()", output_type=bytes4)),
        balance=self._balance(pair, account),
        claimable0=patient_read.word_at(claimable, 0),
        claimable1=patient_read.word_at(claimable, 1),
    )


@internal
@view
def _vault(vault: address, account: address) -> ILens.VaultView:
    view_: ILens.VaultView = empty(ILens.VaultView)
    view_.vault = vault
    view_.asset = self._asset(vault)
    view_.asset_symbol = self._symbol(view_.asset)
    view_.asset_decimals = self._decimals(view_.asset)
    view_.name = patient_read.text(vault, method_id("name()", output_type=bytes4))
    view_.total_assets = self._total_assets(vault)
    view_.total_supply = self._total_supply(vault)
    view_.total_idle = patient_read.number(vault, method_id("totalIdle()", output_type=bytes4))
    view_.total_debt = patient_read.number(vault, method_id("totalDebt()", output_type=bytes4))
    view_.price_per_share = patient_read.number(
        vault, method_id("pricePerShare()", output_type=bytes4)
    )
    view_.profit_unlocking_rate = patient_read.number(
        vault, method_id("profitUnlockingRate()", output_type=bytes4)
    )
    view_.full_profit_unlock_date = patient_read.number(
        vault, method_id("fullProfitUnlockDate()", output_type=bytes4)
    )
    view_.deposit_limit = patient_read.number(
        vault, method_id("deposit_limit()", output_type=bytes4)
    )
    view_.balance = self._balance(vault, account)
    view_.max_withdraw = self._max_withdraw(vault, account)
    view_.wallet_assets = self._balance(view_.asset, account)
    view_.allowance = self._allowance(view_.asset, account, vault)

    queue: DynArray[address, 10] = patient_read.accounts_at(
        vault, method_id("get_default_queue()", output_type=bytes4)
    )
    for strategy: address in queue:
        params: Bytes[320] = patient_read.words_of(
            vault, method_id("strategies(address)", output_type=bytes4), strategy
        )
        view_.strategies.append(
            ILens.VaultStrategyView(
                strategy=strategy,
                current_debt=patient_read.word_at(params, 2),
                max_debt=patient_read.word_at(params, 3),
                last_report=patient_read.word_at(params, 1),
            )
        )
    return view_


# --- Internals: what all tokens and vaults answer ---


@internal
@view
def _asset(vault: address) -> address:
    return patient_read.account_at(vault, method_id("asset()", output_type=bytes4))


@internal
@view
def _symbol(token: address) -> String[32]:
    return patient_read.text(token, method_id("symbol()", output_type=bytes4))


@internal
@view
def _decimals(token: address) -> uint256:
    return patient_read.number(token, method_id("decimals()", output_type=bytes4))


@internal
@view
def _total_assets(vault: address) -> uint256:
    return patient_read.number(vault, method_id("totalAssets()", output_type=bytes4))


@internal
@view
def _total_supply(token: address) -> uint256:
    return patient_read.number(token, method_id("totalSupply()", output_type=bytes4))


@internal
@view
def _balance(token: address, account: address) -> uint256:
    return patient_read.number_of(
        token, method_id("balanceOf(address)", output_type=bytes4), account
    )


@internal
@view
def _allowance(token: address, owner: address, spender: address) -> uint256:
    return patient_read.number_between(
        token, method_id("allowance(address,address)", output_type=bytes4), owner, spender
    )


@internal
@view
def _max_withdraw(vault: address, account: address) -> uint256:
    return patient_read.number_of(
        vault, method_id("maxWithdraw(address)", output_type=bytes4), account
    )


@internal
@view
def _to_assets(vault: address, shares: uint256) -> uint256:
    answer: Bytes[320] = patient_read.words(
        vault,
        concat(method_id("convertToAssets(uint256)", output_type=bytes4), convert(shares, bytes32)),
    )
    return patient_read.word_at(answer, 0)
