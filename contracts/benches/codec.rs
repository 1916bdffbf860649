//! Time to encode and decode headers and bodies: `cargo bench -p parsec-contracts`.

use divan::{Bencher, black_box};
use parsec_contracts::Body as _;
use parsec_contracts::frame::RequestHeader;
use parsec_contracts::operations::{PsaGenerateKey, PsaHashCompute, PsaSignHash};
use parsec_contracts::types::{
    Algorithm, AsymmetricSignature, EccFamily, Hash, KeyAttributes, KeyPolicy, KeyType, SignHash,
    UsageFlags,
};

fn main() {
    divan::main();
}

const ECDSA: AsymmetricSignature = AsymmetricSignature::Ecdsa {
    hash_alg: SignHash::Specific(Hash::Sha256),
};

fn sign_hash() -> PsaSignHash {
    PsaSignHash {
        key_name: "web-tls".to_owned(),
        alg: ECDSA,
        hash: vec![7; 32],
    }
}

fn generate_key() -> PsaGenerateKey {
    PsaGenerateKey {
        key_name: "web-tls".to_owned(),
        attributes: KeyAttributes {
            key_type: KeyType::EccKeyPair {
                curve_family: EccFamily::SecpR1,
            },
            key_bits: 256,
            key_policy: KeyPolicy {
                key_usage_flags: UsageFlags {
                    sign_hash: true,
                    ..UsageFlags::default()
                },
                key_algorithm: Algorithm::AsymmetricSignature(ECDSA),
            },
        },
    }
}

#[divan::bench]
fn header_encode(bencher: Bencher<'_, '_>) {
    let header = RequestHeader {
        opcode: 4,
        ..RequestHeader::default()
    };
    bencher.bench(|| black_box(&header).encode());
}

#[divan::bench]
fn header_decode(bencher: Bencher<'_, '_>) {
    let bytes = RequestHeader {
        opcode: 4,
        ..RequestHeader::default()
    }
    .encode();
    bencher.bench(|| RequestHeader::decode(black_box(&bytes), 1 << 20));
}

#[divan::bench]
fn sign_hash_encode(bencher: Bencher<'_, '_>) {
    bencher
        .with_inputs(sign_hash)
        .bench_values(PsaSignHash::encode);
}

#[divan::bench]
fn sign_hash_decode(bencher: Bencher<'_, '_>) {
    let bytes = sign_hash().encode();
    bencher.bench(|| PsaSignHash::decode(black_box(&bytes)));
}

#[divan::bench]
fn generate_key_decode(bencher: Bencher<'_, '_>) {
    let bytes = generate_key().encode();
    bencher.bench(|| PsaGenerateKey::decode(black_box(&bytes)));
}

#[divan::bench]
fn hash_of_a_mebibyte_decode(bencher: Bencher<'_, '_>) {
    let bytes = PsaHashCompute {
        alg: Hash::Sha256,
        input: vec![1; 1 << 20],
    }
    .encode();
    bencher
        .counter(divan::counter::BytesCount::new(bytes.len()))
        .bench(|| PsaHashCompute::decode(black_box(&bytes)));
}
