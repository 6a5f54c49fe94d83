# SPDX-License-Identifier: Apache-2.0
"""The repairs that docs/exploits.md speaks of, taken out one by one. Each test of its rule must fail."""

from dataclasses import dataclass

POOL, ACCOUNTS = "lending/LendingPool.vy", "lending/Accounts.vy"
SHARES, THRESHOLDS = "modules/shares.vy", "modules/collateral_terms.vy"
TERMS = "lending/RiskTerms.vy"
ORACLE, RATE = "oracles/PriceOracle.vy", "rates/KinkedRate.vy"
PAIR, ROUTER = "exchange/VolatilePair.vy", "exchange/Router.vy"
FEED, QUEUE = "oracles/PublisherFeed.vy", "lending/ExitQueue.vy"
BLOCK_LIQUIDATOR = "lending/BlockLiquidator.vy"
VAULT = "vaults/YieldVault.vy"
STAKING, COLLECTOR = "staking/StakingPool.vy", "staking/FeeCollector.vy"


@dataclass(frozen=True)
class Planted:
    """The repair of a rule, and the source without it: each text is replaced wherever it stands."""

    rule: str
    defect: str
    path: str
    replacements: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return f"{self.rule} contracts/{self.path}: {self.defect}"

    def plant(self, text: str) -> str:
        for old, new in self.replacements:
            if old not in text:
                raise ValueError(f"{self}: contracts/{self.path} does not hold {old!r}")
            text = text.replace(old, new)
        return text


def one(rule: str, defect: str, path: str, old: str, new: str) -> Planted:
    return Planted(rule, defect, path, ((old, new),))


def without(rule: str, defect: str, path: str, statement: str) -> Planted:
    return one(rule, defect, path, statement, "pass")


PLANTED = (
    one(
        *("E1", "idle is what the token says, so a donation counts", POOL),
        *("ledger.idle() + ", "staticcall IERC20(ASSET).balanceOf(self) + "),
    ),
    without(
        *("E1", "an empty pool may be listed", ACCOUNTS),
        'assert total_shares >= MIN_SEED_SHARES, "accounts: pool not seeded"',
    ),
    without(
        *("E1", "a pool not listed may be collateral", TERMS),
        'assert is_pool, "terms: collateral not listed"',
    ),
    one(
        *("E2", "a debt's value is rounded down", ORACLE),
        *(
            "(assets * self._ask_usd_wad_up(asset) + base_units - 1)",
            "(assets * self._ask_usd_wad_up(asset))",
        ),
    ),
    one(
        *("E2", "any price is believed", ORACLE),
        *("price_usd_wad > MAX_PRICE_USD_WAD or observed_at >= 2**64", "observed_at >= 2**64"),
    ),
    one(
        *("E3", "pledged shares leave without a check", ACCOUNTS),
        *(
            "    if msg.sender in self._pledges[account]:\n        self._require_check(account)",
            "    if msg.sender in self._pledges[account]:\n        pass",
        ),
    ),
    one(
        *("E3", "collateral is freed without a check", ACCOUNTS),
        *("self._require_check(account)\n    log IAccounts.Unpledged", "log IAccounts.Unpledged"),
    ),
    without(
        *("E3", "one may liquidate oneself", ACCOUNTS),
        'assert self._prefix(account) != self._prefix(receiver), "accounts: self-liquidation"',
    ),
    one(
        *("E4", "collateral is priced by what its pool holds", POOL),
        *(
            "return share_math.to_assets_down(shares, ledger.idle() + books.total_debt",
            "return share_math.to_assets_down(shares, staticcall IERC20(ASSET).balanceOf(self) + books.total_debt",
        ),
    ),
    one(
        *("E5", "shares for a withdrawal are rounded down", POOL),
        *(
            "shares: uint256 = share_math.to_shares_up(",
            "shares: uint256 = share_math.to_shares_down(",
        ),
    ),
    one(
        *("E5", "assets for a mint are rounded down", POOL),
        *(
            "assets: uint256 = share_math.to_assets_up(shares, self._total_assets()",
            "assets: uint256 = share_math.to_assets_down(shares, self._total_assets()",
        ),
    ),
    one(
        *("E5", "shares for a deposit are rounded up", POOL),
        *(
            "shares: uint256 = share_math.to_shares_down(assets, self._total_assets()",
            "shares: uint256 = share_math.to_shares_up(assets, self._total_assets()",
        ),
    ),
    one(
        *("E5", "assets of a redemption are rounded up", POOL),
        *(
            "assets: uint256 = share_math.to_assets_down(shares, self._total_assets()",
            "assets: uint256 = share_math.to_assets_up(shares, self._total_assets()",
        ),
    ),
    one(
        *("E5", "debt shares of a loan are rounded down", POOL),
        *(
            "debt_shares: uint256 = share_math.to_shares_up(",
            "debt_shares: uint256 = share_math.to_shares_down(",
        ),
    ),
    one(
        *("E5", "debt shares of a repayment are rounded up", POOL),
        *(
            "share_math.to_shares_down(assets, ledger.debt(), self.total_debt_shares),",
            "share_math.to_shares_up(assets, ledger.debt(), self.total_debt_shares),",
        ),
    ),
    one(
        *("E5", "a trade of any size is taken", PAIR),
        *("MIN_TRADE: constant(uint256) = 1_000", "MIN_TRADE: constant(uint256) = 1"),
    ),
    one(
        *("E5", "assets for liquidity are rounded down", PAIR),
        *(
            "(liquidity * self._reserves[side] - 1) // supply + 1",
            "liquidity * self._reserves[side] // supply",
        ),
    ),
    one(
        *("E5", "a stake's withdrawal burns shares rounded down", STAKING),
        *(
            "    shares: uint256 = share_math.to_shares_up(assets, self._total_assets, erc20.totalSupply)\n    self._unstake",
            "    shares: uint256 = share_math.to_shares_down(assets, self._total_assets, erc20.totalSupply)\n    self._unstake",
        ),
    ),
    one(
        *("E5", "a vault books more than the shares that lock a gain are worth", VAULT),
        *("        gain = self._assets(gain_shares, True)\n", "        pass\n"),
    ),
    one(
        *("E5", "shares burned for a vault's loss are rounded up", VAULT),
        *("self._shares(loss, False)", "self._shares(loss, True)"),
    ),
    one(
        *("E6", "no liquidity is locked", PAIR),
        *("        erc20._mint(LOCKED_LIQUIDITY_HOLDER, MINIMUM_LIQUIDITY)\n", "        pass\n"),
    ),
    Planted(
        *("E7", "the pool has no lock", POOL),
        (("# pragma nonreentrancy on", "# pragma nonreentrancy off"), ("@reentrant", "")),
    ),
    one(
        *("E8", "total assets may be read in mid-call", POOL),
        *(
            "@external\n@view\ndef totalAssets()",
            "@external\n@view\n@reentrant\ndef totalAssets()",
        ),
    ),
    one(
        *("E8", "a withdrawal pays before it burns", POOL),
        *(
            "    self._take_idle(assets, 0, terms)\n    self._burn(owner, shares)\n",
            "    self._take_idle(assets, 0, terms)\n    token_transfer.push(ASSET, receiver, 0)\n"
            "    self._burn(owner, shares)\n",
        ),
    ),
    without(
        *("E9", "new feeds may move the price anywhere", ORACLE),
        "assert self._is_within(\n            new.price_usd_wad, old.price_usd_wad, max_change_bps\n"
        '        ), "oracle: price moves too far"',
    ),
    without(
        *("E9", "feeds may say what nobody expects", ORACLE),
        "assert self._is_within(\n        new.price_usd_wad, expected_price_usd_wad, max_change_bps\n"
        '    ), "oracle: price not as expected"',
    ),
    one(
        *("E9", "every token has 18 decimals", ORACLE),
        *("10 ** (self._settings[asset] >> DECIMALS_SHIFT)", "units.WAD"),
    ),
    one(
        *("E10", "a lower threshold takes effect at once", THRESHOLDS),
        *("ramp_ends_at = block.timestamp + RAMP_SECONDS", "ramp_ends_at = 0"),
    ),
    one(
        *("E10", "a second change starts from the target", THRESHOLDS),
        *("(current_bps << 32)", "(old.liquidation_threshold_bps << 32)"),
    ),
    one(
        *("E11", "a feed never grows too old", ORACLE),
        *("if observed_at + max_age_seconds >= block.timestamp:", "if observed_at > 0:"),
    ),
    one(
        *("E11", "the first feed is believed", ORACLE),
        *(
            "median_usd_wad: uint256 = self._median_down(fresh)",
            "median_usd_wad: uint256 = fresh[0]",
        ),
    ),
    one(
        *("E11", "one fresh feed of many is enough", ORACLE),
        *("if len(fresh) > 0 and 2 * len(fresh) >= len(feeds):", "if len(fresh) > 0:"),
    ),
    without(
        *("E12", "a batch calls anybody", ACCOUNTS),
        'assert is_allowed, "accounts: target not a pool"',
    ),
    without(
        *("E12", "a batch acts for anybody", ACCOUNTS),
        "self._authenticate(owner, call.account)",
    ),
    without(
        *("E12", "whoever runs a batch seizes", POOL),
        'assert seized == account, "pool: not being seized"',
    ),
    one(
        *("E12", "the router takes from the receiver", ROUTER),
        *(
            "token_transfer.pull_exact(hops[0].token_in, msg.sender, assets_in)",
            "token_transfer.pull_exact(hops[0].token_in, receiver, assets_in)",
        ),
    ),
    Planted(
        *("E13", "a loan is paid out before it is written down", POOL),
        (
            (
                "    self._note_growth()\n    self._take_idle(assets, assets, terms)\n",
                "    token_transfer.push(ASSET, receiver, assets)\n    self._note_growth()\n"
                "    self._take_idle(assets, assets, terms)\n",
            ),
            (
                "    token_transfer.push(ASSET, receiver, assets)\n    return debt_shares\n",
                "    return debt_shares\n",
            ),
        ),
    ),
    one(
        *("E14", "a pool without cash charges the base rate", RATE),
        *("if total_debt == 0:", "if total_debt == 0 or idle == 0:"),
    ),
    one(
        *("E15", "the acting account stays after its call", ACCOUNTS),
        *(
            "    raw_call(call.target, call.data)\n    self.acting_account = empty(address)\n",
            "    raw_call(call.target, call.data)\n",
        ),
    ),
    one(
        *("E15", "the touched accounts stay after a batch", ACCOUNTS),
        *("    self._touched_accounts = []\n", ""),
    ),
    one(
        *("E15", "the touched pools stay after a batch", ACCOUNTS),
        *("    self._touched_pools = []\n", ""),
    ),
    one(
        *("E15", "a pool's growth stays deferred after a batch", POOL),
        *("    self._is_growth_deferred = False\n", ""),
    ),
    one(
        *("E16", "a stream goes on past its end", COLLECTOR),
        *("now: uint256 = min(block.timestamp, stream.ends_at)", "now: uint256 = block.timestamp"),
    ),
    one(
        *("E16", "the exit window closes a second early", STAKING),
        *("if block.timestamp > cooldown.closes_at:", "if block.timestamp >= cooldown.closes_at:"),
    ),
    one(
        *("E16", "the cooldown ends a second late", STAKING),
        *("if block.timestamp < cooldown.opens_at:", "if block.timestamp <= cooldown.opens_at:"),
    ),
    one(
        *("E18", "a loss waits for an exact zero", ACCOUNTS),
        *(
            "current.collateral_usd_wad < liquidation.DUST_USD_WAD",
            "current.collateral_usd_wad == 0",
        ),
    ),
    one(
        *("E18", "a unit taken sets off the loss", ACCOUNTS),
        *(
            "held_shares == 0\n            and current.collateral_usd_wad <",
            "current.collateral_usd_wad + 10**24 > 0\n            and current.collateral_usd_wad // 10**3 <",
        ),
    ),
    one(
        *("E19", "a liquidation leaves the loss for later", POOL),
        *("        self._write_off(account, collateral_pool)\n", "        pass\n"),
    ),
    one(
        *("E19", "a published price counts in its own block", FEED),
        *("        if standing.observed_at > 0:", "        if standing.observed_at == 0:"),
    ),
    one(
        *("E19", "the block's liquidation leaves a crumb behind", BLOCK_LIQUIDATOR),
        *("plan.max_repay_assets, plan.seized_shares", "plan.repaid_assets, plan.seized_shares"),
    ),
    without(
        *("E19", "nobody looks after loans where a block begins", BLOCK_LIQUIDATOR),
        "self._liquidate(page[0], plan)",
    ),
    one(
        *("E14", "who joins is paid what was served before", QUEUE),
        *(
            "index=self._indices[pool][queue.epoch][queue.scale],\n        scale",
            "index=0,\n        scale",
        ),
    ),
    one(
        *("E20", "a model that reverts stops accrual", POOL),
        *(
            "    if not is_answered or len(answer) < 32:\n        return False, 0\n",
            "    assert is_answered\n",
        ),
    ),
    one(
        *("E20", "a short answer counts", POOL),
        *("if not is_answered or len(answer) < 32:", "if not is_answered:"),
    ),
    one(
        *("E20", "a model may burn all gas", POOL),
        *("        gas=RATE_MODEL_GAS,\n", ""),
    ),
    one(
        *("E20", "a model may ask for any rate", POOL),
        *(
            "return True, min(extract32(answer, 0, output_type=uint256), MAX_RATE_PER_SECOND_WAD)",
            "return True, extract32(answer, 0, output_type=uint256)",
        ),
    ),
    one(
        *("E20", "the curve divides by what is not lent", RATE),
        *(
            "utilization_wad: uint256 = total_debt * units.WAD // (idle + total_debt)",
            "utilization_wad: uint256 = min(total_debt * units.WAD // idle, units.WAD)",
        ),
    ),
)
