# SPDX-License-Identifier: Apache-2.0
"""What makes the attacks A1 to A14 fail, taken out one by one. Each test of its attack must fail."""

from scripts.mutants.planted import (
    ACCOUNTS,
    POOL,
    STAKING,
    TERMS,
    Planted,
    one,
    without,
)

FEED, TWAP, VAULT = "oracles/PublisherFeed.vy", "oracles/PairTwapFeed.vy", "vaults/YieldVault.vy"
TIMELOCK = "governance/Timelock.vy"

MEANS = "    return upper_wad, units.WAD * units.WAD // inverse_wad\n"
SPOT = """\
    reserve0: uint256 = 0
    reserve1: uint256 = 0
    reserve0, reserve1 = staticcall IVolatilePair(PAIR).reserves()
    spot_wad: uint256 = reserve0 * units.WAD // reserve1
    if self._is_asset_first():
        spot_wad = reserve1 * units.WAD // reserve0
    return spot_wad, spot_wad
"""

# The controller is snekmate's, and is not mutated; in its place stands one that runs first, asks
# afterwards, and takes what waits for what is ready.
END_OF_TIMELOCK = "    extcall IRoleManaged(vault).set_role(self, ~empty(IYieldVault.Roles))\n"
HASTY = """

@external
def execute_batch(
    targets: DynArray[address, 255],
    amounts: DynArray[uint256, 255],
    payloads: DynArray[Bytes[1_024], 255],
    predecessor: bytes32,
    salt: bytes32,
):
    controller._only_role_or_open_role(controller.EXECUTOR_ROLE)
    index: uint256 = 0
    for target: address in targets:
        controller._execute(target, amounts[index], payloads[index])
        index += 1
    name: bytes32 = controller._hash_operation_batch(targets, amounts, payloads, predecessor, salt)
    assert controller._is_operation_pending(name), "timelock_controller: operation is not ready"
"""

# Idle as the token says it: one defect that several attacks live on.
LIVE_IDLE = ("ledger.idle() + ", "staticcall IERC20(ASSET).balanceOf(self) + ")

ATTACKS = (
    one(*("A1", "idle is what the token says", POOL), *LIVE_IDLE),
    without(
        *("A1", "anybody acts for any account", ACCOUNTS),
        "self._authenticate(owner, call.account)",
    ),
    one(*("A2", "the feed says what the pair says now", TWAP), MEANS, SPOT),
    one(*("A2", "idle is what the token says", POOL), *LIVE_IDLE),
    one(*("A3", "the feed says what the pair says now", TWAP), MEANS, SPOT),
    without(
        *("A3", "anybody signs", FEED), 'assert signer in self._signers, "feed: unknown signer"'
    ),
    one(
        *("A4", "the vault counts what the token says", VAULT),
        *(
            "    return self.total_idle + self.total_debt\n",
            "    return self._balance() + self.total_debt\n",
        ),
    ),
    one(
        *("A4", "a gain is in the price at once", VAULT),
        *("        profit_unlock.lock(gain_shares - fee_shares)\n", "        pass\n"),
    ),
    one(
        *("A6", "a pool asks for no allowance", POOL),
        *("        erc20._spend_allowance(owner, caller, shares)\n", "        pass\n"),
    ),
    one(
        *("A6", "a vault asks for no allowance", VAULT),
        *("        erc20._spend_allowance(owner, msg.sender, shares)\n", "        pass\n"),
    ),
    one(
        *("A7", "shares for a withdrawal are rounded down", POOL),
        *(
            "shares: uint256 = share_math.to_shares_up(",
            "shares: uint256 = share_math.to_shares_down(",
        ),
    ),
    one(
        *("A8", "a call of a batch takes off what was touched before", ACCOUNTS),
        *(
            "    raw_call(call.target, call.data)\n    self.acting_account",
            "    raw_call(call.target, call.data)\n    if len(call.data) < 100:\n        self._touched_accounts = []\n    self.acting_account",
        ),
    ),
    without(
        *("A8", "a batch may run in a batch", ACCOUNTS),
        'assert not self._is_executing, "accounts: nested batch"',
    ),
    one(*("A9", "idle is what the token says", POOL), *LIVE_IDLE),
    without(
        *("A10", "anything may be collateral", TERMS),
        'assert is_pool, "terms: collateral not listed"',
    ),
    one(
        *("A11", "the books must equal the balance", POOL),
        *(
            "    self._put_idle(assets, 0, terms)\n    erc20._mint(receiver, shares)\n",
            "    self._put_idle(assets, 0, terms)\n    assert ledger.idle() == staticcall IERC20(ASSET).balanceOf(self)\n    erc20._mint(receiver, shares)\n",
        ),
    ),
    one(
        *("A12", "a new stake earns what came before", STAKING),
        *("    self._settle(receiver)\n", "    pass\n"),
    ),
    Planted(
        *("A13", "the pool has no lock", POOL),
        (("# pragma nonreentrancy on", "# pragma nonreentrancy off"), ("@reentrant", "")),
    ),
    one(
        *("A13", "what comes back is found, not pulled", POOL),
        *("    token_transfer.pull_exact(ASSET, receiver, amount + fee_assets)\n", "    pass\n"),
    ),
    Planted(
        *("A14", "a batch runs before anybody looks", TIMELOCK),
        (
            ("    controller.execute_batch,\n", ""),
            (END_OF_TIMELOCK, END_OF_TIMELOCK + HASTY),
        ),
    ),
    one(
        *("A14", "anybody executes", TIMELOCK),
        *(
            "    for canceller: address in cancellers:",
            "    access_control._grant_role(controller.EXECUTOR_ROLE, empty(address))\n"
            "    for canceller: address in cancellers:",
        ),
    ),
    one(
        *("A14", "an operation gives roles", TIMELOCK),
        *(
            "    access_control.revokeRole,\n",
            "    access_control.revokeRole,\n    access_control.grantRole,\n",
        ),
    ),
    one(
        *("A14", "an operation shortens the delay", TIMELOCK),
        *("    controller.cancel,\n", "    controller.cancel,\n    controller.update_delay,\n"),
    ),
    one(
        *("A14", "a delay may be none", TIMELOCK),
        *(
            "MIN_DELAY_SECONDS: constant(uint256) = 3_600",
            "MIN_DELAY_SECONDS: constant(uint256) = 0",
        ),
    ),
)
