# pragma version 0.4.3
# pragma evm-version cancun
# pragma optimize codesize
# pragma nonreentrancy on
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title LendingStrategy
@license AGPL-3.0-only
@notice Lends a vault's assets in one pool.
@dev It has one holder, the vault, and one position, the pool's shares: a share of the
     strategy IS a share of the pool. Nothing is stored, every figure is the pool's own, and
     what the pool cannot pay today is not on offer here either.
@custom:invariants VLT-4
@custom:kill Revoke it in the vault. Nobody else can stop it or move what it holds.
"""

from ethereum.ercs import IERC20

from ..interfaces import ILendingPool
from ..interfaces import ILendingStrategy
from ..interfaces import IStrategy
from ..interfaces import IYieldVault
from ..modules import token_transfer

implements: ILendingStrategy
implements: IStrategy

VAULT: immutable(address)
POOL: immutable(ILendingPool)
ASSET: immutable(address)


@deploy
def __init__(vault: address, pool: address):
    """
    @custom:reverts "lend-strat: other asset" when vault and pool differ in their asset
    @param vault Vault that alone deposits and withdraws.
    @param pool Pool to lend in.
    """
    asset: address = staticcall ILendingPool(pool).asset()
    vault_asset: address = staticcall IYieldVault(vault).asset()
    assert asset == vault_asset, "lend-strat: other asset"

    VAULT = vault
    POOL = ILendingPool(pool)
    ASSET = asset


# --- For the vault ---


@external
def deposit(assets: uint256, receiver: address) -> uint256:
    """
    @notice Lend `assets` of the vault.
    @custom:access The vault, for itself.
    @custom:rounding Shares down, as the pool.
    @custom:reverts
        "lend-strat: not the vault"
        "token: transfer refused"
        "token: fee on transfer"
        and the reasons of the pool
    @param assets Base units to lend.
    @param receiver The vault.
    @return Pool shares received.
    """
    self._check_vault(receiver)

    token_transfer.pull_exact(ASSET, msg.sender, assets)
    extcall IERC20(ASSET).approve(POOL.address, assets, default_return_value=True)
    minted: uint256 = extcall POOL.deposit(assets, self)
    return minted


@external
def withdraw(assets: uint256, receiver: address, owner: address) -> uint256:
    """
    @notice Take exactly `assets` out of the pool.
    @custom:access The vault, of its own.
    @custom:rounding Shares up, as the pool.
    @custom:reverts
        "lend-strat: not the vault"
        and the reasons of the pool
    @param assets Base units to take.
    @param receiver Account paid.
    @param owner The vault.
    @return Pool shares burned.
    """
    self._check_vault(owner)

    burned: uint256 = extcall POOL.withdraw(assets, receiver, self)
    return burned


@external
def redeem(shares: uint256, receiver: address, owner: address) -> uint256:
    """
    @notice Take what `shares` are worth out of the pool.
    @custom:access The vault, of its own.
    @custom:rounding Assets down, as the pool.
    @custom:reverts
        "lend-strat: not the vault"
        and the reasons of the pool
    @param shares Pool shares to burn.
    @param receiver Account paid.
    @param owner The vault.
    @return Base units paid.
    """
    self._check_vault(owner)

    assets: uint256 = extcall POOL.redeem(shares, receiver, self)
    return assets


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
def pool() -> address:
    """
    @notice The pool lent in.
    """
    return POOL.address


@external
@view
def asset() -> address:
    """
    @notice Token lent.
    """
    return ASSET


@external
@view
def totalSupply() -> uint256:
    """
    @notice Pool shares held.
    """
    return staticcall POOL.balanceOf(self)


@external
@view
def balanceOf(owner: address) -> uint256:
    """
    @notice Pool shares held for `owner`: all of them for the vault, none for others.
    """
    if owner != VAULT:
        return 0
    return staticcall POOL.balanceOf(self)


@external
@view
def totalAssets() -> uint256:
    """
    @notice What the position is worth.
    @custom:rounding Down.
    """
    shares: uint256 = staticcall POOL.balanceOf(self)
    return staticcall POOL.convertToAssets(shares)


@external
@view
def convertToAssets(shares: uint256) -> uint256:
    """
    @notice Assets that pool shares are worth.
    @custom:rounding Down.
    """
    return staticcall POOL.convertToAssets(shares)


@external
@view
def convertToShares(assets: uint256) -> uint256:
    """
    @notice Pool shares that assets are worth.
    @custom:rounding Down.
    """
    return staticcall POOL.convertToShares(assets)


@external
@view
def previewDeposit(assets: uint256) -> uint256:
    """
    @notice Pool shares that `deposit` would receive.
    @custom:rounding Down.
    """
    return staticcall POOL.previewDeposit(assets)


@external
@view
def previewWithdraw(assets: uint256) -> uint256:
    """
    @notice Pool shares that `withdraw` would burn.
    @custom:rounding Up.
    """
    return staticcall POOL.previewWithdraw(assets)


@external
@view
def previewRedeem(shares: uint256) -> uint256:
    """
    @notice Assets that `redeem` would pay.
    @custom:rounding Down.
    """
    return staticcall POOL.previewRedeem(shares)


@external
@view
def maxDeposit(receiver: address) -> uint256:
    """
    @notice Assets that the pool's caps leave room for; 0 for anyone but the vault.
    """
    if receiver != VAULT:
        return 0
    return staticcall POOL.maxDeposit(self)


@external
@view
def maxWithdraw(owner: address) -> uint256:
    """
    @notice Assets that the pool can pay today; 0 for anyone but the vault.
    """
    if owner != VAULT:
        return 0
    return staticcall POOL.maxWithdraw(self)


@external
@view
def maxRedeem(owner: address) -> uint256:
    """
    @notice Pool shares that the pool can pay for today; 0 for anyone but the vault.
    """
    if owner != VAULT:
        return 0
    return staticcall POOL.maxRedeem(self)


@internal
@view
def _check_vault(owner: address):
    assert msg.sender == VAULT, "lend-strat: not the vault"
    assert owner == VAULT, "lend-strat: not the vault"
