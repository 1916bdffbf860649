//! JSON Web Keys (RFC 7517, RFC 7518, RFC 8037).

use base64ct::{Base64UrlUnpadded, Encoding as _};
use parsec_contracts::types::Hash;
use parsec_contracts::{Secret, Zeroizing};
use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, de::IgnoredAny};

use super::key_material::KeyMaterial;
use super::refusal::{malformed, unsupported};
use super::rsa;
use crate::curve::Curve;
use crate::error::Result;
use crate::generated::key_options::Padding;
use crate::private_key::PrivateKey;
use crate::public_key::PublicKey;
use crate::restriction::Restriction;

/// The members of a key, or of a set of keys.
#[derive(Deserialize)]
struct Jwk {
    kty: Option<String>,
    alg: Option<String>,
    crv: Option<String>,
    x: Option<Bytes>,
    y: Option<Bytes>,
    d: Option<Bytes>,
    n: Option<Bytes>,
    e: Option<Bytes>,
    p: Option<Bytes>,
    q: Option<Bytes>,
    k: Option<Bytes>,
    oth: Option<IgnoredAny>,
    keys: Option<Vec<Self>>,
}

/// Bytes in Base64url without padding; possibly secret.
struct Bytes(Zeroizing<Vec<u8>>);

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Zeroizing::new(String::deserialize(deserializer)?);
        let bytes = Base64UrlUnpadded::decode_vec(&text);
        let bytes = bytes.map_err(|_| D::Error::custom("a member is not Base64url"))?;
        Ok(Self(Zeroizing::new(bytes)))
    }
}

/// Reads a key, or a set with one key.
pub(super) fn read(text: &str) -> Result<KeyMaterial> {
    let jwk: Jwk = serde_json::from_str(text).map_err(|error| {
        // Without the text of the error, which can quote a member.
        let (line, column) = (error.line(), error.column());
        malformed(format_args!(
            "is not a JSON Web Key: error in line {line}, column {column}"
        ))
    })?;
    match jwk.keys {
        None => jwk.key(),
        Some(mut keys) => match (keys.pop(), keys.len()) {
            (Some(key), 0) => key.key(),
            (_, more) => Err(malformed(format_args!(
                "is a set of {} JSON Web Keys: give one of them",
                if more == 0 { 0 } else { more + 1 }
            ))),
        },
    }
}

impl Jwk {
    fn key(self) -> Result<KeyMaterial> {
        match self.kty.as_deref() {
            Some("RSA") => self.rsa(),
            Some("EC" | "OKP") => self.curve(),
            Some("oct") => Ok(KeyMaterial::Secret {
                bytes: Secret::from(member("k", self.k)?),
                kind: self.alg.as_deref().and_then(secret_kind),
            }),
            Some(_) => Err(unsupported("the JSON Web Key's type (`kty`)")),
            None => Err(malformed("is JSON, but no JSON Web Key: it has no `kty`")),
        }
    }

    fn rsa(self) -> Result<KeyMaterial> {
        if self.oth.is_some() {
            return Err(unsupported("RSA with more than two primes"));
        }
        let restriction = self.alg.as_deref().and_then(restriction);
        let (n, e) = (member("n", self.n)?, member("e", self.e)?);
        let Some(d) = self.d else {
            let key = PublicKey::rsa(rsa::public(&n, &e)?)?;
            return Ok(KeyMaterial::Public(match restriction {
                Some(restriction) => key.restricted(restriction),
                None => key,
            }));
        };
        let primes = match (self.p, self.q) {
            (Some(p), Some(q)) => vec![p.0, q.0],
            // RFC 7518, section 6.3.2: they may be omitted.
            _ => Vec::new(),
        };
        let key = PrivateKey::rsa(rsa::private(&n, &e, &d.0, &primes)?)?;
        Ok(KeyMaterial::Private(match restriction {
            Some(restriction) => key.restricted(restriction),
            None => key,
        }))
    }

    fn curve(self) -> Result<KeyMaterial> {
        let name = self.crv.as_deref().unwrap_or_default();
        let curve =
            Curve::by_jwk(name).ok_or_else(|| unsupported("the JSON Web Key's curve (`crv`)"))?;
        if curve.has_points() != (self.kty.as_deref() == Some("EC")) {
            return Err(malformed(format_args!(
                "is a JSON Web Key whose `kty` does not fit its curve {}",
                curve.name
            )));
        }
        if let Some(d) = self.d {
            return PrivateKey::on_curve(curve, &d.0).map(KeyMaterial::Private);
        }
        let x = member("x", self.x)?;
        let raw = match curve.has_points() {
            true => [&[4][..], &x, &member("y", self.y)?].concat(),
            false => x.to_vec(),
        };
        PublicKey::on_curve(curve, raw).map(KeyMaterial::Public)
    }
}

fn member(name: &str, value: Option<Bytes>) -> Result<Zeroizing<Vec<u8>>> {
    let value = value.ok_or_else(|| malformed(format_args!("is a JSON Web Key without `{name}`")));
    Ok(value?.0)
}

/// The algorithm of an RSA key becomes its policy.
fn restriction(alg: &str) -> Option<Restriction> {
    let (padding, hash) = match alg {
        "RS256" => (Padding::Pkcs1, Hash::Sha256),
        "RS384" => (Padding::Pkcs1, Hash::Sha384),
        "RS512" => (Padding::Pkcs1, Hash::Sha512),
        "PS256" => (Padding::Pss, Hash::Sha256),
        "PS384" => (Padding::Pss, Hash::Sha384),
        "PS512" => (Padding::Pss, Hash::Sha512),
        _ => return None,
    };
    Some(Restriction {
        padding,
        hash: Some(hash),
    })
}

fn secret_kind(alg: &str) -> Option<&'static str> {
    Some(match alg {
        "HS256" => "hmac",
        "A128GCM" => "aes-128-gcm",
        "A256GCM" => "aes-256-gcm",
        _ => return None,
    })
}
