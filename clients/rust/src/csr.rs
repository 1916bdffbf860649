//! Certificate signing requests.

mod names;
mod subject;

use der::asn1::{Any, AnyRef, BitString, ObjectIdentifier};
use der::{Decode as _, Encode as _};
use parsec_contracts::types::{AsymmetricSignature, Hash, SignHash};
use spki::{AlgorithmIdentifier, AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use x509_cert::attr::Attributes;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::{Extension, ToExtension as _};
use x509_cert::request::{CertReq, CertReqInfo, ExtensionReq, Version};

use self::names::AlternativeNames;
use crate::client_core::KeyCore;
use crate::error::{Error, Result};
use crate::public_key::PublicKey;
use crate::public_key::pem;
use crate::signature::Signature;
use crate::transport::Transport;
use parsec_contracts::ErrorKind;

const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const MGF_1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.8");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// A certificate signing request (PKCS #10, RFC 2986), signed by the key it certifies.
///
/// ```
/// use parsec_client::ecdsa_p256;
///
/// # fn main() -> parsec_client::Result<()> {
/// # let service = parsec_harness::shared_service();
/// # let endpoint = parsec_client::Endpoint::parse(&service.endpoint())?;
/// # let parsec = parsec_client::blocking::Client::builder().endpoint(endpoint).connect()?;
/// let key = parsec.get_or_generate("www-tls", ecdsa_p256())?;
/// let csr = key.to_csr("CN=web,O=Example", &["web.example.org"], &[], &[], &[])?;
/// println!("{}", csr.to_pem());
/// # assert!(csr.to_pem().starts_with("-----BEGIN CERTIFICATE REQUEST-----\n"));
/// # key.delete()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Csr {
    der: Vec<u8>,
}

impl Csr {
    /// Encodes it in DER, which most certificate authorities accept.
    pub fn to_der(&self) -> Vec<u8> {
        self.der.clone()
    }

    /// Encodes it in PEM with the label `CERTIFICATE REQUEST`.
    pub fn to_pem(&self) -> String {
        pem("CERTIFICATE REQUEST", &self.der)
    }
}

impl<T: Transport> KeyCore<T> {
    /// Creates a certificate signing request for this key.
    pub(crate) async fn to_csr(
        &self,
        subject: &str,
        dns_names: &[&str],
        ip_addresses: &[&str],
        uris: &[&str],
        email_addresses: &[&str],
    ) -> Result<Csr> {
        let names = AlternativeNames {
            dns_names,
            ip_addresses,
            uris,
            email_addresses,
        };
        let request = Request::new(&self.expect_public_key()?, subject, &names)?;
        let (hash, algorithm) = algorithm(self.default_algorithm()?)?;
        let signature = self.sign(&request.message, hash).await?;
        request.signed(algorithm, &signature)
    }
}

struct Request {
    info: CertReqInfo,
    message: Vec<u8>,
}

impl Request {
    fn new(key: &PublicKey, subject: &str, names: &AlternativeNames<'_>) -> Result<Self> {
        let subject = subject::parse(subject)?;
        let names = names.parse()?;
        if subject.is_empty() && names.is_empty() {
            return Err(Error::invalid(
                "the request has neither a subject nor an alternative name",
                "give a subject, such as CN=web, or a host name",
            ));
        }
        let public_key = SubjectPublicKeyInfoOwned::from_der(&key.to_der()).map_err(internal)?;
        let mut attributes = Attributes::new();
        if !names.is_empty() {
            let names = SubjectAltName(names);
            let extension: Extension = names.to_extension(&subject, &[]).map_err(internal)?;
            let request = ExtensionReq(vec![extension]);
            attributes
                .insert(request.try_into().map_err(internal)?)
                .map_err(internal)?;
        }
        let info = CertReqInfo {
            version: Version::V1,
            subject,
            public_key,
            attributes,
        };
        let message = info.to_der().map_err(internal)?;
        Ok(Self { info, message })
    }

    fn signed(self, algorithm: AlgorithmIdentifierOwned, signature: &Signature) -> Result<Csr> {
        let request = CertReq {
            info: self.info,
            algorithm,
            signature: BitString::from_bytes(&signature.to_der()).map_err(internal)?,
        };
        let der = request.to_der().map_err(internal)?;
        Ok(Csr { der })
    }
}

/// Returns the hash to sign with, if the algorithm has one, and the signature's algorithm
/// identifier (RFC 5758, RFC 4055, RFC 8410).
fn algorithm(alg: AsymmetricSignature) -> Result<(Option<Hash>, AlgorithmIdentifierOwned)> {
    let named = |oid: &str, parameters: Option<Any>| {
        let oid = ObjectIdentifier::new(oid).map_err(|error| internal(error.into()))?;
        Ok(AlgorithmIdentifierOwned { oid, parameters })
    };
    let hash = match alg.sign_hash() {
        Some(SignHash::Specific(hash)) => Some(hash),
        _ => None,
    };
    let identifier = match (alg, hash) {
        (
            AsymmetricSignature::Ecdsa { .. } | AsymmetricSignature::DeterministicEcdsa { .. },
            Some(hash),
        ) => {
            let last = index(hash, [1, 2, 3, 4])?;
            named(&format!("1.2.840.10045.4.3.{last}"), None)?
        }
        (AsymmetricSignature::RsaPkcs1v15Sign { .. }, Some(hash)) => {
            let last = index(hash, [14, 11, 12, 13])?;
            let oid = format!("1.2.840.113549.1.1.{last}");
            named(&oid, Some(Any::null()))?
        }
        (AsymmetricSignature::RsaPss { .. }, Some(hash)) => pss(hash)?,
        (AsymmetricSignature::PureEddsa, _) => AlgorithmIdentifierOwned {
            oid: ED25519,
            parameters: None,
        },
        (other, _) => return Err(unnamed(&format!("{other}"))),
    };
    Ok((hash, identifier))
}

fn index(hash: Hash, of: [u8; 4]) -> Result<u8> {
    Ok(match hash {
        Hash::Sha224 => of[0],
        Hash::Sha256 => of[1],
        Hash::Sha384 => of[2],
        Hash::Sha512 => of[3],
        other => return Err(unnamed(other.name())),
    })
}

/// The salt is as long as the hash, as in the PSA specification.
fn pss(hash: Hash) -> Result<AlgorithmIdentifierOwned> {
    let oid = format!("2.16.840.1.101.3.4.2.{}", index(hash, [4, 1, 2, 3])?);
    let oid = ObjectIdentifier::new(&oid).map_err(|error| internal(error.into()))?;
    let hash_id = AlgorithmIdentifier {
        oid,
        parameters: Some(AnyRef::NULL),
    };
    let parameters = pkcs1::RsaPssParams {
        hash: hash_id,
        mask_gen: AlgorithmIdentifier {
            oid: MGF_1,
            parameters: Some(hash_id),
        },
        salt_len: hash.length() as u8,
        trailer_field: pkcs1::TrailerField::default(),
    };
    Ok(AlgorithmIdentifierOwned {
        oid: RSA_PSS,
        parameters: Some(Any::encode_from(&parameters).map_err(internal)?),
    })
}

fn unnamed(what: &str) -> Error {
    Error::new(
        ErrorKind::NotSupported,
        format!("certificates have no algorithm identifier for signatures of {what}"),
        "use a key for ECDSA, RSA or Ed25519 over SHA-2",
    )
}

fn internal(error: der::Error) -> Error {
    Error::new(
        ErrorKind::Internal,
        "a certificate signing request could not be encoded",
        "please report this",
    )
    .with_source(error)
}
