// SPDX-License-Identifier: Apache-2.0
//! What a seed stands for: a genesis, and transactions of every kind that mostly do something.

use alloy_consensus::{TxEip2930, TxEip7702, TxLegacy};
use alloy_eips::{
    eip2930::{AccessList, AccessListItem},
    eip7702::Authorization,
};
use primitives::{Address, B256, Bytes, TxKind, U256};
use serde_json::{Value, json};
use workload::{Actor, Request, calldata, word_of};

pub(crate) const CHAIN_ID: u64 = 77;
const GAS_LIMIT: u64 = 60_000_000;
const HEARTBEAT_GAS: u64 = 100_000;
/// Enough for every block's base fee.
const FEE: u128 = 2_000_000_000;

const TOKEN: &str = include_str!("../../../../../deployments/bytecode/TestToken.json");
const PAIR: &str = include_str!("../../../../../deployments/bytecode/VolatilePair.json");
/// Gas of a call of our contracts.
const CALL_GAS: u64 = 400_000;

/// A small generator, so that a seed names a block for good.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.roll(from.len() as u64) as usize]
    }
}

/// The blocks' source.
pub(crate) struct Blocks {
    dice: Dice,
    fork: &'static str,
    actors: Vec<Actor>,
    nonces: Vec<u64>,
    contracts: Vec<Address>,
}

impl Blocks {
    pub(crate) fn new(seed: u64) -> Self {
        let mut dice = Dice(seed);
        let fork = dice.pick(&["cancun", "prague", "osaka"]);
        Self {
            dice,
            fork,
            actors: (0..5).map(Actor::new).collect(),
            nonces: vec![0; 5],
            contracts: (1..6).map(|index| Address::with_last_byte(0xc0 + index)).collect(),
        }
    }

    /// The fork's name as the tools write it.
    pub(crate) fn fork(&self) -> &'static str {
        match self.fork {
            "cancun" => "Cancun",
            "prague" => "Prague",
            _ => "Osaka",
        }
    }

    /// Genesis with some contracts of random code, in every other block with a heartbeat.
    pub(crate) fn genesis(&mut self) -> Value {
        let plain = workload::genesis(CHAIN_ID, self.fork, GAS_LIMIT, &self.actors);
        let text = if self.dice.roll(2) == 0 {
            plain
        } else {
            let code = Bytes::from(code(&mut self.dice));
            let beating = Address::with_last_byte(0xbe);
            workload::genesis_with_heartbeat(&plain, beating, &code, HEARTBEAT_GAS)
        };
        let mut file: Value = serde_json::from_str(&text).expect("a genesis of our own");
        file["baseFeePerGas"] = json!(format!("{:#x}", self.dice.pick(&[0, 7, 1_000_000_000])));
        for contract in &self.contracts {
            let dice = &mut self.dice;
            file["alloc"][contract.to_string().to_lowercase()] = json!({
                "balance": "0x64",
                "nonce": "0x1",
                "code": Bytes::from(code(dice)),
                "storage": {
                    format!("{:#066x}", dice.roll(4)): format!("{:#066x}", 1 + dice.roll(3)),
                },
            });
        }
        file
    }

    /// Signed transactions: our Vyper contracts put to work in some blocks, then anything.
    pub(crate) fn transactions(&mut self) -> Vec<Bytes> {
        let mut signed = Vec::new();
        let market = (self.dice.roll(3) == 0).then(|| self.open_market(&mut signed));
        for _ in 0..1 + self.dice.roll(40) {
            let one = match market {
                Some(market) if self.dice.roll(2) == 0 => self.trade(&market),
                _ => self.anything(),
            };
            signed.push(one);
        }
        signed
    }

    fn nonce(&mut self, actor: usize) -> u64 {
        let nonce = self.nonces[actor];
        self.nonces[actor] += 1;
        nonce
    }

    fn call(&mut self, actor: usize, to: Address, signature: &str, words: &[U256]) -> Bytes {
        let nonce = self.nonce(actor);
        let input = calldata(signature, words);
        self.actors[actor].sign(&Request::call(CHAIN_ID, nonce, to, input, CALL_GAS))
    }

    fn deploy(&mut self, artefact: &str, words: &[U256]) -> (Address, Bytes) {
        let artefact: Value = serde_json::from_str(artefact).expect("an artefact");
        let code = artefact["bytecode"].as_str().expect("bytecode");
        let mut init = code.parse::<Bytes>().expect("hex").to_vec();
        init.extend(words.iter().flat_map(U256::to_be_bytes::<32>));
        let nonce = self.nonce(0);
        let request = Request::create(CHAIN_ID, nonce, Bytes::from(init), 8_000_000);
        (self.actors[0].address.create(nonce), self.actors[0].sign(&request))
    }

    fn token(&mut self) -> (Address, Bytes) {
        let mut text = [0; 32];
        text[..4].copy_from_slice(b"Test");
        let text = U256::from_be_bytes(text);
        let four = U256::from(4);
        let minter = word_of(self.actors[0].address);
        let head = [U256::from(128), U256::from(192), U256::from(18), minter];
        self.deploy(TOKEN, &[&head[..], &[four, text, four, text]].concat())
    }

    /// Deploys two tokens and a pair, and gives everybody tokens and the pair an allowance.
    fn open_market(&mut self, signed: &mut Vec<Bytes>) -> Market {
        let mut tokens = [self.token(), self.token()];
        tokens.sort_by_key(|(address, _)| *address);
        // Sent in the order of their nonces, whatever the order of their addresses.
        let mut creations = tokens.clone();
        creations.sort_by_key(|(address, _)| *address != self.actors[0].address.create(0));
        signed.extend(creations.map(|(_, creation)| creation));
        let tokens = tokens.map(|(address, _)| address);
        let collector = word_of(self.actors[4].address);
        let fee = [U256::from(30), U256::from(1_000), collector];
        let words = [&tokens.map(word_of)[..], &fee].concat();
        let (pair, creation) = self.deploy(PAIR, &words);
        signed.push(creation);
        for actor in 0..self.actors.len() {
            for token in tokens {
                let holder = word_of(self.actors[actor].address);
                let minted = U256::from(1_000_000_000_000_u64);
                signed.push(self.call(0, token, "mint(address,uint256)", &[holder, minted]));
                let allowed = [word_of(pair), U256::MAX];
                signed.push(self.call(actor, token, "approve(address,uint256)", &allowed));
            }
        }
        Market { tokens, pair }
    }

    fn trade(&mut self, market: &Market) -> Bytes {
        let actor = self.dice.roll(5) as usize;
        let receiver = word_of(self.actors[self.dice.roll(5) as usize].address);
        let token = self.dice.pick(&market.tokens);
        let sum = U256::from(self.dice.roll(5_000_000));
        let pair = market.pair;
        match self.dice.roll(6) {
            0 => self.call(actor, token, "transfer(address,uint256)", &[receiver, sum]),
            1 | 2 => {
                let words = [sum, sum, U256::ZERO, receiver];
                self.call(actor, pair, "add_liquidity(uint256,uint256,uint256,address)", &words)
            }
            3 => {
                let words = [sum, U256::ZERO, U256::ZERO, receiver];
                self.call(actor, pair, "remove_liquidity(uint256,uint256,uint256,address)", &words)
            }
            4 => self.call(actor, pair, "claim_fees(address)", &[receiver]),
            _ => {
                let words = [word_of(token), sum, U256::ZERO, receiver];
                self.call(actor, pair, "swap(address,uint256,uint256,address)", &words)
            }
        }
    }

    fn anything(&mut self) -> Bytes {
        let actor = self.dice.roll(5) as usize;
        let nonce = self.nonce(actor);
        let mut request = self.request(nonce);
        request.priority_fee = u128::from(self.dice.roll(5));
        request.gas_limit =
            request.gas_limit.max(if self.dice.roll(4) == 0 { 60_000 } else { 21_000 });
        match self.dice.roll(6) {
            0 => self.legacy(actor, request),
            1 => self.with_access_list(actor, request),
            2 if self.fork != "cancun" => self.with_delegations(actor, request),
            _ => self.actors[actor].sign(&request),
        }
    }

    fn request(&mut self, nonce: u64) -> Request {
        let dice = &mut self.dice;
        match dice.roll(10) {
            0..3 => {
                let to = self.actors[dice.roll(5) as usize].address;
                Request::transfer(CHAIN_ID, nonce, to, dice.roll(9))
            }
            3 => {
                // Precompiles among them.
                let to = Address::with_last_byte(dice.roll(20) as u8);
                let input = Bytes::from(vec![dice.roll(3) as u8; dice.roll(220) as usize]);
                Request::call(CHAIN_ID, nonce, to, input, 60_000 + dice.roll(200_000))
            }
            4 => {
                let runtime = code(dice);
                let size = runtime.len() as u8;
                let mut init = vec![0x60, size, 0x60, 0x0a, 0x5f, 0x39, 0x60, size, 0x5f, 0xf3];
                init.extend(&runtime);
                Request::create(CHAIN_ID, nonce, Bytes::from(init), 300_000)
            }
            5 => Request::create(CHAIN_ID, nonce, Bytes::from(code(dice)), 300_000),
            _ => {
                let to = dice.pick(&self.contracts);
                let input = Bytes::from(U256::from(dice.roll(3)).to_be_bytes_vec());
                Request::call(CHAIN_ID, nonce, to, input, 21_600 + dice.roll(200_000))
            }
        }
    }

    fn legacy(&mut self, actor: usize, request: Request) -> Bytes {
        self.actors[actor].sign_typed(TxLegacy {
            // One in three as before EIP-155.
            chain_id: (self.dice.roll(3) > 0).then_some(CHAIN_ID),
            nonce: request.nonce,
            gas_price: FEE + request.priority_fee,
            gas_limit: request.gas_limit,
            to: request.to.map_or(TxKind::Create, TxKind::Call),
            value: request.value,
            input: request.input,
        })
    }

    fn access_list(&mut self) -> AccessList {
        let items = (0..self.dice.roll(3)).map(|_| AccessListItem {
            address: self.dice.pick(&self.contracts),
            storage_keys: (0..self.dice.roll(3))
                .map(|key| B256::with_last_byte(key as u8))
                .collect(),
        });
        AccessList(items.collect())
    }

    fn with_access_list(&mut self, actor: usize, request: Request) -> Bytes {
        let access_list = self.access_list();
        self.actors[actor].sign_typed(TxEip2930 {
            chain_id: CHAIN_ID,
            nonce: request.nonce,
            gas_price: FEE + request.priority_fee,
            gas_limit: request.gas_limit + 20_000,
            to: request.to.map_or(TxKind::Create, TxKind::Call),
            value: request.value,
            input: request.input,
            access_list,
        })
    }

    /// Delegations that are sometimes right, sometimes of another chain or nonce, sometimes undone.
    fn with_delegations(&mut self, actor: usize, request: Request) -> Bytes {
        let delegations = (0..1 + self.dice.roll(2)).map(|_| {
            let chain_id = U256::from(self.dice.pick(&[CHAIN_ID, CHAIN_ID, 0, 5]));
            let address = self.dice.pick(&[self.contracts[0], self.contracts[1], Address::ZERO]);
            // Signers that send nothing themselves: a delegation uses up a nonce.
            let signer = Actor::new(20 + self.dice.roll(3));
            signer.authorize(Authorization { chain_id, address, nonce: self.dice.roll(2) })
        });
        let authorization_list = delegations.collect();
        let access_list = self.access_list();
        let signer = Actor::new(20 + self.dice.roll(3)).address;
        self.actors[actor].sign_typed(TxEip7702 {
            chain_id: CHAIN_ID,
            nonce: request.nonce,
            gas_limit: request.gas_limit + 150_000,
            max_fee_per_gas: FEE,
            max_priority_fee_per_gas: request.priority_fee,
            to: signer,
            value: request.value,
            access_list,
            authorization_list,
            input: request.input,
        })
    }
}

/// Our contracts in a block.
#[derive(Clone, Copy)]
struct Market {
    tokens: [Address; 2],
    pair: Address,
}

/// Runtime code of random instructions that mostly do something to the state.
fn code(dice: &mut Dice) -> Vec<u8> {
    let mut code = Vec::new();
    for _ in 0..dice.roll(12) {
        match dice.roll(11) {
            // SSTORE of a small value (often zero) at a small slot.
            0..4 => code.extend([0x60, dice.roll(3) as u8, 0x60, dice.roll(4) as u8, 0x55]),
            // SLOAD, then a log of one topic.
            4 => code.extend([0x60, dice.roll(4) as u8, 0x54, 0x5f, 0x5f, 0xa1]),
            // TSTORE and TLOAD into a slot.
            5 => code.extend([0x60, 7, 0x5f, 0x5d, 0x5f, 0x5c, 0x60, 3, 0x55]),
            6 => code.extend(call(dice)),
            // CREATE of nothing with a little value.
            7 => code.extend([0x5f, 0x5f, 0x60, dice.roll(2) as u8, 0xf0, 0x50]),
            // CALLDATALOAD into a slot.
            8 => code.extend([0x5f, 0x35, 0x60, 5, 0x55]),
            // CREATE of a contract that destroys itself in its first and last transaction.
            9 => code.extend([
                0x61,
                0x33,
                0xff,
                0x5f,
                0x52,
                0x60,
                0x02,
                0x60,
                0x1e,
                0x60,
                dice.roll(2) as u8,
                0xf0,
                0x50,
            ]),
            // PREVRANDAO, TIMESTAMP, BASEFEE and the caller's balance into slots.
            _ => code.extend([0x44, 0x42, 0x01, 0x48, 0x01, 0x33, 0x31, 0x01, 0x60, 6, 0x55]),
        }
    }
    match dice.roll(6) {
        0 => code.extend([0x5f, 0x5f, 0xfd]),
        1 => code.push(0xfe),
        2 => code.extend([0x33, 0xff]),
        _ => code.push(0x00),
    }
    code
}

/// A call with a little value, calldata of zeros and room for an answer to one of the first
/// accounts, precompiles included; the answer goes into a slot.
fn call(dice: &mut Dice) -> [u8; 20] {
    [
        0x60,
        0x20,
        0x5f,
        0x60,
        dice.roll(250) as u8,
        0x5f,
        0x60,
        dice.roll(2) as u8,
        0x60,
        dice.roll(18) as u8,
        0x61,
        0x27,
        0x10,
        0xf1,
        0x50,
        0x5f,
        0x51,
        0x60,
        9,
        0x55,
    ]
}
