# SPDX-License-Identifier: Apache-2.0
"""A list of prices as PublisherFeed wants it signed (EIP-712)."""

from dataclasses import dataclass

from eth_abi import encode as encode_abi
from eth_utils import keccak

DOMAIN_TYPE = keccak(
    b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
)
REPORT_TYPE = keccak(b"Report(address asset,uint256 price_usd_wad,uint256 observed_at)")
PUBLICATION_TYPE = keccak(
    b"Publication(Report[] reports)Report(address asset,uint256 price_usd_wad,uint256 observed_at)"
)


@dataclass(frozen=True, slots=True)
class Report:
    """What the publisher saw: USD WAD of one whole token, at a time."""

    asset: str
    price_usd_wad: int
    observed_at: int

    def as_tuple(self) -> tuple[str, int, int]:
        return (self.asset, self.price_usd_wad, self.observed_at)


def publication_digest(chain_id: int, feed: str, reports: list[Report]) -> bytes:
    """What a publisher signs: the feed accepts it on one chain and one contract alone."""
    domain = keccak(
        encode_abi(
            ["bytes32", "bytes32", "bytes32", "uint256", "address"],
            [DOMAIN_TYPE, keccak(b"Headwater PublisherFeed"), keccak(b"1"), chain_id, feed],
        )
    )
    hashes = [
        keccak(
            encode_abi(
                ["bytes32", "address", "uint256", "uint256"], [REPORT_TYPE, *report.as_tuple()]
            )
        )
        for report in reports
    ]
    content = keccak(PUBLICATION_TYPE + keccak(b"".join(hashes)))
    return keccak(b"\x19\x01" + domain + content)
