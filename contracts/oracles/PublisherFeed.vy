# pragma version 0.4.3
# pragma evm-version cancun
# pragma nonreentrancy on
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title PublisherFeed
@license AGPL-3.0-only
@notice Keeps the newest price per asset that a quorum of publishers has signed.
@dev Anybody may carry a signed list here: what counts is who signed it. A list is
     taken whole or not at all, so that prices observed together stay together.
     Freshness is the reader's business: the feed keeps the last price for ever, with
     the time of its observation.

     What is published in a block counts from the next one on. There Heartbeat comes before
     any user: whoever would leave ahead of a loss, or liquidate ahead of the house, finds
     that it has been met.
@custom:invariants ORC-2, ORC-6
@custom:kill The owner replaces the signers. Readers then see the last price age, and
    stop at their own staleness bound.
"""

from snekmate.auth import ownable
from snekmate.auth import ownable_2step
from snekmate.utils import ecdsa
from snekmate.utils import eip712_domain_separator

from ..interfaces import IPriceFeed
from ..interfaces import IPublisherFeed

implements: IPriceFeed
implements: IPublisherFeed

initializes: ownable
initializes: ownable_2step[ownable := ownable]
initializes: eip712_domain_separator

exports: (
    ownable_2step.owner,
    ownable_2step.pending_owner,
    ownable_2step.transfer_ownership,
    ownable_2step.accept_ownership,
    eip712_domain_separator.eip712Domain,
)

MAX_REPORTS: constant(uint256) = 16
MAX_SIGNERS: constant(uint256) = 5

# A publisher's clock may run ahead of the block by this much.
MAX_CLOCK_SKEW_SECONDS: constant(uint256) = 15

REPORT_TYPEHASH: constant(bytes32) = keccak256(
    "Report(address asset,uint256 price_usd_wad,uint256 observed_at)"
)
PUBLICATION_TYPEHASH: constant(bytes32) = keccak256(
    "Publication(Report[] reports)Report(address asset,uint256 price_usd_wad,uint256 observed_at)"
)

# What is kept of a report, and the block that it came in.
struct Kept:
    price_usd_wad: uint256
    observed_at: uint256
    published_in: uint256

# Who may sign, ascending, and how many of them must.
_signers: DynArray[address, MAX_SIGNERS]
threshold: public(uint256)

# The newest report per asset, and the one that stood when the block of the newest began.
_reports: HashMap[address, Kept]
_standing: HashMap[address, Kept]


@deploy
def __init__(signers: DynArray[address, 5], threshold: uint256, owner: address):
    """
    @notice Opens the feed for `threshold` of `signers`.
    @custom:reverts
        "feed: signers not ascending"
        "feed: threshold out of range"
    @param signers Addresses of the publishers' keys, ascending.
    @param threshold How many of them must sign a list.
    @param owner Who may replace them.
    """
    ownable.__init__()
    ownable_2step.__init__()
    ownable_2step._transfer_ownership(owner)
    eip712_domain_separator.__init__("Headwater PublisherFeed", "1")

    self._set_signers(signers, threshold)


@external
def publish(
    reports: DynArray[IPublisherFeed.Report, 16], signatures: DynArray[Bytes[65], 5]
):
    """
    @notice Take a list of prices that enough publishers signed.
    @dev One signature per signer, over the whole list, ascending by signer, so that
         none counts twice.
    @custom:access Anyone.
    @custom:reverts
        "feed: no reports"
        "ecdsa: invalid signature `s` value" when a signature is malleable
        "ecdsa: invalid signature" when it recovers to nobody
        "feed: signers not ascending"
        "feed: unknown signer"
        "feed: too few signatures"
        "feed: zero price"
        "feed: report from the future"
        "feed: report not newer" than the one kept for the asset
    @param reports What the publishers saw.
    @param signatures Theirs, over the EIP-712 digest of the list.
    """
    assert len(reports) > 0, "feed: no reports"

    digest: bytes32 = self._digest(reports)
    previous: address = empty(address)
    for signature: Bytes[65] in signatures:
        signer: address = ecdsa._recover_sig(digest, signature)
        assert convert(signer, uint160) > convert(previous, uint160), "feed: signers not ascending"
        assert signer in self._signers, "feed: unknown signer"
        previous = signer
    assert len(signatures) >= self.threshold, "feed: too few signatures"

    for report: IPublisherFeed.Report in reports:
        assert report.price_usd_wad > 0, "feed: zero price"
        assert (
            report.observed_at <= block.timestamp + MAX_CLOCK_SKEW_SECONDS
        ), "feed: report from the future"
        newest: Kept = self._reports[report.asset]
        assert report.observed_at > newest.observed_at, "feed: report not newer"

        if newest.published_in != block.number:
            self._standing[report.asset] = newest
        self._reports[report.asset] = Kept(
            price_usd_wad=report.price_usd_wad,
            observed_at=report.observed_at,
            published_in=block.number,
        )

        log IPublisherFeed.PricePublished(
            asset=report.asset, price_usd_wad=report.price_usd_wad, observed_at=report.observed_at
        )


@external
@view
def latest(asset: address) -> (uint256, uint256):
    """
    @notice The price of `asset` that counts in this block; zeros if none was ever published.
    @dev A report counts from the block after its own on, so that Heartbeat is the first to
         meet it. The very first counts at once: there is no price before it to go by.
    @return USD of one whole token, WAD.
    @return When the publishers observed it, Unix seconds.
    """
    report: Kept = self._reports[asset]
    if report.published_in == block.number:
        standing: Kept = self._standing[asset]
        if standing.observed_at > 0:
            return standing.price_usd_wad, standing.observed_at
    return report.price_usd_wad, report.observed_at


@external
@view
def newest(asset: address) -> (uint256, uint256):
    """
    @notice The newest price of `asset`, also where it counts from the next block on only.
    @return USD of one whole token, WAD; zero if none was ever published.
    @return When the publishers observed it, Unix seconds.
    """
    report: Kept = self._reports[asset]
    return report.price_usd_wad, report.observed_at


@external
@view
def digest(reports: DynArray[IPublisherFeed.Report, 16]) -> bytes32:
    """
    @notice What a publisher signs for `reports`.
    @return The EIP-712 digest of the list for this feed on this chain.
    """
    return self._digest(reports)


@external
@view
def signers() -> DynArray[address, 5]:
    """
    @notice Who may sign.
    @return Addresses, ascending.
    """
    return self._signers


@external
def set_signers(signers: DynArray[address, 5], threshold: uint256):
    """
    @notice Replace the publishers.
    @custom:access The owner.
    @custom:reverts
        "ownable: caller is not the owner"
        "feed: signers not ascending"
        "feed: threshold out of range"
    @param signers Addresses of the publishers' keys, ascending.
    @param threshold How many of them must sign a list.
    """
    ownable._check_owner()
    self._set_signers(signers, threshold)


@internal
def _set_signers(signers: DynArray[address, 5], threshold: uint256):
    """
    @custom:reverts
        "feed: signers not ascending"
        "feed: threshold out of range"
    """
    previous: address = empty(address)
    for signer: address in signers:
        assert convert(signer, uint160) > convert(previous, uint160), "feed: signers not ascending"
        previous = signer
    assert threshold > 0 and threshold <= len(signers), "feed: threshold out of range"

    log IPublisherFeed.SignersChanged(
        old_signers=self._signers,
        new_signers=signers,
        old_threshold=self.threshold,
        new_threshold=threshold,
    )
    self._signers = signers
    self.threshold = threshold


@internal
@view
def _digest(reports: DynArray[IPublisherFeed.Report, 16]) -> bytes32:
    hashes: DynArray[bytes32, MAX_REPORTS] = []
    for report: IPublisherFeed.Report in reports:
        hashes.append(
            keccak256(
                abi_encode(
                    REPORT_TYPEHASH, report.asset, report.price_usd_wad, report.observed_at
                )
            )
        )

    # EIP-712 hashes an array's elements back to back: the ABI encoding of the array
    # without its offset and length words.
    encoded: Bytes[576] = abi_encode(hashes)
    list_hash: bytes32 = keccak256(slice(encoded, 64, 32 * len(hashes)))

    return eip712_domain_separator._hash_typed_data_v4(
        keccak256(abi_encode(PUBLICATION_TYPEHASH, list_hash))
    )
