//! Keys of OpenSSH.

use parsec_contracts::Zeroizing;
use parsec_contracts::types::EccFamily;
use ssh_key::private::KeypairData;
use ssh_key::public::KeyData;
use ssh_key::{EcdsaCurve, Mpint};

use super::refusal::{encrypted, malformed, unsupported, wrong_passphrase};
use super::rsa;
use crate::curve::Curve;
use crate::error::Result;
use crate::private_key::PrivateKey;
use crate::public_key::PublicKey;

/// Reads the content of a block `OPENSSH PRIVATE KEY`.
pub(super) fn private(bytes: &[u8], passphrase: Option<&str>) -> Result<PrivateKey> {
    let key = ssh_key::PrivateKey::from_bytes(bytes)
        .map_err(|error| malformed("is a damaged OpenSSH key").with_source(error))?;
    let key = match key.is_encrypted() {
        false => key,
        true => {
            let passphrase = passphrase.ok_or_else(encrypted)?;
            key.decrypt(passphrase).map_err(|error| match error {
                ssh_key::Error::AlgorithmUnknown | ssh_key::Error::AlgorithmUnsupported { .. } => {
                    unsupported("this OpenSSH encryption").with_source(error)
                }
                _ => wrong_passphrase(),
            })?
        }
    };
    match key.key_data() {
        KeypairData::Ed25519(pair) => {
            let seed = Zeroizing::new(pair.private.to_bytes());
            PrivateKey::on_curve(curve(EccFamily::TwistedEdwards, 255)?, &*seed)
        }
        KeypairData::Ecdsa(pair) => {
            PrivateKey::on_curve(nist(pair.curve())?, pair.private_key_bytes())
        }
        KeypairData::Rsa(pair) => {
            let (public, private) = (pair.public(), pair.private());
            let primes = [number(private.p())?, number(private.q())?];
            let (n, e) = (number(public.n())?, number(public.e())?);
            PrivateKey::rsa(rsa::private(&n, &e, &number(private.d())?, &primes)?)
        }
        KeypairData::SkEcdsaSha2NistP256(_) | KeypairData::SkEd25519(_) => Err(on_token()),
        _ => Err(unsupported("this OpenSSH algorithm")),
    }
}

/// Returns whether a line is a public key of OpenSSH.
pub(super) fn is_public(line: &str) -> bool {
    ["ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-sha2-"]
        .iter()
        .any(|start| line.starts_with(start))
}

/// Reads a line as in `authorized_keys`, without options.
pub(super) fn public(line: &str) -> Result<PublicKey> {
    let key = ssh_key::PublicKey::from_openssh(line)
        .map_err(|error| malformed("is a damaged public key of OpenSSH").with_source(error))?;
    match key.key_data() {
        KeyData::Ed25519(key) => {
            PublicKey::on_curve(curve(EccFamily::TwistedEdwards, 255)?, key.0.to_vec())
        }
        KeyData::Ecdsa(key) => {
            PublicKey::on_curve(nist(key.curve())?, key.as_sec1_bytes().to_vec())
        }
        KeyData::Rsa(key) => PublicKey::rsa(rsa::public(&number(key.n())?, &number(key.e())?)?),
        KeyData::SkEcdsaSha2NistP256(_) | KeyData::SkEd25519(_) => Err(on_token()),
        _ => Err(unsupported("this OpenSSH algorithm")),
    }
}

fn number(number: &Mpint) -> Result<Zeroizing<Vec<u8>>> {
    let bytes = number.as_positive_bytes();
    let bytes = bytes.ok_or_else(|| malformed("has a negative number"))?;
    Ok(Zeroizing::new(bytes.to_vec()))
}

fn nist(of: EcdsaCurve) -> Result<&'static Curve> {
    let bits = match of {
        EcdsaCurve::NistP256 => 256,
        EcdsaCurve::NistP384 => 384,
        EcdsaCurve::NistP521 => 521,
    };
    curve(EccFamily::SecpR1, bits)
}

fn curve(family: EccFamily, bits: u32) -> Result<&'static Curve> {
    Curve::find(family, bits).ok_or_else(|| unsupported("this OpenSSH algorithm"))
}

fn on_token() -> crate::error::Error {
    unsupported("a FIDO token, which the private key never leaves")
}
