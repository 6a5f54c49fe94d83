# SPDX-License-Identifier: Apache-2.0
import ape
import pytest

from tests.unit.contracts.exchange.observe import fields_of

ZERO = "0x0000000000000000000000000000000000000000"
FEES_BPS = (5, 30, 100)


@pytest.fixture(scope="module")
def blueprint(project, owner):
    return owner.declare(project.VolatilePair).contract_address


@pytest.fixture(scope="module")
def factory(project, owner, blueprint, collector):
    return owner.deploy(project.PairFactory, blueprint, collector, owner)


@pytest.mark.parametrize("fee_bps", FEES_BPS)
def test_create_pair__by_anybody__creates_a_working_pair(
    project, factory, tokens, collector, stranger, provider, approve_all, fee_bps
):
    # In the other order, to see it sorted.
    receipt = factory.create_pair(tokens[1], tokens[0], fee_bps, sender=stranger)

    created = fields_of(receipt, factory.PairCreated)
    pair = project.VolatilePair.at(created["pair"])
    assert created == {
        "token0": tokens[0].address,
        "token1": tokens[1].address,
        "fee_bps": fee_bps,
        "pair": pair.address,
    }
    assert [pair.token0(), pair.token1()] == [token.address for token in tokens]
    assert pair.fee_bps() == fee_bps
    assert pair.protocol_share_bps() == 2_000
    assert pair.fee_collector() == collector.address
    assert factory.pair_of(*tokens, fee_bps) == pair.address
    assert factory.pair_of(*reversed(tokens), fee_bps) == pair.address
    assert factory.is_pair(pair)
    assert factory.pair_count() == 1
    assert factory.pairs(0) == pair.address
    assert factory.pairs(1) == ZERO

    approve_all(pair, tokens)
    pair.add_liquidity(10**9, 10**18, 1, provider, sender=provider)
    assert pair.reserves() == (10**9, 10**18)


def test_create_pair__a_second_time__reverts_for_the_same_fee_only(factory, tokens, stranger):
    factory.create_pair(*tokens, 30, sender=stranger)

    for order in (tokens, list(reversed(tokens))):
        with ape.reverts("factory: pair exists"):
            factory.create_pair(*order, 30, sender=stranger)

    factory.create_pair(*tokens, 5, sender=stranger)
    assert factory.pair_count() == 2
    assert factory.pair_of(*tokens, 100) == ZERO


def test_create_pair__with_a_bad_argument__reverts(factory, tokens, stranger):
    for fee_bps in (0, 1, 31, 101, 10_000):
        with ape.reverts("factory: fee not allowed"):
            factory.create_pair(*tokens, fee_bps, sender=stranger)
    with ape.reverts("factory: same token"):
        factory.create_pair(tokens[0], tokens[0], 30, sender=stranger)
    with ape.reverts("pair: token order"):
        factory.create_pair(tokens[0], ZERO, 30, sender=stranger)
    with ape.reverts("pair: not a token"):
        factory.create_pair(tokens[0], stranger, 30, sender=stranger)
    assert factory.pair_count() == 0


def test_constructor__with_a_bad_argument__reverts(
    project, owner, blueprint, collector, tokens, stranger
):
    for not_a_blueprint in (tokens[0].address, stranger.address, ZERO):
        with ape.reverts("factory: not a blueprint"):
            owner.deploy(project.PairFactory, not_a_blueprint, collector, owner)
    with ape.reverts("factory: zero fee collector"):
        owner.deploy(project.PairFactory, blueprint, ZERO, owner)
    with ape.reverts("factory: zero owner"):
        owner.deploy(project.PairFactory, blueprint, collector, ZERO)


def test_constructor__stores_what_it_was_given(factory, blueprint, collector, owner):
    assert factory.blueprint() == blueprint
    assert factory.fee_collector() == collector.address
    assert factory.owner() == owner.address
    assert factory.protocol_share_bps() == 2_000
    assert factory.pair_count() == 0


def test_set_protocol_share__counts_for_later_pairs_only(project, factory, tokens, owner, stranger):
    factory.create_pair(*tokens, 30, sender=stranger)

    receipt = factory.set_protocol_share(5_000, sender=owner)

    assert fields_of(receipt, factory.ProtocolShareChanged) == {
        "old_share_bps": 2_000,
        "new_share_bps": 5_000,
    }
    factory.create_pair(*tokens, 5, sender=stranger)
    shares = [project.VolatilePair.at(factory.pairs(i)).protocol_share_bps() for i in (0, 1)]
    assert shares == [2_000, 5_000]


def test_set_protocol_share__by_a_stranger_or_too_high__reverts(factory, owner, stranger):
    with ape.reverts("ownable: caller is not the owner"):
        factory.set_protocol_share(0, sender=stranger)
    with ape.reverts("factory: share too high"):
        factory.set_protocol_share(5_001, sender=owner)
    assert factory.protocol_share_bps() == 2_000


def test_ownership__moves_in_two_steps(factory, owner, stranger):
    factory.transfer_ownership(stranger, sender=owner)
    assert factory.owner() == owner.address
    with ape.reverts("ownable_2step: caller is not the new owner"):
        factory.accept_ownership(sender=owner)

    factory.accept_ownership(sender=stranger)

    assert factory.owner() == stranger.address
    factory.set_protocol_share(0, sender=stranger)
