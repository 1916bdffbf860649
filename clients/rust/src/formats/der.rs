//! Keys in DER.

use der::asn1::{AnyRef, ObjectIdentifier, OctetStringRef};
use der::{Decode as _, Encode as _, Reader as _, SliceReader};
use p12_keystore::Pkcs12Archive;
use parsec_contracts::{Secret, Zeroizing};
use pkcs8::{EncryptedPrivateKeyInfoRef, PrivateKeyInfoRef};
use sec1::EcPrivateKey;
use spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};
use x509_cert::Certificate;

use super::key_material::KeyMaterial;
use super::refusal::{convertible, encrypted, malformed, unsupported, wrong_passphrase};
use super::{known, pss};
use crate::curve::Curve;
use crate::error::Result;
use crate::private_key::PrivateKey;
use crate::public_key::PublicKey;

const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const DSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10040.4.1");
const PKCS12_CONTENT: &[u8] = &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7];

/// Reads a key in any format of DER.
pub(super) fn read(der: &[u8], passphrase: Option<&str>) -> Result<KeyMaterial> {
    if let Ok(info) = PrivateKeyInfoRef::from_der(der) {
        return private(&info).map(KeyMaterial::Private);
    }
    if is_encrypted(der) {
        return decrypted(der, passphrase).map(KeyMaterial::Private);
    }
    if let Some(key) = sec1(der) {
        return key.map(KeyMaterial::Private);
    }
    if pkcs1::RsaPrivateKeyRef::from_der(der).is_ok() {
        return PrivateKey::rsa(Secret::from(der)).map(KeyMaterial::Private);
    }
    if let Ok(info) = SubjectPublicKeyInfoRef::from_der(der) {
        return public(&info).map(KeyMaterial::Public);
    }
    if pkcs1::RsaPublicKeyRef::from_der(der).is_ok() {
        return PublicKey::rsa(der.to_vec()).map(KeyMaterial::Public);
    }
    if is_pkcs12(der) {
        return pkcs12(der, passphrase).map(KeyMaterial::Private);
    }
    certificate(der).map(KeyMaterial::Public)
}

/// Reads the public key of a certificate, which OpenSSL's trust settings may follow.
pub(super) fn certificate(der: &[u8]) -> Result<PublicKey> {
    let mut reader = SliceReader::new(der).map_err(unknown)?;
    let certificate = Certificate::decode(&mut reader).map_err(unknown)?;
    let info = certificate.tbs_certificate().subject_public_key_info();
    let info = info.to_der().map_err(unknown)?;
    public(&SubjectPublicKeyInfoRef::from_der(&info).map_err(unknown)?)
}

fn private(info: &PrivateKeyInfoRef<'_>) -> Result<PrivateKey> {
    let inner = info.private_key.as_bytes();
    match info.algorithm.oid {
        RSA => PrivateKey::rsa(Secret::from(inner)),
        pss::RSA_PSS => {
            let restriction = pss::restriction(info.algorithm.parameters)?;
            Ok(PrivateKey::rsa(Secret::from(inner))?.restricted(restriction))
        }
        EC => {
            let curve = named_curve(&info.algorithm)?;
            let key = EcPrivateKey::from_der(inner).map_err(unknown)?;
            PrivateKey::on_curve(curve, key.private_key)
        }
        oid => {
            let curve = curve(oid)?;
            // RFC 8410: an octet string inside the octet string.
            let scalar = <&OctetStringRef>::from_der(inner).map_err(unknown)?;
            PrivateKey::on_curve(curve, scalar.as_bytes())
        }
    }
}

/// Reads an `ECPrivateKey` (RFC 5915); `None` if it is not one.
fn sec1(der: &[u8]) -> Option<Result<PrivateKey>> {
    let key = match EcPrivateKey::from_der(der) {
        Ok(key) => key,
        Err(_) if has_explicit_curve(der) => return Some(Err(explicit_curve())),
        Err(_) => return None,
    };
    let oid = key.parameters.as_ref().and_then(|of| of.named_curve());
    let Some(oid) = oid else {
        return Some(Err(malformed("does not name its curve")));
    };
    Some(curve(oid).and_then(|curve| PrivateKey::on_curve(curve, key.private_key)))
}

/// Whether it is an `ECPrivateKey` with the numbers of its curve: version 1, an octet string, and a
/// sequence in `[0]`.
fn has_explicit_curve(der: &[u8]) -> bool {
    let read = || -> der::Result<bool> {
        AnyRef::from_der(der)?.sequence(|reader| {
            let version = u8::decode(reader)?;
            <&OctetStringRef>::decode(reader)?;
            let parameters = AnyRef::decode(reader)?;
            while !reader.is_finished() {
                AnyRef::decode(reader)?;
            }
            Ok(version == 1 && parameters.value().first() == Some(&0x30))
        })
    };
    read().unwrap_or(false)
}

fn explicit_curve() -> crate::error::Error {
    convertible(
        "describes its curve by numbers instead of a name",
        "`openssl ec -in KEY -param_enc named_curve -out NEW`, with `-pubin -pubout` for a public key",
    )
}

fn public(info: &SubjectPublicKeyInfoRef<'_>) -> Result<PublicKey> {
    let raw = info.subject_public_key.as_bytes();
    let raw = raw.ok_or_else(|| malformed("has stray bits"))?.to_vec();
    match info.algorithm.oid {
        RSA => PublicKey::rsa(raw),
        pss::RSA_PSS => {
            let restriction = pss::restriction(info.algorithm.parameters)?;
            Ok(PublicKey::rsa(raw)?.restricted(restriction))
        }
        EC => PublicKey::on_curve(named_curve(&info.algorithm)?, raw),
        oid => PublicKey::on_curve(curve(oid)?, raw),
    }
}

fn named_curve(algorithm: &AlgorithmIdentifierRef<'_>) -> Result<&'static Curve> {
    match algorithm.parameters {
        None => Err(malformed("does not name its curve")),
        Some(parameters) => match parameters.decode_as::<ObjectIdentifier>() {
            Ok(oid) => curve(oid),
            Err(_) => Err(explicit_curve()),
        },
    }
}

fn curve(oid: ObjectIdentifier) -> Result<&'static Curve> {
    Curve::by_oid(&oid.to_string()).ok_or_else(|| match oid {
        DSA => unsupported("DSA"),
        oid => unsupported(format_args!("the algorithm {oid}")),
    })
}

/// Whether it is an `EncryptedPrivateKeyInfo` (RFC 5958) of any scheme.
fn is_encrypted(der: &[u8]) -> bool {
    let read = || {
        AnyRef::from_der(der)?.sequence(|reader| {
            AlgorithmIdentifierRef::decode(reader)?;
            <&OctetStringRef>::decode(reader).map(drop)
        })
    };
    read().is_ok()
}

fn decrypted(der: &[u8], passphrase: Option<&str>) -> Result<PrivateKey> {
    let info = EncryptedPrivateKeyInfoRef::from_der(der)
        .map_err(|error| known::old_encryption("a scheme other than PBES2").with_source(error))?;
    if info.encryption_algorithm.pbes1().is_some() {
        return Err(known::old_encryption("PBES1 of PKCS #5"));
    }
    let passphrase = passphrase.ok_or_else(encrypted)?;
    let document = info.decrypt(passphrase).map_err(|error| match error {
        pkcs8::Error::EncryptedPrivateKey(pkcs5::Error::UnsupportedAlgorithm { oid }) => {
            known::old_encryption(&format!("the algorithm {oid}"))
        }
        _ => wrong_passphrase(),
    })?;
    private(&PrivateKeyInfoRef::from_der(document.as_bytes()).map_err(|_| wrong_passphrase())?)
}

/// Whether it is a `PFX` (RFC 7292): version 3, then the content type of PKCS #7.
fn is_pkcs12(der: &[u8]) -> bool {
    let read = || -> der::Result<bool> {
        AnyRef::from_der(der)?.sequence(|reader| {
            let version = u8::decode(reader)?;
            let content = AnyRef::decode(reader)?;
            while !reader.is_finished() {
                AnyRef::decode(reader)?;
            }
            Ok(version == 3 && content.value().starts_with(PKCS12_CONTENT))
        })
    };
    read().unwrap_or(false)
}

/// Reads the private key of a PKCS #12 file. Its certificates are ignored.
fn pkcs12(der: &[u8], passphrase: Option<&str>) -> Result<PrivateKey> {
    // A file without a pass phrase is one with an empty pass phrase.
    let archive = Pkcs12Archive::from_pkcs12(der, passphrase.unwrap_or_default());
    let archive = archive.map_err(|error| match (error, passphrase) {
        (p12_keystore::error::Error::UnsupportedEncryptionScheme, _) => {
            known::old_encryption("a scheme of PKCS #12 that is not supported")
        }
        (_, None) => encrypted(),
        (error @ p12_keystore::error::Error::DerError(_), Some(_)) => {
            wrong_passphrase().with_source(error)
        }
        (_, Some(_)) => wrong_passphrase(),
    })?;
    match archive.keys.as_slice() {
        [] => Err(malformed("is PKCS #12 without a private key")),
        [one] => {
            let info = Zeroizing::new(one.key.as_der().to_vec());
            private(&PrivateKeyInfoRef::from_der(&info).map_err(unknown)?)
        }
        several => Err(malformed(format_args!(
            "is PKCS #12 with {} private keys: give a file with one",
            several.len()
        ))),
    }
}

fn unknown(error: der::Error) -> crate::error::Error {
    malformed("is in no known format, or damaged").with_source(error)
}
