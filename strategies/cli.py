# SPDX-License-Identifier: Apache-2.0
"""The command line: headwater doctor | paper | run | status | explain | report | node | follow.

Everything heavy is imported by the command that needs it, so that `--help` answers at once.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from strategies import node_program
from strategies.command import OneLineParser, run_as_command


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:20]) < 2**63:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 up")
    return int(text)


def make_parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--config",
        type=Path,
        default=argparse.SUPPRESS,
        metavar="FILE",
        help="the keeper's TOML file; docs/keeper.toml shows every key",
    )
    parser = OneLineParser(
        prog="headwater",
        description="Compound, allocate, liquidate and execute orders on Headwater, with reasons.",
        parents=[common],
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", required=True, parser_class=OneLineParser
    )

    def add(name: str, words: str) -> argparse.ArgumentParser:
        return commands.add_parser(
            name, help=words, description=words, parents=[common], allow_abbrev=False
        )

    doctor = add("doctor", "check configuration, key, chain, contracts, gas and permissions")
    doctor.add_argument("--json", action="store_true", help="machine-readable")
    for name, words in (
        ("paper", "decide on every block and write it down, but send nothing"),
        ("run", "decide, sign and send, until stopped"),
    ):
        command = add(name, words)
        command.add_argument(
            "--ticks", type=_positive, metavar="N", help="stop after so many blocks"
        )
        command.add_argument("--verbose", action="store_true", help="a line for every block")
    status = add("status", "where the keeper stands: last block, risk state, open transactions")
    explain = add("explain", "why each action was taken or not, newest word on each subject")
    explain.add_argument(
        "subject", nargs="?", default="", help="only subjects that contain this text"
    )
    report = add("report", "write one HTML page with plots, reasons and costs")
    report.add_argument("--output", type=Path, required=True, metavar="FILE")
    for command in (status, explain):
        command.add_argument("--json", action="store_true", help="machine-readable")
    for command in (status, explain, report):
        command.add_argument("--paper", action="store_true", help="of the paper journal")
    for name, (_, words) in node_program.COMMANDS.items():
        # Listed here; what follows the name is the node's own to read.
        commands.add_parser(name, help=words, add_help=False)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    given = sys.argv[1:] if arguments is None else list(arguments)
    if given and given[0] in node_program.COMMANDS:
        return run_as_command(lambda: node_program.become_node(given[0], given[1:]))
    parser = make_parser()
    options = parser.parse_args(given)
    if not hasattr(options, "config"):
        parser.error("--config FILE is missing: the keeper's TOML file")
    return run_as_command(lambda: _COMMANDS[options.command](options))


def _configuration(options: argparse.Namespace):
    from strategies.config import load_configuration

    return load_configuration(options.config)


# --- Commands ---


def _doctor(options: argparse.Namespace) -> int:
    configuration = _configuration(options)
    from strategies.keeper.doctor import examine

    checks = examine(configuration)
    if options.json:
        _print_json(
            [{"check": one.name, "passed": one.is_passed, "fact": one.fact} for one in checks]
        )
    else:
        for one in checks:
            stream = sys.stdout if one.is_passed else sys.stderr
            print(f"{'ok  ' if one.is_passed else 'FAIL'} {one.name}: {one.fact}", file=stream)
    return next((one.exit_status for one in checks if not one.is_passed), 0)


def _run(options: argparse.Namespace) -> int:
    configuration = _configuration(options)
    import logging

    from strategies.keeper.session import run

    logging.basicConfig(
        format="%(asctime)s %(levelname)s %(message)s", level=logging.WARNING, stream=sys.stderr
    )
    level = logging.DEBUG if options.verbose else logging.INFO
    logging.getLogger("headwater").setLevel(level)
    run(configuration, is_paper=options.command == "paper", max_ticks=options.ticks)
    return 0


def _reader(options: argparse.Namespace):
    from strategies.chain.journal_reader import JournalReader

    configuration = _configuration(options)
    path = configuration.paper_journal if options.paper else configuration.keeper.journal
    return JournalReader(path)


def _status(options: argparse.Namespace) -> int:
    from dataclasses import asdict

    status = _reader(options).status()
    if options.json:
        _print_json(asdict(status))
        return 0
    identity = status.identity
    print(f"keeper {identity['keeper']} on chain {identity['chain_id']}, {identity['mode']}")
    if status.last_block is None:
        print("no block decided yet")
        return 0
    state = "finished" if status.is_finished else "not finished"
    print(f"last block {status.last_block}, {state}; {status.ticks} blocks decided")
    causes = f": {'; '.join(status.risk_reasons)}" if status.risk_reasons else ""
    print(f"risk {status.risk_state}{causes}")
    counts = ", ".join(f"{count} {name}" for name, count in sorted(status.intents.items()))
    print(f"actions: {counts or 'none'}")
    for one in status.open:
        error = f" ({one['error']})" if one["error"] else ""
        print(f"  open: {one['action']} {one['status']}, nonce {one['nonce']}{error}")
    return 0


def _explain(options: argparse.Namespace) -> int:
    reasons = _reader(options).latest_reasons(options.subject)
    if options.json:
        _print_json(reasons)
        return 0
    if not reasons:
        about = f" about {options.subject!r}" if options.subject else ""
        print(f"the journal says nothing{about} yet")
        return 0
    policy = None
    for one in reasons:
        if one["policy"] != policy:
            policy = one["policy"]
            print(policy)
        print(f"  {one['subject']} [{one['kind']} at block {one['block']}] {one['reason']}")
        if one.get("error"):
            print(f"    {one['error']}")
    return 0


def _report(options: argparse.Namespace) -> int:
    reader = _reader(options)
    from strategies.report.build import write_report

    path = write_report(reader, options.output)
    print(f"wrote {path}")
    return 0


def _print_json(value) -> None:
    import json

    print(json.dumps(value, indent=2, sort_keys=True))


_COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "doctor": _doctor,
    "paper": _run,
    "run": _run,
    "status": _status,
    "explain": _explain,
    "report": _report,
}
