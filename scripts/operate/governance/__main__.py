# SPDX-License-Identifier: Apache-2.0
"""Govern by the timelock: see who owns what and what is announced; announce, execute, cancel.

python -m scripts.operate.governance owners
python -m scripts.operate.governance list [--all]
python -m scripts.operate.governance announce 'LendingPool/usd_prime.set_rate_model(AdaptiveRate)'
python -m scripts.operate.governance announce --file change.toml
python -m scripts.operate.governance execute 0x5ad0d7c9
python -m scripts.operate.governance cancel 0x5ad0d7c9 --account devnet-guardian

Calls of one announcement are one operation: all of them happen, in order, or none. A file holds
`calls = ["...", "..."]` and, if it likes, `delay_seconds`.
"""

import argparse
import sys
from pathlib import Path

from strategies.command import OneLineParser, run_as_command
from strategies.errors import ArgumentInvalid

from ...deploy._signers import DEVNET_ALIAS, Signer, open_signer
from ...errors import GovernanceRefused, OperationUnusable
from ...settings import load_settings
from ..chain import Chain, open_chain
from .announcement import free_salt, read_announcement
from .calls import Book, Call
from .effects import foresee
from .operations import (
    NO_OPERATION,
    TIMELOCK,
    Operation,
    Standing,
    batch_arguments,
    find_operation,
    read_operations,
)
from .owners import read_owners
from .submit import submit
from .words import call_lines, standing_words

PENDING = (Standing.WAITING, Standing.READY)


def owners(_: argparse.Namespace, chain: Chain) -> None:
    for key, owner in read_owners(chain):
        print(f"{key:28}  {owner}")


def list_operations(arguments: argparse.Namespace, chain: Chain) -> None:
    book = Book(chain)
    shown = [one for one in read_operations(chain) if arguments.all or one.standing in PENDING]
    for operation in shown:
        print(f"{operation.short_name}  {standing_words(operation, chain.now())}")
        for call in operation.calls:
            print(f"    {book.show_call(call)}")
    if not shown:
        print("nothing was ever announced" if arguments.all else "nothing is announced")


def announce(arguments: argparse.Namespace, chain: Chain) -> None:
    book = Book(chain)
    announcement = read_announcement(arguments.calls, arguments.file, arguments.delay)
    calls = [book.parse(text) for text in announcement.calls]
    least = chain.read([chain.view(TIMELOCK, "get_minimum_delay")])[0]
    delay_seconds = announcement.delay_seconds or least
    if delay_seconds < least:
        raise ArgumentInvalid("the delay", str(delay_seconds), f"at least {least} seconds")
    salt = free_salt(chain, calls)
    signer = _signer(arguments, chain, "PROPOSER_ROLE", "announce")
    _show(chain, book, calls)

    _ask(arguments, f"announce this, to be ready in {delay_seconds:,} s?")
    batch = batch_arguments(calls, NO_OPERATION, salt)
    block = submit(chain, signer, "schedule_batch", *batch, delay_seconds)
    (name,) = chain.read([chain.view(TIMELOCK, "hash_operation_batch", *batch)])
    operation = find_operation(read_operations(chain), name.hex())
    print(
        f"announced {operation.short_name} in block {block}: "
        f"{standing_words(operation, chain.now())}"
    )


def execute(arguments: argparse.Namespace, chain: Chain) -> None:
    book, operation = Book(chain), find_operation(read_operations(chain), arguments.operation)
    if operation.standing is not Standing.READY:
        raise OperationUnusable(operation.short_name, f"is {_standing(operation, chain)}")
    signer = _signer(arguments, chain, "EXECUTOR_ROLE", "execute")
    refusal = _show(chain, book, operation.calls)
    if refusal:
        raise GovernanceRefused("execute_batch", refusal)

    _ask(arguments, f"execute {operation.short_name}?")
    block = submit(chain, signer, "execute_batch", *operation.arguments)
    print(f"executed {operation.short_name} in block {block}")


def cancel(arguments: argparse.Namespace, chain: Chain) -> None:
    book, operation = Book(chain), find_operation(read_operations(chain), arguments.operation)
    if operation.standing not in PENDING:
        raise OperationUnusable(operation.short_name, f"is {_standing(operation, chain)}")
    signer = _signer(arguments, chain, "CANCELLER_ROLE", "cancel")
    for call in operation.calls:
        print(book.show_call(call))

    _ask(arguments, f"cancel {operation.short_name}?")
    block = submit(chain, signer, "cancel", operation.name)
    print(f"cancelled {operation.short_name} in block {block}")


# --- Inside ---


def _show(chain: Chain, book: Book, calls: list[Call] | tuple[Call, ...]) -> str:
    """Print the calls with what they change; why they would be refused today, empty if not."""
    effects = foresee(chain, book, calls)
    for line in call_lines(book, calls, effects):
        print(line)
    return effects[-1].refusal if effects else ""


def _standing(operation: Operation, chain: Chain) -> str:
    already = "already " if operation.standing is Standing.DONE else ""
    return already + standing_words(operation, chain.now())


def _signer(arguments: argparse.Namespace, chain: Chain, role: str, act: str) -> Signer:
    """Who signs, known to hold the role: asked before anything is shown or sent."""
    signer = open_signer(arguments.account, chain.record.is_devnet)
    (identifier,) = chain.read([chain.view(TIMELOCK, role)])
    (holds,) = chain.read([chain.view(TIMELOCK, "hasRole", identifier, signer.address)])
    if not holds:
        raise GovernanceRefused(act, f"{signer.address} does not hold {role}")
    return signer


def _ask(arguments: argparse.Namespace, question: str) -> None:
    if arguments.yes:
        return
    if not sys.stdin.isatty():
        raise ArgumentInvalid("standard input", "no terminal", "--yes to go on unasked")
    if input(f"{question} [y/N] ").strip().lower() not in ("y", "yes"):
        raise KeyboardInterrupt


def parse_arguments(given: list[str] | None = None) -> argparse.Namespace:
    settings = load_settings()
    shared = OneLineParser(add_help=False)
    shared.add_argument("--rpc", default=settings.rpc_url)
    shared.add_argument("--deployment", type=Path, default=settings.deployment_path)
    signing = OneLineParser(add_help=False, parents=[shared])
    signing.add_argument("--account", default=DEVNET_ALIAS, help="an account of Ape's keystore")
    signing.add_argument("--yes", action="store_true", help="do not ask")

    parser = OneLineParser(prog="governance", description="Govern by the timelock.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=OneLineParser)

    def command(name: str, body, help_text: str, parent: OneLineParser) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=help_text, parents=[parent])
        made.set_defaults(body=body)
        return made

    command("owners", owners, "who owns which contract", shared)
    listing = command("list", list_operations, "what is announced", shared)
    listing.add_argument("--all", action="store_true", help="also what is done or cancelled")
    announcing = command("announce", announce, "announce calls as one operation", signing)
    announcing.add_argument("calls", nargs="*", metavar="CALL", help="Contract.function(arguments)")
    announcing.add_argument("--file", type=Path, help="a TOML file with the calls")
    announcing.add_argument("--delay", type=int, help="seconds, if more than the least")
    for name, body in (("execute", execute), ("cancel", cancel)):
        command(name, body, f"{name} what is announced", signing).add_argument("operation")
    return parser.parse_args(given)


def run(arguments: argparse.Namespace) -> int:
    chain = open_chain(arguments.rpc, arguments.deployment)
    arguments.body(arguments, chain)
    return 0


def main(given: list[str] | None = None) -> int:
    return run_as_command(lambda: run(parse_arguments(given)))


if __name__ == "__main__":
    raise SystemExit(main())
