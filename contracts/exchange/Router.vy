# pragma version 0.4.3
# pragma evm-version cancun
# pragma nonreentrancy on
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title Router
@license AGPL-3.0-only
@notice Trades over up to four pairs, and adds or removes liquidity by a deadline.
@dev Takes assets only from the caller, calls only pairs of its factory, and holds no
     token and no open allowance between calls.
@custom:invariants ROUTER-1
@custom:kill Nobody can stop the router; users can always call the pairs themselves.
"""

from ethereum.ercs import IERC20
from ..interfaces import IPairFactory
from ..interfaces import IRouter
from ..interfaces import IVolatilePair
from ..modules import token_transfer

implements: IRouter

MAX_HOPS: constant(uint256) = 4

FACTORY: immutable(IPairFactory)


@deploy
def __init__(factory: address):
    """
    @notice Opens a router over the pairs of one factory.
    @custom:reverts "router: not a factory"
    @param factory The factory.
    """
    assert factory.is_contract, "router: not a factory"
    FACTORY = IPairFactory(factory)


@external
def swap_exact_in(
    hops: DynArray[IRouter.Hop, MAX_HOPS],
    assets_in: uint256,
    min_assets_out: uint256,
    receiver: address,
    deadline: uint256,
) -> uint256:
    """
    @notice Sell `assets_in` of the first hop's token along the hops.
    @custom:access Anyone; the caller pays.
    @custom:reverts
        "router: expired"
        "router: bad receiver"
        "router: no hops"
        "router: unknown pair"
        "router: pair used twice"
        "router: broken route" when a hop does not sell what the one before it bought
        "token: transfer refused"
        "token: fee on transfer"
        "router: approval refused"
        "router: below min out"
        and the reasons of the pairs
    @param hops Pairs in order, with the token sold to each.
    @param assets_in Base units of the first token.
    @param min_assets_out Least to accept of the last token.
    @param receiver Account paid by the last pair.
    @param deadline Last block time at which the trade may run.
    @return Assets paid of the last token.
    """
    self._check_call(receiver, deadline)
    self._check_route(hops)

    token_transfer.pull_exact(hops[0].token_in, msg.sender, assets_in)
    assets: uint256 = assets_in
    last: uint256 = len(hops) - 1
    for i: uint256 in range(len(hops), bound=MAX_HOPS):
        hop: IRouter.Hop = hops[i]
        hop_receiver: address = self
        if i == last:
            hop_receiver = receiver
        self._approve(hop.token_in, hop.pair, assets)
        assets = extcall IVolatilePair(hop.pair).swap(hop.token_in, assets, 0, hop_receiver)

    assert assets >= min_assets_out, "router: below min out"
    return assets


@external
def add_liquidity(
    pair: address,
    assets0_max: uint256,
    assets1_max: uint256,
    min_liquidity: uint256,
    receiver: address,
    deadline: uint256,
) -> (uint256, uint256, uint256):
    """
    @notice Add liquidity to a pair of the factory by a deadline.
    @dev Asks the pair first and takes exactly what it will take, so nothing is left over.
    @custom:access Anyone; the caller pays.
    @custom:reverts
        "router: expired"
        "router: bad receiver"
        "router: unknown pair"
        "token: transfer refused"
        "token: fee on transfer"
        "router: approval refused"
        "router: pair moved" when a token's callback traded in between
        and the reasons of the pair
    @param pair The pair.
    @param assets0_max Most of token0 to take.
    @param assets1_max Most of token1 to take.
    @param min_liquidity Least LP tokens to mint.
    @param receiver Account credited with the LP tokens.
    @param deadline Last block time at which the call may run.
    @return Assets taken of token0 and of token1, and LP tokens minted.
    """
    self._check_call(receiver, deadline)
    self._check_pair(pair)

    assets0: uint256 = 0
    assets1: uint256 = 0
    liquidity: uint256 = 0
    assets0, assets1, liquidity = staticcall IVolatilePair(pair).quote_add_liquidity(
        assets0_max, assets1_max
    )
    token0: address = staticcall IVolatilePair(pair).token0()
    token1: address = staticcall IVolatilePair(pair).token1()
    token_transfer.pull_exact(token0, msg.sender, assets0)
    token_transfer.pull_exact(token1, msg.sender, assets1)
    self._approve(token0, pair, assets0)
    self._approve(token1, pair, assets1)

    taken0: uint256 = 0
    taken1: uint256 = 0
    taken0, taken1, liquidity = extcall IVolatilePair(pair).add_liquidity(
        assets0_max, assets1_max, min_liquidity, receiver
    )
    # Only a token that calls out during a transfer can make the two differ.
    assert taken0 == assets0, "router: pair moved"
    assert taken1 == assets1, "router: pair moved"
    return assets0, assets1, liquidity


@external
def remove_liquidity(
    pair: address,
    liquidity: uint256,
    min_assets0: uint256,
    min_assets1: uint256,
    receiver: address,
    deadline: uint256,
) -> (uint256, uint256):
    """
    @notice Remove liquidity from a pair of the factory by a deadline.
    @dev The LP tokens pass through here for the length of the call; the fees earned with
         them stay claimable by the caller.
    @custom:access Anyone, for their own LP tokens.
    @custom:reverts
        "router: expired"
        "router: bad receiver"
        "router: unknown pair"
        "token: transfer refused"
        "token: fee on transfer"
        and the reasons of the pair
    @param pair The pair.
    @param liquidity LP tokens to burn.
    @param min_assets0 Least of token0 to accept.
    @param min_assets1 Least of token1 to accept.
    @param receiver Account paid.
    @param deadline Last block time at which the call may run.
    @return Assets paid of token0 and of token1.
    """
    self._check_call(receiver, deadline)
    self._check_pair(pair)

    token_transfer.pull_exact(pair, msg.sender, liquidity)
    assets0: uint256 = 0
    assets1: uint256 = 0
    assets0, assets1 = extcall IVolatilePair(pair).remove_liquidity(
        liquidity, min_assets0, min_assets1, receiver
    )
    return assets0, assets1


@external
@view
def quote_exact_in(hops: DynArray[IRouter.Hop, MAX_HOPS], assets_in: uint256) -> uint256:
    """
    @notice What `swap_exact_in` would pay in this state.
    @custom:reverts
        "router: no hops"
        "router: unknown pair"
        "router: pair used twice"
        "router: broken route"
        and the reasons of the pairs
    @param hops Pairs in order, with the token sold to each.
    @param assets_in Base units of the first token.
    @return Assets out of the last token.
    """
    self._check_route(hops)

    assets: uint256 = assets_in
    for hop: IRouter.Hop in hops:
        assets = staticcall IVolatilePair(hop.pair).quote(hop.token_in, assets)
    return assets


@external
@view
def factory() -> address:
    """
    @notice The factory whose pairs this router calls.
    @return Its address.
    """
    return FACTORY.address


@internal
@view
def _check_call(receiver: address, deadline: uint256):
    assert block.timestamp <= deadline, "router: expired"
    assert receiver != empty(address), "router: bad receiver"
    assert receiver != self, "router: bad receiver"


@internal
@view
def _check_pair(pair: address):
    is_known: bool = staticcall FACTORY.is_pair(pair)
    assert is_known, "router: unknown pair"


@internal
@view
def _check_route(hops: DynArray[IRouter.Hop, MAX_HOPS]):
    # A pair may be used once: then the quote of the whole route is what the route pays.
    assert len(hops) > 0, "router: no hops"
    token_bought: address = hops[0].token_in
    for i: uint256 in range(len(hops), bound=MAX_HOPS):
        hop: IRouter.Hop = hops[i]
        self._check_pair(hop.pair)
        for j: uint256 in range(i, bound=MAX_HOPS):
            assert hops[j].pair != hop.pair, "router: pair used twice"
        assert hop.token_in == token_bought, "router: broken route"

        token0: address = staticcall IVolatilePair(hop.pair).token0()
        token1: address = staticcall IVolatilePair(hop.pair).token1()
        token_bought = token0
        if hop.token_in == token0:
            token_bought = token1


@internal
def _approve(token: address, spender: address, assets: uint256):
    # Exactly what the pair takes in the same call: the allowance is zero again after it.
    is_approved: bool = extcall IERC20(token).approve(spender, assets, default_return_value=True)
    assert is_approved, "router: approval refused"
