// SPDX-License-Identifier: Apache-2.0
//! Lanes against the portable field, which is held to big integers.

use proptest::prelude::*;

use super::Avx512;
use super::field::*;
use crate::field::Field;
use crate::field::tests::{edges, elements as any_elements};

/// Runs `check` where the processor allows it.
fn with_avx512(check: impl Fn()) {
    if Avx512::detect().is_some() {
        check();
    } else {
        eprintln!("no AVX-512 here: nothing checked");
    }
}

super::avx512! {
    fn check(a: [[u64; 4]; 8], b: [[u64; 4]; 8]) {
        let (x, y) = (from_elements(&a), from_elements(&b));
        let each = |operation: fn(Field, Field) -> Field| {
            std::array::from_fn::<_, 8, _>(|i| operation(Field(a[i]), Field(b[i])).canonical())
        };
        let limbs = |v: Lanes| elements(canonical(v)).map(|element| element.0);
        assert_eq!(limbs(x), each(|x, _| x), "canonical {a:x?}");
        assert_eq!(limbs(add(x, y)), each(Field::add), "{a:x?} + {b:x?}");
        assert_eq!(limbs(sub(x, y)), each(Field::sub), "{a:x?} - {b:x?}");
        assert_eq!(limbs(mul(x, y)), each(Field::mul), "{a:x?} * {b:x?}");
        assert_eq!(limbs(square(x)), each(|x, _| x.square()), "{a:x?} squared");
        assert_eq!(limbs(sub_both(x, y, y)), each(|x, y| x.sub(y).sub(y)), "{a:x?} - 2 {b:x?}");
        assert_eq!(limbs(loose(negated_where(0xff, x))), each(|x, _| x.negate()), "-{a:x?}");
        assert_eq!(limbs(inverse(x)), each(|x, _| x.inverse()), "1 / {a:x?}");
        // Loose values of every origin multiply as their residues do.
        let negated = loose(negated_where(0xff, x));
        let origins = [add(x, y), sub(x, y), sub_both(x, y, y), mul(x, y), negated];
        for origin in origins {
            let residues = elements(canonical(origin));
            let expected: [[u64; 4]; 8] = residues.map(|e| e.square().canonical());
            assert_eq!(limbs(square(origin)), expected);
            assert_eq!(limbs(mul(origin, origin)), expected);
        }
        let roots = square_root_twins([square(x), square(y)]);
        assert_eq!(limbs(square(roots[0])), each(|x, _| x.square()));
        assert_eq!(limbs(square(roots[1])), each(|_, y| y.square()));
    }
}

#[test]
fn every_pair_of_edges_equals_the_portable_field() {
    with_avx512(|| {
        let edges = edges();
        for a in &edges {
            for b in edges.chunks(8) {
                run(std::array::from_fn(|_| *a), std::array::from_fn(|i| b[i % b.len()]));
            }
        }
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn lanes_equal_the_portable_field(
        a in prop::array::uniform8(any_elements()),
        b in prop::array::uniform8(any_elements()),
    ) {
        with_avx512(|| run(a, b));
    }
}

fn run(a: [[u64; 4]; 8], b: [[u64; 4]; 8]) {
    // SAFETY: `with_avx512` found the features.
    unsafe { check(a, b) }
}
