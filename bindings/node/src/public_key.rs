//! Public keys, which are plain data.

use napi::bindgen_prelude::{Either, Unknown};
use napi::{Env, Result};
use napi_derive::napi;
use parsec_client::PublicKey;
use serde::{Serialize, Serializer};

use crate::convert;

/// All forms of a public key.
#[derive(Serialize)]
struct Forms<'a> {
    #[serde(serialize_with = "plain")]
    der: &'a [u8],
    #[serde(serialize_with = "plain")]
    raw: &'a [u8],
    pem: String,
    jwk: Option<String>,
    description: String,
    bits: u32,
}

fn plain<S: Serializer>(bytes: &[u8], serializer: S) -> std::result::Result<S::Ok, S::Error> {
    serializer.serialize_bytes(bytes)
}

pub(crate) fn forms<'env>(env: &'env Env, key: &PublicKey) -> Result<Unknown<'env>> {
    let der = key.to_der();
    let forms = Forms {
        der: &der,
        raw: key.raw(),
        pem: key.to_pem(),
        jwk: key.to_jwk().ok(),
        description: key.description(),
        bits: key.bits(),
    };
    convert::value(env, forms)
}

/// Reads a public key from PEM or DER, and returns all its forms.
#[napi(catch_unwind)]
pub fn read_public_key<'env>(
    env: &'env Env,
    material: Either<String, &[u8]>,
) -> Result<Unknown<'env>> {
    forms(env, &convert::public_key(material)?)
}
