// SPDX-License-Identifier: Apache-2.0
//! Candidate keys against doubling and adding.

use super::*;
use crate::point::Jacobian;
use crate::scalar::{HALF_N, N};
use crate::sum::tests::Random;

fn times(scalar: Scalar, point: &Affine) -> Affine {
    let mut product = Jacobian::INFINITY;
    for bit in (0..256).rev() {
        product = product.double();
        if scalar.0[bit / 64] >> (bit % 64) & 1 == 1 {
            product = product.add_affine(point);
        }
    }
    product.to_affine()
}

#[test]
fn candidates_equal_separate_products() {
    let mut random = Random(21);
    let edges = [Scalar::ZERO, Scalar([1, 0, 0, 0]), HALF_N, N.add(Scalar([1, 0, 0, 0]).negate())];
    for size in [1, 7, 8, 100] {
        let mut any = || Scalar(std::array::from_fn(|_| random.next())).add(Scalar::ZERO);
        let mut strangers: Vec<Stranger> = (0..size)
            .map(|_| Stranger { point: G, of_generator: any(), of_point: any() })
            .collect();
        for (place, stranger) in strangers.iter_mut().enumerate() {
            match place % 6 {
                0 => stranger.of_generator = edges[place / 6 % 4],
                1 => stranger.of_point = edges[place / 6 % 4],
                // Cancels to infinity, because the point stays G.
                2 => stranger.of_generator = stranger.of_point,
                _ => stranger.point = random.point(),
            }
        }
        for engine in [Engine::choose(false), Engine::choose(true)] {
            let keys = Strangers::default().keys(engine, &strangers);
            assert_eq!(keys.len(), size);
            for (stranger, [key, shifted]) in strangers.iter().zip(keys) {
                let of_point = times(stranger.of_point, &stranger.point);
                let of_generator = times(stranger.of_generator.negate(), &G);
                let expected = Jacobian::from(of_point).add_affine(&of_generator).to_affine();
                assert_eq!(key, expected, "{engine:?} {stranger:?}");
                assert_eq!(shifted, key.shifted_64());
            }
        }
    }
}
