# pragma version 0.4.3
# pragma evm-version cancun
# pragma nonreentrancy on
# pragma optimize codesize
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title Operators
@license AGPL-3.0-only
@notice Who else may act for an account: operators within what they were granted, relayers
    with what the owner has signed.
@dev It holds no tokens and no allowance. What it lets through runs as a batch of the account
     layer, which checks owners, health and caps as for any batch.

     `operate` and `batch_signed` hold no lock: the batch may come back to the sender, who
     may grant and revoke meanwhile. A second batch is refused by the account layer, and
     what a grant or a nonce allows is counted before the batch runs.
@custom:invariants ACC-5, ACC-6
@custom:kill Nobody can stop it. An owner revokes: one grant, all of an account, a nonce.
"""

from snekmate.utils import eip712_domain_separator

from ..interfaces import IAccounts
from ..interfaces import IOperators
from ..modules import operator_grants as grants
from ..modules import signed_batch

implements: IOperators

initializes: eip712_domain_separator
initializes: grants
initializes: signed_batch[eip712_domain_separator := eip712_domain_separator]

exports: eip712_domain_separator.eip712Domain

MAX_CALLS: constant(uint256) = 16

# The account layer.
ACCOUNTS: immutable(IAccounts)


@deploy
def __init__(accounts: address):
    """
    @notice Starts without grants.
    @param accounts The account layer, whose owner must name this contract.
    """
    eip712_domain_separator.__init__("Headwater operators", "1")
    ACCOUNTS = IAccounts(accounts)


# --- For owners of accounts ---


@external
def grant(
    account: address,
    operator: address,
    action: IOperators.Action,
    pool: address,
    grant: IOperators.Grant,
):
    """
    @notice Let `operator` do `action` on `pool` for `account`, as far as `grant` goes.
    @dev Whom the account layer has never seen grants by a batch.
    @custom:access The owner of the account, also as a step of a batch, hence by signature.
    @custom:reverts
        "operators: not the owner"
        "operators: no operator"
        "operators: not one action"
        "operators: already expired"
        "operators: zero assets" unless the action is to pledge or to unpledge
        "operators: no receiver" where the action pays somebody
    @param account Account of the caller.
    @param operator Who may act.
    @param action One action.
    @param pool Pool on which.
    @param grant Its bounds; they replace those of an earlier grant.
    """
    self._authorize(account)
    grants.give(account, operator, action, pool, grant)


@external
def revoke(account: address, operator: address, action: IOperators.Action, pool: address):
    """
    @notice Take back what `operator` may do, at once.
    @custom:access The owner of the account, also as a step of a batch.
    @custom:reverts "operators: not the owner"
    @param account Account of the caller.
    @param operator Who loses it.
    @param action Action granted.
    @param pool Pool granted.
    """
    self._authorize(account)
    grants.take(account, operator, action, pool)


@external
def revoke_all(account: address):
    """
    @notice Take back everything from every operator of `account`, at once.
    @custom:access The owner of the account, also as a step of a batch.
    @custom:reverts "operators: not the owner"
    @param account Account of the caller.
    """
    self._authorize(account)
    grants.take_all(account)


@external
def cancel_nonce(nonce: uint256):
    """
    @notice Give up a nonce, and with it what was signed for it.
    @custom:access Anyone, for batches of their own.
    @custom:reverts "operators: nonce used" unless it is the next under its key
    @param nonce The next nonce of the caller under its key.
    """
    signed_batch.use_nonce(msg.sender, nonce)


# --- For operators and relayers ---


@external
@reentrant  # The batch may call the operator back; see the head of the file.
def operate(calls: DynArray[IAccounts.Call, 16]):
    """
    @notice Run calls for accounts of one owner, who granted each of them to the caller.
    @dev The calls that a grant knows are, with exactly these arguments, `deposit`,
         `withdraw`, `borrow` and `repay` of a pool, and `pledge` and `unpledge` of the
         account layer. A call to the operator itself needs no grant and acts for nobody.
    @custom:access Whoever was granted each of them.
    @custom:reverts
        "operators: no steps"
        "operators: not grantable"
        "operators: foreign account" when a step is about somebody else's shares or debt
        "operators: no grant"
        "operators: grant expired"
        "operators: grant exceeded"
        "operators: wrong receiver"
        "accounts: not the operators" unless the account layer names this contract
        "accounts: nested batch"
        "accounts: not the owner"
        "accounts: target not a pool"
        "accounts: unhealthy" when an account touched does not stand at the end
        "operators: below agreed health"
        "oracle: no feed"
        "oracle: stale price"
        "pool: supply cap" when a pool ends above its cap
        "pool: borrow cap" when a pool ends above its cap
    @param calls Up to 16 steps; each names the account that acts.
    """
    assert len(calls) > 0, "operators: no steps"
    floors_wad: DynArray[uint256, MAX_CALLS] = []
    for call: IAccounts.Call in calls:
        floor_wad: uint256 = 0
        if call.target != msg.sender:
            floor_wad = grants.spend(msg.sender, call, ACCOUNTS.address)
        floors_wad.append(floor_wad)

    # The layer's word, not the operator's: whoever is named for a family that was never
    # seen becomes its owner.
    owner: address = staticcall ACCOUNTS.owner_of(calls[0].account)
    extcall ACCOUNTS.batch_for(owner, msg.sender, calls)

    for i: uint256 in range(len(calls), bound=MAX_CALLS):
        if floors_wad[i] > 0:
            health_wad: uint256 = staticcall ACCOUNTS.health_wad(calls[i].account)
            assert health_wad >= floors_wad[i], "operators: below agreed health"


@external
@reentrant  # The batch may call the relayer back; see the head of the file.
def batch_signed(
    owner: address,
    relayer: address,
    calls: DynArray[IAccounts.Call, 16],
    nonce: uint256,
    deadline: uint256,
    signature: Bytes[1024],
):
    """
    @notice Run a batch that `owner` signed.
    @dev A batch that reverts uses no nonce: what was signed stays good until the deadline,
         or until the owner cancels the nonce.
    @custom:access The relayer that was signed; anyone if it is the zero address.
    @custom:reverts
        "operators: wrong relayer"
        "operators: signature expired"
        "operators: bad signature"
        "operators: nonce used" unless it is the next under its key
        "accounts: not the operators" unless the account layer names this contract
        "accounts: nested batch"
        "accounts: not the owner"
        "accounts: target not a pool"
        "accounts: unhealthy" when an account touched does not stand at the end
        "oracle: no feed"
        "oracle: stale price"
        "pool: supply cap" when a pool ends above its cap
        "pool: borrow cap" when a pool ends above its cap
    @param owner Who signed; a wallet with code answers by ERC-1271.
    @param relayer Who may send; the zero address for anyone.
    @param calls As for the account layer's `batch`.
    @param nonce What `next_nonce` says for its key.
    @param deadline Last second at which it may be sent.
    @param signature 65 bytes r, s, v of EIP-712, or what the wallet takes.
    """
    assert relayer == empty(address) or relayer == msg.sender, "operators: wrong relayer"
    signed_batch.check(owner, relayer, calls, nonce, deadline, signature)
    signed_batch.use_nonce(owner, nonce)

    extcall ACCOUNTS.batch_for(owner, msg.sender, calls)


# --- Views ---


@external
@view
@reentrant  # The account layer asks when it is told of this contract; it never changes.
def accounts() -> address:
    """
    @notice The account layer.
    """
    return ACCOUNTS.address


@external
@view
def next_nonce(owner: address, key: uint256) -> uint256:
    """
    @notice The nonce of the next batch that `owner` signs under `key`.
    @custom:reverts "operators: key out of range" from 2**192
    """
    assert key < 2**192, "operators: key out of range"
    return signed_batch.nonce(owner, key)


@external
@view
def grant_of(
    account: address, operator: address, action: IOperators.Action, pool: address
) -> IOperators.Grant:
    """
    @notice What is left of what `operator` may do; zeros if nothing was granted. It may
        have expired.
    """
    return grants.of(account, operator, action, pool)


# --- Internals ---


@internal
@view
def _authorize(account: address):
    """
    @dev In a batch the account layer has authenticated the acting account's owner.
    @custom:reverts "operators: not the owner"
    """
    caller: address = msg.sender
    if caller == ACCOUNTS.address:
        caller = staticcall ACCOUNTS.acting_account()
    else:
        owner: address = staticcall ACCOUNTS.owner_of(account)
        assert owner == caller, "operators: not the owner"
    is_family: bool = convert(caller, uint256) >> 8 == convert(account, uint256) >> 8
    assert is_family, "operators: not the owner"
