# pragma version 0.4.3
# pragma evm-version cancun
# pragma nonreentrancy on
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title PairFactory
@license AGPL-3.0-only
@notice Creates at most one pair per two tokens and fee.
@dev The owner only sets the protocol's share of the fees of pairs created later.
@custom:kill Nobody can stop the factory or a pair that it created.
"""

from snekmate.auth import ownable
from snekmate.auth import ownable_2step
from ..interfaces import IPairFactory

implements: IPairFactory

initializes: ownable
initializes: ownable_2step[ownable := ownable]

exports: (
    ownable_2step.owner,
    ownable_2step.pending_owner,
    ownable_2step.transfer_ownership,
    ownable_2step.accept_ownership,
)

# The preamble of ERC-5202 that a blueprint carries before the init code.
BLUEPRINT_PREAMBLE: constant(Bytes[3]) = x"FE7100"

ALLOWED_FEES_BPS: constant(uint256[3]) = [5, 30, 100]
DEFAULT_PROTOCOL_SHARE_BPS: constant(uint256) = 2_000
MAX_PROTOCOL_SHARE_BPS: constant(uint256) = 5_000

BLUEPRINT: immutable(address)
FEE_COLLECTOR: immutable(address)

# Every pair, in order of creation, and how many there are.
pairs: public(HashMap[uint256, address])
pair_count: public(uint256)

# Whether an address is a pair that this factory created.
is_pair: public(HashMap[address, bool])

# Part of the fees that the next pairs send to the protocol.
protocol_share_bps: public(uint256)

# The pair of token0 < token1 and a fee.
_pair_of: HashMap[address, HashMap[address, HashMap[uint256, address]]]


@deploy
def __init__(blueprint: address, fee_collector: address, owner: address):
    """
    @notice Opens a factory without pairs.
    @custom:reverts
        "factory: not a blueprint"
        "factory: zero fee collector"
        "factory: zero owner"
    @param blueprint ERC-5202 blueprint of VolatilePair.
    @param fee_collector Receiver of the protocol's part of all fees.
    @param owner May set the protocol's share for later pairs.
    """
    assert blueprint.codesize > 3, "factory: not a blueprint"
    assert slice(blueprint.code, 0, 3) == BLUEPRINT_PREAMBLE, "factory: not a blueprint"
    assert fee_collector != empty(address), "factory: zero fee collector"
    assert owner != empty(address), "factory: zero owner"

    ownable.__init__()
    ownable_2step.__init__()
    ownable_2step._transfer_ownership(owner)
    BLUEPRINT = blueprint
    FEE_COLLECTOR = fee_collector
    self.protocol_share_bps = DEFAULT_PROTOCOL_SHARE_BPS


@external
def create_pair(token_a: address, token_b: address, fee_bps: uint256) -> address:
    """
    @notice Create the pair of two tokens at one of the allowed fees.
    @custom:access Anyone.
    @custom:reverts
        "factory: fee not allowed"
        "factory: same token"
        "factory: pair exists"
        "factory: empty pair"
        "pair: token order" when a token is the zero address
        "pair: not a token"
    @param token_a One token.
    @param token_b The other; the order does not matter.
    @param fee_bps Fee on what is sold: 5, 30 or 100.
    @return The pair.
    """
    assert fee_bps in ALLOWED_FEES_BPS, "factory: fee not allowed"
    assert token_a != token_b, "factory: same token"
    token0: address = empty(address)
    token1: address = empty(address)
    token0, token1 = self._sort(token_a, token_b)
    assert self._pair_of[token0][token1][fee_bps] == empty(address), "factory: pair exists"

    pair: address = create_from_blueprint(
        BLUEPRINT,
        token0,
        token1,
        fee_bps,
        self.protocol_share_bps,
        FEE_COLLECTOR,
        code_offset=3,
    )
    # The compiler accepts offsets that create nothing; the literal above and this refuse it.
    assert pair.codesize > 0, "factory: empty pair"

    index: uint256 = self.pair_count
    self._pair_of[token0][token1][fee_bps] = pair
    self.is_pair[pair] = True
    self.pairs[index] = pair
    self.pair_count = index + 1

    log IPairFactory.PairCreated(token0=token0, token1=token1, fee_bps=fee_bps, pair=pair)
    return pair


@external
@view
def pair_of(token_a: address, token_b: address, fee_bps: uint256) -> address:
    """
    @notice The pair of two tokens and a fee.
    @param token_a One token.
    @param token_b The other; the order does not matter.
    @param fee_bps Fee on what is sold.
    @return The pair, or the zero address where there is none.
    """
    token0: address = empty(address)
    token1: address = empty(address)
    token0, token1 = self._sort(token_a, token_b)
    return self._pair_of[token0][token1][fee_bps]


@external
@view
def blueprint() -> address:
    """
    @notice The code that pairs are created from.
    @return Its address.
    """
    return BLUEPRINT


@external
@view
def fee_collector() -> address:
    """
    @notice Receiver of the protocol's part of all fees.
    @return Its address.
    """
    return FEE_COLLECTOR


@external
def set_protocol_share(share_bps: uint256):
    """
    @notice Set the protocol's part of the fees of pairs created from here on.
    @custom:access Owner.
    @custom:reverts
        "ownable: caller is not the owner"
        "factory: share too high"
    @param share_bps Hundredths of a percent of the fee, at most half.
    """
    ownable._check_owner()
    assert share_bps <= MAX_PROTOCOL_SHARE_BPS, "factory: share too high"

    old_share_bps: uint256 = self.protocol_share_bps
    self.protocol_share_bps = share_bps

    log IPairFactory.ProtocolShareChanged(old_share_bps=old_share_bps, new_share_bps=share_bps)


@internal
@pure
def _sort(token_a: address, token_b: address) -> (address, address):
    if convert(token_a, uint160) < convert(token_b, uint160):
        return token_a, token_b
    return token_b, token_a
