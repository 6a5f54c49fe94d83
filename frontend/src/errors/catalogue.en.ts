// SPDX-License-Identifier: Apache-2.0

export interface ReasonWords {
  /** What happened. */
  title: string;
  /** What to do. */
  advice: string;
}

const OWNER_ONLY = 'Only the owner of the contract can do this.';
const REPORT = 'This should not happen from this page. Copy the details and report them.';

/** Words for each reason that a contract of ours, or a token, can revert with. */
export const catalogue: Readonly<Record<string, ReasonWords>> = {
  // --- Accounts ---
  'accounts: already listed': {
    title: 'This pool is already listed.',
    advice: 'Nothing needs doing.',
  },
  'accounts: already pledged': {
    title: 'This supply is already pledged.',
    advice: 'Wait a block for the page to catch up, then try again.',
  },
  'accounts: check deferred': {
    title: 'The account is in the middle of a batch.',
    advice: 'Try again after the batch is done.',
  },
  'accounts: debt in other pool': {
    title: 'You already borrow from another market.',
    advice: 'An account borrows from one market at a time. Repay the other debt first.',
  },
  'accounts: foreign operators': {
    title: 'These operators belong to another system.',
    advice: OWNER_ONLY,
  },
  'accounts: foreign pool': { title: 'This pool belongs to another system.', advice: OWNER_ONLY },
  'accounts: healthy': {
    title: 'This account is healthy.',
    advice: 'Only accounts with a health below 1 can be liquidated.',
  },
  'accounts: id out of range': {
    title: 'There is no sub-account with this number.',
    advice: 'Sub-accounts are numbered from 0 to 255.',
  },
  'accounts: nested batch': { title: 'A batch cannot hold a batch.', advice: REPORT },
  'accounts: no batch': { title: 'No batch is running.', advice: REPORT },
  'accounts: no debt': {
    title: 'This account owes nothing.',
    advice: 'Wait a block for the page to catch up.',
  },
  'accounts: not accepted': {
    title: 'This market does not accept that collateral.',
    advice: 'Choose one of the collaterals that the market lists.',
  },
  'accounts: not pledged': {
    title: 'This supply is not pledged.',
    advice: 'Wait a block for the page to catch up, then try again.',
  },
  'accounts: not the debt pool': { title: 'The debt is in another market.', advice: REPORT },
  'accounts: not the operators': {
    title: 'Only the contract for operators may run the batch of another.',
    advice: REPORT,
  },
  'accounts: not the owner': {
    title: 'This account belongs to somebody else.',
    advice: 'Switch your wallet to the account that owns it.',
  },
  'accounts: operators are set': {
    title: 'The contract for operators is already set.',
    advice: 'It cannot be changed.',
  },
  'accounts: pool not listed': {
    title: 'This pool is not part of the system.',
    advice: 'Choose a market from the list.',
  },
  'accounts: pool not seeded': {
    title: 'The pool has no seed deposit yet.',
    advice: 'Deposit the seed before listing the pool.',
  },
  'accounts: target not a pool': { title: 'A batch may call listed pools only.', advice: REPORT },
  'accounts: too many pledges': {
    title: 'This account has pledged to as many pools as it may.',
    advice: 'Take one pledge back first.',
  },
  'accounts: too many touched': {
    title: 'The batch touches too many accounts.',
    advice: 'Split it into smaller batches.',
  },
  'accounts: unhealthy': {
    title: 'This would leave the loan without enough collateral.',
    advice: 'Choose a smaller amount, supply more collateral, or repay first.',
  },
  'accounts: cooling off': {
    title: 'A batch has just checked this account.',
    advice: 'Try again in the next second.',
  },
  'accounts: receiver has no key': {
    title: 'Tokens sent to a sub-account would be lost.',
    advice: 'Send them to the owner of the account.',
  },
  'accounts: self-liquidation': {
    title: 'You cannot liquidate your own account.',
    advice: 'Repay or supply collateral instead.',
  },

  // --- BatchInbox ---
  'inbox: before the first block': {
    title: 'The chain begins after this block.',
    advice: OWNER_ONLY,
  },
  'inbox: called through a contract': {
    title: 'Batches are posted directly, not through a contract.',
    advice: REPORT,
  },
  'inbox: caller is not the batcher': {
    title: 'Only the batcher can post batches.',
    advice: 'The owner of the inbox names the batcher.',
  },
  'inbox: empty frame': { title: 'There is nothing to post.', advice: REPORT },
  'inbox: last before first block': {
    title: 'The last block comes before the first.',
    advice: REPORT,
  },
  'inbox: no such part': { title: 'The batch has fewer parts.', advice: REPORT },
  'inbox: not posted yet': { title: 'These blocks are not posted yet.', advice: OWNER_ONLY },
  'inbox: not the next part': {
    title: 'Another part of the batch is due.',
    advice: 'Post the batch again from its first part.',
  },
  'inbox: too many parts': { title: 'The batch has too many parts.', advice: REPORT },
  'inbox: wrong first block': {
    title: 'Another block is due.',
    advice: 'Post the block that the inbox waits for.',
  },
  'inbox: wrong index': {
    title: 'This frame was posted already, or is not the next.',
    advice: 'Nothing needs doing if it was.',
  },
  'inbox: zero batcher': { title: 'A batcher is needed.', advice: OWNER_ONLY },
  // --- Lending pool ---
  'pool: bad rate model': { title: 'The rate model does not answer.', advice: OWNER_ONLY },
  'pool: bad receiver': {
    title: 'The receiver cannot hold this.',
    advice: 'Choose another receiving address.',
  },
  'pool: borrow cap': {
    title: 'The market has reached its borrow cap.',
    advice: 'Borrow less, or wait until others repay.',
  },
  'pool: collateral left': {
    title: 'The account still has collateral.',
    advice: 'It has to be liquidated before the rest is written off.',
  },
  'pool: debt below minimum': {
    title: 'The debt would be below the minimum of this market.',
    advice: 'Borrow at least the minimum; when repaying, repay all or leave more.',
  },
  'pool: no debt': {
    title: 'There is no debt to repay.',
    advice: 'Wait a block for the page to catch up.',
  },
  'pool: not accounts': { title: 'Only the account layer may call this.', advice: REPORT },
  'pool: not enough idle': {
    title: 'The pool cannot pay this much right now: the rest is lent out.',
    advice: 'Choose a smaller amount, or wait until borrowers repay.',
  },
  'pool: not enough shares': {
    title: 'This is more than you have supplied.',
    advice: 'Choose a smaller amount, or use Max.',
  },
  'pool: not being seized': { title: 'Nobody liquidates this account now.', advice: REPORT },
  'pool: nothing to repay': {
    title: 'There is nothing to repay here.',
    advice: 'Choose a collateral that the account has pledged.',
  },
  'pool: seized too little': {
    title: 'The collateral seized would be less than asked for.',
    advice: 'Prices moved: ask for a new quote.',
  },
  'pool: supply cap': {
    title: 'The market has reached its supply cap.',
    advice: 'Supply less, or choose another market.',
  },
  'pool: zero assets': { title: 'The amount is zero.', advice: 'Type an amount.' },
  'pool: zero shares': {
    title: 'The amount is too small to count.',
    advice: 'Choose a larger amount.',
  },
  'pool: callback refused': {
    title: 'The borrower of the flash loan did not answer as it must.',
    advice: REPORT,
  },
  'pool: other token': { title: 'This market lends another token.', advice: REPORT },
  'pool: outflow limit': {
    title: 'More has left this market today than it lets out at once.',
    advice: 'Take out less, or wait: the limit refills with time.',
  },
  'pool: too little gas to cover': {
    title: 'The transaction has too little gas for the backstop.',
    advice: 'Try again with more gas.',
  },
  'terms: borrow paused': {
    title: 'Borrowing is paused in this market.',
    advice: 'Repaying and withdrawing go on. Try again later.',
  },
  'terms: cap too large': { title: 'The cap is too large.', advice: OWNER_ONLY },
  'terms: collateral not listed': {
    title: 'That collateral pool is not listed.',
    advice: OWNER_ONLY,
  },
  'terms: flash fee too large': {
    title: 'The fee of flash loans is too large.',
    advice: OWNER_ONLY,
  },
  'terms: flash paused': {
    title: 'Flash loans are paused in this market.',
    advice: 'Try again later.',
  },
  'terms: grace too long': { title: 'Liquidation may not wait so long.', advice: OWNER_ONLY },
  'terms: liquidation in grace': {
    title: 'Liquidation opens again in a while.',
    advice: 'Whoever owes may repay first. Try again later.',
  },
  'terms: liquidation paused': {
    title: 'Liquidation is paused in this market.',
    advice: 'Try again later.',
  },
  'terms: not owner or guardian': {
    title: 'Only the guardian of the market may do this.',
    advice: OWNER_ONLY,
  },
  'terms: not owner or steward': {
    title: 'Only a steward of the market may do this.',
    advice: OWNER_ONLY,
  },
  'terms: not the owner': {
    title: 'Only the owner of the market may do this.',
    advice: OWNER_ONLY,
  },
  'terms: outflow out of range': {
    title: 'The outflow limit is out of range.',
    advice: OWNER_ONLY,
  },
  'terms: own collateral': {
    title: 'A pool cannot take its own shares as collateral.',
    advice: OWNER_ONLY,
  },
  'terms: reserve factor too large': {
    title: 'The reserve factor is too large.',
    advice: OWNER_ONLY,
  },
  'terms: step too large': { title: 'A steward may not move a term so far.', advice: OWNER_ONLY },
  'terms: steps out of range': {
    title: 'The bounds of the stewards are out of range.',
    advice: OWNER_ONLY,
  },
  'terms: supply paused': {
    title: 'Supplying is paused in this market.',
    advice: 'Repaying and withdrawing go on. Try again later.',
  },
  'terms: thresholds out of order': {
    title: 'The thresholds are out of order.',
    advice: OWNER_ONLY,
  },
  'terms: too many collaterals': {
    title: 'The pool accepts as many collaterals as it may.',
    advice: OWNER_ONLY,
  },
  'terms: too soon': {
    title: 'A steward has moved this term a short while ago.',
    advice: OWNER_ONLY,
  },
  'timelock: anybody executes': {
    title: 'Nobody may be named as the executor of all.',
    advice: OWNER_ONLY,
  },
  'timelock: delay out of range': { title: 'The delay is out of range.', advice: OWNER_ONLY },
  'timelock: nobody executes': { title: 'Somebody must execute.', advice: OWNER_ONLY },
  'timelock: nobody proposes': { title: 'Somebody must propose.', advice: OWNER_ONLY },
  'timelock: not the owner': {
    title: 'A contract was not handed over to the timelock.',
    advice: OWNER_ONLY,
  },

  // --- Rates, prices ---
  'rate: above the maximum': { title: 'The rate is above the maximum.', advice: OWNER_ONLY },
  'rate: below the minimum': { title: 'The rate is below the minimum.', advice: OWNER_ONLY },
  'rate: bounds out of order': {
    title: 'The bounds of the rate are out of order.',
    advice: OWNER_ONLY,
  },
  'rate: kink out of range': { title: 'The kink is out of range.', advice: OWNER_ONLY },
  'rate: pool has another model': {
    title: 'The market uses another rate model.',
    advice: 'Nothing needs doing.',
  },
  'rate: speed out of range': { title: 'The speed is out of range.', advice: OWNER_ONLY },
  'rate: steepness out of range': { title: 'The steepness is out of range.', advice: OWNER_ONLY },
  'rate: target out of range': { title: 'The target is out of range.', advice: OWNER_ONLY },
  // --- Operators ---
  'operators: already expired': {
    title: 'The grant would end in the past.',
    advice: 'Choose a later end.',
  },
  'operators: bad signature': {
    title: 'The signature does not fit the batch.',
    advice: 'Sign it again with the wallet that owns the account.',
  },
  'operators: below agreed health': {
    title: 'The account would be less healthy than its owner allows.',
    advice: 'Do less, or have the owner grant a lower health.',
  },
  'operators: foreign account': {
    title: 'The step is about the account of somebody else.',
    advice: 'An operator moves what belongs to the account that granted it, and nothing else.',
  },
  'operators: grant exceeded': {
    title: 'This is more than the owner granted.',
    advice: 'Do less, or have the owner grant more.',
  },
  'operators: grant expired': {
    title: 'The grant has ended.',
    advice: 'Have the owner grant it again.',
  },
  'operators: key out of range': { title: 'There is no such nonce key.', advice: REPORT },
  'operators: no grant': {
    title: 'The owner of the account has not granted this.',
    advice: 'Have the owner grant this action on this market first.',
  },
  'operators: no operator': {
    title: 'The grant names nobody.',
    advice: 'Enter the address of the operator.',
  },
  'operators: no receiver': {
    title: 'The grant does not say who may be paid.',
    advice: 'Enter the address that the operator may pay.',
  },
  'operators: no steps': { title: 'The batch is empty.', advice: REPORT },
  'operators: nonce used': {
    title: 'This signed batch was sent already, or cancelled.',
    advice: 'Sign a new one.',
  },
  'operators: not grantable': {
    title: 'Operators cannot be granted this.',
    advice: 'They may supply, withdraw, borrow, repay, pledge and unpledge.',
  },
  'operators: not one action': {
    title: 'A grant names exactly one action.',
    advice: 'Grant each action by itself.',
  },
  'operators: not the owner': {
    title: 'Only the owner of the account may grant and revoke.',
    advice: 'Switch your wallet to the account that owns it.',
  },
  'operators: signature expired': {
    title: 'The signature is past its deadline.',
    advice: 'Sign the batch again.',
  },
  'operators: wrong receiver': {
    title: 'The owner granted payment to another address.',
    advice: 'Pay the receiver that the grant names.',
  },
  'operators: wrong relayer': {
    title: 'The batch was signed for another relayer.',
    advice: 'Send it from the address that it names.',
  },
  'operators: zero assets': {
    title: 'A grant of nothing.',
    advice: 'Enter how much the operator may move.',
  },
  'oracle: band out of range': { title: 'The band is out of range.', advice: OWNER_ONLY },
  'oracle: decimals changed': {
    title: 'The token has other decimals than before.',
    advice: OWNER_ONLY,
  },
  'oracle: deviation out of range': { title: 'The deviation is out of range.', advice: OWNER_ONLY },
  'oracle: feeds disagree': {
    title: 'The sources of a price disagree.',
    advice: 'Wait until they agree again. Deposits and repayments work meanwhile.',
  },
  'oracle: mean time out of range': {
    title: 'The time of the mean is out of range.',
    advice: OWNER_ONLY,
  },
  'oracle: price not as expected': {
    title: 'The feeds say another price than expected.',
    advice: OWNER_ONLY,
  },
  'oracle: duplicate feed': { title: 'The same feed is named twice.', advice: OWNER_ONLY },
  'oracle: max age out of range': { title: 'The maximum age is out of range.', advice: OWNER_ONLY },
  'oracle: no feed': {
    title: 'There is no price for this token.',
    advice: 'Deposits and repayments still work; borrowing needs a price.',
  },
  'oracle: no feeds given': { title: 'No feeds were named.', advice: OWNER_ONLY },
  'oracle: price moves too far': { title: 'The price would jump too far.', advice: OWNER_ONLY },
  'oracle: stale price': {
    title: 'A price is too old to be used.',
    advice: 'Wait for the next price. Deposits and repayments work meanwhile.',
  },
  'oracle: too many decimals': { title: 'The token has too many decimals.', advice: OWNER_ONLY },
  'feed: asset not in the pair': {
    title: 'The pair does not trade this token.',
    advice: OWNER_ONLY,
  },
  'feed: checkpoint too soon': {
    title: 'The last checkpoint is too recent.',
    advice: 'Wait until the shortest window has passed.',
  },
  'feed: growth out of range': { title: 'The growth is out of range.', advice: OWNER_ONLY },
  'feed: not a feed': { title: 'The price feed has no code.', advice: OWNER_ONLY },
  'feed: pair without liquidity': {
    title: 'The pair holds nothing yet.',
    advice: 'Add liquidity first.',
  },
  'feed: share price out of range': {
    title: 'A share of the vault has no price that can be used.',
    advice: 'Wait until the vault is in order again.',
  },
  'feed: spread out of range': { title: 'The spread is out of range.', advice: OWNER_ONLY },
  'feed: too few shares': {
    title: 'The vault has too few shares to have a price.',
    advice: 'Wait until more has been deposited.',
  },
  'feed: too many decimals': { title: 'A token has too many decimals.', advice: OWNER_ONLY },
  'feed: window out of range': { title: 'The window is out of range.', advice: OWNER_ONLY },
  'feed: zero minimum reserve': { title: 'The minimum reserve is zero.', advice: OWNER_ONLY },
  'feed: zero minimum supply': { title: 'The minimum supply is zero.', advice: OWNER_ONLY },
  'feed: no reports': { title: 'The publication holds no prices.', advice: REPORT },
  'feed: report from the future': { title: 'A price is dated in the future.', advice: REPORT },
  'feed: report not newer': { title: 'A newer price is already there.', advice: REPORT },
  'feed: signers not ascending': { title: 'The signers are out of order.', advice: REPORT },
  'feed: threshold out of range': { title: 'The threshold is out of range.', advice: OWNER_ONLY },
  'feed: too few signatures': { title: 'Too few signers agreed on the prices.', advice: REPORT },
  'feed: unknown signer': { title: 'A signer is not known.', advice: REPORT },
  'feed: zero price': { title: 'A price is zero.', advice: REPORT },

  // --- Orders ---
  'orders: already expired': {
    title: 'The order would end in the past.',
    advice: 'Choose a later end.',
  },
  'orders: bad target': {
    title: 'The order cannot reach this health.',
    advice: 'Choose a target above the trigger, and between 1 and 1,000.',
  },
  'orders: bounty too large': {
    title: 'The bounty is too large.',
    advice: 'An order pays at most 1 % to whoever executes it.',
  },
  'orders: expired': {
    title: 'The order has ended.',
    advice: 'Its owner can set a new one.',
  },
  'orders: health not better': {
    title: 'The account would be no healthier than before.',
    advice: 'Wait for a better market, or repay from your wallet.',
  },
  'orders: no debt': {
    title: 'This account owes nothing.',
    advice: 'Orders are for accounts that have borrowed.',
  },
  'orders: no such order': {
    title: 'There is no such order.',
    advice: 'It was executed in full, cancelled, or dropped when the debt was repaid.',
  },
  'orders: not a contract': { title: 'One of the parts has no code.', advice: OWNER_ONLY },
  'orders: not due': {
    title: 'The order is not due.',
    advice: 'Wait until its trigger is reached.',
  },
  'orders: not one kind': {
    title: 'An order is of exactly one kind.',
    advice: 'Set each order by itself.',
  },
  'orders: not the account layer': {
    title: 'This is a step of an execution.',
    advice: 'Execute the order as a whole.',
  },
  'orders: not the owner': {
    title: 'This account belongs to somebody else.',
    advice: 'Switch to the wallet that owns the account.',
  },
  'orders: pool not listed': {
    title: 'This market does not take part.',
    advice: 'Choose one of the markets that are listed.',
  },
  'orders: sale below bound': {
    title: 'The market pays less than the order asks for.',
    advice: 'Wait for a better market, or set the order with a wider bound.',
  },
  'orders: slippage too large': {
    title: 'The bound on slippage is too wide.',
    advice: 'An order sells at most 10 % below the price.',
  },
  'orders: too many orders': {
    title: 'This account has as many orders as it may.',
    advice: 'Cancel one of the eight first.',
  },
  'orders: zero assets': {
    title: 'The order moves nothing.',
    advice: 'Enter what it may sell or pay in.',
  },
  'orders: zero trigger': {
    title: 'The order has no trigger.',
    advice: 'Enter the health, or the price, at which it is due.',
  },

  // --- Exchange ---
  'factory: empty pair': { title: 'The pair is empty.', advice: REPORT },
  'factory: fee not allowed': {
    title: 'This fee is not offered.',
    advice: 'Choose 0.05, 0.30 or 1.00 %.',
  },
  'factory: not a blueprint': { title: 'The blueprint has no code.', advice: OWNER_ONLY },
  'factory: pair exists': {
    title: 'This pair exists already.',
    advice: 'Use the pair in the list.',
  },
  'factory: same token': {
    title: 'A pair needs two tokens.',
    advice: 'Choose two different tokens.',
  },
  'factory: share too high': { title: 'The protocol share is too high.', advice: OWNER_ONLY },
  'factory: zero fee collector': { title: 'The fee collector is missing.', advice: OWNER_ONLY },
  'factory: zero owner': { title: 'The owner is missing.', advice: OWNER_ONLY },
  'pool-factory: empty pool': { title: 'The pool has no code.', advice: REPORT },
  'pool-factory: not a blueprint': { title: 'The blueprint has no code.', advice: OWNER_ONLY },
  'pool-factory: not a contract': {
    title: 'A part of the factory has no code.',
    advice: OWNER_ONLY,
  },
  'pool-factory: reserve too large': {
    title: 'The reserve factor is too large.',
    advice: OWNER_ONLY,
  },
  'pool-factory: seed out of range': {
    title: 'The least seed is out of range.',
    advice: OWNER_ONLY,
  },
  'pool-factory: seed too small': {
    title: 'The first deposit is too small for a new market.',
    advice: 'Put in more. It stays in the market for good.',
  },
  'pool-factory: zero owner': {
    title: 'The new market would have no owner.',
    advice: 'Name an owner.',
  },
  'pool-factory: zero receiver': { title: 'The receiver of fees is missing.', advice: OWNER_ONLY },
  'pair: bad receiver': {
    title: 'The receiver cannot hold this.',
    advice: 'Choose another receiving address.',
  },
  'pair: below min assets': {
    title: 'You would get less than your limit.',
    advice: 'The pool moved: check the new figures, or allow more slippage.',
  },
  'pair: below min liquidity': {
    title: 'You would get fewer pool tokens than your limit.',
    advice: 'The pool moved: check the new figures, or allow more slippage.',
  },
  'pair: below min out': {
    title: 'You would get less than your limit.',
    advice: 'The price moved: check the new figures, or allow more slippage.',
  },
  'pair: fee too high': { title: 'The fee is too high.', advice: OWNER_ONLY },
  'pair: not a strategy': {
    title: 'Only a strategy of the vault can do this.',
    advice: OWNER_ONLY,
  },
  'pair: not a token': { title: 'One side is no token.', advice: 'Choose two tokens.' },
  'pair: nothing out': {
    title: 'This amount is too small to buy anything.',
    advice: 'Choose a larger amount.',
  },
  'pair: protocol share too high': { title: 'The protocol share is too high.', advice: OWNER_ONLY },
  'pair: reserve too large': {
    title: 'The pool cannot hold this much.',
    advice: 'Choose a smaller amount.',
  },
  'pair: token order': { title: 'The tokens are out of order.', advice: REPORT },
  'pair: too little liquidity': {
    title: 'This adds too little liquidity.',
    advice: 'Choose a larger amount.',
  },
  'pair: trade too small': {
    title: 'This trade is too small.',
    advice: 'Choose a larger amount.',
  },
  'pair: unknown token': { title: 'This pool does not trade that token.', advice: REPORT },
  'pair: zero fee collector': { title: 'The fee collector is missing.', advice: OWNER_ONLY },
  'pair: zero liquidity': { title: 'The amount is zero.', advice: 'Type an amount.' },
  'router: approval refused': { title: 'The token refused an approval.', advice: REPORT },
  'router: bad receiver': {
    title: 'The receiver cannot hold this.',
    advice: 'Choose another receiving address.',
  },
  'router: below min out': {
    title: 'You would get less than your limit.',
    advice: 'The price moved: check the new figures, or allow more slippage.',
  },
  'router: broken route': { title: 'The steps of the route do not fit together.', advice: REPORT },
  'router: expired': {
    title: 'The transaction came too late.',
    advice: 'Send it again; it is good for twenty minutes.',
  },
  'router: no hops': { title: 'The route is empty.', advice: REPORT },
  'router: not a factory': { title: 'The factory has no code.', advice: OWNER_ONLY },
  'router: pair used twice': { title: 'The route uses one pool twice.', advice: REPORT },
  'router: pair moved': {
    title: 'The pool moved while this was being prepared.',
    advice: 'Check the new figures and try again.',
  },
  'router: unknown pair': {
    title: 'This pool is not one of ours.',
    advice: 'Choose a pool from the list.',
  },

  // --- Staking, fees ---
  'staking: bad receiver': {
    title: 'The receiver cannot hold this.',
    advice: 'Choose another receiving address.',
  },
  'staking: bad window': { title: 'The window to leave is out of range.', advice: OWNER_ONLY },
  'staking: cooldown too long': { title: 'The cooldown is too long.', advice: OWNER_ONLY },
  'staking: more than balance': {
    title: 'This is more than you have staked.',
    advice: 'Choose a smaller amount, or use Max.',
  },
  'staking: no cooldown': { title: 'No cooldown is running.', advice: 'Start one first.' },
  'staking: not a distributor': {
    title: 'This account may not hand out rewards.',
    advice: OWNER_ONLY,
  },
  'staking: not a token': { title: 'This is no token.', advice: OWNER_ONLY },
  'staking: not cooled': {
    title: 'These shares have not cooled down, or the window to leave is over.',
    advice: 'Start a cooldown, and unstake within the window that follows it.',
  },
  'staking: not the slasher': { title: 'This account may not cut the stake.', advice: OWNER_ONLY },
  'staking: nothing to slash': { title: 'There is no stake to cut.', advice: OWNER_ONLY },
  'staking: reward listed': {
    title: 'This reward is already listed.',
    advice: 'Nothing needs doing.',
  },
  'staking: reward too large': { title: 'The reward is too large.', advice: OWNER_ONLY },
  'staking: shares in cooldown': {
    title: 'Shares that cool down cannot be moved.',
    advice: 'Cancel the cooldown first, or move fewer shares.',
  },
  'staking: too many rewards': {
    title: 'There are as many reward tokens as there may be.',
    advice: OWNER_ONLY,
  },
  'staking: too many shares': {
    title: 'The stake cannot hold this much.',
    advice: 'Choose a smaller amount.',
  },
  'staking: unknown reward': { title: 'This is not a reward token.', advice: REPORT },
  'staking: zero assets': { title: 'The amount is zero.', advice: 'Type an amount.' },
  'staking: zero owner': { title: 'The owner is missing.', advice: OWNER_ONLY },
  'staking: zero shares': {
    title: 'The amount is too small to count.',
    advice: 'Choose a larger amount.',
  },
  'collector: bad duration': { title: 'The duration is out of range.', advice: OWNER_ONLY },
  'collector: bad treasury': { title: 'The treasury cannot receive this.', advice: OWNER_ONLY },
  'collector: not a reward': {
    title: 'This token is not handed out to stakers.',
    advice: 'Choose a token that is on the list of rewards.',
  },
  'collector: not a staking pool': {
    title: 'The staking pool does not answer as one.',
    advice: OWNER_ONLY,
  },
  'collector: not enough shares': {
    title: 'The collector does not hold this many shares.',
    advice: 'Choose a smaller amount.',
  },
  'collector: share too high': { title: 'The share is too high.', advice: OWNER_ONLY },
  'collector: zero owner': { title: 'The owner is missing.', advice: OWNER_ONLY },

  // --- Block boundaries, exit queue ---
  'backstop: bad receiver': { title: 'The receiver cannot hold this.', advice: OWNER_ONLY },
  'backstop: not a contract': { title: 'One of the parts has no code.', advice: OWNER_ONLY },
  'backstop: pool not covered': {
    title: 'The backstop does not stand behind this pool.',
    advice: 'Its losses are shared by its lenders.',
  },
  'backstop: pool not listed': { title: 'This pool is not listed.', advice: OWNER_ONLY },
  'backstop: route of another': { title: 'The route does not sell HEAD.', advice: OWNER_ONLY },
  'backstop: slash too large': { title: 'A day may not cost that much.', advice: OWNER_ONLY },
  'backstop: slippage too large': { title: 'The slippage is too large.', advice: OWNER_ONLY },
  'backstop: zero owner': { title: 'The owner is empty.', advice: OWNER_ONLY },
  'block-calls: gas out of range': { title: 'The gas is out of range.', advice: OWNER_ONLY },
  'block-calls: interval too long': { title: 'The interval is too long.', advice: OWNER_ONLY },
  'block-calls: no selector': { title: 'The call names no function.', advice: OWNER_ONLY },
  'block-calls: no such entry': { title: 'There is no such entry.', advice: OWNER_ONLY },
  'block-calls: not a contract': { title: 'The target has no code.', advice: OWNER_ONLY },
  'block-calls: not the heartbeat': {
    title: 'Only the heartbeat makes these calls.',
    advice: 'Make the call itself: anybody may.',
  },
  'block-calls: too many entries': { title: 'The list is full.', advice: OWNER_ONLY },
  'block-calls: zero owner': { title: 'The owner is empty.', advice: OWNER_ONLY },
  'heartbeat: gas out of range': { title: 'The gas is out of range.', advice: OWNER_ONLY },
  'heartbeat: job listed twice': { title: 'A job is listed twice.', advice: OWNER_ONLY },
  'heartbeat: not a contract': { title: 'A job has no code.', advice: OWNER_ONLY },
  'heartbeat: too much gas': { title: 'The jobs need too much gas.', advice: OWNER_ONLY },
  'heartbeat: zero owner': { title: 'The owner is empty.', advice: OWNER_ONLY },
  'liquidator: bad receiver': { title: 'The receiver cannot hold this.', advice: OWNER_ONLY },
  'liquidator: not a contract': { title: 'One of the parts has no code.', advice: OWNER_ONLY },
  'liquidator: not the heartbeat': {
    title: 'Only the heartbeat runs this.',
    advice: 'Liquidate at the market itself: anybody may.',
  },
  'liquidator: reserve fell': {
    title: 'The sale would not bring the repayment back.',
    advice: 'Nothing needs doing: anybody may liquidate.',
  },
  'liquidator: route of another': { title: 'The route sells another token.', advice: OWNER_ONLY },
  'liquidator: slippage too large': { title: 'The slippage is too large.', advice: OWNER_ONLY },
  'liquidator: zero owner': { title: 'The owner is empty.', advice: OWNER_ONLY },
  'queue: bad receiver': {
    title: 'The receiver cannot hold this.',
    advice: 'Choose another receiving address.',
  },
  'queue: not a contract': { title: 'The account layer has no code.', advice: OWNER_ONLY },
  "queue: not the ticket's owner": {
    title: 'This place in the queue is not yours.',
    advice: 'Wait a block for the page to catch up.',
  },
  'queue: nothing to claim': {
    title: 'There is nothing to claim yet.',
    advice: 'Cash reaches the queue when loans are repaid or others deposit.',
  },
  'queue: pool not listed': {
    title: 'This market has no queue.',
    advice: 'Choose one of the markets listed.',
  },
  'queue: too few shares': {
    title: 'That is too little to wait for.',
    advice: 'Queue at least one unit of the token.',
  },

  // --- Vaults ---
  'vault: above the debt': { title: 'The strategy does not hold this much.', advice: OWNER_ONLY },
  'vault: bad address': {
    title: 'This address cannot be used here.',
    advice: 'Choose another address.',
  },
  'vault: debt unchanged': {
    title: 'The strategy already holds this much.',
    advice: 'Nothing needs doing.',
  },
  'vault: duplicate strategy': { title: 'A strategy is in the queue twice.', advice: OWNER_ONLY },
  'vault: inactive strategy': {
    title: 'This strategy is not part of the vault.',
    advice: OWNER_ONLY,
  },
  'vault: no shares': {
    title: 'You have no shares to take out.',
    advice: 'Wait a block for the page to catch up.',
  },
  'vault: not allowed': {
    title: 'This account has no such role in the vault.',
    advice: OWNER_ONLY,
  },
  'vault: not enough liquidity': {
    title: 'The vault cannot pay this much right now: the rest is at work.',
    advice: 'Choose a smaller amount, or wait until borrowers repay.',
  },
  'vault: not enough shares': {
    title: 'This is more than you have in the vault.',
    advice: 'Choose a smaller amount, or use Max.',
  },
  'vault: not next role manager': {
    title: 'This account was not named as the next role manager.',
    advice: OWNER_ONLY,
  },
  'vault: not role manager': { title: 'Only the role manager can do this.', advice: OWNER_ONLY },
  'vault: other asset': { title: 'The strategy works with another token.', advice: OWNER_ONLY },
  'vault: over deposit limit': {
    title: 'The vault has reached its deposit limit.',
    advice: 'Deposit less, or wait until others withdraw.',
  },
  'vault: shut down': {
    title: 'The vault is closed for deposits.',
    advice: 'You can still withdraw.',
  },
  'vault: strategy active': {
    title: 'The strategy is already part of the vault.',
    advice: 'Nothing needs doing.',
  },
  'vault: strategy has debt': { title: 'The strategy still holds assets.', advice: OWNER_ONLY },
  'vault: too much loss': {
    title: 'You would get back more than a basis point less than you asked for.',
    advice: 'Wait until the strategy has recovered, or withdraw a smaller amount.',
  },
  'vault: unlock time too long': { title: 'The unlock time is too long.', advice: OWNER_ONLY },
  'vault: unreported loss': {
    title: 'A strategy has a loss that is not reported yet.',
    advice: 'Try again after the next report.',
  },
  'vault: zero assets': { title: 'The amount is zero.', advice: 'Type an amount.' },
  'vault: zero shares': {
    title: 'The amount is too small to count.',
    advice: 'Choose a larger amount.',
  },
  'lend-strat: not the vault': { title: 'Only the vault may use this strategy.', advice: REPORT },
  'lend-strat: other asset': { title: 'The pool lends another token.', advice: OWNER_ONLY },
  'lp-strat: not a keeper': { title: 'Only a keeper can do this.', advice: OWNER_ONLY },
  'lp-strat: not enough shares': {
    title: 'The strategy does not hold this many shares.',
    advice: REPORT,
  },
  'lp-strat: not the vault': { title: 'Only the vault may use this strategy.', advice: REPORT },
  'lp-strat: other asset': { title: 'The pool has another token.', advice: OWNER_ONLY },
  'lp-strat: price off oracle': {
    title: 'The price of the pool is too far from the feeds to trade at.',
    advice: 'Try again when it has come back.',
  },

  // --- Tokens ---
  'token: fee on transfer': {
    title: 'This token keeps a fee when it moves, so the amounts do not add up.',
    advice: 'Such tokens cannot be used here.',
  },
  'token: not the minter': { title: 'Only the faucet can make this token.', advice: OWNER_ONLY },
  'token: transfer refused': {
    title: 'The token refused the transfer.',
    advice: 'Check your balance and what you have approved.',
  },
  'faucet: cooldown not over': {
    title: 'You have had your test tokens already.',
    advice: 'Come back later for another drop.',
  },
  'faucet: lengths differ': { title: 'The lists differ in length.', advice: OWNER_ONLY },
  'faucet: zero receiver': { title: 'There is no receiver.', advice: REPORT },
  'erc20: approve from the zero address': { title: 'There is no owner.', advice: REPORT },
  'erc20: approve to the zero address': { title: 'There is no spender.', advice: REPORT },
  'erc20: burn amount exceeds balance': {
    title: 'This is more than you have.',
    advice: 'Choose a smaller amount, or use Max.',
  },
  'erc20: burn from the zero address': { title: 'There is no owner.', advice: REPORT },
  'erc20: expired deadline': {
    title: 'The signed permission has expired.',
    advice: 'Sign it again; it is good for twenty minutes.',
  },
  'erc20: insufficient allowance': {
    title: 'The contract may not take this much from your wallet.',
    advice: 'Approve the amount first.',
  },
  'erc20: invalid signature': {
    title: 'The signed permission does not fit.',
    advice: 'Sign it again with the account that holds the tokens.',
  },
  'erc20: mint to the zero address': { title: 'There is no receiver.', advice: REPORT },
  'erc20: transfer amount exceeds balance': {
    title: 'Your wallet does not hold this much.',
    advice: 'Choose a smaller amount, or use Max.',
  },
  'erc20: transfer from the zero address': { title: 'There is no sender.', advice: REPORT },
  'erc20: transfer to the zero address': { title: 'There is no receiver.', advice: REPORT },
  'ecdsa: invalid signature': {
    title: 'The signature does not fit.',
    advice: 'Sign again with the account that holds the tokens.',
  },
  'ecdsa: invalid signature `s` value': {
    title: 'The signature does not fit.',
    advice: 'Sign again with the account that holds the tokens.',
  },
  'ownable: caller is not the owner': { title: 'Only the owner can do this.', advice: OWNER_ONLY },
};
