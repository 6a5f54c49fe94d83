# SPDX-License-Identifier: Apache-2.0
"""Contracts that stand in for the outside world, and windows into our own modules.

They are compiled from these texts as if they stood in contracts/mocks, so that nothing of ours
can come to depend on them.
"""

from tests.evm import Artifact, compile_text

HEAD = """# pragma version 0.4.3
# pragma evm-version cancun
# SPDX-License-Identifier: AGPL-3.0-only
"""

SETTABLE_FEED = """
# Says whatever price it was told, observed this second.
_price_usd_wad: HashMap[address, uint256]

@external
def set_price(asset: address, price_usd_wad: uint256):
    self._price_usd_wad[asset] = price_usd_wad

@external
@view
def latest(asset: address) -> (uint256, uint256):
    return self._price_usd_wad[asset], block.timestamp
"""

TIMED_FEED = """
# Says whatever price it was told, at whatever time, or fails.
_price_usd_wad: HashMap[address, uint256]
_observed_at: HashMap[address, uint256]
_is_broken: bool

@external
def set_price(asset: address, price_usd_wad: uint256, observed_at: uint256):
    self._price_usd_wad[asset] = price_usd_wad
    self._observed_at[asset] = observed_at

@external
def set_broken(is_broken: bool):
    self._is_broken = is_broken

@external
@view
def latest(asset: address) -> (uint256, uint256):
    assert not self._is_broken
    return self._price_usd_wad[asset], self._observed_at[asset]
"""

# Moves what it is told to, whoever asks, and calls a stranger before or after it does.
HOOKED_TOKEN = """
MAX_ANSWER: constant(uint256) = 1024

decimals: public(uint8)
balanceOf: public(HashMap[address, uint256])

_target: address
_data: Bytes[2048]
_is_late: bool
_is_in_callback: bool
_skipped_moves: uint256
hook_count: public(uint256)
is_hook_successful: public(bool)
hook_answer: public(Bytes[MAX_ANSWER])

@deploy
def __init__(decimals: uint8):
    self.decimals = decimals

@external
def mint(receiver: address, assets: uint256):
    self.balanceOf[receiver] += assets

@external
def set_hook(target: address, data: Bytes[2048], is_late: bool):
    self._target = target
    self._data = data
    self._is_late = is_late
    self._is_in_callback = False
    self._skipped_moves = 0
    self.hook_count = 0

@external
def skip_moves(count: uint256):
    self._skipped_moves = count

@external
def set_hook_in_callback(target: address, data: Bytes[2048]):
    self._target = target
    self._data = data
    self._is_in_callback = True
    self.hook_count = 0

@external
def onFlashLoan(
    initiator: address, token: address, amount: uint256, fee: uint256, data: Bytes[4096]
) -> bytes32:
    if self._is_in_callback:
        self._call()
    return keccak256("ERC3156FlashBorrower.onFlashLoan")

@external
def act(target: address, data: Bytes[2048]) -> (bool, Bytes[MAX_ANSWER]):
    return raw_call(target, data, max_outsize=MAX_ANSWER, revert_on_failure=False)

@external
def approve(spender: address, assets: uint256) -> bool:
    return True

@external
def transfer(to: address, assets: uint256) -> bool:
    return self._move(msg.sender, to, assets)

@external
def transferFrom(owner: address, to: address, assets: uint256) -> bool:
    return self._move(owner, to, assets)

@internal
def _move(owner: address, to: address, assets: uint256) -> bool:
    if not self._is_late and not self._is_in_callback:
        self._call()
    self.balanceOf[owner] -= assets
    self.balanceOf[to] += assets
    if self._is_late and not self._is_in_callback:
        self._call()
    return True

@internal
def _call():
    # Once: what it calls may move the token again.
    if self._target == empty(address) or self.hook_count > 0:
        return
    if self._skipped_moves > 0:
        self._skipped_moves -= 1
        return
    self.hook_count += 1
    self.is_hook_successful, self.hook_answer = raw_call(
        self._target, self._data, max_outsize=MAX_ANSWER, revert_on_failure=False
    )
"""

# A job of one item, an entry's target, a backstop without means, and a pool as far as a curve and
# RiskTerms ask: whoever has it work has a stranger called.
HOOKED_WORKER = """
MAX_ANSWER: constant(uint256) = 1024

owner: public(address)
rate_model: public(address)
last_accrued_at: public(uint256)
idle: public(uint256)
total_debt: public(uint256)

# How often it was had to work.
turns: public(uint256)

_target: address
_data: Bytes[2048]
hook_count: public(uint256)
is_hook_successful: public(bool)
hook_answer: public(Bytes[MAX_ANSWER])

@deploy
def __init__(owner: address, rate_model: address):
    self.owner = owner
    self.rate_model = rate_model

@external
def set_hook(target: address, data: Bytes[2048], is_late: bool):
    self._target = target
    self._data = data
    self.hook_count = 0

@external
def act(target: address, data: Bytes[2048]) -> (bool, Bytes[MAX_ANSWER]):
    return raw_call(target, data, max_outsize=MAX_ANSWER, revert_on_failure=False)

@external
@view
def item_count() -> uint256:
    return 1

@external
def run_item(position: uint256):
    self._call()

@external
def accrue():
    self._call()

@external
def cover(asset: address, assets: uint256) -> uint256:
    self._call()
    return 0

@internal
def _call():
    self.turns += 1
    if self._target == empty(address) or self.hook_count > 0:
        return
    self.hook_count += 1
    self.is_hook_successful, self.hook_answer = raw_call(
        self._target, self._data, max_outsize=MAX_ANSWER, revert_on_failure=False
    )
"""

# Asked for a price or a rate it calls a stranger first. It gives the right answer if the stranger
# refused, or gave the answer that was foreseen; else none. Asked by static calls it can note nothing.
HOOKED_VIEW = """
MAX_ANSWER: constant(uint256) = 1024

_price_usd_wad: HashMap[address, uint256]
_rate: uint256
_target: address
_data: Bytes[2048]
_is_refusal_due: bool
_foreseen: bytes32

@external
def set_price(asset: address, price_usd_wad: uint256):
    self._price_usd_wad[asset] = price_usd_wad

@external
def set_rate(rate: uint256):
    self._rate = rate

@external
def set_hook(target: address, data: Bytes[2048], is_refusal_due: bool, foreseen: bytes32):
    self._target = target
    self._data = data
    self._is_refusal_due = is_refusal_due
    self._foreseen = foreseen

@external
def latest(asset: address) -> (uint256, uint256):
    if not self._is_as_foreseen():
        return 0, 0
    return self._price_usd_wad[asset], block.timestamp

@external
def rate_per_second_wad(idle: uint256, total_debt: uint256) -> uint256:
    if not self._is_as_foreseen():
        return self._rate * 2
    return self._rate

@internal
def _is_as_foreseen() -> bool:
    # With little gas, so that a call that comes back here ends.
    if self._target == empty(address) or msg.gas < 60_000:
        return True
    is_successful: bool = False
    answer: Bytes[MAX_ANSWER] = b""
    is_successful, answer = raw_call(
        self._target, self._data, max_outsize=MAX_ANSWER, gas=50_000, revert_on_failure=False
    )
    if not is_successful:
        return True
    return not self._is_refusal_due and keccak256(answer) == self._foreseen
"""

POSING_POOL = """
from ..interfaces import IRateModel

# Says it is a pool in whatever state it was told, and that it has accrued when asked to.
rate_model: public(address)
idle: public(uint256)
total_debt: public(uint256)
last_accrued_at: public(uint256)

@deploy
def __init__(rate_model: address):
    self.rate_model = rate_model
    self.last_accrued_at = block.timestamp

@external
def change(idle: uint256, total_debt: uint256):
    self.idle = idle
    self.total_debt = total_debt
    self.last_accrued_at = block.timestamp

@external
def accrue():
    self.last_accrued_at = block.timestamp

@external
@view
def ask(idle: uint256, total_debt: uint256) -> uint256:
    return staticcall IRateModel(self.rate_model).rate_per_second_wad(idle, total_debt)
"""

# A pool that the house has listed, of which nothing is true but what it is told to pass on.
RELAYING_POOL = """
accounts: public(address)

@deploy
def __init__(accounts: address):
    self.accounts = accounts

@external
@view
def totalSupply() -> uint256:
    return 10**12

# Its own token and its own oracle, for which no debt is worth anything.
@external
@view
def asset() -> address:
    return self

@external
@view
def oracle() -> address:
    return self

@external
@view
def debt_of(account: address) -> uint256:
    return 0

@external
@view
def value_usd_wad_up(asset: address, assets: uint256) -> uint256:
    return 0

@external
def relay(target: address, data: Bytes[1024]):
    raw_call(target, data)

@external
def relay_both(target: address, data: Bytes[1024], other: address, other_data: Bytes[1024]):
    raw_call(target, data)
    raw_call(other, other_data)

@external
def check_caps():
    pass
"""

# A token that lets nobody spend it but by its owner.
UNAPPROVING_TOKEN = """
decimals: public(uint8)
balanceOf: public(HashMap[address, uint256])

@external
def mint(receiver: address, assets: uint256):
    self.balanceOf[receiver] += assets

@external
def approve(spender: address, assets: uint256) -> bool:
    return False

@external
def transfer(to: address, assets: uint256) -> bool:
    self.balanceOf[msg.sender] -= assets
    self.balanceOf[to] += assets
    return True

@external
def transferFrom(owner: address, to: address, assets: uint256) -> bool:
    self.balanceOf[owner] -= assets
    self.balanceOf[to] += assets
    return True
"""

# Borrows for the length of a call, does with the pool what it is told to, and pays back, or does not.
FLASH_BORROWER = """
from ethereum.ercs import IERC20

SUCCESS: constant(bytes32) = keccak256("ERC3156FlashBorrower.onFlashLoan")

_target: address
_data: Bytes[1024]
_is_paying: bool
is_call_successful: public(bool)

@external
def plan(target: address, data: Bytes[1024], is_paying: bool):
    self._target = target
    self._data = data
    self._is_paying = is_paying

@external
def act(target: address, data: Bytes[1024]):
    raw_call(target, data)

@external
def onFlashLoan(
    initiator: address, token: address, amount: uint256, fee: uint256, data: Bytes[4096]
) -> bytes32:
    is_successful: bool = False
    answer: Bytes[32] = b""
    is_successful, answer = raw_call(
        self._target, self._data, max_outsize=32, revert_on_failure=False
    )
    self.is_call_successful = is_successful
    if self._is_paying:
        extcall IERC20(token).approve(msg.sender, amount + fee)
    return SUCCESS
"""

# Answers, to a lens, the longest list that a lens reads.
LISTING_TERMS = """
@external
@view
def collaterals_of(pool: address) -> DynArray[address, 10]:
    found: DynArray[address, 10] = []
    for i: uint256 in range(10):
        found.append(convert(convert(i + 1, uint160), address))
    return found
"""

LOSING_POOL = """
from ..interfaces import IBackstop

# Says it is a seeded pool of an account layer, and has a loss covered when told to.
accounts: public(address)
asset: public(address)
totalSupply: public(uint256)

@deploy
def __init__(accounts: address, asset: address):
    self.accounts = accounts
    self.asset = asset
    self.totalSupply = 10**18

@external
def lose(backstop: address, assets: uint256) -> uint256:
    covered: uint256 = extcall IBackstop(backstop).cover(self.asset, assets)
    return covered
"""

# Has a ticket at every place.
ENDLESS_QUEUE = """
@external
@view
def ticket_at(owner: address, position: uint256) -> uint256:
    return position + 1
"""

MODULE_WINDOW = """
from ..modules import exponential
from ..modules import interest
from ..modules import liquidation
from ..modules import order_sizes
from ..modules import shares

@external
@pure
def sale_usd_wad_up(
    debt_usd_wad: uint256,
    limit_usd_wad: uint256,
    target_wad: uint256,
    threshold_bps: uint256,
    kept_bps: uint256,
) -> uint256:
    return order_sizes.sale_usd_wad_up(
        debt_usd_wad, limit_usd_wad, target_wad, threshold_bps, kept_bps
    )

@external
@pure
def supply_usd_wad_up(
    debt_usd_wad: uint256, limit_usd_wad: uint256, target_wad: uint256, threshold_bps: uint256
) -> uint256:
    return order_sizes.supply_usd_wad_up(debt_usd_wad, limit_usd_wad, target_wad, threshold_bps)

@external
@pure
def repayment_usd_wad_up(
    debt_usd_wad: uint256, limit_usd_wad: uint256, target_wad: uint256
) -> uint256:
    return order_sizes.repayment_usd_wad_up(debt_usd_wad, limit_usd_wad, target_wad)

@external
@pure
def order_assets_up(usd_wad: uint256, price_usd_wad: uint256, decimals: uint8) -> uint256:
    return order_sizes.assets_up(usd_wad, price_usd_wad, decimals)

@external
@pure
def to_shares_down(quantity: uint256, total_assets: uint256, total_shares: uint256) -> uint256:
    return shares.to_shares_down(quantity, total_assets, total_shares)

@external
@pure
def to_shares_up(quantity: uint256, total_assets: uint256, total_shares: uint256) -> uint256:
    return shares.to_shares_up(quantity, total_assets, total_shares)

@external
@pure
def to_assets_down(quantity: uint256, total_assets: uint256, total_shares: uint256) -> uint256:
    return shares.to_assets_down(quantity, total_assets, total_shares)

@external
@pure
def to_assets_up(quantity: uint256, total_assets: uint256, total_shares: uint256) -> uint256:
    return shares.to_assets_up(quantity, total_assets, total_shares)

@external
@pure
def growth_wad_down(rate_per_second_wad: uint256, elapsed_seconds: uint256) -> uint256:
    return interest.growth_wad_down(rate_per_second_wad, elapsed_seconds)

@external
@pure
def exp_wad_down(exponent_wad: uint256) -> uint256:
    return exponential.exp_wad_down(exponent_wad)

@external
@pure
def bonus_bps_down(health_wad: uint256, threshold_bps: uint256) -> uint256:
    return liquidation.bonus_bps_down(health_wad, threshold_bps)

@external
@pure
def closable_assets_up(
    debt_assets: uint256,
    debt_usd_wad: uint256,
    limit_usd_wad: uint256,
    threshold_bps: uint256,
    bonus_bps: uint256,
) -> uint256:
    return liquidation.closable_assets_up(
        debt_assets, debt_usd_wad, limit_usd_wad, threshold_bps, bonus_bps
    )

@external
@pure
def covered_assets_up(
    debt_assets: uint256, debt_usd_wad: uint256, collateral_usd_wad: uint256, bonus_bps: uint256
) -> uint256:
    return liquidation.covered_assets_up(
        debt_assets, debt_usd_wad, collateral_usd_wad, bonus_bps
    )
"""


def settable_feed() -> Artifact:
    return compile_text("mocks/SettableFeed.vy", HEAD + SETTABLE_FEED)


def timed_feed() -> Artifact:
    return compile_text("mocks/TimedFeed.vy", HEAD + TIMED_FEED)


def hooked_token() -> Artifact:
    return compile_text("mocks/HookedToken.vy", HEAD + HOOKED_TOKEN)


def hooked_worker() -> Artifact:
    return compile_text("mocks/HookedWorker.vy", HEAD + HOOKED_WORKER)


def hooked_view() -> Artifact:
    return compile_text("mocks/HookedView.vy", HEAD + HOOKED_VIEW)


def posing_pool() -> Artifact:
    return compile_text("mocks/PosingPool.vy", HEAD + POSING_POOL)


def relaying_pool() -> Artifact:
    return compile_text("mocks/RelayingPool.vy", HEAD + RELAYING_POOL)


def unapproving_token() -> Artifact:
    return compile_text("mocks/UnapprovingToken.vy", HEAD + UNAPPROVING_TOKEN)


def flash_borrower() -> Artifact:
    return compile_text("mocks/FlashBorrower.vy", HEAD + FLASH_BORROWER)


def endless_queue() -> Artifact:
    return compile_text("mocks/EndlessQueue.vy", HEAD + ENDLESS_QUEUE)


def listing_terms() -> Artifact:
    return compile_text("mocks/ListingPool.vy", HEAD + LISTING_TERMS)


def losing_pool() -> Artifact:
    return compile_text("mocks/LosingPool.vy", HEAD + LOSING_POOL)


def module_window() -> Artifact:
    return compile_text("mocks/ModuleWindow.vy", HEAD + MODULE_WINDOW)
