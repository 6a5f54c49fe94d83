# SPDX-License-Identifier: Apache-2.0
import ape
import pytest

from tests.unit.contracts.exchange.conftest import RESERVES
from tests.unit.contracts.exchange.observe import balances_of, fields_of

LOCKED = "0x000000000000000000000000000000000000dEaD"
ZERO = "0x0000000000000000000000000000000000000000"
SCALE = 10**36


def assert_claims_within_fees(pair, *holders):
    """PAIR-3: what was claimed and what can be claimed never exceed what was paid in."""
    paid = [pair.fees_paid0(), pair.fees_paid1()]
    claimed = [pair.fees_claimed0(), pair.fees_claimed1()]
    for side in (0, 1):
        claimable = sum(pair.claimable_fees(holder)[side] for holder in (*holders, LOCKED))
        assert claimed[side] + claimable <= paid[side], "PAIR-3"
        assert paid[side] - claimed[side] - claimable <= len(holders) + 1, "PAIR-3"


@pytest.fixture
def shared_pair(pair, provider, other_provider):
    """Two providers, the second with a third of what the first has."""
    pair.add_liquidity(RESERVES[0] // 3, RESERVES[1] // 3, 0, other_provider, sender=other_provider)
    return pair


def test_claim_fees__pays_each_provider_by_the_formula(
    shared_pair, tokens, provider, other_provider, trader, receiver
):
    pair = shared_pair
    lp_fees = [0, 0]
    for side, assets_in in ((0, 10**11 + 1), (1, 10**19 + 7)):
        receipt = pair.swap(tokens[side], assets_in, 0, trader, sender=trader)
        lp_fees[side] = fields_of(receipt, pair.Swapped)["lp_fee"]
    supply = pair.totalSupply()
    indexes = [lp_fee * SCALE // supply for lp_fee in lp_fees]

    for holder in (provider, other_provider):
        held = pair.balanceOf(holder)
        fees = tuple(held * index // SCALE for index in indexes)
        assert pair.claimable_fees(holder) == fees
        received_before = [token.balanceOf(receiver) for token in tokens]

        receipt = pair.claim_fees(receiver, sender=holder)

        assert fields_of(receipt, pair.FeesClaimed) == {
            "owner": holder.address,
            "receiver": receiver.address,
            "fees0": fees[0],
            "fees1": fees[1],
        }
        assert pair.claimable_fees(holder) == (0, 0)
        for side, token in enumerate(tokens):
            assert token.balanceOf(receiver) == received_before[side] + fees[side]
        assert_claims_within_fees(pair, provider, other_provider)


def test_claim_fees__twice__pays_once(shared_pair, tokens, provider, trader):
    shared_pair.swap(tokens[0], 10**11, 0, trader, sender=trader)
    shared_pair.claim_fees(provider, sender=provider)
    held = balances_of(tokens[0], provider)

    receipt = shared_pair.claim_fees(provider, sender=provider)

    assert fields_of(receipt, shared_pair.FeesClaimed)["fees0"] == 0
    assert balances_of(tokens[0], provider) == held


def test_claim_fees__at_every_trade__misses_no_base_unit(
    shared_pair, tokens, provider, other_provider, trader
):
    # One claims after each trade, the other once at the end: fractions are kept, so both
    # are paid what their share of all fees is.
    pair, token = shared_pair, tokens[0]
    start = {holder.address: token.balanceOf(holder) for holder in (provider, other_provider)}
    for i in range(9):
        pair.swap(token, 1_000 + 333 * i, 0, trader, sender=trader)
        pair.claim_fees(provider, sender=provider)
        assert_claims_within_fees(pair, provider, other_provider)
    pair.claim_fees(other_provider, sender=other_provider)

    for holder in (provider, other_provider):
        claimed = token.balanceOf(holder) - start[holder.address]
        exact = pair.fees_paid0() * pair.balanceOf(holder) // pair.totalSupply()
        assert exact - 1 <= claimed <= exact


def test_claim_fees__to_nobody_or_the_pair__reverts(pair, provider):
    for receiver in (ZERO, pair.address):
        with ape.reverts("pair: bad receiver"):
            pair.claim_fees(receiver, sender=provider)


def test_claim_fees_of_vault__of_what_is_no_vault__reverts(
    shared_pair, tokens, provider, other_provider, trader
):
    shared_pair.swap(tokens[0], 10**11, 0, trader, sender=trader)
    due = shared_pair.claimable_fees(provider)
    for account in (provider, tokens[0], shared_pair, ZERO):
        for caller in (provider, other_provider):
            with ape.reverts("pair: not a strategy"):
                shared_pair.claim_fees_of_vault(account, sender=caller)
    assert shared_pair.claimable_fees(provider) == due


@pytest.mark.parametrize("by_allowance", [False, True])
def test_transfer__settles_the_fees_of_both_sides(
    shared_pair, tokens, provider, other_provider, trader, stranger, by_allowance
):
    pair = shared_pair
    pair.swap(tokens[1], 10**19, 0, trader, sender=trader)
    before = [pair.claimable_fees(holder) for holder in (provider, other_provider)]
    moved = pair.balanceOf(provider) // 2

    if by_allowance:
        pair.approve(stranger, moved, sender=provider)
        pair.transferFrom(provider, other_provider, moved, sender=stranger)
    else:
        pair.transfer(other_provider, moved, sender=provider)

    assert [pair.claimable_fees(holder) for holder in (provider, other_provider)] == before
    assert_claims_within_fees(pair, provider, other_provider)

    pair.swap(tokens[1], 10**19, 0, trader, sender=trader)
    gains = [
        pair.claimable_fees(holder)[1] - earlier[1]
        for holder, earlier in zip((provider, other_provider), before, strict=True)
    ]
    held = balances_of(pair, provider, other_provider)
    assert abs(gains[0] * held[1] - gains[1] * held[0]) <= sum(held)
    assert_claims_within_fees(pair, provider, other_provider)


def test_transfer__to_oneself__changes_nothing(shared_pair, tokens, provider, trader):
    shared_pair.swap(tokens[1], 10**19, 0, trader, sender=trader)
    fees = shared_pair.claimable_fees(provider)
    held = shared_pair.balanceOf(provider)

    shared_pair.transfer(provider, held, sender=provider)

    assert shared_pair.claimable_fees(provider) == fees
    assert shared_pair.balanceOf(provider) == held


def test_transfer__beyond_balance_or_allowance__reverts(pair, provider, stranger):
    held = pair.balanceOf(provider)
    with ape.reverts("erc20: transfer amount exceeds balance"):
        pair.transfer(stranger, held + 1, sender=provider)
    with ape.reverts("erc20: transfer to the zero address"):
        pair.transfer(ZERO, 1, sender=provider)
    with ape.reverts("erc20: insufficient allowance"):
        pair.transferFrom(provider, stranger, 1, sender=stranger)
    pair.approve(stranger, 2**256 - 1, sender=provider)
    with ape.reverts("erc20: transfer amount exceeds balance"):
        pair.transferFrom(provider, stranger, held + 1, sender=stranger)
    with ape.reverts("erc20: transfer to the zero address"):
        pair.transferFrom(provider, ZERO, 1, sender=stranger)


def test_smallest_fees__against_the_largest_supply__are_all_paid_out(
    project, owner, make_token, collector, provider
):
    # Three base units among 2**110 LP tokens: the index is fine enough to lose none of them.
    made = [make_token("First", "A", 18), make_token("Second", "B", 18)]
    tokens = sorted(made, key=lambda token: int(token.address, 16))
    pair = owner.deploy(project.VolatilePair, tokens[0], tokens[1], 30, 0, collector)
    for token in tokens:
        token.mint(provider, 2**110, sender=owner)
        token.approve(pair, 2**256 - 1, sender=provider)
    pair.add_liquidity(2**110, 2**110, 0, provider, sender=provider)

    for trades in range(1, 6):
        pair.swap(tokens[0], 1_000, 0, provider, sender=provider)
        assert pair.fees_paid0() == 3 * trades
        assert 3 * trades - 1 <= pair.claimable_fees(provider)[0] <= 3 * trades


def test_claim_protocol_fees__by_anybody__pays_the_collector(
    pair, tokens, trader, stranger, collector
):
    due = [0, 0]
    for side, assets_in in ((0, 10**11 + 1), (1, 10**19 + 7)):
        receipt = pair.swap(tokens[side], assets_in, 0, trader, sender=trader)
        due[side] = fields_of(receipt, pair.Swapped)["protocol_fee"]
    held_before = [token.balanceOf(pair) for token in tokens]

    receipt = pair.claim_protocol_fees(sender=stranger)

    assert fields_of(receipt, pair.ProtocolFeesClaimed) == {"fees0": due[0], "fees1": due[1]}
    assert pair.claimable_protocol_fees() == (0, 0)
    for side, token in enumerate(tokens):
        assert balances_of(token, collector, stranger) == [due[side], 0]
        assert token.balanceOf(pair) == held_before[side] - due[side]


def test_last_claims__empty_the_pair_to_the_dust_of_the_holders(
    shared_pair, tokens, provider, other_provider, trader
):
    pair = shared_pair
    for side in (0, 1, 0, 1):
        pair.swap(tokens[side], RESERVES[side] // 5 + 1, 0, trader, sender=trader)
    for holder in (provider, other_provider):
        pair.remove_liquidity(pair.balanceOf(holder), 0, 0, holder, sender=holder)
        pair.claim_fees(holder, sender=holder)
    pair.claim_protocol_fees(sender=trader)

    locked = pair.claimable_fees(LOCKED)
    for side, token in enumerate(tokens):
        owed = pair.reserves()[side] + locked[side]
        assert owed <= token.balanceOf(pair) <= owed + 3
