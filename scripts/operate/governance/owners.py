# SPDX-License-Identifier: Apache-2.0
"""Who owns what: each contract of the deployment that has an owner, or a manager of roles."""

from ..chain import Chain

READERS = ("owner", "role_manager")


def read_owners(chain: Chain) -> list[tuple[str, str]]:
    """Contracts by their keys, and their owners by key where they have one."""
    asked = [
        (key, chain.view(key, reader))
        for key, entry in chain.record.contracts.items()
        for reader in READERS
        # A blueprint is recorded under a name of its own, and cannot be called.
        if not key.endswith("Blueprint") and chain.abi(entry["contract"]).has(reader)
    ]
    names = {entry["address"]: key for key, entry in chain.record.contracts.items()}
    answers = chain.read([view for _, view in asked])
    return [(key, names.get(owner, owner)) for (key, _), owner in zip(asked, answers, strict=True)]


def owners_in_words(chain: Chain) -> str:
    """Each owner with what it owns, or with how many where they are many."""
    held: dict[str, list[str]] = {}
    for key, owner in read_owners(chain):
        held.setdefault(owner, []).append(key)
    parts = (
        f"{owner} owns {keys[0] if len(keys) == 1 else f'{len(keys)} contracts'}"
        for owner, keys in held.items()
    )
    return "; ".join(sorted(parts, reverse=True))
