//! Parameters of RSA keys for PSS only (id-RSASSA-PSS, RFC 4055).

use der::asn1::{Any, AnyRef, ObjectIdentifier};
use parsec_contracts::ErrorKind;
use parsec_contracts::types::Hash;
use pkcs1::RsaPssParams;

use super::refusal::malformed;
use crate::error::{Error, Result};
use crate::generated::key_options::Padding;
use crate::restriction::Restriction;

pub(super) const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const MGF_1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.8");

const HASHES: &[(ObjectIdentifier, Hash)] = &[
    (oid("1.3.14.3.2.26"), Hash::Sha1),
    (oid("2.16.840.1.101.3.4.2.4"), Hash::Sha224),
    (oid("2.16.840.1.101.3.4.2.1"), Hash::Sha256),
    (oid("2.16.840.1.101.3.4.2.2"), Hash::Sha384),
    (oid("2.16.840.1.101.3.4.2.3"), Hash::Sha512),
    (oid("2.16.840.1.101.3.4.2.5"), Hash::Sha512_224),
    (oid("2.16.840.1.101.3.4.2.6"), Hash::Sha512_256),
    (oid("2.16.840.1.101.3.4.2.7"), Hash::Sha3_224),
    (oid("2.16.840.1.101.3.4.2.8"), Hash::Sha3_256),
    (oid("2.16.840.1.101.3.4.2.9"), Hash::Sha3_384),
    (oid("2.16.840.1.101.3.4.2.10"), Hash::Sha3_512),
];

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

/// Reads the parameters of a key. Without parameters, the key may be used with any hash function.
pub(super) fn restriction(parameters: Option<AnyRef<'_>>) -> Result<Restriction> {
    let Some(parameters) = parameters else {
        return Ok(Restriction {
            padding: Padding::Pss,
            hash: None,
        });
    };
    let parameters: RsaPssParams<Any> = parameters
        .decode_as()
        .map_err(|error| malformed("has malformed parameters for PSS").with_source(error))?;
    let hash = hash(parameters.hash.oid)?;
    let mask = parameters.mask_gen.parameters.map(|of| of.oid);
    if parameters.mask_gen.oid != MGF_1 || mask != Some(parameters.hash.oid) {
        return Err(unsupported(
            "another mask function than MGF1 with the hash function of the signature",
        ));
    }
    // The parameters of a key are the shortest salt (RFC 4055, section 3.3).
    if usize::from(parameters.salt_len) > hash.length() {
        return Err(unsupported(&format!(
            "salts of at least {} bytes, longer than the hash",
            parameters.salt_len
        )));
    }
    Ok(Restriction {
        padding: Padding::Pss,
        hash: Some(hash),
    })
}

fn hash(oid: ObjectIdentifier) -> Result<Hash> {
    let found = HASHES.iter().find(|(known, _)| *known == oid);
    found
        .map(|(_, hash)| *hash)
        .ok_or_else(|| unsupported(&format!("the hash function {oid}")))
}

fn unsupported(what: &str) -> Error {
    Error::new(
        ErrorKind::NotSupported,
        format!("the key's parameters for PSS require {what}"),
        "use a key whose salts may be as long as the hash, over SHA-2 or SHA-3",
    )
}
