// SPDX-License-Identifier: Apache-2.0
//! Prints microseconds per signature for each path, with 1,000 known signers.
//!
//! `cargo run --release --example signatures [runs]`; medians of `runs` (default 7) in time that
//! the thread had a processor, so that other work on the machine counts little. `single` is
//! libsecp256k1's recovery of every item.

use rustix::time::{ClockId, clock_gettime};
use secp256k1::{Message, Secp256k1, SecretKey};
use signatures::{Item, Options, Verifier, keccak};

const SIGNERS: usize = 1_000;
const SIZES: [usize; 3] = [256, 4_096, 65_536];

fn main() {
    let runs = std::env::args().nth(1).and_then(|runs| runs.parse().ok()).unwrap_or(7);
    println!("| n | path | no hint, us | ratio | with hint, us | ratio |");
    println!("|--:|---|--:|--:|--:|--:|");
    for size in SIZES {
        let items = signed(size);
        let plain = median_us(Options { batch: false, vector: false }, &items, runs.min(3));
        println!("| {size} | single | {plain:.2} | 1.0 | | |");
        for (name, vector) in [("portable", false), ("vector", true)] {
            let options = Options { batch: true, vector };
            let hinted = median_us(options, &items, runs);
            let bare: Vec<Item> = items.iter().map(|i| Item { r_y_hint: None, ..*i }).collect();
            let bare = median_us(options, &bare, runs);
            let (first, second) = (plain / bare, plain / hinted);
            println!("| {size} | {name} | {bare:.2} | {first:.1} | {hinted:.2} | {second:.1} |");
        }
    }
    damaged(runs);
    new_keys();
    hashes(runs);
}

/// What bad signatures cost: each batch that fails is halved down to single recoveries.
fn damaged(runs: usize) {
    println!("\n| of 4,096 signatures | vector, us | ratio to single |");
    println!("|---|--:|--:|");
    let good = signed(4_096);
    let plain = median_us(Options { batch: false, vector: false }, &good, runs.min(3));
    for (name, every) in [("1 bad", 4_096), ("1 in 256 bad", 256), ("all bad", 1)] {
        let mut items = good.clone();
        items.iter_mut().step_by(every).for_each(|item| item.hash[0] ^= 1);
        let mut verifier = Verifier::new(Options::default());
        verifier.verify(&good);
        let duration = median(runs.min(3), || {
            let refused = verifier.verify(&items).iter().filter(|o| o.is_err()).count();
            assert_eq!(refused, items.len() / every, "not the bad ones alone were refused");
        });
        let each = duration / items.len() as f64;
        println!("| {name} | {each:.2} | {:.1} |", plain / each);
    }
}

/// The first sight of a key, and items that state no sender: recovery, not proof.
fn new_keys() {
    println!("\n| senders not known | portable, us | vector, us |");
    println!("|---|--:|--:|");
    for count in [100, SIGNERS] {
        let named: Vec<Item> = signed(count);
        let nameless: Vec<Item> =
            named.iter().map(|item| Item { claimed: None, r_y_hint: None, ..*item }).collect();
        for (name, items) in [("first of each key", named), ("none stated", nameless)] {
            let [portable, vector] = [false, true].map(|vector| {
                let options = Options { batch: true, vector };
                let mut ready: Vec<Verifier> = (0..3).map(|_| experienced(options)).collect();
                median(3, || {
                    let mut verifier = ready.pop().expect("one for each run");
                    let outcomes = verifier.verify(&items);
                    assert!(outcomes.iter().all(Result::is_ok), "a good signature failed");
                }) / items.len() as f64
            });
            println!("| {name}, {} | {portable:.2} | {vector:.2} |", items.len());
        }
    }
}

/// `size` signatures by [`SIGNERS`] keys in turn, senders and hints given.
fn signed(size: usize) -> Vec<Item> {
    let context = Secp256k1::new();
    let keys: Vec<(SecretKey, [u8; 20])> = (0..SIGNERS)
        .map(|number| {
            let secret = keccak::one(&number.to_le_bytes());
            let key = SecretKey::from_byte_array(secret).expect("a hash is a valid key");
            let public = key.public_key(&context).serialize_uncompressed();
            let mut address = [0; 20];
            address.copy_from_slice(&keccak::one(&public[1..])[12..]);
            (key, address)
        })
        .collect();
    (0..size)
        .map(|number| {
            let (key, address) = &keys[number % SIGNERS];
            sign(&context, key, *address, keccak::one(&(number + SIGNERS).to_le_bytes()))
        })
        .collect()
}

fn sign(
    context: &Secp256k1<secp256k1::All>,
    key: &SecretKey,
    address: [u8; 20],
    hash: [u8; 32],
) -> Item {
    let signature = context.sign_ecdsa_recoverable(Message::from_digest(hash), key);
    let (id, bytes) = signature.serialize_compact();
    let [mut r, mut s] = [[0; 32]; 2];
    r.copy_from_slice(&bytes[..32]);
    s.copy_from_slice(&bytes[32..]);
    let odd_y = i32::from(id) & 1 == 1;
    let mut compressed = [if odd_y { 3 } else { 2 }; 33];
    compressed[1..].copy_from_slice(&r);
    let point = secp256k1::PublicKey::from_slice(&compressed).expect("r is on the curve");
    let mut y = [0; 32];
    y.copy_from_slice(&point.serialize_uncompressed()[33..]);
    Item { hash, r, s, odd_y, claimed: Some(address), r_y_hint: Some(y) }
}

fn median_us(options: Options, items: &[Item], runs: usize) -> f64 {
    let mut verifier = Verifier::new(options);
    if options.batch {
        verifier.verify(items);
    }
    // Small batches repeat within a run, so that each run lasts some milliseconds.
    let repeats = (8_192 / items.len()).max(1);
    median(runs, || {
        for _ in 0..repeats {
            assert!(verifier.verify(items).iter().all(Result::is_ok), "a good signature failed");
        }
    }) / (repeats * items.len()) as f64
}

/// A verifier that has made its tables, and knows none of [`signed`]'s keys.
fn experienced(options: Options) -> Verifier {
    let mut verifier = Verifier::new(options);
    let others: Vec<Item> = signed(64)
        .iter()
        .map(|item| Item { hash: keccak::one(&item.hash), claimed: None, ..*item })
        .collect();
    verifier.verify(&others);
    verifier
}

fn hashes(runs: usize) {
    let messages: Vec<[u8; 110]> = (0..65_536u32).map(|n| [n as u8; 110]).collect();
    let slices: Vec<&[u8]> = messages.iter().map(<[u8; 110]>::as_slice).collect();
    let count = slices.len() as f64;
    let one = median(runs, || slices.iter().for_each(|m| assert!(keccak::one(m)[0] as u16 != 256)));
    let many = median(runs, || assert_eq!(keccak::many(&slices).len(), slices.len()));
    println!("\nkeccak-256 of 110 bytes: one {:.3} us, many {:.3} us", one / count, many / count);
}

/// Microseconds that this thread has run.
fn processor_us() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 * 1e6 + time.tv_nsec as f64 / 1e3
}

/// The median duration of `work` in microseconds.
fn median(runs: usize, mut work: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..runs)
        .map(|_| {
            let start = processor_us();
            work();
            processor_us() - start
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
