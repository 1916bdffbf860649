use ::signature::hazmat::PrehashSigner as _;
use hex_literal::hex;

use super::*;

fn ecdsa(hash: Hash) -> AsymmetricSignature {
    AsymmetricSignature::Ecdsa {
        hash_alg: SignHash::Specific(hash),
    }
}

fn ecc(curve_family: EccFamily) -> KeyType {
    KeyType::EccPublicKey { curve_family }
}

#[track_caller]
fn is_valid(key: &PublicKey, alg: AsymmetricSignature, message: &[u8], raw: &[u8]) -> bool {
    let checked = Signature::from_raw(raw, key).and_then(|it| key.verify(alg, message, &it));
    match checked {
        Ok(()) => true,
        Err(error) if error.kind() == ErrorKind::InvalidSignature => false,
        Err(error) => panic!("{error}"),
    }
}

/// A key of a curve, and the signature of a hash that is padded to the length of the order.
macro_rules! signed {
    ($curve:ty, $family:expr, $bits:expr, $hash:expr) => {{
        let mut secret = [0; ($bits as usize).div_ceil(8)];
        secret[1..].fill(0x5a);
        let signer = ecdsa::SigningKey::<$curve>::from_slice(&secret).unwrap();
        let point = signer.verifying_key().to_sec1_point(false);
        let mut hash = hash::compute($hash, b"hello").unwrap();
        hash.truncate(secret.len());
        let mut number = vec![0; secret.len() - hash.len()];
        number.extend(hash);
        let signature: ecdsa::Signature<$curve> = signer.sign_prehash(&number).unwrap();
        let key = PublicKey::from_raw(ecc($family), $bits, point.as_bytes().to_vec()).unwrap();
        (key, signature)
    }};
}

#[test]
fn every_curve_verifies_with_every_hash() {
    macro_rules! check {
        ($curve:ty, $family:expr, $bits:expr) => {
            for hash in [Hash::Sha224, Hash::Sha256, Hash::Sha384, Hash::Sha512] {
                let (key, signature) = signed!($curve, $family, $bits, hash);
                let raw = signature.to_bytes();
                assert!(
                    is_valid(&key, ecdsa(hash), b"hello", &raw),
                    "{key:?} {hash:?}"
                );
                assert!(
                    !is_valid(&key, ecdsa(hash), b"hallo", &raw),
                    "{key:?} {hash:?}"
                );
            }
        };
    }
    check!(p256::NistP256, EccFamily::SecpR1, 256);
    check!(p384::NistP384, EccFamily::SecpR1, 384);
    check!(p521::NistP521, EccFamily::SecpR1, 521);
    check!(k256::Secp256k1, EccFamily::SecpK1, 256);
    check!(bp256::BrainpoolP256r1, EccFamily::BrainpoolPR1, 256);
    check!(bp384::BrainpoolP384r1, EccFamily::BrainpoolPR1, 384);
}

#[test]
fn both_forms_of_s_are_valid_on_secp256k1() {
    let (key, low) = signed!(k256::Secp256k1, EccFamily::SecpK1, 256, Hash::Sha256);
    let high = k256::ecdsa::Signature::from_scalars(*low.r(), -*low.s()).unwrap();
    for signature in [low, high] {
        assert!(is_valid(
            &key,
            ecdsa(Hash::Sha256),
            b"hello",
            &signature.to_bytes()
        ));
    }
}

#[test]
fn ed25519_verifies_the_vector_of_rfc_8032() {
    let point = hex!("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    let key = PublicKey::from_raw(ecc(EccFamily::TwistedEdwards), 255, point.to_vec()).unwrap();
    let mut signature = hex!(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    );
    let alg = AsymmetricSignature::PureEddsa;
    assert!(is_valid(&key, alg, &[0x72], &signature));
    signature[0] ^= 1;
    assert!(!is_valid(&key, alg, &[0x72], &signature));
    assert!(!is_valid(&key, alg, &[0x72], &signature[1..]));
}

#[test]
fn invalid_keys_are_rejected() {
    let point = |curve_family, bits: u32| {
        let length = bits.div_ceil(8) as usize;
        let mut raw = vec![1; 1 + 2 * length];
        raw[0] = 4;
        PublicKey::from_raw(ecc(curve_family), bits, raw).unwrap()
    };
    for (family, bits, _) in CURVES {
        let error = point(family, bits).validate().unwrap_err();
        assert_eq!(
            error.kind(),
            ErrorKind::InvalidArgument,
            "{family:?} {bits}"
        );
    }
    let edwards = ecc(EccFamily::TwistedEdwards);
    let raw = hex!("0200000000000000000000000000000000000000000000000000000000000000");
    let key = PublicKey::from_raw(edwards, 255, raw.to_vec()).unwrap();
    assert!(key.validate().is_err());
    // No format for P-224 is checked, and no curve for key agreement.
    assert!(point(EccFamily::SecpR1, 224).validate().is_ok());
    let montgomery = PublicKey::from_raw(ecc(EccFamily::Montgomery), 255, vec![9; 32]).unwrap();
    assert!(montgomery.validate().is_ok());
    let (key, _) = signed!(p256::NistP256, EccFamily::SecpR1, 256, Hash::Sha256);
    assert!(key.validate().is_ok());
}

#[test]
fn a_public_exponent_of_1_is_rejected() {
    for (exponent, is_valid) in [(&[1][..], false), (&[2], false), (&[1, 0, 1], true)] {
        let encoded = pkcs1::RsaPublicKeyRef {
            modulus: pkcs1::UintRef::new(&[0xff; 256]).unwrap(),
            public_exponent: pkcs1::UintRef::new(exponent).unwrap(),
        };
        let encoded = der::Encode::to_der(&encoded).unwrap();
        let key = PublicKey::from_raw(KeyType::RsaPublicKey, 0, encoded).unwrap();
        assert_eq!(key.validate().is_ok(), is_valid, "{exponent:?}");
    }
}

#[test]
fn an_algorithm_that_does_not_fit_is_an_error_and_no_verdict() {
    let (key, signature) = signed!(p256::NistP256, EccFamily::SecpR1, 256, Hash::Sha256);
    let signature = Signature::from_raw(&signature.to_bytes(), &key).unwrap();
    let kind = |alg| key.verify(alg, b"hello", &signature).unwrap_err().kind();
    assert_eq!(
        kind(AsymmetricSignature::EcdsaAny),
        ErrorKind::InvalidArgument
    );
    assert_eq!(
        kind(AsymmetricSignature::PureEddsa),
        ErrorKind::InvalidArgument
    );
    let hash_alg = SignHash::Specific(Hash::Sha256);
    assert_eq!(
        kind(AsymmetricSignature::RsaPss { hash_alg }),
        ErrorKind::InvalidArgument
    );
    assert_eq!(kind(ecdsa(Hash::Sha3_256)), ErrorKind::NotSupported);
    let short = key.verify_hash(ecdsa(Hash::Sha256), &[0; 31], &signature);
    assert_eq!(short.unwrap_err().kind(), ErrorKind::InvalidArgument);
}
