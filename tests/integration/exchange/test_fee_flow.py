# SPDX-License-Identifier: Apache-2.0
"""From a trader's fee to a staker's purse, with nothing made and nothing lost on the way."""

from tests.integration.exchange.conftest import (
    COOLDOWN_SECONDS,
    POT,
    PURSE,
    STAKER_SHARE_BPS,
    STREAM_SECONDS,
)
from tests.unit.contracts.exchange.observe import fields_of

FAR = 2**255


def sell(house, token_in, pair, assets, trader):
    hops = [{"pair": pair.address, "token_in": token_in.address}]
    house.router.swap_exact_in(hops, assets, 0, trader, FAR, sender=trader)


def test_protocol_fees_reach_stakers_and_treasury(chain, house, roles):
    house.staking.deposit(3 * 10**21, roles.staker, sender=roles.staker)
    house.staking.deposit(10**21, roles.other_staker, sender=roles.other_staker)
    for assets in (10**10, 10**11 + 7):
        sell(house, house.dollar, house.ether_pair, assets, roles.trader)
    side = int(house.ether_pair.token1() == house.dollar.address)
    due = house.ether_pair.claimable_protocol_fees()[side]
    assert due > 0

    house.collector.claim_pair_fees(house.ether_pair, sender=roles.stranger)
    assert house.dollar.balanceOf(house.collector) == due
    house.collector.collect(house.dollar, sender=roles.stranger)
    chain.mine(deltatime=STREAM_SECONDS)
    house.collector.stream(house.dollar, sender=roles.stranger)

    to_stakers = due * STAKER_SHARE_BPS // 10_000
    assert house.dollar.balanceOf(roles.treasury) == due - to_stakers
    assert house.staking.claimable_rewards(roles.staker)[0] == to_stakers * 3 // 4
    house.staking.claim_rewards(roles.staker, sender=roles.staker)
    assert house.dollar.balanceOf(roles.staker) == PURSE + to_stakers * 3 // 4
    claimed = house.staking.rewards_claimed(house.dollar)
    claimable = house.staking.claimable_rewards(roles.other_staker)[0]
    assert claimed + claimable <= house.staking.rewards_paid_in(house.dollar) == to_stakers


def test_route_over_two_pairs_pays_fees_in_both(house, roles):
    hops = [
        {"pair": house.ether_pair.address, "token_in": house.ether.address},
        {"pair": house.head_pair.address, "token_in": house.dollar.address},
    ]
    quoted = house.router.quote_exact_in(hops, 10**18)
    held = house.head.balanceOf(roles.stranger)

    house.router.swap_exact_in(hops, 10**18, quoted, roles.stranger, FAR, sender=roles.trader)

    assert house.head.balanceOf(roles.stranger) == held + quoted
    for pair in (house.ether_pair, house.head_pair):
        assert max(pair.fees_paid0(), pair.fees_paid1()) > 0
    for token in (house.ether, house.dollar, house.head):
        assert token.balanceOf(house.router) == 0


def test_every_token_is_accounted_for_after_a_busy_week(chain, house, roles):
    """Tokens held equal tokens owed in pair, collector and staking pool."""
    house.staking.deposit(10**21, roles.staker, sender=roles.staker)
    ether, dollar, pair = house.ether, house.dollar, house.ether_pair
    for day in range(7):
        sell(house, ether, pair, 10**18 * (day + 1), roles.trader)
        sell(house, dollar, pair, 10**9 * (day + 3) + 1, roles.trader)
        house.collector.claim_pair_fees(pair, sender=roles.stranger)
        for token in (ether, dollar):
            house.collector.collect(token, sender=roles.stranger)
        chain.mine(deltatime=86_400)
        for token in (ether, dollar):
            house.collector.stream(token, sender=roles.stranger)
        if day % 2:
            pair.claim_fees(roles.provider, sender=roles.provider)
            house.staking.claim_rewards(roles.staker, sender=roles.staker)

        locked = "0x000000000000000000000000000000000000dEaD"
        for token in (ether, dollar):
            side = int(pair.token1() == token.address)
            paid = (pair.fees_paid0(), pair.fees_paid1())[side]
            claimed = (pair.fees_claimed0(), pair.fees_claimed1())[side]
            claimable = sum(
                pair.claimable_fees(holder)[side] for holder in (roles.provider, locked)
            )
            protocol = pair.claimable_protocol_fees()[side]
            assert claimed + claimable <= paid <= claimed + claimable + 2, "PAIR-3"
            assert token.balanceOf(pair) == pair.reserves()[side] + paid - claimed + protocol
            unstreamed = house.collector.stream_of(token)[3]
            assert token.balanceOf(house.collector) == unstreamed, "FEE-1"
            position = house.staking.reward_tokens().index(token.address)
            rewards = house.staking.rewards_paid_in(token) - house.staking.rewards_claimed(token)
            assert token.balanceOf(house.staking) == rewards, "STAKE-1"
            owed = house.staking.claimable_rewards(roles.staker)[position]
            assert owed <= rewards <= owed + 1, "STAKE-2"
    assert house.head.balanceOf(house.staking) == house.staking.totalAssets() == 10**21


def test_head_paid_as_reward_is_never_stake(chain, house, roles):
    house.staking.deposit(10**21, roles.staker, sender=roles.staker)
    sell(house, house.head, house.head_pair, 10**20, roles.trader)
    house.collector.claim_pair_fees(house.head_pair, sender=roles.stranger)
    house.collector.collect(house.head, sender=roles.stranger)
    chain.mine(deltatime=STREAM_SECONDS)
    receipt = house.collector.stream(house.head, sender=roles.stranger)
    to_stakers = fields_of(receipt, house.collector.Streamed)["to_stakers"]

    assert house.staking.totalAssets() == 10**21
    house.staking.start_cooldown(house.staking.balanceOf(roles.staker), sender=roles.staker)
    chain.mine(deltatime=COOLDOWN_SECONDS)
    shares = house.staking.maxRedeem(roles.staker)
    house.staking.redeem(shares, roles.staker, roles.staker, sender=roles.staker)
    house.staking.claim_rewards(roles.staker, sender=roles.staker)

    assert house.head.balanceOf(roles.staker) == 10**25 + to_stakers
    assert house.head.balanceOf(house.staking) == 0


def test_last_provider_leaves_with_reserves_and_fees(house, roles):
    pair, provider = house.ether_pair, roles.provider
    dollars_sold = 10**10
    sell(house, house.dollar, pair, dollars_sold, roles.trader)
    liquidity = pair.balanceOf(provider)
    pair.approve(house.router, liquidity, sender=provider)

    house.router.remove_liquidity(pair, liquidity, 1, 1, provider, FAR, sender=provider)
    pair.claim_fees(provider, sender=provider)
    house.collector.claim_pair_fees(pair, sender=roles.stranger)

    # All but the locked thousandth of a billionth, which nobody owns.
    for token, pot in ((house.dollar, POT[0]), (house.ether, POT[1])):
        assert token.balanceOf(pair) * 10**9 < pot
    assert pair.balanceOf(provider) == 0
    assert pair.totalSupply() == 1_000
