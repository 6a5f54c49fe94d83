# pragma version 0.4.3
# pragma evm-version cancun
# pragma optimize codesize
# pragma nonreentrancy on
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title YieldVault
@license AGPL-3.0-only
@notice An ERC-4626 vault that spreads one asset over up to ten strategies.
@dev Speaks Yearn v3 (API 3.0.4) where Yearn has the function. Assets are counted inside:
     total assets = idle + what the strategies owe, as last reported, so a donation moves
     nothing. Gains unlock over time, losses burn locked gains first and then lower the
     share price at once. The first deposit leaves DEAD_SHARES behind for ever, which makes
     the price too heavy to push around.
     A keeper needs REPORTING_MANAGER and DEBT_MANAGER and can do no more with them than
     move assets between the vault and strategies that others listed, up to a debt that
     others set: both leave total assets as they are, or as the strategy's books say.
     Left out of Yearn's set: limit modules, refunds, protocol fees, buy_debt, renaming.
@custom:invariants VLT-1, VLT-2, VLT-3, VLT-4, VLT-5
@custom:kill `shutdown_vault` ends deposits for ever; withdrawals stay open, debts can only
     be called back.
"""

from ethereum.ercs import IERC20
from ethereum.ercs import IERC20Detailed
from snekmate.auth import ownable
from snekmate.tokens import erc20

from ..interfaces import IAccountant
from ..interfaces import IStrategy
from ..interfaces import IYieldVault
from ..modules import profit_unlock
from ..modules import token_transfer
from ..modules import units
from ..modules import vault_roles

implements: IERC20
implements: IERC20Detailed
implements: IYieldVault

# The token module asks for an owner; nothing of it is exported, so nobody can use it.
initializes: ownable
initializes: erc20[ownable := ownable]
initializes: profit_unlock[erc20 := erc20]
initializes: vault_roles

exports: (
    # ERC-20 and ERC-2612
    erc20.name,
    erc20.symbol,
    erc20.decimals,
    erc20.allowance,
    erc20.approve,
    erc20.permit,
    erc20.nonces,
    erc20.DOMAIN_SEPARATOR,
    # Roles
    vault_roles.roles,
    vault_roles.role_manager,
    vault_roles.future_role_manager,
    vault_roles.set_role,
    vault_roles.add_role,
    vault_roles.remove_role,
    vault_roles.transfer_role_manager,
    vault_roles.accept_role_manager,
)

# Most strategies in a queue.
MAX_QUEUE: constant(uint256) = 10

# Version of Yearn's vault whose interface this is.
API_VERSION: constant(String[28]) = "3.0.4"

# Shares of the first deposit that nobody owns, and where they lie.
DEAD_SHARES: constant(uint256) = 1_000
DEAD_SHARE_HOLDER: constant(address) = 0x000000000000000000000000000000000000dEaD

# An ERC-4626 position is worth a unit or so less than was paid for it, by rounding. Up to
# this many base units are rounding, not a loss that a withdrawer must agree to.
ROUNDING_DUST: constant(uint256) = 10

# One mean year, as in Yearn.
MAX_UNLOCK_SECONDS: constant(uint256) = 31_556_952

ASSET: immutable(address)

# Assets held here, and assets owed by all strategies as last reported.
total_idle: uint256
total_debt: uint256

# Strategies ever listed and not revoked.
strategies: public(HashMap[address, IYieldVault.StrategyParams])

# Order in which strategies are asked for assets.
default_queue: public(DynArray[address, MAX_QUEUE])

# Whether a queue that a withdrawer passes is ignored.
use_default_queue: public(bool)

# Whether each deposit goes on to the first strategy of the queue.
auto_allocate: public(bool)

# Who assesses fees at a report; the zero address for none.
accountant: public(address)

# Most total assets that deposits may lead to; the largest number for no limit.
deposit_limit: public(reentrant(uint256))

# Idle assets that moves into strategies leave here.
minimum_total_idle: public(uint256)

# Most that a strategy's debt may grow by at a report, per second since the last; 0 for no bound.
max_growth_per_second_wad: public(uint256)

_is_shutdown: bool


@deploy
def __init__(
    asset: address,
    name: String[25],
    symbol: String[5],
    role_manager: address,
    profit_max_unlock_time: uint256,
):
    """
    @notice Opens an empty vault with a deposit limit of 0 and no roles given.
    @custom:reverts "vault: unlock time too long"
    @param asset Token that the vault holds; its decimals become those of the shares.
    @param name Name of the shares.
    @param symbol Symbol of the shares.
    @param role_manager Account that hands out roles.
    @param profit_max_unlock_time Seconds over which a gain unlocks.
    """
    assert profit_max_unlock_time <= MAX_UNLOCK_SECONDS, "vault: unlock time too long"

    ASSET = asset
    decimals: uint8 = staticcall IERC20Detailed(asset).decimals()
    ownable.__init__()
    erc20.__init__(name, symbol, decimals, name, "3.0.4")
    vault_roles.__init__(role_manager)
    profit_unlock.max_unlock_time = profit_max_unlock_time
    log IYieldVault.UpdateProfitMaxUnlockTime(profit_max_unlock_time=profit_max_unlock_time)


# --- Shareholders ---


@external
def deposit(assets: uint256, receiver: address) -> uint256:
    """
    @notice Put in `assets` and credit `receiver` with the shares that they buy.
    @custom:access Anyone; the caller pays.
    @custom:rounding Shares down. The other holders keep the fraction.
    @custom:reverts
        "vault: over deposit limit" also when shut down or for the vault as receiver
        "vault: zero assets"
        "vault: zero shares" also when the first deposit does not exceed the dead shares
        "token: transfer refused"
        "token: fee on transfer"
        "vault: unreported loss" when idle assets go on to a strategy that has lost
        "vault: too much loss"
    @param assets Base units to put in; the largest number for all that the caller holds.
    @param receiver Account credited.
    @return Shares credited.
    """
    paid: uint256 = assets
    if paid == max_value(uint256):
        paid = self._balance_of(msg.sender)

    shares: uint256 = self._deposit_shares_down(paid)
    self._deposit(receiver, paid, shares)
    return shares


@external
def mint(shares: uint256, receiver: address) -> uint256:
    """
    @notice Credit `receiver` with exactly `shares` for what they cost.
    @custom:access Anyone; the caller pays.
    @custom:rounding Assets up. The caller owes the fraction.
    @custom:reverts
        "vault: over deposit limit" also when shut down or for the vault as receiver
        "vault: zero assets"
        "vault: zero shares"
        "token: transfer refused"
        "token: fee on transfer"
        "vault: unreported loss" when idle assets go on to a strategy that has lost
        "vault: too much loss"
    @param shares Shares to credit.
    @param receiver Account credited.
    @return Base units paid.
    """
    assets: uint256 = self._mint_assets_up(shares)
    self._deposit(receiver, assets, shares)
    return assets


@external
def withdraw(
    assets: uint256,
    receiver: address,
    owner: address,
    max_loss: uint256 = 0,
    strategies: DynArray[address, MAX_QUEUE] = [],
) -> uint256:
    """
    @notice Burn the shares of `owner` that `assets` are worth and pay `receiver`.
    @dev Idle assets first, then the queue. A strategy that is worth less than it owes, beyond
         rounding, pays that much less of what is asked of it, at the withdrawer's expense.
    @custom:access `owner`, or whom `owner` approved for the shares.
    @custom:rounding Shares up. The owner owes the fraction.
    @custom:reverts
        "vault: bad address"
        "vault: zero assets"
        "vault: zero shares"
        "vault: not enough shares"
        "erc20: insufficient allowance"
        "vault: inactive strategy"
        "vault: not enough liquidity"
        "vault: too much loss"
        "token: transfer refused"
    @param assets Base units to withdraw, losses included.
    @param receiver Account paid.
    @param owner Account whose shares are burned.
    @param max_loss Most of `assets` that may be lost, in hundredths of a percent.
    @param strategies Strategies to ask, in this order; empty for the default queue.
    @return Shares burned.
    """
    shares: uint256 = self._shares(assets, True)
    self._redeem(receiver, owner, assets, shares, max_loss, strategies)
    return shares


@external
def redeem(
    shares: uint256,
    receiver: address,
    owner: address,
    max_loss: uint256 = units.BPS,
    strategies: DynArray[address, MAX_QUEUE] = [],
) -> uint256:
    """
    @notice Burn `shares` of `owner` and pay `receiver` what they are worth.
    @dev As `withdraw`, with any loss accepted unless `max_loss` says otherwise.
    @custom:access `owner`, or whom `owner` approved for the shares.
    @custom:rounding Assets down. The other holders keep the fraction.
    @custom:reverts
        "vault: bad address"
        "vault: zero assets"
        "vault: zero shares"
        "vault: not enough shares"
        "erc20: insufficient allowance"
        "vault: inactive strategy"
        "vault: not enough liquidity"
        "vault: too much loss"
        "token: transfer refused"
    @param shares Shares to burn.
    @param receiver Account paid.
    @param owner Account whose shares are burned.
    @param max_loss Most of the worth that may be lost, in hundredths of a percent.
    @param strategies Strategies to ask, in this order; empty for the default queue.
    @return Base units paid.
    """
    assets: uint256 = self._assets(shares, False)
    paid: uint256 = self._redeem(receiver, owner, assets, shares, max_loss, strategies)
    return paid


@external
def transfer(receiver: address, amount: uint256) -> bool:
    """
    @notice Move shares of the caller to `receiver`.
    @custom:access Anyone, for their own shares.
    @custom:reverts
        "vault: bad address"
        "erc20: transfer amount exceeds balance"
    @param receiver Account credited.
    @param amount Shares to move.
    @return True.
    """
    self._transfer(msg.sender, receiver, amount)
    return True


@external
def transferFrom(sender: address, receiver: address, amount: uint256) -> bool:
    """
    @notice Move shares of `sender` to `receiver` by allowance.
    @custom:access Spenders approved by `sender`.
    @custom:reverts
        "erc20: insufficient allowance"
        "vault: bad address"
        "erc20: transfer amount exceeds balance"
    @param sender Account debited.
    @param receiver Account credited.
    @param amount Shares to move.
    @return True.
    """
    erc20._spend_allowance(sender, msg.sender, amount)
    self._transfer(sender, receiver, amount)
    return True


# --- Keeper ---


@external
def process_report(strategy: address) -> (uint256, uint256):
    """
    @notice Write the gain or loss of `strategy` since its last report into the books.
    @dev The vault itself as `strategy` takes in assets that were sent here outside of a
         deposit. A gain above the growth bound stays in the strategy for the next report, and
         so does what is above the worth of whole shares: in the price at once, it would be
         for who came for the report alone.
         Fees are paid in shares out of the gain, at the price before it.
    @custom:access REPORTING_MANAGER.
    @custom:rounding All shares down: those that lock a gain, those of fees, those burned for a
        loss. A gain is booked as the worth of its shares, up.
    @custom:reverts
        "vault: not allowed"
        "vault: no shares" before the first deposit
        "vault: inactive strategy"
    @param strategy Strategy to report on.
    @return Gain and loss, in assets; one of them is 0.
    """
    vault_roles.check(IYieldVault.Roles.REPORTING_MANAGER)
    assert erc20.totalSupply > 0, "vault: no shares"

    gain: uint256 = 0
    loss: uint256 = 0
    gain, loss = self._assess(strategy)
    # All shares at the price before the report: it must not step.
    gain_shares: uint256 = self._shares(gain, False)
    if self._total_assets() > 0:
        gain = self._assets(gain_shares, True)
    fees: uint256 = self._assess_fees(strategy, gain, loss)
    fee_shares: uint256 = self._shares(fees, False)
    if loss > 0:
        profit_unlock.cut(self._shares(loss, False))
    elif profit_unlock.max_unlock_time > 0:
        profit_unlock.lock(gain_shares - fee_shares)
    if fee_shares > 0:
        erc20._mint(self.accountant, fee_shares)
    new_debt: uint256 = self._book(strategy, gain, loss)

    self._log_report(strategy, gain, loss, new_debt, fees)
    return gain, loss


@external
def update_debt(strategy: address, target_debt: uint256, max_loss: uint256 = units.BPS) -> uint256:
    """
    @notice Move assets between the vault and `strategy` until it owes `target_debt`, as far
         as limits and cash allow.
    @dev Never changes total assets: a strategy that pays back less than asked goes on owing
         the rest, which the next report writes off.
    @custom:access DEBT_MANAGER.
    @custom:reverts
        "vault: not allowed"
        "vault: inactive strategy"
        "vault: debt unchanged"
        "vault: unreported loss" when the strategy is worth less than it owes
        "vault: too much loss" when it pays back less than it promised
    @param strategy Strategy to fund or to call assets back from.
    @param target_debt Debt to aim at; 0 for all when the vault is shut down.
    @param max_loss Most that may be missing of what is called back, in hundredths of a percent.
    @return Debt reached.
    """
    vault_roles.check(IYieldVault.Roles.DEBT_MANAGER)
    self._check_active(strategy)

    target: uint256 = target_debt
    if self._is_shutdown:
        target = 0
    assert target != self._debt_of(strategy), "vault: debt unchanged"

    new_debt: uint256 = self._move_debt(strategy, target, max_loss)
    return new_debt


# --- Strategies and limits ---


@external
def add_strategy(new_strategy: address, add_to_queue: bool = True):
    """
    @notice List `new_strategy`, with a maximum debt of 0, and queue it if there is room.
    @custom:access ADD_STRATEGY_MANAGER.
    @custom:reverts
        "vault: not allowed"
        "vault: bad address"
        "vault: other asset"
        "vault: strategy active"
    @param new_strategy Strategy to list; it must have the vault's asset.
    @param add_to_queue Whether to put it at the end of the default queue.
    """
    vault_roles.check(IYieldVault.Roles.ADD_STRATEGY_MANAGER)
    self._check_address(new_strategy)
    asset: address = staticcall IStrategy(new_strategy).asset()
    assert asset == ASSET, "vault: other asset"
    assert self.strategies[new_strategy].activation == 0, "vault: strategy active"

    self.strategies[new_strategy] = IYieldVault.StrategyParams(
        activation=block.timestamp, last_report=block.timestamp, current_debt=0, max_debt=0
    )
    if add_to_queue and len(self.default_queue) < MAX_QUEUE:
        self.default_queue.append(new_strategy)

    log IYieldVault.StrategyChanged(
        strategy=new_strategy, change_type=IYieldVault.StrategyChangeType.ADDED
    )


@external
def revoke_strategy(strategy: address):
    """
    @notice Take a strategy without debt off the list and the queue.
    @custom:access REVOKE_STRATEGY_MANAGER.
    @custom:reverts
        "vault: not allowed"
        "vault: inactive strategy"
        "vault: strategy has debt"
    @param strategy Strategy to take off.
    """
    vault_roles.check(IYieldVault.Roles.REVOKE_STRATEGY_MANAGER)
    assert self._debt_of(strategy) == 0, "vault: strategy has debt"

    self._revoke(strategy)


@external
def force_revoke_strategy(strategy: address):
    """
    @notice Take a strategy off the list and write its whole debt off as a loss.
    @dev For a strategy that no longer answers: nothing of it is called.
    @custom:access FORCE_REVOKE_MANAGER.
    @custom:rounding Locked shares burned up.
    @custom:reverts
        "vault: not allowed"
        "vault: inactive strategy"
    @param strategy Strategy to take off.
    """
    vault_roles.check(IYieldVault.Roles.FORCE_REVOKE_MANAGER)

    loss: uint256 = self._debt_of(strategy)
    if loss > 0:
        loss_shares: uint256 = self._shares(loss, True)
        self.total_debt -= loss
        profit_unlock.cut(loss_shares)
        self._log_report(strategy, 0, loss, 0, 0)
    self._revoke(strategy)


@external
def update_max_debt_for_strategy(strategy: address, new_max_debt: uint256):
    """
    @notice Set the most that `strategy` may owe. A debt already above it stays.
    @custom:access MAX_DEBT_MANAGER.
    @custom:reverts
        "vault: not allowed"
        "vault: inactive strategy"
    @param strategy Listed strategy.
    @param new_max_debt Most assets.
    """
    vault_roles.check(IYieldVault.Roles.MAX_DEBT_MANAGER)
    self._check_active(strategy)

    self.strategies[strategy].max_debt = new_max_debt

    log IYieldVault.UpdatedMaxDebtForStrategy(
        sender=msg.sender, strategy=strategy, new_debt=new_max_debt
    )


@external
def set_default_queue(new_default_queue: DynArray[address, MAX_QUEUE]):
    """
    @notice Set the order in which strategies are asked for assets.
    @custom:access QUEUE_MANAGER.
    @custom:reverts
        "vault: not allowed"
        "vault: inactive strategy"
        "vault: duplicate strategy" for its assets would be promised twice
    @param new_default_queue Listed strategies, each once; those left out are not asked.
    """
    vault_roles.check(IYieldVault.Roles.QUEUE_MANAGER)
    self.default_queue = []
    for strategy: address in new_default_queue:
        self._check_active(strategy)
        assert strategy not in self.default_queue, "vault: duplicate strategy"
        self.default_queue.append(strategy)

    log IYieldVault.UpdateDefaultQueue(new_default_queue=new_default_queue)


@external
def set_use_default_queue(use_default_queue: bool):
    """
    @notice Say whether queues passed by withdrawers are ignored.
    @custom:access QUEUE_MANAGER.
    @custom:reverts "vault: not allowed"
    @param use_default_queue True to ignore them.
    """
    vault_roles.check(IYieldVault.Roles.QUEUE_MANAGER)

    self.use_default_queue = use_default_queue

    log IYieldVault.UpdateUseDefaultQueue(use_default_queue=use_default_queue)


@external
def set_auto_allocate(auto_allocate: bool):
    """
    @notice Say whether each deposit goes on to the first strategy of the queue.
    @custom:access DEBT_MANAGER.
    @custom:reverts "vault: not allowed"
    @param auto_allocate True to pass deposits on.
    """
    vault_roles.check(IYieldVault.Roles.DEBT_MANAGER)

    self.auto_allocate = auto_allocate

    log IYieldVault.UpdateAutoAllocate(auto_allocate=auto_allocate)


@external
def set_accountant(new_accountant: address):
    """
    @notice Set who assesses fees.
    @custom:access ACCOUNTANT_MANAGER.
    @custom:reverts "vault: not allowed"
    @param new_accountant Accountant, also the receiver of the fee shares; zero for no fees.
    """
    vault_roles.check(IYieldVault.Roles.ACCOUNTANT_MANAGER)

    self.accountant = new_accountant

    log IYieldVault.UpdateAccountant(accountant=new_accountant)


@external
def set_deposit_limit(deposit_limit: uint256, override: bool = False):
    """
    @notice Set the most total assets that deposits may lead to.
    @custom:access DEPOSIT_LIMIT_MANAGER.
    @custom:reverts
        "vault: not allowed"
        "vault: shut down"
    @param deposit_limit Most assets; the largest number for no limit.
    @param override Without effect here; Yearn drops its limit module by it.
    """
    vault_roles.check(IYieldVault.Roles.DEPOSIT_LIMIT_MANAGER)
    self._check_open()

    self._set_deposit_limit(deposit_limit)


@external
def set_minimum_total_idle(minimum_total_idle: uint256):
    """
    @notice Set the idle assets that moves into strategies leave here.
    @custom:access MINIMUM_IDLE_MANAGER.
    @custom:reverts "vault: not allowed"
    @param minimum_total_idle Least idle assets.
    """
    vault_roles.check(IYieldVault.Roles.MINIMUM_IDLE_MANAGER)

    self.minimum_total_idle = minimum_total_idle

    log IYieldVault.UpdateMinimumTotalIdle(minimum_total_idle=minimum_total_idle)


@external
def setProfitMaxUnlockTime(new_profit_max_unlock_time: uint256):
    """
    @notice Set the seconds over which gains reported from then on unlock.
    @dev 0 also unlocks at once what is locked, which the share price shows as a step.
    @custom:access PROFIT_UNLOCK_MANAGER.
    @custom:reverts
        "vault: not allowed"
        "vault: unlock time too long"
    @param new_profit_max_unlock_time Seconds, at most a year.
    """
    vault_roles.check(IYieldVault.Roles.PROFIT_UNLOCK_MANAGER)
    assert new_profit_max_unlock_time <= MAX_UNLOCK_SECONDS, "vault: unlock time too long"

    if new_profit_max_unlock_time == 0:
        profit_unlock.release()
    profit_unlock.max_unlock_time = new_profit_max_unlock_time

    log IYieldVault.UpdateProfitMaxUnlockTime(profit_max_unlock_time=new_profit_max_unlock_time)


@external
def set_max_growth(max_growth_per_second_wad: uint256):
    """
    @notice Bound the gain that a report may recognize.
    @dev Not in Yearn. What stands above the bound waits in the strategy.
    @custom:access PROFIT_UNLOCK_MANAGER.
    @custom:reverts "vault: not allowed"
    @param max_growth_per_second_wad Gain per second since the strategy's last report and per
         unit of its debt; 0 for no bound.
    """
    vault_roles.check(IYieldVault.Roles.PROFIT_UNLOCK_MANAGER)

    old_max_growth_per_second_wad: uint256 = self.max_growth_per_second_wad
    self.max_growth_per_second_wad = max_growth_per_second_wad

    log IYieldVault.MaxGrowthChanged(
        old_max_growth_per_second_wad=old_max_growth_per_second_wad,
        new_max_growth_per_second_wad=max_growth_per_second_wad,
    )


@external
def shutdown_vault():
    """
    @notice End deposits for ever and take the role that calls debts back.
    @custom:access EMERGENCY_MANAGER.
    @custom:reverts
        "vault: not allowed"
        "vault: shut down"
    """
    vault_roles.check(IYieldVault.Roles.EMERGENCY_MANAGER)
    self._check_open()

    self._is_shutdown = True
    self._set_deposit_limit(0)
    vault_roles.grant(msg.sender, IYieldVault.Roles.DEBT_MANAGER)

    log IYieldVault.Shutdown()


# --- Views: shares ---


@external
@view
def totalSupply() -> uint256:
    """
    @notice Shares that have a claim, without those already unlocked.
    """
    return profit_unlock.supply()


@external
@view
def balanceOf(addr: address) -> uint256:
    """
    @notice Shares of `addr`. The vault's own are the gains still locked.
    """
    if addr == self:
        return erc20.balanceOf[self] - profit_unlock.unlocked()
    return erc20.balanceOf[addr]


@external
@view
def asset() -> address:
    """
    @notice Token that the vault holds.
    """
    return ASSET


@external
@view
def totalAssets() -> uint256:
    """
    @notice Idle assets and the debts of all strategies, as last reported.
    """
    return self._total_assets()


@external
@view
def totalIdle() -> uint256:
    """
    @notice Assets held here.
    """
    return self.total_idle


@external
@view
def totalDebt() -> uint256:
    """
    @notice Assets that the strategies owe.
    """
    return self.total_debt


@external
@view
def pricePerShare() -> uint256:
    """
    @notice Assets that one whole share is worth.
    @custom:rounding Down. Use `convertToAssets` where the fraction matters.
    """
    return self._assets(10 ** convert(erc20.decimals, uint256), False)


@external
@view
def convertToShares(assets: uint256) -> uint256:
    """
    @notice Shares that `assets` are worth today.
    @custom:rounding Down.
    """
    return self._shares(assets, False)


@external
@view
def convertToAssets(shares: uint256) -> uint256:
    """
    @notice Assets that `shares` are worth today.
    @custom:rounding Down.
    """
    return self._assets(shares, False)


@external
@view
def previewDeposit(assets: uint256) -> uint256:
    """
    @notice Shares that `deposit` would credit, limits aside.
    @custom:rounding Down, as `deposit`.
    """
    return self._deposit_shares_down(assets)


@external
@view
def previewMint(shares: uint256) -> uint256:
    """
    @notice Assets that `mint` would take, limits aside.
    @custom:rounding Up, as `mint`.
    """
    return self._mint_assets_up(shares)


@external
@view
def previewWithdraw(assets: uint256) -> uint256:
    """
    @notice Shares that `withdraw` would burn, liquidity aside.
    @custom:rounding Up, as `withdraw`.
    """
    return self._shares(assets, True)


@external
@view
def previewRedeem(shares: uint256) -> uint256:
    """
    @notice Assets that `redeem` would pay, liquidity and unreported losses aside.
    @custom:rounding Down, as `redeem`.
    """
    return self._assets(shares, False)


@external
@view
def maxDeposit(receiver: address) -> uint256:
    """
    @notice Most assets that `deposit` takes for `receiver`.
    """
    return self._max_deposit(receiver)


@external
@view
def maxMint(receiver: address) -> uint256:
    """
    @notice Most shares that `mint` credits to `receiver`.
    @custom:rounding Down.
    """
    assets: uint256 = self._max_deposit(receiver)
    if assets == max_value(uint256):
        return assets
    return self._deposit_shares_down(assets)


@external
@view
def maxWithdraw(
    owner: address, max_loss: uint256 = 0, strategies: DynArray[address, MAX_QUEUE] = []
) -> uint256:
    """
    @notice Most assets that `withdraw` pays out for `owner` in this state.
    @custom:rounding Down.
    @param max_loss As for `withdraw`.
    @param strategies As for `withdraw`; one named twice counts once.
    """
    return self._max_withdraw(erc20.balanceOf[owner], max_loss, strategies)


@external
@view
def maxRedeem(
    owner: address, max_loss: uint256 = units.BPS, strategies: DynArray[address, MAX_QUEUE] = []
) -> uint256:
    """
    @notice Most shares of `owner` that `redeem` burns in this state.
    @custom:rounding Down; the whole balance when all of it can be paid.
    @param max_loss As for `redeem`.
    @param strategies As for `redeem`; one named twice counts once.
    """
    shares: uint256 = erc20.balanceOf[owner]
    assets: uint256 = self._max_withdraw(shares, max_loss, strategies)
    if assets == self._assets(shares, False):
        return shares
    return self._shares(assets, False)


# --- Views: books ---


@external
@view
def get_default_queue() -> DynArray[address, MAX_QUEUE]:
    """
    @notice Order in which strategies are asked for assets.
    """
    return self.default_queue


@external
@view
def assess_share_of_unrealised_losses(strategy: address, assets_needed: uint256) -> uint256:
    """
    @notice Loss that a withdrawer would bear on `assets_needed` of the strategy's debt.
    @custom:rounding Up. The withdrawer bears the fraction.
    @custom:reverts "vault: above the debt"
    """
    assert assets_needed <= self._debt_of(strategy), "vault: above the debt"
    return self._unreported_loss(strategy, assets_needed)


@external
@view
def isShutdown() -> bool:
    """
    @notice Whether deposits have ended for ever.
    """
    return self._is_shutdown


@external
@view
def unlockedShares() -> uint256:
    """
    @notice Shares that have unlocked since the last update.
    """
    return profit_unlock.unlocked()


@external
@view
def profitMaxUnlockTime() -> uint256:
    """
    @notice Seconds over which a gain unlocks.
    """
    return profit_unlock.max_unlock_time


@external
@view
def fullProfitUnlockDate() -> uint256:
    """
    @notice When the last locked share unlocks; 0 if none is locked.
    """
    return profit_unlock.ends_at


@external
@view
def profitUnlockingRate() -> uint256:
    """
    @notice Shares that unlock each second, times 10**12.
    """
    return profit_unlock.rate


@external
@view
def lastProfitUpdate() -> uint256:
    """
    @notice When locked shares last changed.
    """
    return profit_unlock.updated_at


@external
@view
def FACTORY() -> address:
    """
    @notice No factory, hence no protocol fee.
    """
    return empty(address)


@external
@view
def apiVersion() -> String[28]:
    """
    @notice Version of Yearn's vault whose interface this is.
    """
    return API_VERSION


# --- Internals: conversion ---


@internal
@view
def _total_assets() -> uint256:
    return self.total_idle + self.total_debt


@internal
@view
def _shares(assets: uint256, round_up: bool) -> uint256:
    # assets * supply / total assets; one for one before the first share, nothing for
    # assets when all has been lost.
    supply: uint256 = profit_unlock.supply()
    if supply == 0:
        return assets
    total_assets: uint256 = self._total_assets()
    if total_assets == 0:
        return 0
    return self._mul_div(assets, supply, total_assets, round_up)


@internal
@view
def _assets(shares: uint256, round_up: bool) -> uint256:
    # shares * total assets / supply
    supply: uint256 = profit_unlock.supply()
    if supply == 0:
        return shares
    return self._mul_div(shares, self._total_assets(), supply, round_up)


@internal
@pure
def _mul_div(a: uint256, b: uint256, denominator: uint256, round_up: bool) -> uint256:
    # Every caller passes a positive denominator.
    product: uint256 = a * b
    if round_up:
        product += denominator - 1
    return product // denominator


@internal
@view
def _deposit_shares_down(assets: uint256) -> uint256:
    shares: uint256 = self._shares(assets, False)
    if erc20.totalSupply == 0:
        return shares - min(shares, DEAD_SHARES)
    return shares


@internal
@view
def _mint_assets_up(shares: uint256) -> uint256:
    assets: uint256 = self._assets(shares, True)
    if erc20.totalSupply == 0:
        assets += DEAD_SHARES
    return assets


# --- Internals: in and out ---


@internal
@view
def _check_address(account: address):
    # Shares at the vault are locked gains and assets at the vault are idle: nobody may add
    # to either by a payment, and the vault is no strategy of its own.
    assert account != self and account != empty(address), "vault: bad address"


@internal
@pure
def _check_some(assets: uint256, shares: uint256):
    assert assets > 0, "vault: zero assets"
    assert shares > 0, "vault: zero shares"


@internal
@pure
def _check_loss(lost: uint256, assets: uint256, max_loss: uint256):
    assert lost <= assets * max_loss // units.BPS, "vault: too much loss"


@internal
def _transfer(sender: address, receiver: address, shares: uint256):
    self._check_address(receiver)
    erc20._transfer(sender, receiver, shares)


@internal
@view
def _max_deposit(receiver: address) -> uint256:
    if receiver == self or receiver == empty(address):
        return 0
    # Shutdown has set the limit to 0.
    limit: uint256 = self.deposit_limit
    if limit == max_value(uint256):
        return limit
    total_assets: uint256 = self._total_assets()
    return limit - min(limit, total_assets)


@internal
def _deposit(receiver: address, assets: uint256, shares: uint256):
    assert assets <= self._max_deposit(receiver), "vault: over deposit limit"
    self._check_some(assets, shares)

    self.total_idle += assets
    if erc20.totalSupply == 0:
        erc20._mint(DEAD_SHARE_HOLDER, DEAD_SHARES)
    erc20._mint(receiver, shares)

    log IYieldVault.Deposit(sender=msg.sender, owner=receiver, assets=assets, shares=shares)
    token_transfer.pull_exact(ASSET, msg.sender, assets)
    if self.auto_allocate and len(self.default_queue) > 0:
        self._move_debt(self.default_queue[0], max_value(uint256), 0)


@internal
def _redeem(
    receiver: address,
    owner: address,
    assets: uint256,
    shares: uint256,
    max_loss: uint256,
    strategies: DynArray[address, MAX_QUEUE],
) -> uint256:
    self._check_address(receiver)
    self._check_some(assets, shares)
    assert shares <= erc20.balanceOf[owner], "vault: not enough shares"
    if msg.sender != owner:
        erc20._spend_allowance(owner, msg.sender, shares)

    missing: uint256 = assets - min(assets, self.total_idle)
    lost: uint256 = 0
    if missing > 0:
        queue: DynArray[address, MAX_QUEUE] = self._queue(strategies)
        for strategy: address in queue:
            self._check_active(strategy)
            received: uint256 = 0
            loss: uint256 = 0
            received, loss = self._draw(strategy, missing)
            lost += loss
            missing -= min(missing, received + loss)
            if missing == 0:
                break
    assert missing == 0, "vault: not enough liquidity"
    self._check_loss(lost, assets, max_loss)

    # Total assets fall by `assets` in all: by `lost` in the strategies' debts, the rest here.
    paid: uint256 = assets - lost
    erc20._burn(owner, shares)
    self.total_idle -= paid

    log IYieldVault.Withdraw(
        sender=msg.sender, receiver=receiver, owner=owner, assets=paid, shares=shares
    )
    token_transfer.push(ASSET, receiver, paid)
    return paid


@internal
@view
def _max_withdraw(
    shares: uint256, max_loss: uint256, strategies: DynArray[address, MAX_QUEUE]
) -> uint256:
    # Walks the same steps as `_redeem`, up to the strategy whose loss would be too much.
    assets: uint256 = self._assets(shares, False)
    found: uint256 = min(assets, self.total_idle)
    if found == assets:
        return found
    lost: uint256 = 0
    seen: DynArray[address, MAX_QUEUE] = []
    queue: DynArray[address, MAX_QUEUE] = self._queue(strategies)
    for strategy: address in queue:
        if strategy in seen:
            continue
        seen.append(strategy)
        taken: uint256 = 0
        asked: uint256 = 0
        taken, asked = self._plan(strategy, assets - found)
        lost += taken - asked
        if lost > (found + taken) * max_loss // units.BPS:
            break
        found += taken
        if found == assets:
            break
    return found


@internal
@view
def _queue(strategies: DynArray[address, MAX_QUEUE]) -> DynArray[address, MAX_QUEUE]:
    if self.use_default_queue or len(strategies) == 0:
        return self.default_queue
    return strategies


@internal
@view
def _plan(strategy: address, wanted: uint256) -> (uint256, uint256):
    # (debt to write off, assets to ask for). They differ by the withdrawer's share of a loss
    # not reported yet.
    debt: uint256 = self._debt_of(strategy)
    taken: uint256 = min(wanted, debt)
    if taken == 0:
        return 0, 0
    worth: uint256 = self._worth(strategy)
    available: uint256 = self._available(strategy)
    if worth + ROUNDING_DUST >= debt:
        taken = min(taken, available)
        return taken, taken
    asked: uint256 = self._mul_div(taken, worth, debt, False)
    if asked > available:
        return self._mul_div(available, debt, worth, True), available
    return taken, asked


@internal
def _draw(strategy: address, wanted: uint256) -> (uint256, uint256):
    # (assets received, loss). Both together were written off the strategy's debt.
    taken: uint256 = 0
    asked: uint256 = 0
    taken, asked = self._plan(strategy, wanted)
    if taken == 0:
        return 0, 0
    received: uint256 = 0
    if asked > 0:
        received = self._take_from(strategy, asked)

    debt: uint256 = self._debt_of(strategy)
    if received > asked:
        # By rounding a strategy may pay a unit more than asked; that unit repays debt too.
        taken = min(debt, taken + received - asked)
        received = min(received, taken)
    self.total_idle += received
    self.total_debt -= taken
    self._set_debt(strategy, debt, debt - taken)
    return received, taken - received


# --- Internals: strategies ---


@internal
@view
def _balance() -> uint256:
    return self._balance_of(self)


@internal
@view
def _balance_of(account: address) -> uint256:
    return staticcall IERC20(ASSET).balanceOf(account)


@internal
@view
def _debt_of(strategy: address) -> uint256:
    return self.strategies[strategy].current_debt


@internal
@view
def _held_shares(strategy: address) -> uint256:
    return staticcall IStrategy(strategy).balanceOf(self)


@internal
@view
def _worth_of(strategy: address, shares: uint256) -> uint256:
    return staticcall IStrategy(strategy).convertToAssets(shares)


@internal
@view
def _worth(strategy: address) -> uint256:
    shares: uint256 = self._held_shares(strategy)
    return self._worth_of(strategy, shares)


@internal
@view
def _available(strategy: address) -> uint256:
    shares: uint256 = staticcall IStrategy(strategy).maxRedeem(self)
    return self._worth_of(strategy, shares)


@internal
@view
def _unreported_loss(strategy: address, assets: uint256) -> uint256:
    debt: uint256 = self._debt_of(strategy)
    worth: uint256 = self._worth(strategy)
    if worth + ROUNDING_DUST >= debt:
        return 0
    return assets - assets * worth // debt


@internal
def _take_from(strategy: address, assets: uint256) -> uint256:
    # Assets that arrived, by the balance: what the strategy says does not count.
    needed: uint256 = staticcall IStrategy(strategy).previewWithdraw(assets)
    held: uint256 = self._held_shares(strategy)
    before: uint256 = self._balance()
    extcall IStrategy(strategy).redeem(min(needed, held), self, self)
    after: uint256 = self._balance()
    return after - before


@internal
def _move_debt(strategy: address, target: uint256, max_loss: uint256) -> uint256:
    debt: uint256 = self._debt_of(strategy)
    new_debt: uint256 = debt
    if target < debt:
        received: uint256 = self._call_back(strategy, debt, debt - target, max_loss)
        self.total_idle += received
        self.total_debt -= received
        new_debt = debt - received
    else:
        spent: uint256 = self._fund(strategy, debt, target)
        self.total_idle -= spent
        self.total_debt += spent
        new_debt = debt + spent
    if new_debt != debt:
        self._set_debt(strategy, debt, new_debt)
    return new_debt


@internal
def _set_debt(strategy: address, debt: uint256, new_debt: uint256):
    self.strategies[strategy].current_debt = new_debt
    log IYieldVault.DebtUpdated(strategy=strategy, current_debt=debt, new_debt=new_debt)


@internal
def _call_back(strategy: address, debt: uint256, wanted: uint256, max_loss: uint256) -> uint256:
    # Assets received, at most `debt`. The minimum idle may ask for more than was wanted.
    idle: uint256 = self.total_idle
    shortfall: uint256 = self.minimum_total_idle - min(self.minimum_total_idle, idle)
    available: uint256 = self._available(strategy)
    assets: uint256 = min(min(max(wanted, shortfall), debt), available)
    if assets == 0:
        return 0
    loss: uint256 = self._unreported_loss(strategy, assets)
    assert loss == 0, "vault: unreported loss"

    received: uint256 = self._take_from(strategy, assets)
    missing: uint256 = assets - min(assets, received)
    self._check_loss(missing, assets, max_loss)
    return min(received, debt)


@internal
def _fund(strategy: address, debt: uint256, target: uint256) -> uint256:
    # Assets that left, by the balance.
    ceiling: uint256 = min(target, self.strategies[strategy].max_debt)
    idle: uint256 = self.total_idle
    spare: uint256 = idle - min(idle, self.minimum_total_idle)
    room: uint256 = staticcall IStrategy(strategy).maxDeposit(self)
    assets: uint256 = min(min(ceiling - min(ceiling, debt), spare), room)
    if assets == 0:
        return 0

    before: uint256 = self._balance()
    self._approve(strategy, assets)
    extcall IStrategy(strategy).deposit(assets, self)
    self._approve(strategy, 0)
    after: uint256 = self._balance()
    return before - after


@internal
def _approve(strategy: address, assets: uint256):
    # The answer is not asked for: a refused approval fails at the transfer.
    extcall IERC20(ASSET).approve(strategy, assets, default_return_value=True)


@internal
@view
def _check_active(strategy: address):
    assert self.strategies[strategy].activation != 0, "vault: inactive strategy"


@internal
@view
def _check_open():
    assert not self._is_shutdown, "vault: shut down"


@internal
def _revoke(strategy: address):
    self._check_active(strategy)

    self.strategies[strategy] = empty(IYieldVault.StrategyParams)
    queue: DynArray[address, MAX_QUEUE] = []
    for queued: address in self.default_queue:
        if queued != strategy:
            queue.append(queued)
    self._store_queue(queue)

    log IYieldVault.StrategyChanged(
        strategy=strategy, change_type=IYieldVault.StrategyChangeType.REVOKED
    )


@internal
def _store_queue(queue: DynArray[address, MAX_QUEUE]):
    self.default_queue = queue


@internal
def _set_deposit_limit(deposit_limit: uint256):
    self.deposit_limit = deposit_limit
    log IYieldVault.UpdateDepositLimit(deposit_limit=deposit_limit)


# --- Internals: reports ---


@internal
@view
def _assess(strategy: address) -> (uint256, uint256):
    # (gain, loss) between what the books say and what is there.
    debt: uint256 = self.total_idle
    worth: uint256 = 0
    if strategy == self:
        worth = self._balance()
    else:
        self._check_active(strategy)
        debt = self._debt_of(strategy)
        worth = self._worth(strategy)

    if worth <= debt:
        return 0, debt - worth
    gain: uint256 = worth - debt
    bound_wad: uint256 = self.max_growth_per_second_wad
    if bound_wad > 0 and strategy != self:
        elapsed_seconds: uint256 = block.timestamp - self.strategies[strategy].last_report
        gain = min(gain, debt * bound_wad * elapsed_seconds // units.WAD)
    return gain, 0


@internal
def _assess_fees(strategy: address, gain: uint256, loss: uint256) -> uint256:
    # Never more than the gain, so that no fee can lower the share price.
    if self.accountant == empty(address):
        return 0
    fees: uint256 = 0
    refunds: uint256 = 0
    fees, refunds = extcall IAccountant(self.accountant).report(strategy, gain, loss)
    return min(fees, gain)


@internal
def _log_report(
    strategy: address, gain: uint256, loss: uint256, new_debt: uint256, fees: uint256
):
    log IYieldVault.StrategyReported(
        strategy=strategy,
        gain=gain,
        loss=loss,
        current_debt=new_debt,
        protocol_fees=0,
        total_fees=fees,
        total_refunds=0,
    )


@internal
def _book(strategy: address, gain: uint256, loss: uint256) -> uint256:
    # What the strategy owes from here on; for the vault itself what is idle.
    if strategy == self:
        self.total_idle = self.total_idle + gain - loss
        return self.total_idle
    new_debt: uint256 = self._debt_of(strategy) + gain - loss
    self.strategies[strategy].current_debt = new_debt
    self.strategies[strategy].last_report = block.timestamp
    self.total_debt = self.total_debt + gain - loss
    return new_debt
