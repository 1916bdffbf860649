//! Imports keys: public keys directly, private keys with `TPM2_Import`.

use cfb_mode::cipher::KeyIvInit as _;
use parsec_contracts::types::{EccFamily, Hash, KeyAttributes, KeyType};
use parsec_contracts::{Secret, Zeroizing};
use parsec_provider::ProviderError;
use parsec_psa::public_point;
use tss_esapi::structures::{
    Auth, Data, Digest, EccParameter, EccPoint, EncryptedSecret, Private, PrivateKeyRsa, Public,
    PublicKeyRsa, Sensitive, SymmetricDefinitionObject,
};
use tss_esapi::traits::Marshall as _;

use crate::blob::{Blob, new_auth};
use crate::convert;
use crate::error::{failed, kind};
use crate::registers::Registers;
use crate::template::{self, Origin, Promises};
use crate::tpm::{Encrypted, Tpm};

/// Imports a key. Returns its size and material.
pub(crate) fn key(
    tpm: &mut Tpm,
    attributes: &KeyAttributes,
    data: &[u8],
) -> Result<(u32, Secret), ProviderError> {
    let (bits, public) = match attributes.key_type {
        KeyType::RsaPublicKey => rsa_public(attributes, data)?,
        KeyType::EccPublicKey { curve_family } => {
            ecc_point(attributes, curve_family, data, Origin::Public)?
        }
        _ => return private(tpm, attributes, data),
    };
    let blob = Blob {
        auth: Auth::default(),
        public: public.clone(),
        private: None,
        registers: Registers::default(),
    };
    // The TPM checks that the point is on the curve.
    match tpm.try_load_public(public) {
        Ok(()) => Ok((bits, blob.encode()?)),
        Err(error) if kind(&error).is_some() => {
            Err(no_key("a public key that the TPM accepts").with_source(error))
        }
        Err(error) => Err(failed("importing the key")(error)),
    }
}

fn rsa_public(attributes: &KeyAttributes, data: &[u8]) -> Result<(u32, Public), ProviderError> {
    use der::Decode as _;
    let key = pkcs1::RsaPublicKeyRef::from_der(data)
        .map_err(|error| no_key("an RSAPublicKey (RFC 8017, A.1.1)").with_source(error))?;
    if key.public_exponent.as_bytes() != [1, 0, 1] {
        return Err(ProviderError::not_supported(
            "RSA keys whose exponent is not 65537",
        ));
    }
    let (bits, modulus) = modulus(key.modulus.as_bytes())?;
    Ok((
        bits,
        template::rsa_key(
            attributes,
            bits,
            (Origin::Public, &Promises::default()),
            modulus,
        )?,
    ))
}

fn modulus(modulus: &[u8]) -> Result<(u32, PublicKeyRsa), ProviderError> {
    let bits = modulus.len() as u32 * 8 - modulus.first().map_or(0, |byte| byte.leading_zeros());
    let modulus = PublicKeyRsa::try_from(modulus).map_err(|error| {
        ProviderError::not_supported("RSA keys of that size").with_source(error)
    })?;
    Ok((bits, modulus))
}

fn ecc_point(
    attributes: &KeyAttributes,
    family: EccFamily,
    data: &[u8],
    origin: Origin,
) -> Result<(u32, Public), ProviderError> {
    let no_point = || no_key("0x04, then x and y of a point");
    let [4, coordinates @ ..] = data else {
        return Err(no_point());
    };
    let (x, y) = coordinates.split_at(coordinates.len() / 2);
    let bits = match x.len() as u32 * 8 {
        528 => 521,
        bits => bits,
    };
    let curve = convert::curve(family, bits).filter(|_| x.len() == y.len());
    let curve = curve.ok_or_else(no_point)?;
    let number = |bytes: &[u8]| EccParameter::try_from(bytes).map_err(|_| no_point());
    let point = EccPoint::new(number(x)?, number(y)?);
    Ok((
        bits,
        template::ecc_key(attributes, curve, (origin, &Promises::default()), point)?,
    ))
}

fn no_key(form: &str) -> ProviderError {
    ProviderError::invalid_argument(format!("data: is not a key in the form of {form}"))
}

/// Imports a private key (TPM 2.0 Part 1, 23.3: an inner wrapper without an outer one). The
/// encryption key is sent in the encrypted session.
fn private(
    tpm: &mut Tpm,
    attributes: &KeyAttributes,
    data: &[u8],
) -> Result<(u32, Secret), ProviderError> {
    let auth = new_auth()?;
    let (bits, public, sensitive) = match attributes.key_type {
        KeyType::EccKeyPair { curve_family } => {
            ecc_private(attributes, curve_family, data, auth.clone())?
        }
        _ => rsa_private(attributes, data, auth.clone())?,
    };
    let describing = "describing the key";
    let name = name(&public)?;
    let sensitive = Zeroizing::new(sensitive.marshall().map_err(failed(describing))?);
    let inner_key = parsec_psa::random_secret(16)?;
    let duplicate = wrapped(&inner_key, &sensitive, &name)?;
    let inner_key = Data::try_from(inner_key.expose()).map_err(failed(describing))?;
    let duplicate = Private::try_from(&duplicate[..]).map_err(failed(describing))?;
    let parent = tpm.storage_key();
    let template = public.clone();
    let answer = tpm.try_run(Encrypted::Both, |context| {
        context.import(
            parent.into(),
            Some(inner_key),
            template,
            duplicate,
            EncryptedSecret::default(),
            SymmetricDefinitionObject::AES_128_CFB,
        )
    });
    let private = answer.map_err(|error| match kind(&error) {
        Some(_) => no_key("a private key whose parts belong together").with_source(error),
        None => failed("importing the key")(error),
    })?;
    let blob = Blob {
        auth,
        public,
        private: Some(private),
        registers: Registers::default(),
    };
    Ok((bits, blob.encode()?))
}

/// The object's name (Part 1, 16): the identifier of its hash function, and the hash of its public
/// area.
pub(crate) fn name(public: &Public) -> Result<Vec<u8>, ProviderError> {
    let public = public.marshall().map_err(failed("describing the key"))?;
    let mut name = vec![0x00, 0x0b];
    name.extend(parsec_psa::hash(Hash::Sha256, &public)?);
    Ok(name)
}

/// The inner wrapper: an integrity hash over the sensitive area and the name, and the sensitive
/// area, both with their lengths, encrypted.
fn wrapped(key: &Secret, sensitive: &[u8], name: &[u8]) -> Result<Vec<u8>, ProviderError> {
    let sized = |bytes: &[u8]| {
        let mut sized = Zeroizing::new((bytes.len() as u16).to_be_bytes().to_vec());
        sized.extend_from_slice(bytes);
        sized
    };
    let sensitive = sized(sensitive);
    let bound = Zeroizing::new([&sensitive[..], name].concat());
    let integrity = sized(&parsec_psa::hash(Hash::Sha256, &bound)?);
    let mut buffer = [&integrity[..], &sensitive[..]].concat();
    let cipher = cfb_mode::Encryptor::<aes::Aes128>::new_from_slices(key.expose(), &[0; 16])
        .map_err(|error| {
            ProviderError::invalid_argument("the wrapping key has a wrong size").with_source(error)
        })?;
    cipher.encrypt(&mut buffer);
    Ok(buffer)
}

pub(crate) fn rsa_private(
    attributes: &KeyAttributes,
    data: &[u8],
    auth: Auth,
) -> Result<(u32, Public, Sensitive), ProviderError> {
    use der::Decode as _;
    let form = "an RSAPrivateKey (RFC 8017, A.1.2)";
    let key = pkcs1::RsaPrivateKeyRef::from_der(data).map_err(|error| {
        let _ = error;
        no_key(form)
    })?;
    if key.public_exponent.as_bytes() != [1, 0, 1] {
        return Err(ProviderError::not_supported(
            "RSA keys whose exponent is not 65537",
        ));
    }
    let (bits, modulus) = modulus(key.modulus.as_bytes())?;
    let prime = PrivateKeyRsa::try_from(key.prime1.as_bytes()).map_err(|_| no_key(form))?;
    let sensitive = Sensitive::Rsa {
        auth_value: auth,
        seed_value: Digest::default(),
        sensitive: prime,
    };
    let public = template::rsa_key(
        attributes,
        bits,
        (Origin::Outside, &Promises::default()),
        modulus,
    )?;
    Ok((bits, public, sensitive))
}

pub(crate) fn ecc_private(
    attributes: &KeyAttributes,
    family: EccFamily,
    data: &[u8],
    auth: Auth,
) -> Result<(u32, Public, Sensitive), ProviderError> {
    let bits = match data.len() as u32 * 8 {
        528 => 521,
        bits => bits,
    };
    let no_scalar = || no_key("a number below the curve's order, as long as that");
    // The TPM needs the public point with the private key; it does not compute it.
    let point = public_point(family, bits, data).ok_or_else(no_scalar)?;
    let (_, public) = ecc_point(attributes, family, &point, Origin::Outside)?;
    let sensitive = Sensitive::Ecc {
        auth_value: auth,
        seed_value: Digest::default(),
        sensitive: EccParameter::try_from(data).map_err(|_| no_scalar())?,
    };
    Ok((bits, public, sensitive))
}
