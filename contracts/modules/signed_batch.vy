# pragma version 0.4.3
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title signed_batch
@license AGPL-3.0-only
@notice Tells whether an owner has signed a batch that another sends, and that it was not
    sent before.
@dev EIP-712. A nonce is a key of 192 bits and, in the low 64, a place in the order of that
     key: batches under one key follow each other, those under different keys do not wait for
     one another. Owners with code answer by ERC-1271.
"""

from snekmate.utils import ecdsa
from snekmate.utils import eip712_domain_separator

from ..interfaces import IAccounts
from ..interfaces import IOperators

uses: eip712_domain_separator

CALL_TYPE_HASH: constant(bytes32) = keccak256("Call(address target,address account,bytes data)")
BATCH_TYPE_HASH: constant(bytes32) = keccak256(
    "Batch(address owner,address relayer,Call[] calls,uint256 nonce,uint256 deadline)Call(address target,address account,bytes data)"
)

# What ERC-1271 answers when a signature holds.
IS_VALID: constant(bytes4) = 0x1626BA7E

MAX_CALLS: constant(uint256) = 16

# The next place in the order of each owner's keys.
_next: HashMap[address, HashMap[uint256, uint256]]


@internal
@view
def nonce(owner: address, key: uint256) -> uint256:
    """
    @notice The nonce that the next batch under `key`, below 2**192, must carry.
    """
    return (key << 64) | self._next[owner][key]


@internal
def use_nonce(owner: address, nonce: uint256):
    """
    @notice Move on to the next place under the key of `nonce`.
    @custom:reverts "operators: nonce used" unless it is the next
    """
    key: uint256 = nonce >> 64
    next_nonce: uint256 = self.nonce(owner, key)
    assert nonce == next_nonce, "operators: nonce used"
    self._next[owner][key] += 1

    log IOperators.NonceUsed(owner=owner, sender=msg.sender, nonce=nonce)


@internal
@view
def check(
    owner: address,
    relayer: address,
    calls: DynArray[IAccounts.Call, MAX_CALLS],
    nonce: uint256,
    deadline: uint256,
    signature: Bytes[1024],
):
    """
    @notice Revert unless `owner` signed exactly this, for this chain and this contract.
    @custom:reverts
        "operators: signature expired"
        "operators: bad signature"
    """
    assert block.timestamp <= deadline, "operators: signature expired"
    hashes: DynArray[bytes32, MAX_CALLS] = []
    for call: IAccounts.Call in calls:
        hashes.append(
            keccak256(abi_encode(CALL_TYPE_HASH, call.target, call.account, keccak256(call.data)))
        )
    packed: Bytes[64 + 32 * MAX_CALLS] = abi_encode(hashes, ensure_tuple=False)
    # An array's own encoding begins with its length, which EIP-712 leaves out.
    calls_hash: bytes32 = keccak256(slice(packed, 32, 32 * len(hashes)))
    digest: bytes32 = eip712_domain_separator._hash_typed_data_v4(
        keccak256(
            abi_encode(BATCH_TYPE_HASH, owner, relayer, calls_hash, nonce, deadline)
        )
    )
    has_signed: bool = self._has_signed(owner, digest, signature)
    assert has_signed, "operators: bad signature"


@internal
@view
def _has_signed(owner: address, digest: bytes32, signature: Bytes[1024]) -> bool:
    if not owner.is_contract:
        if len(signature) != 65:
            return False
        signer: address = ecdsa._recover_sig(digest, slice(signature, 0, 65))
        return signer == owner

    is_answered: bool = False
    answer: Bytes[32] = b""
    is_answered, answer = raw_call(
        owner,
        abi_encode(digest, signature, method_id=IS_VALID),
        max_outsize=32,
        is_static_call=True,
        revert_on_failure=False,
    )
    return (
        is_answered
        and len(answer) == 32
        and convert(answer, bytes32) == convert(IS_VALID, bytes32)
    )
