//! The book's table of capabilities matches what the providers report. `UPDATE=1 cargo test --test
//! e2e provider_table` rewrites it.
use std::fmt::Write as _;
use std::{env, fs};

use parsec_client::{AnySpec, KeySpec as _};
use parsec_contracts::operations::{CanDoCrypto, ListOpcodes};
use parsec_contracts::types::{
    Aead, AeadWithDefaultLengthTag, Algorithm, AsymmetricEncryption, AsymmetricSignature,
    CheckType, Cipher, DhFamily, EccFamily, FullLengthMac, Hash, KeyAgreement, KeyAttributes,
    KeyDerivation, KeyType, KeyWrap, Mac, RawKeyAgreement, SignHash, UsageFlags,
};
use parsec_contracts::{Opcode, ProviderId, Status, frame};
use parsec_harness::keys::attributes;
use parsec_harness::{Auth, Devices, Wire, root};

/// The providers, and the devices behind them in these tests.
const PROVIDERS: [(ProviderId, &str); 3] = [
    (ProviderId::Software, ""),
    (ProviderId::Pkcs11, ", over SoftHSM"),
    (ProviderId::Tpm, ", over swtpm"),
];

const EVERYTHING: UsageFlags = UsageFlags {
    export: false,
    copy: false,
    cache: false,
    encrypt: true,
    decrypt: true,
    sign_message: true,
    verify_message: true,
    sign_hash: true,
    verify_hash: true,
    derive: true,
};

fn can(wire: &mut Wire, provider: ProviderId, attributes: KeyAttributes) -> bool {
    let check_type = CheckType::Generate;
    let check = CanDoCrypto {
        check_type,
        attributes,
    };
    let reply = wire.call(provider.number(), &Auth::direct("web"), 0, check);
    match reply.unwrap().status() {
        Status::Success => true,
        Status::PsaErrorNotSupported => false,
        other => panic!("{attributes:?}: {other}"),
    }
}

fn ecc(curve_family: EccFamily) -> KeyType {
    KeyType::EccKeyPair { curve_family }
}

/// Key types and sizes, with their usual names.
fn keys() -> Vec<(&'static str, KeyType, Vec<u32>)> {
    let group_family = DhFamily::Rfc7919;
    vec![
        ("AES", KeyType::Aes, vec![128, 192, 256]),
        ("Camellia", KeyType::Camellia, vec![128, 192, 256]),
        ("ChaCha20", KeyType::Chacha20, vec![256]),
        ("DES", KeyType::Des, vec![64, 128, 192]),
        ("HMAC", KeyType::Hmac, vec![256, 512]),
        ("derive", KeyType::Derive, vec![256]),
        (
            "RSA",
            KeyType::RsaKeyPair,
            vec![1024, 2048, 3072, 4096, 8192],
        ),
        (
            "NIST P",
            ecc(EccFamily::SecpR1),
            vec![192, 224, 256, 384, 521],
        ),
        ("secp k1", ecc(EccFamily::SecpK1), vec![192, 224, 256]),
        (
            "Brainpool",
            ecc(EccFamily::BrainpoolPR1),
            vec![160, 256, 320, 384, 512],
        ),
        ("Montgomery", ecc(EccFamily::Montgomery), vec![255, 448]),
        ("Edwards", ecc(EccFamily::TwistedEdwards), vec![255, 448]),
        (
            "DH",
            KeyType::DhKeyPair { group_family },
            vec![2048, 3072, 4096, 6144, 8192],
        ),
    ]
}

/// An algorithm, with each hash function if it uses one.
type Family = (&'static str, &'static str, Vec<(&'static str, Algorithm)>);

fn algorithms() -> Vec<Family> {
    let hashed = |make: &dyn Fn(Hash) -> Algorithm| -> Vec<(&'static str, Algorithm)> {
        let all = Hash::ALL.iter();
        all.map(|hash| (hash.name(), make(*hash))).collect()
    };
    let one = |alg| vec![("", alg)];
    let signed = |make: fn(SignHash) -> AsymmetricSignature| {
        hashed(&|hash| Algorithm::AsymmetricSignature(make(SignHash::Specific(hash))))
    };
    let derived =
        |make: fn(Hash) -> KeyDerivation| hashed(&|hash| Algorithm::KeyDerivation(make(hash)));
    let cipher = |alg| one(Algorithm::Cipher(alg));
    let aead = |alg| one(Algorithm::Aead(Aead::AeadWithDefaultLengthTag(alg)));
    let code = |alg| one(Algorithm::Mac(Mac::FullLength(alg)));
    let agreement = |alg| one(Algorithm::KeyAgreement(KeyAgreement::Raw(alg)));
    let (signing, deriving) = ("signing", "key derivation");
    let (sealing, ciphering) = ("authenticated encryption", "symmetric encryption");
    let encrypting = "asymmetric encryption";
    vec![
        (
            signing,
            "ECDSA",
            signed(|hash_alg| AsymmetricSignature::Ecdsa { hash_alg }),
        ),
        (
            signing,
            "deterministic ECDSA",
            signed(|hash_alg| AsymmetricSignature::DeterministicEcdsa { hash_alg }),
        ),
        (
            signing,
            "EdDSA",
            one(Algorithm::AsymmetricSignature(
                AsymmetricSignature::PureEddsa,
            )),
        ),
        (
            signing,
            "RSA PSS",
            signed(|hash_alg| AsymmetricSignature::RsaPss { hash_alg }),
        ),
        (
            signing,
            "RSA PKCS #1 v1.5",
            signed(|hash_alg| AsymmetricSignature::RsaPkcs1v15Sign { hash_alg }),
        ),
        (
            encrypting,
            "RSA OAEP",
            hashed(&|hash_alg| {
                Algorithm::AsymmetricEncryption(AsymmetricEncryption::RsaOaep { hash_alg })
            }),
        ),
        (
            encrypting,
            "RSA PKCS #1 v1.5",
            one(Algorithm::AsymmetricEncryption(
                AsymmetricEncryption::RsaPkcs1v15Crypt,
            )),
        ),
        (
            "authentication codes",
            "HMAC",
            hashed(&|hash_alg| Algorithm::Mac(Mac::FullLength(FullLengthMac::Hmac { hash_alg }))),
        ),
        ("authentication codes", "CMAC", code(FullLengthMac::Cmac)),
        (
            "authentication codes",
            "CBC-MAC",
            code(FullLengthMac::CbcMac),
        ),
        (sealing, "GCM", aead(AeadWithDefaultLengthTag::Gcm)),
        (sealing, "CCM", aead(AeadWithDefaultLengthTag::Ccm)),
        (
            sealing,
            "ChaCha20-Poly1305",
            aead(AeadWithDefaultLengthTag::Chacha20Poly1305),
        ),
        (ciphering, "stream cipher", cipher(Cipher::StreamCipher)),
        (ciphering, "CTR", cipher(Cipher::Ctr)),
        (ciphering, "CFB", cipher(Cipher::Cfb)),
        (ciphering, "OFB", cipher(Cipher::Ofb)),
        (ciphering, "XTS", cipher(Cipher::Xts)),
        (ciphering, "ECB", cipher(Cipher::EcbNoPadding)),
        (ciphering, "CBC", cipher(Cipher::CbcNoPadding)),
        (ciphering, "CBC with PKCS #7", cipher(Cipher::CbcPkcs7)),
        ("key agreement", "ECDH", agreement(RawKeyAgreement::Ecdh)),
        ("key agreement", "FFDH", agreement(RawKeyAgreement::Ffdh)),
        (
            deriving,
            "HKDF",
            derived(|hash_alg| KeyDerivation::Hkdf { hash_alg }),
        ),
        (
            deriving,
            "TLS 1.2 PRF",
            derived(|hash_alg| KeyDerivation::Tls12Prf { hash_alg }),
        ),
        (
            deriving,
            "TLS 1.2 PSK to master secret",
            derived(|hash_alg| KeyDerivation::Tls12PskToMs { hash_alg }),
        ),
        (
            deriving,
            "PBKDF2 with HMAC",
            derived(|hash_alg| KeyDerivation::Pbkdf2Hmac { hash_alg }),
        ),
        (
            deriving,
            "PBKDF2 with AES-CMAC",
            one(Algorithm::KeyDerivation(KeyDerivation::Pbkdf2AesCmacPrf128)),
        ),
        (
            "key wrapping",
            "AES key wrap, with and without padding",
            one(Algorithm::KeyWrap(KeyWrap::AesKwp)),
        ),
    ]
}

/// An empty row.
const NOTHING: &str = "– | –";

/// Returns the row of a provider: key types with sizes, and hash functions.
fn row(wire: &mut Wire, provider: ProviderId, algorithms: &[(&str, Algorithm)]) -> String {
    let mut with = Vec::new();
    let mut hashes = Vec::new();
    for (name, key_type, sizes) in keys() {
        let mut able = Vec::new();
        for bits in sizes {
            for (hash, alg) in algorithms {
                // Deprecated primitives depend on the service's policy, not on the provider.
                if can(wire, provider, attributes(key_type, bits, EVERYTHING, *alg)) {
                    if !able.contains(&bits) {
                        able.push(bits);
                    }
                    if !hash.is_empty() && !hashes.contains(hash) {
                        hashes.push(*hash);
                    }
                }
            }
        }
        if !able.is_empty() {
            let sizes: Vec<String> = able.iter().map(u32::to_string).collect();
            with.push(format!("{name} {}", sizes.join(", ")));
        }
    }
    let or_none = |list: String| {
        if list.is_empty() {
            "–".to_owned()
        } else {
            list
        }
    };
    format!(
        "{} | {}",
        or_none(with.join("; ")),
        or_none(hashes.join(", "))
    )
}

/// Returns the size that each provider generates for each key kind.
fn kinds(wire: &mut Wire) -> String {
    let heads = PROVIDERS.map(|(provider, device)| format!("{}{device}", provider.name()));
    let mut text = format!(
        "\n## Kinds of keys\n\nThe size in bits of a provider's key of \
         [this kind](reference/key_kinds.md); – means not supported.\n\n\
         | kind | {} |\n| --- | --- | --- | --- |\n",
        heads.join(" | ")
    );
    for name in AnySpec::names() {
        let choices = AnySpec::named(name).unwrap().choices();
        let cells = PROVIDERS.map(|(provider, _)| {
            let mut choices = choices.iter();
            let made = choices.find(|attributes| can(wire, provider, **attributes));
            made.map_or("–".to_owned(), |made| made.key_bits.to_string())
        });
        let _ = writeln!(text, "| `{name}` | {} |", cells.join(" | "));
    }
    text
}

/// Returns the operations that each provider lists.
fn operations(wire: &mut Wire) -> String {
    let mut served = |provider: ProviderId| -> Vec<u32> {
        let provider_id = u32::from(provider.number());
        let list = ListOpcodes { provider_id };
        let reply = wire.call(0, &Auth::None, frame::flags::EXTENSIONS, list);
        reply.unwrap().output::<ListOpcodes>().unwrap().opcodes
    };
    let lists = PROVIDERS.map(|(provider, _)| served(provider));
    let mut text = String::from(
        "\n## Operations\n\n| operation | software | pkcs11 | tpm |\n| --- | --- | --- | --- |\n",
    );
    for opcode in Opcode::ALL {
        let cells = lists.each_ref().map(|list| {
            if list.contains(&opcode.number()) {
                "yes"
            } else {
                "–"
            }
        });
        if cells.contains(&"yes") {
            let name = opcode.name();
            let link = format!("[`{name}`](reference/operations/{name}.md)");
            let _ = writeln!(text, "| {link} | {} |", cells.join(" | "));
        }
    }
    text
}

fn table() -> String {
    let devices = Devices::start();
    let service = devices.service().start();
    let mut wire = service.wire();
    let mut text = String::from(
        "# Capabilities of providers\n\n\
         Generated by a test that queries the providers with `can_do_crypto`; do not edit. Sizes are in \
         bits.\n\nCapabilities depend on the device, so yours may support more or less than the devices \
         of the tests. Algorithms that no key type supports are omitted.\n",
    );
    text.push_str(&kinds(&mut wire));
    for (provider, device) in PROVIDERS {
        let _ = write!(
            text,
            "\n## {}{device}\n\n\
             | operations | algorithm | keys | hashes |\n| --- | --- | --- | --- |\n",
            provider.name()
        );
        for (operations, name, algorithms) in algorithms() {
            let row = row(&mut wire, provider, &algorithms);
            if row != NOTHING {
                let _ = writeln!(text, "| {operations} | {name} | {row} |");
            }
        }
    }
    text + &operations(&mut wire)
}

#[test]
fn the_table_in_the_book_matches_the_providers() {
    let path = root().join("book/src/providers.md");
    let table = table();
    if env::var_os("UPDATE").is_some() {
        fs::write(path, table).unwrap();
        return;
    }
    let book = fs::read_to_string(path).unwrap();
    assert!(
        book == table,
        "the book's table does not match the providers; run this test with UPDATE=1:\n{table}"
    );
}
