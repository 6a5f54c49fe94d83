# SPDX-License-Identifier: Apache-2.0
import ape
import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils import keccak

WAD = 10**18
TYPES = {
    "EIP712Domain": [
        {"name": "name", "type": "string"},
        {"name": "version", "type": "string"},
        {"name": "chainId", "type": "uint256"},
        {"name": "verifyingContract", "type": "address"},
    ],
    "Publication": [{"name": "reports", "type": "Report[]"}],
    "Report": [
        {"name": "asset", "type": "address"},
        {"name": "price_usd_wad", "type": "uint256"},
        {"name": "observed_at", "type": "uint256"},
    ],
}
ORDER_N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


def keys_of(count: int) -> list:
    """Publishers' keys, ascending by address as the feed wants them."""
    made = [Account.from_key(bytes([number] * 32)) for number in range(1, count + 1)]
    return sorted(made, key=lambda key: int(key.address, 16))


@pytest.fixture(scope="module")
def publishers():
    return keys_of(3)


@pytest.fixture(scope="module")
def feed(project, owner, publishers):
    """Two of three publishers must sign."""
    return owner.deploy(project.PublisherFeed, [key.address for key in publishers], 2, owner)


@pytest.fixture(scope="module")
def assets(accounts):
    """The feed does not care what an asset is."""
    return accounts[8].address, accounts[9].address


def message_of(feed, chain, reports):
    return encode_typed_data(
        full_message={
            "types": TYPES,
            "primaryType": "Publication",
            "domain": {
                "name": "Headwater PublisherFeed",
                "version": "1",
                "chainId": chain.chain_id,
                "verifyingContract": feed.address,
            },
            "message": {
                "reports": [
                    dict(zip(("asset", "price_usd_wad", "observed_at"), report, strict=True))
                    for report in reports
                ]
            },
        }
    )


def sign(feed, chain, reports, keys):
    message = message_of(feed, chain, reports)
    return [bytes(key.sign_message(message).signature) for key in keys]


def now(chain):
    return chain.blocks.head.timestamp


def test_publish__signed_by_the_quorum__keeps_and_logs(feed, chain, publishers, assets, stranger):
    reports = [(assets[0], 2_000 * WAD, now(chain)), (assets[1], 1, now(chain) - 5)]

    receipt = feed.publish(reports, sign(feed, chain, reports, publishers[:2]), sender=stranger)

    assert tuple(feed.latest(assets[0])) == (2_000 * WAD, reports[0][2])
    assert tuple(feed.latest(assets[1])) == (1, reports[1][2])
    published = [dict(log.event_arguments) for log in feed.PricePublished.from_receipt(receipt)]
    assert published == [
        {"asset": asset, "price_usd_wad": price, "observed_at": at} for asset, price, at in reports
    ]


def test_publish__of_the_longest_list_by_everybody__passes(
    feed, chain, publishers, accounts, stranger
):
    reports = [(f"0x{number:040x}", number, now(chain)) for number in range(1, 17)]

    feed.publish(reports, sign(feed, chain, reports, publishers), sender=stranger)

    assert tuple(feed.latest(reports[15][0])) == (16, reports[15][2])


def test_publish__counts_from_the_next_block_on(feed, chain, publishers, assets, stranger):
    at = now(chain)
    first, second = [(assets[0], 2_000 * WAD, at - 2)], [(assets[0], 1_500 * WAD, at - 1)]
    feed.publish(first, sign(feed, chain, first, publishers[:2]), sender=stranger)
    chain.mine()

    feed.publish(second, sign(feed, chain, second, publishers[:2]), sender=stranger)

    assert tuple(feed.latest(assets[0])) == (2_000 * WAD, at - 2)
    assert tuple(feed.newest(assets[0])) == (1_500 * WAD, at - 1)
    chain.mine()
    assert tuple(feed.latest(assets[0])) == tuple(feed.newest(assets[0])) == (1_500 * WAD, at - 1)


def test_newest__of_what_was_never_published__is_zero(feed, assets):
    assert tuple(feed.newest(assets[1])) == (0, 0)


def test_digest__is_what_wallets_sign(feed, chain, assets):
    for reports in ([(assets[0], 7, 9)], [(assets[0], 7, 9), (assets[1], 8, 10)]):
        message = message_of(feed, chain, reports)
        expected = keccak(b"\x19" + message.version + message.header + message.body)
        assert bytes(feed.digest(reports)) == expected


def test_publish__of_nothing__reverts(feed, stranger):
    with ape.reverts("feed: no reports"):
        feed.publish([], [], sender=stranger)


def test_publish__by_too_few__reverts(feed, chain, publishers, assets, stranger):
    reports = [(assets[0], WAD, now(chain))]
    for keys in ([], publishers[:1]):
        with ape.reverts("feed: too few signatures"):
            feed.publish(reports, sign(feed, chain, reports, keys), sender=stranger)


def test_publish__twice_by_one_or_in_the_wrong_order__reverts(
    feed, chain, publishers, assets, stranger
):
    reports = [(assets[0], WAD, now(chain))]
    for keys in ([publishers[0]] * 2, publishers[1::-1]):
        with ape.reverts("feed: signers not ascending"):
            feed.publish(reports, sign(feed, chain, reports, keys), sender=stranger)


def test_publish__by_a_stranger__reverts(feed, chain, publishers, assets, stranger):
    outsider = keys_of(9)
    keys = sorted(
        [publishers[0], *[k for k in outsider if k not in publishers][:1]],
        key=lambda key: int(key.address, 16),
    )
    reports = [(assets[0], WAD, now(chain))]
    with ape.reverts("feed: unknown signer"):
        feed.publish(reports, sign(feed, chain, reports, keys), sender=stranger)


def test_publish__of_other_reports_than_signed__reverts(feed, chain, publishers, assets, stranger):
    signed = [(assets[0], WAD, now(chain))]
    signatures = sign(feed, chain, signed, publishers[:2])
    changed = [(assets[0], WAD + 1, now(chain))]
    # Other data recovers to other, random signers.
    with ape.reverts():
        feed.publish(changed, signatures, sender=stranger)
    assert tuple(feed.latest(assets[0])) == (0, 0)


def test_publish__to_another_feed__reverts(feed, project, chain, owner, publishers, assets):
    other = owner.deploy(project.PublisherFeed, [key.address for key in publishers], 2, owner)
    reports = [(assets[0], WAD, now(chain))]
    with ape.reverts():
        other.publish(reports, sign(feed, chain, reports, publishers[:2]), sender=owner)


def test_publish__of_a_malleable_signature__reverts(feed, chain, publishers, assets, stranger):
    reports = [(assets[0], WAD, now(chain))]
    first, second = sign(feed, chain, reports, publishers[:2])
    s = int.from_bytes(first[32:64], "big")
    twin = first[:32] + (ORDER_N - s).to_bytes(32, "big") + bytes([55 - first[64]])
    with ape.reverts("ecdsa: invalid signature `s` value"):
        feed.publish(reports, [twin, second], sender=stranger)


def test_publish__of_a_signature_of_nobody__reverts(feed, chain, publishers, assets, stranger):
    reports = [(assets[0], WAD, now(chain))]
    with ape.reverts("ecdsa: invalid signature"):
        feed.publish(reports, [b"\x00" * 65, b"\x00" * 65], sender=stranger)


def test_publish__of_a_zero_price__reverts(feed, chain, publishers, assets, stranger):
    reports = [(assets[0], 0, now(chain))]
    with ape.reverts("feed: zero price"):
        feed.publish(reports, sign(feed, chain, reports, publishers[:2]), sender=stranger)


def test_publish__from_the_future__reverts(feed, chain, publishers, assets, stranger):
    reports = [(assets[0], WAD, now(chain) + 120)]
    with ape.reverts("feed: report from the future"):
        feed.publish(reports, sign(feed, chain, reports, publishers[:2]), sender=stranger)
    skewed = [(assets[0], WAD, now(chain) + 10)]
    feed.publish(skewed, sign(feed, chain, skewed, publishers[:2]), sender=stranger)


def test_publish__of_what_is_not_newer__reverts_whole(feed, chain, publishers, assets, stranger):
    at = now(chain)
    first = [(assets[0], WAD, at)]
    signatures = sign(feed, chain, first, publishers[:2])
    feed.publish(first, signatures, sender=stranger)

    with ape.reverts("feed: report not newer"):
        feed.publish(first, signatures, sender=stranger)
    mixed = [(assets[1], WAD, at), (assets[0], 2 * WAD, at - 1)]
    with ape.reverts("feed: report not newer"):
        feed.publish(mixed, sign(feed, chain, mixed, publishers[:2]), sender=stranger)

    assert tuple(feed.latest(assets[1])) == (0, 0)


def test_set_signers__replaces_and_logs(feed, chain, owner, publishers, assets, stranger):
    old = [key.address for key in publishers]

    receipt = feed.set_signers(old[:1], 1, sender=owner)

    assert list(feed.signers()) == old[:1]
    assert feed.threshold() == 1
    (log,) = feed.SignersChanged.from_receipt(receipt)
    assert dict(log.event_arguments) == {
        "old_signers": old,
        "new_signers": old[:1],
        "old_threshold": 2,
        "new_threshold": 1,
    }
    reports = [(assets[0], WAD, now(chain))]
    with ape.reverts("feed: unknown signer"):
        feed.publish(reports, sign(feed, chain, reports, publishers[1:2]), sender=stranger)
    feed.publish(reports, sign(feed, chain, reports, publishers[:1]), sender=stranger)


def test_set_signers__badly__reverts(feed, owner, publishers, stranger):
    addresses = [key.address for key in publishers]
    with ape.reverts("ownable: caller is not the owner"):
        feed.set_signers(addresses, 1, sender=stranger)
    for bad in (addresses[::-1], [addresses[0]] * 2, ["0x" + "0" * 40]):
        with ape.reverts("feed: signers not ascending"):
            feed.set_signers(bad, 1, sender=owner)
    for threshold in (0, 4):
        with ape.reverts("feed: threshold out of range"):
            feed.set_signers(addresses, threshold, sender=owner)
