//! The kinds of keys that `--type` names, as attributes.

use parsec_client::blocking::Client;
use parsec_client::operations::{CanDoCrypto, PsaGenerateKey, PsaImportKey};
use parsec_client::types::{
    Aead, AeadWithDefaultLengthTag, AsymmetricEncryption, CheckType, Cipher, EccFamily,
    FullLengthMac, KeyAgreement, KeyDerivation, KeyPolicy, KeyWrap, Mac, RawKeyAgreement, SignHash,
    UsageFlags,
};
use parsec_client::{
    Algorithm, AsymmetricSignature, Hash, KeyAttributes, KeyType, Opcode, ProviderId, Secret,
    describe,
};

use crate::args::{NewKey, NewKeyType, Padding};
use crate::failure::Failure;
use crate::output;

const CURVE_P256: KeyType = KeyType::EccKeyPair {
    curve_family: EccFamily::SecpR1,
};

/// What a new key of that type shall be.
pub(super) fn attributes(key_type: NewKeyType, new: &NewKey) -> Result<KeyAttributes, Failure> {
    let hash = new.hash.unwrap_or(Hash::Sha256);
    let hash_alg = SignHash::Specific(hash);
    let curve = |curve_family| KeyType::EccKeyPair { curve_family };
    let ecdsa = |curve_family, bits, suited| {
        let hash_alg = SignHash::Specific(new.hash.unwrap_or(suited));
        let alg = AsymmetricSignature::Ecdsa { hash_alg };
        (
            curve(curve_family),
            bits,
            Algorithm::AsymmetricSignature(alg),
        )
    };
    let rsa = |bits| {
        let alg = match new.padding {
            Padding::Pss => AsymmetricSignature::RsaPss { hash_alg },
            Padding::Pkcs1 => AsymmetricSignature::RsaPkcs1v15Sign { hash_alg },
        };
        (
            KeyType::RsaKeyPair,
            bits,
            Algorithm::AsymmetricSignature(alg),
        )
    };
    let aead = |key_type, bits, alg| {
        let alg = Aead::AeadWithDefaultLengthTag(alg);
        (key_type, bits, Algorithm::Aead(alg))
    };
    let mac = |key_type, bits, alg| (key_type, bits, Algorithm::Mac(Mac::FullLength(alg)));
    let ecdh = Algorithm::KeyAgreement(KeyAgreement::Raw(RawKeyAgreement::Ecdh));
    let (key_type, key_bits, key_algorithm) = match key_type {
        NewKeyType::EcdsaP256 => ecdsa(EccFamily::SecpR1, 256, Hash::Sha256),
        NewKeyType::EcdsaP384 => ecdsa(EccFamily::SecpR1, 384, Hash::Sha384),
        NewKeyType::EcdsaP521 => ecdsa(EccFamily::SecpR1, 521, Hash::Sha512),
        NewKeyType::EcdsaSecp256k1 => ecdsa(EccFamily::SecpK1, 256, Hash::Sha256),
        NewKeyType::EcdsaBrainpoolP256 => ecdsa(EccFamily::BrainpoolPR1, 256, Hash::Sha256),
        NewKeyType::Ed25519 => {
            let alg = AsymmetricSignature::PureEddsa;
            let family = curve(EccFamily::TwistedEdwards);
            (family, 255, Algorithm::AsymmetricSignature(alg))
        }
        NewKeyType::Rsa | NewKeyType::Rsa3072 => rsa(3072),
        NewKeyType::Rsa2048 => rsa(2048),
        NewKeyType::Rsa4096 => rsa(4096),
        NewKeyType::Aes128Gcm => aead(KeyType::Aes, 128, AeadWithDefaultLengthTag::Gcm),
        NewKeyType::Aes256Gcm => aead(KeyType::Aes, 256, AeadWithDefaultLengthTag::Gcm),
        NewKeyType::Aes256Ccm => aead(KeyType::Aes, 256, AeadWithDefaultLengthTag::Ccm),
        NewKeyType::Chacha20Poly1305 => {
            let alg = AeadWithDefaultLengthTag::Chacha20Poly1305;
            aead(KeyType::Chacha20, 256, alg)
        }
        NewKeyType::Aes256Ctr => (KeyType::Aes, 256, Algorithm::Cipher(Cipher::Ctr)),
        NewKeyType::Aes256Cbc => (KeyType::Aes, 256, Algorithm::Cipher(Cipher::CbcPkcs7)),
        NewKeyType::Hmac => {
            let bits = hash.length() as u32 * 8;
            mac(KeyType::Hmac, bits, FullLengthMac::Hmac { hash_alg: hash })
        }
        NewKeyType::AesCmac => mac(KeyType::Aes, 256, FullLengthMac::Cmac),
        NewKeyType::RsaOaep => {
            let alg = AsymmetricEncryption::RsaOaep { hash_alg: hash };
            (
                KeyType::RsaKeyPair,
                3072,
                Algorithm::AsymmetricEncryption(alg),
            )
        }
        NewKeyType::Hkdf => {
            let alg = KeyDerivation::Hkdf { hash_alg: hash };
            (KeyType::Derive, 256, Algorithm::KeyDerivation(alg))
        }
        NewKeyType::EcdhP256 => (CURVE_P256, 256, ecdh),
        NewKeyType::X25519 => (curve(EccFamily::Montgomery), 255, ecdh),
        NewKeyType::AesKw => (KeyType::Aes, 256, Algorithm::KeyWrap(KeyWrap::AesKwp)),
        NewKeyType::Raw => (KeyType::RawData, 256, Algorithm::None),
    };
    Ok(KeyAttributes {
        key_type,
        key_bits,
        key_policy: KeyPolicy {
            key_usage_flags: usage(&key_algorithm, new),
            key_algorithm,
        },
    })
}

/// All that the algorithm is for.
fn usage(algorithm: &Algorithm, new: &NewKey) -> UsageFlags {
    let none = UsageFlags {
        export: new.exportable,
        copy: new.copyable,
        ..UsageFlags::default()
    };
    match algorithm {
        Algorithm::AsymmetricSignature(_) => UsageFlags {
            sign_hash: true,
            verify_hash: true,
            sign_message: true,
            verify_message: true,
            ..none
        },
        Algorithm::Mac(_) => UsageFlags {
            sign_message: true,
            verify_message: true,
            ..none
        },
        Algorithm::KeyDerivation(_) | Algorithm::KeyAgreement(_) => UsageFlags {
            derive: true,
            ..none
        },
        Algorithm::None => none,
        _ => UsageFlags {
            encrypt: true,
            decrypt: true,
            ..none
        },
    }
}

/// The same, of whatever size it turns out to be.
pub(super) fn any_size(attributes: KeyAttributes) -> KeyAttributes {
    KeyAttributes {
        key_bits: 0,
        ..attributes
    }
}

/// Makes a key with the first provider that can.
pub(super) fn generate(
    client: &Client,
    only: Option<ProviderId>,
    name: &str,
    attributes: KeyAttributes,
) -> Result<(), Failure> {
    let provider = able(client, only, CheckType::Generate, attributes)?;
    let input = PsaGenerateKey {
        key_name: name.to_owned(),
        attributes,
    };
    client.raw().psa_generate_key(provider, input)?;
    Ok(())
}

/// Takes in a key with the first provider that can.
pub(super) fn import(
    client: &Client,
    only: Option<ProviderId>,
    name: &str,
    attributes: KeyAttributes,
    data: Secret,
) -> Result<(), Failure> {
    let attributes = any_size(attributes);
    let provider = able(client, only, CheckType::Import, attributes)?;
    let input = PsaImportKey {
        key_name: name.to_owned(),
        attributes,
        data,
    };
    client.raw().psa_import_key(provider, input)?;
    Ok(())
}

fn able(
    client: &Client,
    only: Option<ProviderId>,
    check_type: CheckType,
    attributes: KeyAttributes,
) -> Result<ProviderId, Failure> {
    let raw = client.raw();
    let providers: Vec<ProviderId> = match only {
        Some(provider) => vec![provider],
        None => client
            .providers()?
            .iter()
            .filter_map(|info| ProviderId::from_number(u8::try_from(info.id).ok()?))
            .filter(|provider| *provider != ProviderId::Core)
            .collect(),
    };
    for provider in providers {
        let can_be_asked = client.opcodes(provider)?.contains(&Opcode::CanDoCrypto);
        let check = CanDoCrypto {
            check_type,
            attributes,
        };
        if only.is_some() || !can_be_asked || raw.can_do_crypto(provider, check).is_ok() {
            return Ok(provider);
        }
    }
    Err(Failure::Usage(format!(
        "no provider has keys of this kind ({}); `parsec providers` lists those there are",
        describe(&attributes)
    )))
}

/// Says what has come into being.
pub(super) fn tell(client: &Client, name: &str) -> Result<(), Failure> {
    let key = client.open(name)?;
    eprintln!(
        "{}: {} in {}",
        output::printable(key.name()),
        describe(key.attributes()),
        key.provider()
    );
    Ok(())
}
