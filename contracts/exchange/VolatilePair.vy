# pragma version 0.4.3
# pragma evm-version cancun
# pragma optimize codesize
# pragma nonreentrancy on
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title VolatilePair
@license AGPL-3.0-only
@notice Trades two tokens against each other along reserve0 * reserve1 = k.
@dev Fees never join the reserves: the LPs' part goes to one index per token, the
     protocol's part waits for the collector. Balances are kept inside, so a donation
     moves neither price nor shares. Every division rounds against the caller.
@custom:invariants PAIR-1, PAIR-2, PAIR-3, PAIR-4, PAIR-5
@custom:kill Nobody can stop a pair. Each LP can always remove liquidity and claim fees.
"""

from ethereum.ercs import IERC20
from ethereum.ercs import IERC20Detailed
from snekmate.auth import ownable
from snekmate.tokens import erc20
from ..interfaces import IVolatilePair
from ..interfaces import IYieldVault
from ..modules import reward_index
from ..modules import token_transfer
from ..modules import units

implements: IERC20
implements: IERC20Detailed
implements: IVolatilePair

# The token module asks for an owner; nothing of it is exported, so nobody can use it.
initializes: ownable
initializes: erc20[ownable := ownable]

exports: (
    erc20.name,
    erc20.symbol,
    erc20.decimals,
    erc20.totalSupply,
    erc20.balanceOf,
    erc20.allowance,
    erc20.approve,
    erc20.permit,
    erc20.nonces,
    erc20.DOMAIN_SEPARATOR,
    erc20.eip712Domain,
)

# LP tokens locked by the first deposit, so that the supply is never zero again.
MINIMUM_LIQUIDITY: constant(uint256) = 1_000
LOCKED_LIQUIDITY_HOLDER: constant(address) = 0x000000000000000000000000000000000000dEaD

# Least quantity sold, in base units: below it the rounded-up fee is all there is.
MIN_TRADE: constant(uint256) = 1_000

# Keeps k below 2**224, prices below 2**172 and all fees ever paid within the index.
MAX_RESERVE: constant(uint256) = 2**112 - 1

MAX_FEE_BPS: constant(uint256) = 100
MAX_PROTOCOL_SHARE_BPS: constant(uint256) = 5_000

TOKENS: immutable(address[2])
FEE_BPS: immutable(uint256)
PROTOCOL_SHARE_BPS: immutable(uint256)
FEE_COLLECTOR: immutable(address)

# What the LPs own of each token, in base units, fees not included.
_reserves: uint256[2]

# LP fees of each token by index; what each LP has earned of them.
_fee_index: reward_index.Index[2]
_entitlements: HashMap[address, reward_index.Entitlement[2]]

# LP fees ever paid in and ever claimed, in base units.
_fees_paid: uint256[2]
_fees_claimed: uint256[2]

# Protocol fees that wait for the collector, in base units.
_protocol_fees: uint256[2]

# WAD-seconds of the price of token0 in token1 and of token1 in token0.
_price_cumulatives: uint256[2]

# Time up to which the prices above are summed.
last_updated_at: public(uint256)


@deploy
def __init__(
    token0: address,
    token1: address,
    fee_bps: uint256,
    protocol_share_bps: uint256,
    fee_collector: address,
):
    """
    @notice Opens an empty pair.
    @custom:reverts
        "pair: token order" unless zero < token0 < token1
        "pair: not a token"
        "pair: fee too high"
        "pair: protocol share too high"
        "pair: zero fee collector"
    @param token0 The token with the lower address.
    @param token1 The token with the higher address.
    @param fee_bps Fee on what is sold.
    @param protocol_share_bps Part of the fee that goes to the protocol.
    @param fee_collector Receiver of the protocol's part.
    """
    assert token0 != empty(address), "pair: token order"
    assert convert(token0, uint160) < convert(token1, uint160), "pair: token order"
    assert token0.is_contract, "pair: not a token"
    assert token1.is_contract, "pair: not a token"
    assert fee_bps <= MAX_FEE_BPS, "pair: fee too high"
    assert protocol_share_bps <= MAX_PROTOCOL_SHARE_BPS, "pair: protocol share too high"
    assert fee_collector != empty(address), "pair: zero fee collector"

    ownable.__init__()
    erc20.__init__("Headwater LP", "HW-LP", 18, "Headwater LP", "1")
    TOKENS = [token0, token1]
    FEE_BPS = fee_bps
    PROTOCOL_SHARE_BPS = protocol_share_bps
    FEE_COLLECTOR = fee_collector


# --- Liquidity ---


@external
def add_liquidity(
    assets0_max: uint256, assets1_max: uint256, min_liquidity: uint256, receiver: address
) -> (uint256, uint256, uint256):
    """
    @notice Put in both tokens at the ratio of the reserves and receive LP tokens.
    @dev The first deposit sets the ratio, takes both maxima and locks MINIMUM_LIQUIDITY.
    @custom:access Anyone; the caller pays.
    @custom:rounding Liquidity down, assets up. The caller owes both fractions.
    @custom:reverts
        "pair: bad receiver"
        "pair: reserve too large"
        "pair: too little liquidity" when nothing would be minted
        "pair: below min liquidity"
        "token: transfer refused"
        "token: fee on transfer"
    @param assets0_max Most of token0 to take.
    @param assets1_max Most of token1 to take.
    @param min_liquidity Least LP tokens to mint.
    @param receiver Account credited with the LP tokens.
    @return Assets taken of token0 and of token1, and LP tokens minted.
    """
    self._check_receiver(receiver)

    self._accrue_prices()
    self._settle(receiver)

    assets: uint256[2] = [0, 0]
    liquidity: uint256 = 0
    assets, liquidity = self._quote_add([assets0_max, assets1_max])
    assert liquidity >= min_liquidity, "pair: below min liquidity"

    if erc20.totalSupply == 0:
        erc20._mint(LOCKED_LIQUIDITY_HOLDER, MINIMUM_LIQUIDITY)
    erc20._mint(receiver, liquidity)
    self._reserves[0] += assets[0]
    self._reserves[1] += assets[1]

    log IVolatilePair.LiquidityAdded(
        provider=msg.sender,
        receiver=receiver,
        assets0=assets[0],
        assets1=assets[1],
        liquidity=liquidity,
    )
    token_transfer.pull_exact(TOKENS[0], msg.sender, assets[0])
    token_transfer.pull_exact(TOKENS[1], msg.sender, assets[1])
    return assets[0], assets[1], liquidity


@external
def remove_liquidity(
    liquidity: uint256, min_assets0: uint256, min_assets1: uint256, receiver: address
) -> (uint256, uint256):
    """
    @notice Burn LP tokens for their part of the reserves. Fees earned stay claimable.
    @custom:access Anyone, for their own LP tokens.
    @custom:rounding Assets down. The LPs that stay keep the fractions.
    @custom:reverts
        "pair: bad receiver"
        "pair: zero liquidity"
        "pair: below min assets"
        "erc20: burn amount exceeds balance"
        "token: transfer refused"
    @param liquidity LP tokens to burn.
    @param min_assets0 Least of token0 to accept.
    @param min_assets1 Least of token1 to accept.
    @param receiver Account paid.
    @return Assets paid of token0 and of token1.
    """
    self._check_receiver(receiver)
    assert liquidity > 0, "pair: zero liquidity"

    self._accrue_prices()
    self._settle(msg.sender)

    assets: uint256[2] = self._quote_remove(liquidity)
    assert assets[0] >= min_assets0, "pair: below min assets"
    assert assets[1] >= min_assets1, "pair: below min assets"

    erc20._burn(msg.sender, liquidity)
    self._reserves[0] -= assets[0]
    self._reserves[1] -= assets[1]

    log IVolatilePair.LiquidityRemoved(
        provider=msg.sender,
        receiver=receiver,
        assets0=assets[0],
        assets1=assets[1],
        liquidity=liquidity,
    )
    token_transfer.push(TOKENS[0], receiver, assets[0])
    token_transfer.push(TOKENS[1], receiver, assets[1])
    return assets[0], assets[1]


# --- Trade ---


@external
def swap(
    token_in: address, assets_in: uint256, min_assets_out: uint256, receiver: address
) -> uint256:
    """
    @notice Sell `assets_in` of one token for the other.
    @dev fee = ceil(in * fee_bps / BPS), net = in - fee, out = r_out * net // (r_in + net).
         Only `net` joins the reserves.
    @custom:access Anyone; the caller pays.
    @custom:rounding Fee up, assets out down. The trader owes both fractions.
    @custom:reverts
        "pair: bad receiver"
        "pair: unknown token"
        "pair: trade too small"
        "pair: reserve too large"
        "pair: nothing out"
        "pair: below min out"
        "token: transfer refused"
        "token: fee on transfer"
    @param token_in Token sold.
    @param assets_in Base units sold, fee included.
    @param min_assets_out Least to accept of the other token.
    @param receiver Account paid.
    @return Assets paid of the other token.
    """
    self._check_receiver(receiver)
    side_in: uint256 = self._side_of(token_in)
    side_out: uint256 = 1 - side_in

    self._accrue_prices()

    assets_out: uint256 = 0
    lp_fee: uint256 = 0
    protocol_fee: uint256 = 0
    assets_out, lp_fee, protocol_fee = self._quote_swap(side_in, assets_in)
    assert assets_out >= min_assets_out, "pair: below min out"

    self._reserves[side_in] += assets_in - lp_fee - protocol_fee
    self._reserves[side_out] -= assets_out
    self._fee_index[side_in] = reward_index.advance(
        self._fee_index[side_in], lp_fee, erc20.totalSupply
    )
    self._fees_paid[side_in] += lp_fee
    self._protocol_fees[side_in] += protocol_fee

    log IVolatilePair.Swapped(
        trader=msg.sender,
        receiver=receiver,
        token_in=token_in,
        assets_in=assets_in,
        assets_out=assets_out,
        lp_fee=lp_fee,
        protocol_fee=protocol_fee,
    )
    token_transfer.pull_exact(token_in, msg.sender, assets_in)
    token_transfer.push(TOKENS[side_out], receiver, assets_out)
    return assets_out


# --- Fees ---


@external
def claim_fees(receiver: address) -> (uint256, uint256):
    """
    @notice Send the LP fees that the caller has earned to `receiver`.
    @custom:access Anyone, for their own fees.
    @custom:rounding Down. The fraction stays with the caller for the next claim.
    @custom:reverts
        "pair: bad receiver"
        "token: transfer refused"
    @param receiver Account paid.
    @return Fees paid of token0 and of token1.
    """
    self._check_receiver(receiver)

    fees: uint256[2] = self._claim(msg.sender, receiver)
    return fees[0], fees[1]


@external
def claim_fees_of_vault(vault: address) -> (uint256, uint256):
    """
    @notice Send the LP fees that a vault has earned on idle LP tokens to its strategy.
    @dev A vault has no use for the pair's tokens and no function to claim them. A strategy that
         may hold the vault's LP tokens may turn their fees into more of them.
    @custom:access A strategy of `vault` whose maximum debt is not zero.
    @custom:rounding Down. The fraction stays with the vault for the next claim.
    @custom:reverts
        "pair: not a strategy"
        "token: transfer refused"
    @param vault YieldVault that holds LP tokens.
    @return Fees paid of token0 and of token1.
    """
    assert self._is_strategy(vault, msg.sender), "pair: not a strategy"

    fees: uint256[2] = self._claim(vault, msg.sender)
    return fees[0], fees[1]


@external
def claim_protocol_fees() -> (uint256, uint256):
    """
    @notice Send the protocol's part of the fees to the fee collector.
    @custom:access Anyone; only the collector is paid.
    @custom:reverts "token: transfer refused"
    @return Fees paid of token0 and of token1.
    """
    fees: uint256[2] = self._protocol_fees
    self._protocol_fees = [0, 0]

    log IVolatilePair.ProtocolFeesClaimed(fees0=fees[0], fees1=fees[1])
    self._push_both(FEE_COLLECTOR, fees)
    return fees[0], fees[1]


# --- LP token ---


@external
def transfer(to: address, amount: uint256) -> bool:
    """
    @notice Move LP tokens. Fees earned so far stay with the caller.
    @custom:access Anyone, for their own LP tokens.
    @custom:reverts
        "erc20: transfer to the zero address"
        "erc20: transfer amount exceeds balance"
    @param to Account credited.
    @param amount LP tokens to move.
    @return True.
    """
    self._settle(msg.sender)
    self._settle(to)
    erc20._transfer(msg.sender, to, amount)
    return True


@external
def transferFrom(owner: address, to: address, amount: uint256) -> bool:
    """
    @notice Move LP tokens of `owner` by allowance. Fees earned so far stay with `owner`.
    @custom:access Spenders approved by `owner`.
    @custom:reverts
        "erc20: insufficient allowance"
        "erc20: transfer to the zero address"
        "erc20: transfer amount exceeds balance"
    @param owner Account debited.
    @param to Account credited.
    @param amount LP tokens to move.
    @return True.
    """
    erc20._spend_allowance(owner, msg.sender, amount)
    self._settle(owner)
    self._settle(to)
    erc20._transfer(owner, to, amount)
    return True


# --- Views ---


@external
@view
def token0() -> address:
    """
    @notice The token with the lower address.
    @return Its address.
    """
    return TOKENS[0]


@external
@view
def token1() -> address:
    """
    @notice The token with the higher address.
    @return Its address.
    """
    return TOKENS[1]


@external
@view
def fee_bps() -> uint256:
    """
    @notice Fee on what is sold.
    @return Hundredths of a percent.
    """
    return FEE_BPS


@external
@view
def protocol_share_bps() -> uint256:
    """
    @notice Part of each fee that goes to the protocol.
    @return Hundredths of a percent of the fee.
    """
    return PROTOCOL_SHARE_BPS


@external
@view
def fee_collector() -> address:
    """
    @notice Receiver of the protocol's part of the fees.
    @return Its address.
    """
    return FEE_COLLECTOR


@external
@view
def reserves() -> (uint256, uint256):
    """
    @notice What the LPs own, fees not included.
    @return Base units of token0 and of token1.
    """
    return self._reserves[0], self._reserves[1]


@external
@view
def quote(token_in: address, assets_in: uint256) -> uint256:
    """
    @notice What `swap` would pay in this state.
    @custom:rounding Down, as `swap`.
    @custom:reverts
        "pair: unknown token"
        "pair: trade too small"
        "pair: reserve too large"
        "pair: nothing out"
    @param token_in Token sold.
    @param assets_in Base units sold, fee included.
    @return Assets out of the other token.
    """
    assets_out: uint256 = 0
    lp_fee: uint256 = 0
    protocol_fee: uint256 = 0
    side_in: uint256 = self._side_of(token_in)
    assets_out, lp_fee, protocol_fee = self._quote_swap(side_in, assets_in)
    return assets_out


@external
@view
def quote_add_liquidity(assets0_max: uint256, assets1_max: uint256) -> (uint256, uint256, uint256):
    """
    @notice What `add_liquidity` would take and mint in this state.
    @custom:rounding Liquidity down, assets up, as `add_liquidity`.
    @custom:reverts
        "pair: reserve too large"
        "pair: too little liquidity"
    @param assets0_max Most of token0 to take.
    @param assets1_max Most of token1 to take.
    @return Assets of token0 and of token1, and LP tokens.
    """
    assets: uint256[2] = [0, 0]
    liquidity: uint256 = 0
    assets, liquidity = self._quote_add([assets0_max, assets1_max])
    return assets[0], assets[1], liquidity


@external
@view
def quote_remove_liquidity(liquidity: uint256) -> (uint256, uint256):
    """
    @notice What `remove_liquidity` would pay in this state; zeros while the pair is empty.
    @custom:rounding Down, as `remove_liquidity`.
    @custom:reverts "erc20: burn amount exceeds balance" above the whole supply
    @param liquidity LP tokens to burn.
    @return Assets of token0 and of token1.
    """
    if erc20.totalSupply == 0:
        return 0, 0
    assets: uint256[2] = self._quote_remove(liquidity)
    return assets[0], assets[1]


@external
@view
def claimable_fees(owner: address) -> (uint256, uint256):
    """
    @notice LP fees that `owner` could claim.
    @custom:rounding Down, as `claim_fees`.
    @param owner LP.
    @return Fees of token0 and of token1.
    """
    fees: uint256[2] = [0, 0]
    for side: uint256 in range(2):
        fees[side] = reward_index.claimable_down(self._settled(owner, side))
    return fees[0], fees[1]


@external
@view
def claimable_protocol_fees() -> (uint256, uint256):
    """
    @notice Fees that wait for the collector.
    @return Fees of token0 and of token1.
    """
    return self._protocol_fees[0], self._protocol_fees[1]


@external
@view
def fees_paid0() -> uint256:
    """
    @notice LP fees of token0 ever paid by traders.
    @return Base units.
    """
    return self._fees_paid[0]


@external
@view
def fees_paid1() -> uint256:
    """
    @notice LP fees of token1 ever paid by traders.
    @return Base units.
    """
    return self._fees_paid[1]


@external
@view
def fees_claimed0() -> uint256:
    """
    @notice LP fees of token0 ever claimed.
    @return Base units.
    """
    return self._fees_claimed[0]


@external
@view
def fees_claimed1() -> uint256:
    """
    @notice LP fees of token1 ever claimed.
    @return Base units.
    """
    return self._fees_claimed[1]


@external
@view
def price_cumulative0() -> uint256:
    """
    @notice Sum of the price of token0 in token1 over time, up to `last_updated_at`.
    @return WAD-seconds of base units.
    """
    return self._price_cumulatives[0]


@external
@view
def price_cumulative1() -> uint256:
    """
    @notice Sum of the price of token1 in token0 over time, up to `last_updated_at`.
    @return WAD-seconds of base units.
    """
    return self._price_cumulatives[1]


@external
@view
def current_price_cumulatives() -> (uint256, uint256):
    """
    @notice Both price sums, carried on to this block's time.
    @dev The average price between two moments is the difference of the sums over the
         seconds between them. A trade changes only the seconds after its own block.
    @return WAD-seconds for token0 and for token1.
    """
    cumulatives: uint256[2] = self._cumulatives_at(block.timestamp)
    return cumulatives[0], cumulatives[1]


# --- Internals ---


@internal
@view
def _check_receiver(receiver: address):
    # Assets sent to the pair itself would belong to nobody.
    assert receiver != empty(address), "pair: bad receiver"
    assert receiver != self, "pair: bad receiver"


@internal
@view
def _side_of(token: address) -> uint256:
    if token == TOKENS[0]:
        return 0
    assert token == TOKENS[1], "pair: unknown token"
    return 1


@internal
def _accrue_prices():
    # Runs before the reserves change: elapsed seconds count at the price that stood.
    if self.last_updated_at == block.timestamp:
        return
    self._price_cumulatives = self._cumulatives_at(block.timestamp)
    self.last_updated_at = block.timestamp


@internal
@view
def _cumulatives_at(timestamp: uint256) -> uint256[2]:
    # sum_i + (reserve_other * WAD // reserve_i) * seconds. Prices stay below 2**172, so the
    # sums do not wrap within any time that fits 84 bits.
    cumulatives: uint256[2] = self._price_cumulatives
    if erc20.totalSupply == 0:
        return cumulatives
    elapsed_seconds: uint256 = timestamp - self.last_updated_at
    for side: uint256 in range(2):
        price_wad_down: uint256 = self._reserves[1 - side] * units.WAD // self._reserves[side]
        cumulatives[side] += price_wad_down * elapsed_seconds
    return cumulatives


@internal
@view
def _settled(owner: address, side: uint256) -> reward_index.Entitlement:
    return reward_index.settle(
        self._entitlements[owner][side], self._fee_index[side], erc20.balanceOf[owner]
    )


@internal
def _settle(owner: address):
    # Runs before the balance of `owner` changes.
    for side: uint256 in range(2):
        self._entitlements[owner][side] = self._settled(owner, side)


@internal
def _claim(owner: address, receiver: address) -> uint256[2]:
    """
    @custom:reverts "token: transfer refused"
    """
    self._settle(owner)

    fees: uint256[2] = [0, 0]
    for side: uint256 in range(2):
        earned: reward_index.Entitlement = self._entitlements[owner][side]
        fees[side] = reward_index.claimable_down(earned)
        self._entitlements[owner][side] = reward_index.claimed(earned)
        self._fees_claimed[side] += fees[side]

    log IVolatilePair.FeesClaimed(owner=owner, receiver=receiver, fees0=fees[0], fees1=fees[1])
    self._push_both(receiver, fees)
    return fees


@internal
@view
def _is_strategy(vault: address, account: address) -> bool:
    # What is no vault has no strategies, and must not fail with an empty reason.
    is_answered: bool = False
    answer: Bytes[128] = b""
    is_answered, answer = raw_call(
        vault,
        abi_encode(account, method_id=method_id("strategies(address)")),
        max_outsize=128,
        is_static_call=True,
        revert_on_failure=False,
    )
    if not is_answered or len(answer) < 128:
        return False
    params: IYieldVault.StrategyParams = abi_decode(answer, IYieldVault.StrategyParams)
    return params.activation > 0 and params.max_debt > 0


@internal
@view
def _quote_add(assets_max: uint256[2]) -> (uint256[2], uint256):
    # First deposit: L = isqrt(a0 * a1) - MINIMUM_LIQUIDITY, all of both maxima.
    # Later, with supply S: L = min(a_i * S // r_i), a_i = ceil(L * r_i / S) <= its maximum.
    for side: uint256 in range(2):
        assert assets_max[side] <= MAX_RESERVE - self._reserves[side], "pair: reserve too large"
    supply: uint256 = erc20.totalSupply

    if supply == 0:
        root: uint256 = isqrt(assets_max[0] * assets_max[1])
        assert root > MINIMUM_LIQUIDITY, "pair: too little liquidity"
        return assets_max, root - MINIMUM_LIQUIDITY

    liquidity: uint256 = min(
        assets_max[0] * supply // self._reserves[0], assets_max[1] * supply // self._reserves[1]
    )
    assert liquidity > 0, "pair: too little liquidity"
    assets: uint256[2] = [0, 0]
    for side: uint256 in range(2):
        # The product is positive: no reserve is zero once there is supply.
        assets[side] = (liquidity * self._reserves[side] - 1) // supply + 1
    return assets, liquidity


@internal
@view
def _quote_remove(liquidity: uint256) -> uint256[2]:
    # a_i = L * r_i // S. The locked liquidity keeps at least one unit of each in the reserves.
    supply: uint256 = erc20.totalSupply
    assert liquidity <= supply, "erc20: burn amount exceeds balance"
    return [liquidity * self._reserves[0] // supply, liquidity * self._reserves[1] // supply]


@internal
@view
def _quote_swap(side_in: uint256, assets_in: uint256) -> (uint256, uint256, uint256):
    # (assets out, LP fee, protocol fee); the formula stands at `swap`.
    reserve_in: uint256 = self._reserves[side_in]
    assert assets_in >= MIN_TRADE, "pair: trade too small"
    assert assets_in <= MAX_RESERVE - reserve_in, "pair: reserve too large"

    fee_up: uint256 = (assets_in * FEE_BPS + units.BPS - 1) // units.BPS
    protocol_fee_down: uint256 = fee_up * PROTOCOL_SHARE_BPS // units.BPS
    net_in: uint256 = assets_in - fee_up
    assets_out_down: uint256 = self._reserves[1 - side_in] * net_in // (reserve_in + net_in)
    assert assets_out_down > 0, "pair: nothing out"
    return assets_out_down, fee_up - protocol_fee_down, protocol_fee_down


@internal
def _push_both(receiver: address, assets: uint256[2]):
    for side: uint256 in range(2):
        if assets[side] > 0:
            token_transfer.push(TOKENS[side], receiver, assets[side])
