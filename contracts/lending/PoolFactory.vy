# pragma version 0.4.3
# pragma evm-version cancun
# pragma nonreentrancy on
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title PoolFactory
@license AGPL-3.0-only
@notice Creates lending pools for anybody, seeded and listed in the same transaction.
@dev Every pool is the one code of the blueprint, over the one account layer, one oracle
     and one receiver of fees that the factory was born with. Its asset must have a price
     there. The creator chooses the rate model, the caps and the owner; the seed becomes
     shares that nobody can redeem, before anybody else can touch the pool.

     To list pools it must own Accounts, whose owner can do nothing else. Where it does
     not, it creates pools all the same, and whoever owns Accounts lists them.

     A listed pool may be owed. As collateral it counts for nothing until the owner of
     another pool accepts it there.

     It takes tokens from its caller alone, and holds none between calls.
@custom:invariants POOLS-1
@custom:kill The owner hands Accounts on: pools created from then on are not listed. Pools
    that exist go on.
"""

from ethereum.ercs import IERC20
from snekmate.auth import ownable
from snekmate.auth import ownable_2step

from ..interfaces import IAccounts
from ..interfaces import ILendingPool
from ..interfaces import IOwned
from ..interfaces import IPoolFactory
from ..interfaces import IPriceOracle
from ..interfaces import IRiskTerms
from ..modules import token_transfer
from ..modules import units

implements: IPoolFactory

initializes: ownable
initializes: ownable_2step[ownable := ownable]

exports: (
    ownable_2step.owner,
    ownable_2step.pending_owner,
    ownable_2step.transfer_ownership,
    ownable_2step.accept_ownership,
)

# The preamble of ERC-5202 that a blueprint carries before the init code.
BLUEPRINT_PREAMBLE: constant(Bytes[3]) = x"FE7100"

# Has no key: what it holds stays in the pool for good.
SEED_HOLDER: constant(address) = 0x000000000000000000000000000000000000dEaD

# What Accounts asks of a pool before it takes part: a million base units.
MIN_SEED_SHARES: constant(uint256) = 10**6 * units.VIRTUAL_SHARES

# A seed is the price of a place in the house: more than nothing, less than a fortune.
LEAST_MIN_SEED_USD_WAD: constant(uint256) = units.WAD
MOST_MIN_SEED_USD_WAD: constant(uint256) = 10**6 * units.WAD

# Pools take no more.
MAX_RESERVE_FACTOR_BPS: constant(uint256) = 2_500

BLUEPRINT: immutable(address)
ACCOUNTS: immutable(address)
RISK_TERMS: immutable(address)
ORACLE: immutable(address)
FEE_RECIPIENT: immutable(address)

# Every pool, in order of creation, and how many there are.
pools: public(HashMap[uint256, address])
pool_count: public(uint256)

# Whether an address is a pool that this factory created.
is_pool: public(HashMap[address, bool])

# The least value of a seed, USD WAD.
min_seed_usd_wad: public(uint256)

# The part of interest that the next pools send to the fee recipient.
reserve_factor_bps: public(uint256)


@deploy
def __init__(
    blueprint: address,
    accounts: address,
    oracle: address,
    fee_recipient: address,
    owner: address,
):
    """
    @notice Opens a factory without pools, at the lowest seed and without a reserve factor.
    @custom:reverts
        "pool-factory: not a blueprint"
        "pool-factory: not a contract" when accounts or oracle has no code
        "pool-factory: zero receiver"
        "pool-factory: zero owner"
    @param blueprint ERC-5202 blueprint of LendingPool.
    @param accounts The account layer.
    @param oracle Prices of all pools.
    @param fee_recipient Receiver of the protocol's part of interest.
    @param owner May set the terms of later pools and hand Accounts on.
    """
    assert blueprint.codesize > 3, "pool-factory: not a blueprint"
    assert slice(blueprint.code, 0, 3) == BLUEPRINT_PREAMBLE, "pool-factory: not a blueprint"
    assert accounts.is_contract, "pool-factory: not a contract"
    assert oracle.is_contract, "pool-factory: not a contract"
    assert fee_recipient != empty(address), "pool-factory: zero receiver"
    assert owner != empty(address), "pool-factory: zero owner"

    ownable.__init__()
    ownable_2step.__init__()
    ownable_2step._transfer_ownership(owner)
    BLUEPRINT = blueprint
    ACCOUNTS = accounts
    RISK_TERMS = staticcall IAccounts(accounts).risk_terms()
    ORACLE = oracle
    FEE_RECIPIENT = fee_recipient
    self.min_seed_usd_wad = LEAST_MIN_SEED_USD_WAD


# --- For anybody ---


@external
def create_pool(terms: IPoolFactory.Terms) -> address:
    """
    @notice Create a pool, put its seed in, list it, and offer it to its owner.
    @dev The factory owns the pool until `terms.owner` accepts it, and has no function that
         changes a pool: until then it stays as it was created. Whoever names the factory
         itself as the owner gets a pool that nobody ever changes.
    @custom:access Anyone; the caller pays the seed and has approved this factory for it.
    @custom:rounding Seed shares down. The pool keeps the fraction.
    @custom:reverts
        "pool-factory: zero owner"
        "oracle: no feed"
        "oracle: stale price"
        "oracle: feeds disagree"
        "pool-factory: seed too small" in value, or below a million base units
        "pool: bad rate model"
        "pool-factory: empty pool"
        "terms: cap too large"
        "token: transfer refused"
        "token: fee on transfer"
        "pool: supply cap" when it is below the seed
    @param terms What the pool opens with.
    @return The pool.
    """
    assert terms.owner != empty(address), "pool-factory: zero owner"
    seed_usd_wad: uint256 = staticcall IPriceOracle(ORACLE).value_usd_wad_down(
        terms.asset, terms.seed_assets
    )
    assert seed_usd_wad >= self.min_seed_usd_wad, "pool-factory: seed too small"

    pool: address = create_from_blueprint(
        BLUEPRINT,
        terms.asset,
        terms.name,
        terms.symbol,
        ACCOUNTS,
        ORACLE,
        terms.rate_model,
        FEE_RECIPIENT,
        self,
        code_offset=3,
    )
    # The compiler accepts offsets that create nothing; the literal above and this refuse it.
    assert pool.codesize > 0, "pool-factory: empty pool"

    index: uint256 = self.pool_count
    self.pools[index] = pool
    self.pool_count = index + 1
    self.is_pool[pool] = True

    extcall IRiskTerms(RISK_TERMS).set_caps(pool, terms.supply_cap, terms.borrow_cap)
    extcall IRiskTerms(RISK_TERMS).set_min_debt(pool, terms.min_debt)
    extcall IRiskTerms(RISK_TERMS).set_reserve_factor(pool, self.reserve_factor_bps)
    token_transfer.pull_exact(terms.asset, msg.sender, terms.seed_assets)
    is_approved: bool = extcall IERC20(terms.asset).approve(
        pool, terms.seed_assets, default_return_value=True
    )
    assert is_approved, "token: transfer refused"
    seed_shares: uint256 = extcall ILendingPool(pool).deposit(terms.seed_assets, SEED_HOLDER)
    assert seed_shares >= MIN_SEED_SHARES, "pool-factory: seed too small"

    is_listed: bool = self._is_listing()
    if is_listed:
        extcall IAccounts(ACCOUNTS).list_pool(pool)
    extcall IOwned(pool).transfer_ownership(terms.owner)

    log IPoolFactory.PoolCreated(
        creator=msg.sender,
        asset=terms.asset,
        pool=pool,
        owner=terms.owner,
        rate_model=terms.rate_model,
        seed_assets=terms.seed_assets,
        seed_shares=seed_shares,
        is_listed=is_listed,
    )
    return pool


# --- Views ---


@external
@view
def is_listing() -> bool:
    """
    @notice Whether pools created now take part at once.
    """
    return self._is_listing()


@external
@view
def parts() -> (address, address, address, address):
    """
    @notice What every pool is made of.
    @return The blueprint, the account layer, the oracle and the receiver of fees.
    """
    return BLUEPRINT, ACCOUNTS, ORACLE, FEE_RECIPIENT


# --- For the owner ---


@external
def list_pool(pool: address):
    """
    @notice Let a pool take part that was created elsewhere, or before Accounts was ours.
    @custom:access The owner.
    @custom:reverts
        "ownable: caller is not the owner"
        "accounts: already listed"
        "accounts: foreign pool" when it answers to another account layer
        "accounts: pool not seeded"
    @param pool Pool built for the account layer.
    """
    ownable._check_owner()
    extcall IAccounts(ACCOUNTS).list_pool(pool)


@external
def accept_accounts():
    """
    @notice Take Accounts over from an owner who has offered it to this factory.
    @custom:access The owner.
    @custom:reverts
        "ownable: caller is not the owner"
        "ownable_2step: caller is not the new owner"
    """
    ownable._check_owner()
    extcall IOwned(ACCOUNTS).accept_ownership()


@external
def hand_over_accounts(new_owner: address):
    """
    @notice Offer Accounts to another owner; until accepted, this factory goes on listing.
    @custom:access The owner.
    @custom:reverts "ownable: caller is not the owner" also when Accounts is not ours
    @param new_owner Who may accept it: a successor of this factory, or a person.
    """
    ownable._check_owner()
    extcall IOwned(ACCOUNTS).transfer_ownership(new_owner)


@external
def set_min_seed(min_seed_usd_wad: uint256):
    """
    @notice Set what the seed of a later pool must be worth.
    @custom:access The owner.
    @custom:reverts
        "ownable: caller is not the owner"
        "pool-factory: seed out of range" unless 1 to 1,000,000 USD
    @param min_seed_usd_wad USD, WAD.
    """
    ownable._check_owner()
    assert (
        min_seed_usd_wad >= LEAST_MIN_SEED_USD_WAD and min_seed_usd_wad <= MOST_MIN_SEED_USD_WAD
    ), "pool-factory: seed out of range"

    log IPoolFactory.MinSeedChanged(
        old_min_seed_usd_wad=self.min_seed_usd_wad, new_min_seed_usd_wad=min_seed_usd_wad
    )
    self.min_seed_usd_wad = min_seed_usd_wad


@external
def set_reserve_factor(reserve_factor_bps: uint256):
    """
    @notice Set the protocol's part of interest in pools created from here on.
    @custom:access The owner.
    @custom:reverts
        "ownable: caller is not the owner"
        "pool-factory: reserve too large" above 25 %
    @param reserve_factor_bps Basis points of interest.
    """
    ownable._check_owner()
    assert reserve_factor_bps <= MAX_RESERVE_FACTOR_BPS, "pool-factory: reserve too large"

    log IPoolFactory.ReserveFactorChanged(
        old_reserve_factor_bps=self.reserve_factor_bps, new_reserve_factor_bps=reserve_factor_bps
    )
    self.reserve_factor_bps = reserve_factor_bps


# --- Internals ---


@internal
@view
def _is_listing() -> bool:
    accounts_owner: address = staticcall IOwned(ACCOUNTS).owner()
    return accounts_owner == self
