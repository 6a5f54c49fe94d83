# pragma version 0.4.3
# pragma evm-version cancun
# pragma optimize codesize
# pragma nonreentrancy on
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title LiquidityStrategy
@license AGPL-3.0-only
@notice Holds a vault's LP tokens of one pair and turns the fees they earn into more of them.
@dev The LP tokens are counted inside and shared out by virtual shares; the vault is the one
     holder. A harvest trades only while the pair's price is near the oracle's, so that
     nobody can bend the price first and sell to it. A keeper chooses when to harvest and
     can take nothing.
@custom:invariants VLT-1, VLT-4
@custom:kill Revoke it in the vault, or take every keeper away: deposits and withdrawals go
     on, fees stay claimable by the next harvest.
"""

from ethereum.ercs import IERC20
from snekmate.auth import ownable
from snekmate.auth import ownable_2step

from ..interfaces import ILiquidityStrategy
from ..interfaces import IPriceOracle
from ..interfaces import IStrategy
from ..interfaces import IVolatilePair
from ..interfaces import IYieldVault
from ..modules import shares
from ..modules import token_transfer
from ..modules import units

implements: ILiquidityStrategy
implements: IStrategy

initializes: ownable
initializes: ownable_2step[ownable := ownable]

exports: (
    ownable_2step.owner,
    ownable_2step.pending_owner,
    ownable_2step.transfer_ownership,
    ownable_2step.accept_ownership,
)

# How far the pair's price, and what a swap pays beside the fee, may stand from the oracle.
MAX_SLIPPAGE_BPS: constant(uint256) = 100

# The pair refuses to trade less than this many base units.
MIN_TRADE: constant(uint256) = 1_000

VAULT: immutable(address)
PAIR: immutable(IVolatilePair)
ORACLE: immutable(IPriceOracle)
TOKENS: immutable(address[2])
FEE_BPS: immutable(uint256)

# LP tokens held for the vault; one sent here by mistake is not among them.
_held: uint256

# Shares of the vault in them.
_total_shares: uint256

# Who may harvest.
is_keeper: public(HashMap[address, bool])


@deploy
def __init__(vault: address, pair: address, oracle: address, owner: address):
    """
    @custom:reverts "lp-strat: other asset" when the vault's asset is not the pair's LP token
    @param vault Vault that alone deposits and withdraws.
    @param pair Pair whose LP token is the vault's asset.
    @param oracle Prices of both tokens.
    @param owner Account that names keepers.
    """
    vault_asset: address = staticcall IYieldVault(vault).asset()
    assert vault_asset == pair, "lp-strat: other asset"

    ownable.__init__()
    ownable_2step.__init__()
    ownable_2step._transfer_ownership(owner)
    VAULT = vault
    PAIR = IVolatilePair(pair)
    ORACLE = IPriceOracle(oracle)
    token0: address = staticcall IVolatilePair(pair).token0()
    token1: address = staticcall IVolatilePair(pair).token1()
    TOKENS = [token0, token1]
    fee_bps: uint256 = staticcall IVolatilePair(pair).fee_bps()
    FEE_BPS = fee_bps


# --- For the vault ---


@external
def deposit(assets: uint256, receiver: address) -> uint256:
    """
    @notice Take `assets` LP tokens of the vault in.
    @custom:access The vault, for itself.
    @custom:rounding Shares down. The position keeps the fraction.
    @custom:reverts
        "lp-strat: not the vault"
        "token: transfer refused"
        "token: fee on transfer"
        "erc20: insufficient allowance"
        "erc20: transfer amount exceeds balance"
    @param assets LP tokens.
    @param receiver The vault.
    @return Shares credited.
    """
    self._check_vault(receiver)

    minted: uint256 = shares.to_shares_down(assets, self._held, self._total_shares)
    self._held += assets
    self._total_shares += minted

    log ILiquidityStrategy.Deposit(
        sender=msg.sender, owner=receiver, assets=assets, shares=minted
    )
    token_transfer.pull_exact(PAIR.address, msg.sender, assets)
    return minted


@external
def withdraw(assets: uint256, receiver: address, owner: address) -> uint256:
    """
    @notice Give exactly `assets` LP tokens back.
    @custom:access The vault, of its own.
    @custom:rounding Shares up. The position keeps the fraction.
    @custom:reverts
        "lp-strat: not the vault"
        "lp-strat: not enough shares"
        "token: transfer refused"
    @param assets LP tokens.
    @param receiver Account paid.
    @param owner The vault.
    @return Shares burned.
    """
    self._check_vault(owner)

    burned: uint256 = shares.to_shares_up(assets, self._held, self._total_shares)
    self._pay(receiver, assets, burned)
    return burned


@external
def redeem(shares_in: uint256, receiver: address, owner: address) -> uint256:
    """
    @notice Give the LP tokens that `shares_in` are worth back.
    @custom:access The vault, of its own.
    @custom:rounding Assets down. The position keeps the fraction.
    @custom:reverts
        "lp-strat: not the vault"
        "lp-strat: not enough shares"
        "token: transfer refused"
    @param shares_in Shares to burn.
    @param receiver Account paid.
    @param owner The vault.
    @return LP tokens paid.
    """
    self._check_vault(owner)

    assets: uint256 = shares.to_assets_down(shares_in, self._held, self._total_shares)
    self._pay(receiver, assets, shares_in)
    return assets


# --- For keepers ---


@external
def harvest(min_liquidity: uint256) -> (uint256, uint256, uint256):
    """
    @notice Claim the pair's fees, even them out by one swap and add them as liquidity.
    @dev Fees on LP tokens that lie idle in the vault are claimed too, as long as the vault lets
         this strategy have debt. What the pair does not take stays here for the next harvest.
         The vault sees the gain at its next report.
    @custom:access A keeper.
    @custom:reverts
        "lp-strat: not a keeper"
        "lp-strat: price off oracle" when the pair is, or the swap would pay, too far off
        "oracle: no feed"
        "oracle: stale price"
        "pair: too little liquidity" when there is too little to add
        "pair: below min liquidity"
    @param min_liquidity Least LP tokens to add.
    @return Fees claimed of token0 and of token1, and LP tokens added.
    """
    assert self.is_keeper[msg.sender], "lp-strat: not a keeper"
    deviation_bps: uint256 = self._deviation_bps()
    assert deviation_bps <= MAX_SLIPPAGE_BPS, "lp-strat: price off oracle"

    fees0: uint256 = 0
    fees1: uint256 = 0
    fees0, fees1 = extcall PAIR.claim_fees(self)
    if self._is_funded():
        idle_fees0: uint256 = 0
        idle_fees1: uint256 = 0
        idle_fees0, idle_fees1 = extcall PAIR.claim_fees_of_vault(VAULT)
        fees0 += idle_fees0
        fees1 += idle_fees1
    self._even_out()
    liquidity: uint256 = self._add(min_liquidity)
    self._held += liquidity

    log ILiquidityStrategy.Harvested(fees0=fees0, fees1=fees1, liquidity=liquidity)
    return fees0, fees1, liquidity


# --- Views ---


@external
@view
def vault() -> address:
    """
    @notice The one holder.
    """
    return VAULT


@external
@view
def pair() -> address:
    """
    @notice The pair whose LP tokens are held.
    """
    return PAIR.address


@external
@view
def oracle() -> address:
    """
    @notice Prices that bound each harvest.
    """
    return ORACLE.address


@external
@view
def asset() -> address:
    """
    @notice The pair's LP token.
    """
    return PAIR.address


@external
@view
def totalSupply() -> uint256:
    """
    @notice Shares of the vault.
    """
    return self._total_shares


@external
@view
def balanceOf(owner: address) -> uint256:
    """
    @notice Shares of `owner`: all of them for the vault, none for others.
    """
    return self._shares_of(owner)


@external
@view
def totalAssets() -> uint256:
    """
    @notice LP tokens held for the vault, compounded ones included.
    """
    return self._held


@external
@view
def convertToAssets(shares_in: uint256) -> uint256:
    """
    @notice LP tokens that shares are worth.
    @custom:rounding Down.
    """
    return shares.to_assets_down(shares_in, self._held, self._total_shares)


@external
@view
def convertToShares(assets: uint256) -> uint256:
    """
    @notice Shares that LP tokens are worth.
    @custom:rounding Down.
    """
    return shares.to_shares_down(assets, self._held, self._total_shares)


@external
@view
def previewDeposit(assets: uint256) -> uint256:
    """
    @notice Shares that `deposit` would credit.
    @custom:rounding Down.
    """
    return shares.to_shares_down(assets, self._held, self._total_shares)


@external
@view
def previewWithdraw(assets: uint256) -> uint256:
    """
    @notice Shares that `withdraw` would burn.
    @custom:rounding Up.
    """
    return shares.to_shares_up(assets, self._held, self._total_shares)


@external
@view
def previewRedeem(shares_in: uint256) -> uint256:
    """
    @notice LP tokens that `redeem` would pay.
    @custom:rounding Down.
    """
    return shares.to_assets_down(shares_in, self._held, self._total_shares)


@external
@view
def maxDeposit(receiver: address) -> uint256:
    """
    @notice No bound for the vault; 0 for others.
    """
    if receiver != VAULT:
        return 0
    return max_value(uint256)


@external
@view
def maxWithdraw(owner: address) -> uint256:
    """
    @notice LP tokens that `owner` can have: the position is never illiquid.
    @custom:rounding Down.
    """
    return shares.to_assets_down(self._shares_of(owner), self._held, self._total_shares)


@external
@view
def maxRedeem(owner: address) -> uint256:
    """
    @notice Shares that `owner` can redeem.
    """
    return self._shares_of(owner)


@external
@view
def pending_fees() -> (uint256, uint256):
    """
    @notice What a harvest would find: fees to claim, the vault's too, and what the last one left.
    @return Base units of token0 and of token1.
    """
    pending: uint256[2] = self._pending()
    return pending[0], pending[1]


@external
@view
def pending_value_usd_wad() -> uint256:
    """
    @notice What `pending_fees` are worth.
    @custom:rounding Down.
    @custom:reverts
        "oracle: no feed"
        "oracle: stale price"
    """
    pending: uint256[2] = self._pending()
    return self._value_usd_wad_down(0, pending[0]) + self._value_usd_wad_down(1, pending[1])


@external
@view
def price_deviation_bps() -> uint256:
    """
    @notice How far the pair's price stands from the oracle's.
    @custom:rounding Up.
    @custom:reverts
        "oracle: no feed"
        "oracle: stale price"
    @return Hundredths of a percent; BPS for an empty pair. `harvest` refuses above 100.
    """
    return self._deviation_bps()


# --- For the owner ---


@external
def set_keeper(keeper: address, allowed: bool):
    """
    @notice Say whether `keeper` may harvest.
    @custom:access The owner.
    @custom:reverts "ownable: caller is not the owner"
    @param keeper Account.
    @param allowed True to allow.
    """
    ownable._check_owner()

    old_allowed: bool = self.is_keeper[keeper]
    self.is_keeper[keeper] = allowed

    log ILiquidityStrategy.KeeperChanged(
        keeper=keeper, old_allowed=old_allowed, new_allowed=allowed
    )


# --- Internals ---


@internal
@view
def _check_vault(owner: address):
    assert msg.sender == VAULT, "lp-strat: not the vault"
    assert owner == VAULT, "lp-strat: not the vault"


@internal
@view
def _shares_of(owner: address) -> uint256:
    if owner != VAULT:
        return 0
    return self._total_shares


@internal
def _pay(receiver: address, assets: uint256, burned: uint256):
    assert burned <= self._total_shares, "lp-strat: not enough shares"

    self._held -= assets
    self._total_shares -= burned

    log ILiquidityStrategy.Withdraw(
        sender=msg.sender, receiver=receiver, owner=VAULT, assets=assets, shares=burned
    )
    token_transfer.push(PAIR.address, receiver, assets)


@internal
@view
def _balances() -> uint256[2]:
    # By balance: a token sent here is compounded with the fees.
    balance0: uint256 = staticcall IERC20(TOKENS[0]).balanceOf(self)
    balance1: uint256 = staticcall IERC20(TOKENS[1]).balanceOf(self)
    return [balance0, balance1]


@internal
@view
def _is_funded() -> bool:
    # Whether the vault would let LP tokens come here, and thereby their fees.
    params: IYieldVault.StrategyParams = staticcall IYieldVault(VAULT).strategies(self)
    return params.activation > 0 and params.max_debt > 0


@internal
@view
def _pending() -> uint256[2]:
    fees0: uint256 = 0
    fees1: uint256 = 0
    fees0, fees1 = staticcall PAIR.claimable_fees(self)
    idle_fees0: uint256 = 0
    idle_fees1: uint256 = 0
    if self._is_funded():
        idle_fees0, idle_fees1 = staticcall PAIR.claimable_fees(VAULT)
    balances: uint256[2] = self._balances()
    return [balances[0] + fees0 + idle_fees0, balances[1] + fees1 + idle_fees1]


@internal
@view
def _reserves() -> uint256[2]:
    reserve0: uint256 = 0
    reserve1: uint256 = 0
    reserve0, reserve1 = staticcall PAIR.reserves()
    return [reserve0, reserve1]


@internal
@view
def _value_usd_wad_down(side: uint256, assets: uint256) -> uint256:
    return staticcall ORACLE.value_usd_wad_down(TOKENS[side], assets)


@internal
@view
def _deviation_bps() -> uint256:
    # At the oracle's price both reserves are worth the same, so their values' ratio is that
    # of the two prices: (larger - smaller) / larger, up.
    reserves: uint256[2] = self._reserves()
    value0: uint256 = self._value_usd_wad_down(0, reserves[0])
    value1: uint256 = self._value_usd_wad_down(1, reserves[1])
    larger: uint256 = max(value0, value1)
    if larger == 0:
        return units.BPS
    return ((larger - min(value0, value1)) * units.BPS + larger - 1) // larger


@internal
def _even_out():
    # Sells so much of the side of which there is more, measured by the reserves, that what
    # is left has the ratio of the reserves after the sale.
    balances: uint256[2] = self._balances()
    reserves: uint256[2] = self._reserves()
    side: uint256 = 0
    if balances[1] * reserves[0] > balances[0] * reserves[1]:
        side = 1
    sold: uint256 = self._surplus_down(
        balances[side] * units.WAD // reserves[side],
        balances[1 - side] * units.WAD // reserves[1 - side],
        reserves[side],
    )
    if sold < MIN_TRADE:
        return

    # Beside the fee, the swap may pay at most MAX_SLIPPAGE_BPS less than the oracle says.
    bought: uint256 = staticcall PAIR.quote(TOKENS[side], sold)
    value_in: uint256 = self._value_usd_wad_down(side, sold)
    value_out: uint256 = self._value_usd_wad_down(1 - side, bought)
    fair_bps: uint256 = units.BPS - FEE_BPS - MAX_SLIPPAGE_BPS
    assert value_out * units.BPS >= value_in * fair_bps, "lp-strat: price off oracle"

    self._approve(side, sold)
    extcall PAIR.swap(TOKENS[side], sold, bought, self)


@internal
@view
def _surplus_down(more_wad: uint256, less_wad: uint256, reserve: uint256) -> uint256:
    # With u and v our balances over the reserves (u >= v), f the fee, x the net quantity sold
    # over its reserve: the rest matches the reserves when
    #     u - x / (1 - f) = (1 + x)**2 * (v + x / (1 + x))
    # that is
    #     (1 + v) * x**2 + (1 + 2 * v + 1 / (1 - f)) * x - (u - v) = 0
    # u is capped at 1: more than the reserves is sold in several harvests.
    u: uint256 = min(more_wad, units.WAD)
    v: uint256 = min(less_wad, u)
    net_bps: uint256 = units.BPS - FEE_BPS
    a: uint256 = units.WAD + v
    b: uint256 = units.WAD + 2 * v + units.WAD * units.BPS // net_bps
    root: uint256 = isqrt(b * b + 4 * a * (u - v))
    x_wad: uint256 = (root - b) * units.WAD // (2 * a)
    return reserve * x_wad // units.WAD * units.BPS // net_bps


@internal
def _add(min_liquidity: uint256) -> uint256:
    balances: uint256[2] = self._balances()
    self._approve(0, balances[0])
    self._approve(1, balances[1])
    used0: uint256 = 0
    used1: uint256 = 0
    liquidity: uint256 = 0
    used0, used1, liquidity = extcall PAIR.add_liquidity(
        balances[0], balances[1], min_liquidity, self
    )
    self._approve(0, 0)
    self._approve(1, 0)
    return liquidity


@internal
def _approve(side: uint256, assets: uint256):
    # The answer is not asked for: a refused approval fails at the transfer.
    extcall IERC20(TOKENS[side]).approve(PAIR.address, assets, default_return_value=True)
