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
  'accounts: already listed': { title: 'This pool is already listed.', advice: 'Nothing needs doing.' },
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
  'accounts: not the owner': {
    title: 'This account belongs to somebody else.',
    advice: 'Switch your wallet to the account that owns it.',
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
  'pool: cap too large': { title: 'The cap is too large.', advice: OWNER_ONLY },
  'pool: collateral left': {
    title: 'The account still has collateral.',
    advice: 'It has to be liquidated before the rest is written off.',
  },
  'pool: collateral not listed': { title: 'That collateral pool is not listed.', advice: OWNER_ONLY },
  'pool: collateral not pledged': {
    title: 'The account has not pledged this collateral.',
    advice: 'Choose a collateral that the account has pledged.',
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
  'pool: not the debt pool': { title: 'The debt is in another market.', advice: REPORT },
  'pool: nothing to repay': {
    title: 'There is nothing to repay here.',
    advice: 'Choose a collateral that the account has pledged.',
  },
  'pool: own collateral': { title: 'A pool cannot take its own shares as collateral.', advice: OWNER_ONLY },
  'pool: receiver is sub-account': {
    title: 'Tokens sent to a sub-account would be lost.',
    advice: 'Send them to the owner of the account.',
  },
  'pool: reserve factor too large': { title: 'The reserve factor is too large.', advice: OWNER_ONLY },
  'pool: seized too little': {
    title: 'The collateral seized would be less than asked for.',
    advice: 'Prices moved: ask for a new quote.',
  },
  'pool: self-liquidation': {
    title: 'You cannot liquidate your own account.',
    advice: 'Repay or supply collateral instead.',
  },
  'pool: supply cap': {
    title: 'The market has reached its supply cap.',
    advice: 'Supply less, or choose another market.',
  },
  'pool: thresholds out of order': { title: 'The thresholds are out of order.', advice: OWNER_ONLY },
  'pool: too many collaterals': { title: 'The pool accepts as many collaterals as it may.', advice: OWNER_ONLY },
  'pool: zero assets': { title: 'The amount is zero.', advice: 'Type an amount.' },
  'pool: zero shares': {
    title: 'The amount is too small to count.',
    advice: 'Choose a larger amount.',
  },

  // --- Rates, prices ---
  'rate: above the maximum': { title: 'The rate is above the maximum.', advice: OWNER_ONLY },
  'rate: kink out of range': { title: 'The kink is out of range.', advice: OWNER_ONLY },
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
  'feed: no reports': { title: 'The publication holds no prices.', advice: REPORT },
  'feed: report from the future': { title: 'A price is dated in the future.', advice: REPORT },
  'feed: report not newer': { title: 'A newer price is already there.', advice: REPORT },
  'feed: signers not ascending': { title: 'The signers are out of order.', advice: REPORT },
  'feed: threshold out of range': { title: 'The threshold is out of range.', advice: OWNER_ONLY },
  'feed: too few signatures': { title: 'Too few signers agreed on the prices.', advice: REPORT },
  'feed: unknown signer': { title: 'A signer is not known.', advice: REPORT },
  'feed: zero price': { title: 'A price is zero.', advice: REPORT },

  // --- Exchange ---
  'factory: empty pair': { title: 'The pair is empty.', advice: REPORT },
  'factory: fee not allowed': { title: 'This fee is not offered.', advice: 'Choose 0.05, 0.30 or 1.00 %.' },
  'factory: not a blueprint': { title: 'The blueprint has no code.', advice: OWNER_ONLY },
  'factory: pair exists': { title: 'This pair exists already.', advice: 'Use the pair in the list.' },
  'factory: same token': { title: 'A pair needs two tokens.', advice: 'Choose two different tokens.' },
  'factory: share too high': { title: 'The protocol share is too high.', advice: OWNER_ONLY },
  'factory: zero fee collector': { title: 'The fee collector is missing.', advice: OWNER_ONLY },
  'factory: zero owner': { title: 'The owner is missing.', advice: OWNER_ONLY },
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
  'router: unknown pair': { title: 'This pool is not one of ours.', advice: 'Choose a pool from the list.' },

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
