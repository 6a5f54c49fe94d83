# SPDX-License-Identifier: Apache-2.0
"""Repay for accounts below health one, against their collateral, out of the keeper's own balance."""

from dataclasses import dataclass, replace

from strategies.policy import words
from strategies.policy.decision import Action, Decision, Effect, Skip
from strategies.policy.snapshot import DebtorView, PoolView, SeizureQuote, Snapshot, TokenView
from strategies.units import BPS, WAD, format_units

POLICY = "liquidator"

# Debt grows between the quote and the call; a whole percent covers an hour at any legal rate.
REPAY_BUFFER_BPS = 100
# A seizure within this of all that is held counts as all.
ROUNDING_BPS = 1


@dataclass(frozen=True, slots=True)
class LiquidatorParameters:
    min_profit_usd_wad: int
    cost_usd_wad: int
    slippage_bps: int
    liquidate_gas: int
    approve_gas: int


@dataclass(frozen=True, slots=True)
class _Seizure:
    quote: SeizureQuote
    collateral: PoolView
    seized_usd_wad: int
    profit_usd_wad: int


def decide(snapshot: Snapshot, parameters: LiquidatorParameters) -> Decision:
    """Worst health first, so that a short balance goes where it is needed most."""
    decision = Decision()
    balances = {token.address: token.keeper_assets for token in snapshot.tokens}
    allowances = {pool.address: pool.keeper_allowance for pool in snapshot.pools}
    unpriced = [debtor for debtor in snapshot.debtors if debtor.health_wad is None]
    for debtor in unpriced:
        reason = f"health is unknown: {debtor.quote_refusal or 'a price is stale'}"
        decision += _skip(debtor, "price_stale", reason)
    priced = [debtor for debtor in snapshot.debtors if debtor.health_wad is not None]
    for debtor in sorted(priced, key=lambda one: (one.health_wad, one.account)):
        if debtor.health_wad < WAD:
            decision += _decide_debtor(snapshot, debtor, parameters, balances, allowances)
    healthy = sum(1 for debtor in priced if debtor.health_wad >= WAD)
    if healthy:
        lowest = min(debtor.health_wad for debtor in priced if debtor.health_wad >= WAD)
        reason = (
            f"{healthy} debtors are healthy; the lowest health is {format_units(lowest, 18)[:6]}"
        )
        decision += Decision(skips=(Skip(POLICY, "debtors", "healthy", reason),))
    return decision


def _skip(debtor: DebtorView, code: str, reason: str) -> Decision:
    return Decision(skips=(Skip(POLICY, f"account.{debtor.account}", code, reason),))


def _decide_debtor(
    snapshot: Snapshot,
    debtor: DebtorView,
    parameters: LiquidatorParameters,
    balances: dict[str, int],
    allowances: dict[str, int],
) -> Decision:
    health = format_units(debtor.health_wad, 18)[:6]
    if snapshot.is_account_awaited(debtor.account):
        return _skip(debtor, "pending", f"health {health}; a transaction for it is on its way")
    # Anybody may open a pool that our deployments file does not know.
    known = {one.address for one in snapshot.pools}
    if debtor.debt_pool not in known:
        reason = f"health {health}, but it owes to {debtor.debt_pool}, an unknown pool"
        return _skip(debtor, "unknown_pool", reason)
    pool = snapshot.pool(debtor.debt_pool)
    token = snapshot.token(pool.asset)
    quotes = [quote for quote in debtor.quotes if quote.collateral_pool in known]
    if not quotes:
        cause = debtor.quote_refusal or "no accepted collateral"
        return _skip(
            debtor, "no_quote", f"health {health}, but no collateral can be seized: {cause}"
        )

    seizures = sorted(
        (_value(snapshot, token, quote, parameters) for quote in quotes),
        key=lambda one: (-one.profit_usd_wad, one.collateral.key),
    )
    decision = Decision()
    for rank, seizure in enumerate(seizures):
        if seizure.profit_usd_wad < parameters.min_profit_usd_wad:
            return decision + _skip(
                debtor,
                "unprofitable",
                f"health {health}; the best left, {seizure.collateral.key}, would bring "
                f"{words.usd(seizure.profit_usd_wad)}, less than "
                f"{words.usd(parameters.min_profit_usd_wad)}",
            )
        affordable = _within(seizure, balances[token.address])
        if affordable is None:
            return decision + _skip(
                debtor,
                "no_balance",
                f"health {health}; needs "
                f"{words.assets(seizure.quote.repay_assets, token.decimals, token.symbol)} and the "
                f"keeper has {words.assets(balances[token.address], token.decimals, token.symbol)}",
            )
        limit = _repay_limit(affordable.quote, balances[token.address])
        decision += _liquidate(
            debtor, pool, token, affordable, limit, parameters, allowances, health, rank
        )
        balances[token.address] -= limit
        # Only a seizure that empties its collateral can leave the account short of the target.
        if affordable is not seizure or _leaves_collateral(affordable.quote):
            break
    return decision


def _value(
    snapshot: Snapshot, token: TokenView, quote: SeizureQuote, parameters: LiquidatorParameters
) -> _Seizure:
    collateral = snapshot.pool(quote.collateral_pool)
    seized = snapshot.token(collateral.asset).usd_wad_down(
        collateral.to_assets_down(quote.seized_shares)
    )
    gas = snapshot.gas_cost_usd_wad(parameters.liquidate_gas)
    cost = token.usd_wad_down(quote.repay_assets) + gas + parameters.cost_usd_wad
    return _Seizure(quote, collateral, seized, seized - cost)


def _within(seizure: _Seizure, balance: int) -> _Seizure | None:
    """The same seizure cut to what the keeper can repay; None where it can repay nothing."""
    quote = seizure.quote
    if quote.repay_assets <= balance:
        return seizure
    if balance <= 0:
        return None
    cut = replace(
        quote,
        repay_assets=balance,
        seized_shares=quote.seized_shares * balance // quote.repay_assets,
    )
    return replace(
        seizure,
        quote=cut,
        seized_usd_wad=seizure.seized_usd_wad * balance // quote.repay_assets,
        profit_usd_wad=seizure.profit_usd_wad * balance // quote.repay_assets,
    )


def _repay_limit(quote: SeizureQuote, balance: int) -> int:
    """The quote and the interest until the call: the pool takes only what its target needs."""
    return min(balance, quote.repay_assets * (BPS + REPAY_BUFFER_BPS) // BPS + 1)


def _leaves_collateral(quote: SeizureQuote) -> bool:
    return quote.seized_shares * BPS < quote.held_shares * (BPS - ROUNDING_BPS)


def _liquidate(
    debtor: DebtorView,
    pool: PoolView,
    token: TokenView,
    seizure: _Seizure,
    limit: int,
    parameters: LiquidatorParameters,
    allowances: dict[str, int],
    health: str,
    rank: int,
) -> Decision:
    quote = seizure.quote
    subject = f"account.{debtor.account}"
    repaid = words.assets(quote.repay_assets, token.decimals, token.symbol)
    # After an earlier seizure in this block the pool may repay less than quoted, and gives less;
    # its own bonus then bounds what we get.
    min_shares = quote.seized_shares * (BPS - parameters.slippage_bps) // BPS if rank == 0 else 0
    actions = []
    if allowances[pool.address] < limit:
        actions.append(
            Action(
                policy=POLICY,
                key=f"approve:{debtor.account}:{seizure.collateral.address}",
                subject=subject,
                group=f"liquidate:{debtor.account}",
                target=token.address,
                contract="TestToken",
                function="approve",
                arguments=(pool.address, limit),
                gas_limit=parameters.approve_gas,
                effect=Effect.REDUCES,
                reason=f"allows {pool.key} to take {repaid} for the liquidation that follows",
            )
        )
        allowances[pool.address] = limit
    allowances[pool.address] -= limit
    actions.append(
        Action(
            policy=POLICY,
            key=f"liquidate:{debtor.account}:{seizure.collateral.address}",
            subject=subject,
            group=f"liquidate:{debtor.account}",
            target=pool.address,
            contract="LendingPool",
            function="liquidate",
            arguments=(
                debtor.account,
                seizure.collateral.address,
                limit,
                min_shares,
            ),
            gas_limit=parameters.liquidate_gas,
            effect=Effect.REDUCES,
            reason=(
                f"{debtor.account} has health {health}: repays {repaid} and takes "
                f"{words.usd(seizure.seized_usd_wad)} of {seizure.collateral.key} at a bonus of "
                f"{quote.bonus_bps / 100:.2f} %, profit {words.usd(seizure.profit_usd_wad)}"
            ),
            figures={
                "health_wad": str(debtor.health_wad),
                "repay_assets": str(quote.repay_assets),
                "seized_shares": str(quote.seized_shares),
                "profit_usd_wad": str(seizure.profit_usd_wad),
            },
        )
    )
    return Decision(actions=tuple(actions))
