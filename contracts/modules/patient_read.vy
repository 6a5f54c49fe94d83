# pragma version 0.4.3
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title patient_read
@license AGPL-3.0-only
@notice Asks a view of another contract and takes no answer for an answer: zero.
@dev For lenses only. A contract that decides anything by a figure must not read it so.
"""

# Ten words: the longest tuple of words that a lens asks for.
MAX_ANSWER: constant(uint256) = 320

# An array of ten addresses with its offset and its length.
MAX_ARRAY_ANSWER: constant(uint256) = 384

# Nine words: the selector's four bytes round up to three arguments.
MAX_QUESTION: constant(uint256) = 68


@internal
@view
def words(target: address, question: Bytes[MAX_QUESTION]) -> Bytes[MAX_ANSWER]:
    """
    @notice What `target` answers; nothing where it reverts or is no contract.
    """
    is_answered: bool = False
    answer: Bytes[MAX_ANSWER] = b""
    is_answered, answer = raw_call(
        target, question, max_outsize=MAX_ANSWER, is_static_call=True, revert_on_failure=False
    )
    if not is_answered:
        return b""
    return answer


@internal
@pure
def word_at(answer: Bytes[MAX_ANSWER], index: uint256) -> uint256:
    """
    @notice The word of an answer at `index`; 0 past its end.
    """
    if len(answer) < 32 * (index + 1):
        return 0
    return extract32(answer, 32 * index, output_type=uint256)


@internal
@view
def number(target: address, method: bytes4) -> uint256:
    """
    @notice What a view without arguments answers.
    """
    return self.word_at(self.words(target, slice(convert(method, bytes32), 0, 4)), 0)


@internal
@view
def number_of(target: address, method: bytes4, account: address) -> uint256:
    """
    @notice What a view says of `account`.
    """
    return self.word_at(self.words_of(target, method, account), 0)


@internal
@view
def words_of(target: address, method: bytes4, account: address) -> Bytes[MAX_ANSWER]:
    """
    @notice All words that a view says of `account`.
    """
    return self.words(target, concat(method, convert(account, bytes32)))


@internal
@view
def number_between(
    target: address, method: bytes4, owner: address, spender: address
) -> uint256:
    """
    @notice What a view says of two accounts in this order.
    """
    return self.word_at(self.words_between(target, method, owner, spender), 0)


@internal
@view
def words_between(
    target: address, method: bytes4, one: address, other: address
) -> Bytes[MAX_ANSWER]:
    """
    @notice All words that a view says of two accounts in this order.
    """
    return self.words(target, concat(method, convert(one, bytes32), convert(other, bytes32)))


@internal
@view
def account_at(target: address, method: bytes4) -> address:
    """
    @notice The address that a view without arguments answers.
    """
    return self._to_address(self.number(target, method))


@internal
@pure
def account_in(answer: Bytes[MAX_ANSWER], index: uint256) -> address:
    """
    @notice The address in an answer at `index`; none past its end.
    """
    return self._to_address(self.word_at(answer, index))


@internal
@view
def text(target: address, method: bytes4) -> String[32]:
    """
    @notice The text that a view answers; nothing if it is longer than 32 or not encoded so.
    """
    answer: Bytes[MAX_ANSWER] = self.words(target, slice(convert(method, bytes32), 0, 4))
    if len(answer) != 96 or self.word_at(answer, 0) != 32 or self.word_at(answer, 1) > 32:
        return ""
    return abi_decode(answer, String[32])


@internal
@view
def array(target: address, question: Bytes[MAX_QUESTION]) -> DynArray[uint256, 10]:
    """
    @notice The first ten words of the array that a view answers.
    """
    is_answered: bool = False
    answer: Bytes[MAX_ARRAY_ANSWER] = b""
    is_answered, answer = raw_call(
        target, question, max_outsize=MAX_ARRAY_ANSWER, is_static_call=True, revert_on_failure=False
    )
    items: DynArray[uint256, 10] = []
    if not is_answered or len(answer) < 64:
        return items
    count: uint256 = extract32(answer, 32, output_type=uint256)
    for i: uint256 in range(10):
        if i >= count or len(answer) < 96 + 32 * i:
            break
        items.append(extract32(answer, 64 + 32 * i, output_type=uint256))
    return items


@internal
@view
def accounts_at(target: address, method: bytes4) -> DynArray[address, 10]:
    """
    @notice The first ten addresses of the array that a view answers.
    """
    return self._to_addresses(self.array(target, slice(convert(method, bytes32), 0, 4)))


@internal
@view
def accounts_of(target: address, method: bytes4, account: address) -> DynArray[address, 10]:
    """
    @notice The first ten addresses of the array that a view says of an account.
    """
    return self._to_addresses(self.array(target, concat(method, convert(account, bytes32))))


@internal
@pure
def _to_addresses(items: DynArray[uint256, 10]) -> DynArray[address, 10]:
    addresses: DynArray[address, 10] = []
    for item: uint256 in items:
        addresses.append(self._to_address(item))
    return addresses


@internal
@pure
def _to_address(word: uint256) -> address:
    # Foreign bits above the address are dropped: a lens must not fail on them.
    return convert(convert(word & (2**160 - 1), uint160), address)
