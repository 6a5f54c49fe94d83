# SPDX-License-Identifier: Apache-2.0
"""Write the vectors that hold four languages to one arithmetic: `python -m tests.vectors.make`.

Each file is {"name", "cases": [{"in", "out"}]}; numbers are decimal strings. Where a contract
refuses, "out" is {"refused": reason}. The seed is fixed, so a run changes nothing unless the
model changed.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

from strategies.errors import ContractRefused
from strategies.model import order_sizes, shares
from strategies.model.accounts import Holding, health, value_usd_wad_down, value_usd_wad_up
from strategies.model.interest import growth_wad_down
from strategies.model.kinked_rate import KinkedRate, utilization_wad
from strategies.model.lending_pool import MAX_RATE_PER_SECOND_WAD
from strategies.model.pair import MAX_RESERVE, MIN_TRADE, Pair, quote_swap
from strategies.units import SECONDS_PER_YEAR, WAD

FOLDER = Path(__file__).parent
CASES = 200
Case = dict[str, Any]


def log_uniform(random: Random, bits: int) -> int:
    """A number of any size up to `bits` bits; small ones are as likely as large ones."""
    return random.getrandbits(random.randint(0, bits)) if bits else 0


# --- One generator per file: inputs, then what the model makes of them ---


def shares_cases(random: Random) -> Iterator[Case]:
    corners = [(0, 0, 0), (1, 0, 0), (1, 1, 10**6), (10**6, 10**6, 10**12), (7, 2, 3 * 10**6)]
    drawn = [
        (log_uniform(random, 104), log_uniform(random, 112), log_uniform(random, 124))
        for _ in range(CASES)
    ]
    for quantity, total_assets, total_shares in corners + drawn:
        totals = (total_assets, total_shares)
        yield {
            "in": {
                "quantity": quantity,
                "total_assets": total_assets,
                "total_shares": total_shares,
            },
            "out": {
                "to_shares_down": shares.to_shares_down(quantity, *totals),
                "to_shares_up": shares.to_shares_up(quantity, *totals),
                "to_assets_down": shares.to_assets_down(quantity, *totals),
                "to_assets_up": shares.to_assets_up(quantity, *totals),
            },
        }


def interest_cases(random: Random) -> Iterator[Case]:
    hour, year = 3_600, SECONDS_PER_YEAR
    corners = [(0, 0), (0, year), (1, 1), (1_585_489_599, hour), (MAX_RATE_PER_SECOND_WAD, year)]
    drawn = [
        (random.randint(0, MAX_RATE_PER_SECOND_WAD), log_uniform(random, 32)) for _ in range(CASES)
    ]
    for rate, seconds in corners + drawn:
        yield {
            "in": {"rate_per_second_wad": rate, "elapsed_seconds": seconds},
            "out": {"growth_wad_down": growth_wad_down(rate, seconds)},
        }


def kinked_rate_cases(random: Random) -> Iterator[Case]:
    percent = WAD // 100
    for number in range(CASES):
        curve = KinkedRate(
            random.randint(0, 5) * percent,
            random.randint(0, 20) * percent,
            random.randint(0, 300) * percent,
            random.randint(1, 99) * percent,
        )
        total = log_uniform(random, 100) + 1
        if number % 4 == 0:  # exactly at the kink, where the lines meet
            total = 100 * log_uniform(random, 90)
            debt = total * curve.kink_wad // WAD
        else:
            debt = random.randint(0, total)
        state = (total - debt, debt)
        yield {
            "in": {
                "base_rate_wad": curve.base_rate_wad,
                "slope_low_wad": curve.slope_low_wad,
                "slope_high_wad": curve.slope_high_wad,
                "kink_wad": curve.kink_wad,
                "idle": state[0],
                "total_debt": state[1],
            },
            "out": {
                "utilization_wad": utilization_wad(*state),
                "rate_per_second_wad": curve.rate_per_second_wad(*state),
            },
        }


def health_cases(random: Random) -> Iterator[Case]:
    for number in range(CASES):
        debt = {
            "debt_assets": 0 if number < 3 else log_uniform(random, 90),
            "debt_price_usd_wad": log_uniform(random, 80),
            "debt_decimals": random.choice([6, 8, 18]),
        }
        collaterals = [
            {
                "assets": log_uniform(random, 90),
                "price_usd_wad": log_uniform(random, 80),
                "decimals": random.choice([6, 8, 18]),
                "borrow_threshold_bps": random.randint(0, 9_400),
                "liquidation_threshold_bps": random.randint(9_401, 9_500),
            }
            for _ in range(random.randint(0, 3))
        ]
        result = health(
            value_usd_wad_up(*debt.values()),
            [
                Holding(
                    value_usd_wad_down(each["assets"], each["price_usd_wad"], each["decimals"]),
                    each["borrow_threshold_bps"],
                    each["liquidation_threshold_bps"],
                )
                for each in collaterals
            ],
        )
        out = {name: getattr(result, name) for name in result.__slots__}
        yield {"in": {**debt, "collaterals": collaterals}, "out": out}


def pair_swap_cases(random: Random) -> Iterator[Case]:
    corners = [(10**6, 10**18, MIN_TRADE - 1), (10**6, 1, MIN_TRADE), (MAX_RESERVE, 10, MIN_TRADE)]
    drawn = [
        (log_uniform(random, 112) + 1, log_uniform(random, 112) + 1, log_uniform(random, 112))
        for _ in range(CASES)
    ]
    for reserve_in, reserve_out, assets_in in corners + drawn:
        fee_bps, share_bps = random.choice([0, 5, 30, 100]), random.choice([0, 2_000, 5_000])
        given = {
            "reserve_in": reserve_in,
            "reserve_out": reserve_out,
            "assets_in": assets_in,
            "fee_bps": fee_bps,
            "protocol_share_bps": share_bps,
        }
        try:
            quote = quote_swap(**given)
            out = {name: getattr(quote, name) for name in quote.__slots__}
        except ContractRefused as refusal:
            out = {"refused": refusal.reason}
        yield {"in": given, "out": out}


def pair_liquidity_cases(random: Random) -> Iterator[Case]:
    for number in range(CASES):
        reserves = [log_uniform(random, 100) + 1, log_uniform(random, 100) + 1]
        supply = log_uniform(random, 100) + 1_000
        if number % 4 == 0:
            reserves, supply = [0, 0], 0
        assets_max = (log_uniform(random, 100), log_uniform(random, 100))
        pair = Pair(fee_bps=30, protocol_share_bps=2_000, reserves=reserves, supply=supply)
        try:
            (assets0, assets1), liquidity = pair.quote_add(assets_max)
            out = {"assets0": assets0, "assets1": assets1, "liquidity": liquidity}
        except ContractRefused as refusal:
            out = {"refused": refusal.reason}
        yield {
            "in": {
                "reserve0": reserves[0],
                "reserve1": reserves[1],
                "total_supply": supply,
                "assets0_max": assets_max[0],
                "assets1_max": assets_max[1],
            },
            "out": out,
        }


def order_sizes_cases(random: Random) -> Iterator[Case]:
    for number in range(CASES):
        debt_usd_wad = log_uniform(random, 100) + 1
        target_wad = WAD + random.getrandbits(62)
        # A health below the target, as it is when an order is due; 0 and a unit short of it too.
        health_wad = [0, target_wad - 1, random.randrange(target_wad)][min(number, 2)]
        limit_usd_wad = health_wad * debt_usd_wad // WAD
        threshold_bps = random.choice([0, 4_000, 8_000, 9_500])
        kept_bps = random.choice([9_000, 9_700, 9_850, 10_000])
        usd_wad, decimals = log_uniform(random, 100), random.choice([6, 8, 18])
        price_usd_wad = log_uniform(random, 80) + 1
        loan = (debt_usd_wad, limit_usd_wad, target_wad)
        no_debt = (debt_usd_wad, limit_usd_wad, order_sizes.NO_DEBT_WAD)
        yield {
            "in": {
                "debt_usd_wad": debt_usd_wad,
                "limit_usd_wad": limit_usd_wad,
                "target_wad": target_wad,
                "threshold_bps": threshold_bps,
                "kept_bps": kept_bps,
                "usd_wad": usd_wad,
                "price_usd_wad": price_usd_wad,
                "decimals": decimals,
            },
            "out": {
                "sale_usd_wad_up": order_sizes.sale_usd_wad_up(*loan, threshold_bps, kept_bps),
                "whole_sale_usd_wad_up": order_sizes.sale_usd_wad_up(
                    *no_debt, threshold_bps, kept_bps
                ),
                "supply_usd_wad_up": order_sizes.supply_usd_wad_up(*loan, threshold_bps),
                "repayment_usd_wad_up": order_sizes.repayment_usd_wad_up(*loan),
                "assets_up": order_sizes.assets_up(usd_wad, price_usd_wad, decimals),
            },
        }


GENERATORS: dict[str, Callable[[Random], Iterator[Case]]] = {
    "shares": shares_cases,
    "interest": interest_cases,
    "kinked_rate": kinked_rate_cases,
    "health": health_cases,
    "pair_swap": pair_swap_cases,
    "pair_liquidity": pair_liquidity_cases,
    "order_sizes": order_sizes_cases,
}


def as_strings(value: Any) -> Any:
    """Numbers as decimal strings: JSON numbers lose digits in JavaScript."""
    if isinstance(value, dict):
        return {name: as_strings(each) for name, each in value.items()}
    if isinstance(value, list):
        return [as_strings(each) for each in value]
    return str(value)


def render(name: str) -> str:
    """The text of one file; one case a line, so that a change reads well in a diff."""
    cases = [json.dumps(as_strings(each)) for each in GENERATORS[name](Random(name))]
    body = ",\n    ".join(cases)
    return f'{{\n  "name": "{name}",\n  "cases": [\n    {body}\n  ]\n}}\n'


def main() -> None:
    for name in GENERATORS:
        (FOLDER / f"{name}.json").write_text(render(name))


if __name__ == "__main__":
    main()
