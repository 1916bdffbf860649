use super::*;

/// A private key on every supported curve.
const COMPUTED: [(EccFamily, u32); 6] = [
    (EccFamily::SecpR1, 256),
    (EccFamily::SecpR1, 384),
    (EccFamily::SecpR1, 521),
    (EccFamily::SecpK1, 256),
    (EccFamily::BrainpoolPR1, 256),
    (EccFamily::BrainpoolPR1, 384),
];

fn bytes(hex: &str) -> Vec<u8> {
    hex::decode(hex).unwrap()
}

#[test]
fn public_points_are_on_their_curve() {
    for (family, bits) in COMPUTED {
        assert!(has_public_point(family, bits));
        let length = number_length(bits);
        let mut private = vec![0; length];
        private[length - 1] = 7;
        assert!(is_private_number(family, bits, &private));
        let mut point = public_point(family, bits, &private).unwrap();
        assert_eq!(point.len(), 1 + 2 * length);
        assert!(is_public_point(family, bits, &point));
        point[length] ^= 1;
        assert!(!is_public_point(family, bits, &point));
        for none in [vec![0; length], vec![0xff; length], private[1..].to_vec()] {
            assert!(public_point(family, bits, &none).is_none());
            assert!(!is_private_number(family, bits, &none));
        }
    }
}

#[test]
fn private_keys_are_below_the_order() {
    for curve in CURVES {
        let (family, bits) = (curve.family, curve.bits);
        let mut number = bytes(curve.order);
        assert!(!is_private_number(family, bits, &number));
        *number.last_mut().unwrap() -= 1;
        assert!(is_private_number(family, bits, &number));
        if has_public_point(family, bits) {
            // The point of n - 1 is the negative of the generator, with the same x as that of 1.
            let mut one = vec![0; number.len()];
            *one.last_mut().unwrap() = 1;
            let [mirrored, generator] =
                [&number, &one].map(|number| public_point(family, bits, number).unwrap());
            assert_eq!(mirrored[..=number.len()], generator[..=number.len()]);
        }
    }
}

/// The square root of b is the y coordinate of x = 0, if it exists: this tests the tables without
/// external points.
#[test]
fn only_canonical_coordinates_are_accepted() {
    let private = [&[0; 31][..], &[7]].concat();
    let point = public_point(EccFamily::SecpR1, 256, &private).unwrap();
    let prime = bytes(find(EccFamily::SecpR1, 256).unwrap().prime);
    let is_point = |point: &[u8]| is_public_point(EccFamily::SecpR1, 256, point);
    assert!(is_point(&point));
    for none in [
        vec![0],
        vec![4],
        vec![4; 65],
        [&[4], &[0; 64][..]].concat(),
        [&[4], &prime[..], &point[33..]].concat(),
        [&point[..33], &prime[..]].concat(),
        [&[2], &point[1..33]].concat(),
        [&[6], &point[1..]].concat(),
        [&point[..], &[0]].concat(),
        point[1..].to_vec(),
    ] {
        assert!(!is_point(&none), "{} bytes", none.len());
    }
}

#[test]
fn edwards_points_are_canonical_and_of_the_large_order() {
    // RFC 8032, 7.1, test 1.
    let seed = bytes("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    let point = bytes("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    assert_eq!(
        public_point(EccFamily::TwistedEdwards, 255, &seed),
        Some(point.clone())
    );
    let is_point = |point: &[u8]| is_public_point(EccFamily::TwistedEdwards, 255, point);
    assert!(is_point(&point));
    let mut prime_and_three = vec![0xff; 32];
    (prime_and_three[0], prime_and_three[31]) = (0xf0, 0x7f);
    let one = [&[1][..], &[0; 31]].concat();
    let no_point = [&[2][..], &[0; 31]].concat();
    for none in [
        vec![0; 32],
        one,
        prime_and_three,
        no_point,
        point[1..].to_vec(),
    ] {
        assert!(!is_point(&none), "{none:?}");
    }
}
