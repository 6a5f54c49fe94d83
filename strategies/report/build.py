# SPDX-License-Identifier: Apache-2.0
"""From the journal to the page."""

import json
import os
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.progress import Progress

from strategies.chain.journal_reader import JournalReader
from strategies.errors import FileMalformed
from strategies.market.allocation import (
    IDLE,
    allocation_frame,
    share_price_series,
    utilization_frame,
)
from strategies.market.frames import actions_frame, number_column, samples_frame
from strategies.market.growth import (
    COMPOUNDED_LP,
    COMPOUNDED_USD,
    HELD_USD,
    OPENING_USD,
    SIMPLE_LP,
    LiquidityNames,
    liquidity_growth,
)
from strategies.report import plots
from strategies.report.page import Table, page
from strategies.units import WAD

MAX_ACTIONS = 1_000


def write_report(reader: JournalReader, output: Path) -> Path:
    """Write the page whole or not at all."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("reading the journal", total=6)

        def step(words: str) -> None:
            progress.update(task, advance=1, description=words)

        samples = samples_frame(
            reader.rows(
                "SELECT s.block_number, t.block_timestamp, s.name, s.value FROM samples s "
                "JOIN ticks t USING (block_number) ORDER BY s.block_number"
            )
        )
        topology = _topology(reader)
        step("drawing growth")
        parts = _growth_parts(samples, topology)
        step("drawing allocation")
        parts += _allocation_parts(samples, topology)
        step("drawing markets")
        parts += _market_parts(samples, topology)
        step("listing reasons")
        parts.append(_reasons_table(reader))
        step("listing actions")
        actions = actions_frame(reader.rows(f"SELECT {_ACTION_QUERY} FROM intents"))
        parts += [_gas_table(actions), _actions_table(actions)]
        text = page("Headwater keeper", _subtitle(samples), _facts(reader), parts)
        _write(output, text)
        step("done")
    return output


_ACTION_QUERY = (
    "block_number, policy, action, subject, status, nonce, transaction_hash, mined_block, "
    "gas_used, reason, error"
)


def _write(output: Path, text: str) -> None:
    draft = output.with_name(f".{output.name}.part")
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(text, "utf-8")
        os.replace(draft, output)
    except OSError as error:
        raise FileMalformed(str(output), f"cannot be written: {error.strerror}") from error


def _topology(reader: JournalReader) -> dict:
    rows = reader.rows("SELECT value FROM facts WHERE name = 'topology'")
    return json.loads(rows[0]["value"]) if rows else {"vaults": [], "pools": []}


# --- Plots ---


def _growth_parts(samples: pd.DataFrame, topology: dict) -> list:
    parts = []
    for vault in topology["vaults"]:
        for one in vault["liquidity"]:
            names = LiquidityNames(vault=vault["key"], **one)
            growth = liquidity_growth(samples, names)
            if growth.empty:
                continue
            last = growth.iloc[-1]
            gain = (last[COMPOUNDED_LP] / last[SIMPLE_LP] - 1) * 100
            parts.append(
                plots.lines(
                    f"{vault['key']}: compounded against never compounded",
                    "LP tokens that one LP token has become. Compounded: a vault share, profit "
                    "still unlocking and fees pending counted in. Never compounded: each fee at "
                    "the value of the moment it was earned, itself earning nothing. Compounded "
                    f"ends at {last[COMPOUNDED_LP]:.6f}, the other at {last[SIMPLE_LP]:.6f}: "
                    f"{gain:+.4f} %.",
                    growth[[COMPOUNDED_LP, SIMPLE_LP]],
                    "LP tokens",
                    ("compounded", "never compounded"),
                )
            )
            parts.append(
                plots.lines(
                    f"{vault['key']}: the same in dollars",
                    f"What began as {OPENING_USD:,} USD, at oracle prices; the other line holds its fees "
                    "as the two tokens they were paid in. Compounded ends at "
                    f"{last[COMPOUNDED_USD]:,.2f} USD, fees held at {last[HELD_USD]:,.2f} USD.",
                    growth[[COMPOUNDED_USD, HELD_USD]],
                    "USD",
                    ("compounded", "fees held as tokens"),
                )
            )
    return [part for part in parts if part is not None]


def _allocation_parts(samples: pd.DataFrame, topology: dict) -> list:
    parts = []
    for vault in topology["vaults"]:
        keys = [one["strategy"] for one in vault["lending"]]
        price = share_price_series(samples, vault["key"], vault["decimals"])
        if not price.empty:
            parts.append(
                plots.lines(
                    f"{vault['key']}: share price",
                    f"{vault['symbol']} for one share, from {price.iloc[0]:.6f} to "
                    f"{price.iloc[-1]:.6f}. Profit is unlocked over time.",
                    price.to_frame(),
                    vault["symbol"],
                    ("share price",),
                )
            )
        if keys:
            frame = allocation_frame(samples, vault["key"], keys, vault["decimals"])
            parts.append(
                plots.areas(
                    f"{vault['key']}: allocation over time",
                    f"{vault['symbol']} by strategy; idle is what lies in the vault itself.",
                    frame,
                    vault["symbol"],
                    [*keys, IDLE],
                )
            )
    return [part for part in parts if part is not None]


def _market_parts(samples: pd.DataFrame, topology: dict) -> list:
    pools = topology["pools"]
    parts = []
    if pools:
        parts.append(
            plots.lines(
                "Use of the pools",
                "Part of each pool that is lent out. Rates rise steeply beyond the kink.",
                utilization_frame(samples, pools) * 100,
                "%",
                pools,
            )
        )
    debtors = pd.DataFrame(
        {
            "debtors": number_column(samples, "accounts.debtors", 1),
            "unhealthy": number_column(samples, "accounts.unhealthy", 1),
        }
    )
    parts.append(
        plots.lines(
            "Debtors",
            "Accounts that owe, and those of them below health 1, which may be liquidated.",
            debtors,
            "accounts",
            ("debtors", "below health 1"),
        )
    )
    return [part for part in parts if part is not None]


# --- Tables ---


def _gas_table(actions: pd.DataFrame) -> Table:
    executed = actions[actions["status"].isin(["mined", "reverted"])].copy()
    executed["kind"] = executed["action"].str.split(":").str[0]
    rows = [
        (
            kind,
            len(group),
            int((group["status"] == "reverted").sum()),
            int(group["gas_used"].mean()),
            int(group["gas_used"].sum()),
        )
        for kind, group in executed.groupby("kind")
    ]
    return Table(
        "Gas",
        "Executed transactions by kind of action.",
        ("action", "count", "reverted", "gas, mean", "gas, sum"),
        rows,
    )


def _actions_table(actions: pd.DataFrame) -> Table:
    shown = actions.tail(MAX_ACTIONS).iloc[::-1]
    rows = [
        (
            int(row.block_number),
            row.action,
            row.status,
            None if pd.isna(row.gas_used) else int(row.gas_used),
            row.reason if not row.error else f"{row.reason} ({row.error})",
        )
        for row in shown.itertuples()
    ]
    return Table(
        "Actions",
        f"The newest {len(rows)} of {len(actions)}, each with its reason.",
        ("block", "action", "status", "gas", "reason"),
        rows,
    )


def _reasons_table(reader: JournalReader) -> Table:
    rows = reader.rows(
        "SELECT subject, code, sum(times) AS times, min(block_number) AS first, "
        "max(last_block_number) AS last, reason, max(id) FROM skips "
        "GROUP BY policy, subject, code ORDER BY policy, subject, last DESC"
    )
    return Table(
        "Reasons for what was not done",
        "Each kind of reason once, in its newest wording, with how many blocks it held.",
        ("subject", "reason", "blocks", "first", "last"),
        [(row["subject"], row["reason"], row["times"], row["first"], row["last"]) for row in rows],
    )


# --- Head ---


def _subtitle(samples: pd.DataFrame) -> str:
    if samples.empty:
        return "no samples yet"
    return (
        f"{samples.index[0]:%Y-%m-%d %H:%M} to {samples.index[-1]:%Y-%m-%d %H:%M} UTC, chain time"
    )


def _facts(reader: JournalReader) -> dict[str, str]:
    status = reader.status()
    identity = status.identity
    runs = reader.rows("SELECT count(*) AS n, sum(ended IS NULL) AS cut FROM runs")[0]
    gas = reader.rows(
        "SELECT value FROM samples WHERE name = 'keeper.gas_wei' ORDER BY block_number"
    )
    spent = (int(gas[0]["value"]) - int(gas[-1]["value"])) / WAD if gas else 0.0
    causes = f": {'; '.join(status.risk_reasons)}" if status.risk_reasons else ""
    counts = ", ".join(f"{count} {name}" for name, count in sorted(status.intents.items()))
    return {
        "Keeper": f"{identity['keeper']}, {identity['mode']}",
        "Chain": f"{identity['chain_id']}, first block {identity['genesis_hash'][:18]}…",
        "Blocks decided": f"{status.ticks}, last {status.last_block}",
        "Runs": f"{runs['n']}, of which {runs['cut'] or 0} were cut off or still go on",
        "Actions": counts or "none",
        "Risk state": f"{status.risk_state or 'unknown'}{causes}",
        "Gas money spent": f"{spent:.6f} between first and last sample",
    }
