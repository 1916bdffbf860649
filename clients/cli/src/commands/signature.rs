//! `parsec sign` and `parsec verify`.

use std::io;

use base64ct::{Base64, Encoding as _};
use parsec_client::blocking::Client;
use parsec_client::{Error, ErrorKind, Hash, MessageHasher, PublicKey, Signature, Zeroizing};
use serde_json::json;

use crate::args::{BytesFormat, SignArguments, SignatureFormat, VerifyArguments};
use crate::failure::Failure;
use crate::input;
use crate::output::{self, Readers};
use crate::streaming::through;

pub(super) fn sign(client: &Client, sign: &SignArguments, json: bool) -> Result<(), Failure> {
    let key = client.open_signing_key(&sign.name)?;
    let input = Input::read(client, &sign.file, sign.prehashed, || key.message_hash())?;
    let signature = match input {
        Input::Hash(hash) => key.sign_hash(hash)?,
        Input::Message(message) => key.sign(&*message)?,
    };
    let der = signature.to_der();
    let (to, everyone) = (&sign.to, Readers::Everyone);
    if json {
        let value = json!({
            "key": sign.name,
            "der": Base64::encode_string(&der),
            "raw": Base64::encode_string(signature.as_raw()),
        });
        return output::json_to(&value, to, everyone);
    }
    match sign.format {
        SignatureFormat::Der => output::binary(&der, to, everyone),
        SignatureFormat::Raw => output::binary(signature.as_raw(), to, everyone),
        SignatureFormat::Base64 => output::encoded(&der, BytesFormat::Base64, to, everyone),
        SignatureFormat::Hex => output::encoded(&der, BytesFormat::Hex, to, everyone),
    }
}

pub(super) fn verify(client: &Client, verify: &VerifyArguments, json: bool) -> Result<(), Failure> {
    if verify.signature == "-" && verify.file == "-" {
        return Err(Failure::Usage(
            "the signature and the message cannot both come from standard input".to_owned(),
        ));
    }
    let key = client.open_verifying_key(&verify.name)?;
    let given = input::read(&verify.signature)?;
    let input = Input::read(client, &verify.file, verify.prehashed, || {
        key.message_hash()
    })?;
    let result = read(&given, verify.format, key.public_key()).and_then(|signature| {
        let checked = match input {
            Input::Hash(hash) => key.verify_hash(hash, &signature),
            Input::Message(message) => key.verify(&*message, &signature),
        };
        checked.map_err(Failure::from)
    });
    match result {
        Ok(()) => {
            if json {
                output::json(&json!({ "key": verify.name, "valid": true }))?;
            }
            eprintln!(
                "the signature is valid for {}",
                output::printable(&verify.name)
            );
            Ok(())
        }
        Err(Failure::Client(error)) if error.kind() == ErrorKind::InvalidSignature => {
            let failure = Failure::Negative(format!(
                "the signature is not valid for {} and this input",
                output::printable(&verify.name)
            ));
            let value = json!({ "key": verify.name, "valid": false });
            Err(match json {
                true => output::json_with(&value, failure),
                false => failure,
            })
        }
        Err(other) => Err(other),
    }
}

/// The data that is signed.
enum Input {
    Hash(Vec<u8>),
    /// A whole message, for keys that do not sign hashes.
    Message(Zeroizing<Vec<u8>>),
}

impl Input {
    fn read(
        client: &Client,
        file: &str,
        prehashed: bool,
        message_hash: impl FnOnce() -> Result<Option<Hash>, Error>,
    ) -> Result<Self, Failure> {
        if prehashed {
            return Ok(Self::Hash(input::read(file)?.to_vec()));
        }
        if let Some(hash) = message_hash()? {
            return hash_of(client, hash, file).map(Self::Hash);
        }
        let message = input::message(file)?.ok_or_else(|| {
            input::too_long(
                file,
                "the key signs whole messages; use a key that signs hashes, such as ecdsa-p256",
            )
        })?;
        Ok(Self::Message(message))
    }
}

/// Computes the hash of a file of any length: in this program, or else in the service.
fn hash_of(client: &Client, hash: Hash, file: &str) -> Result<Vec<u8>, Failure> {
    let mut source = input::open(file)?;
    if let Some(mut hasher) = MessageHasher::new(hash) {
        io::copy(&mut source, &mut hasher)
            .map_err(|error| Failure::file("read", input::name(file), &error))?;
        return Ok(hasher.finish());
    }
    let mut digest = Vec::new();
    through(client.hash_stream(hash)?, &mut source, &mut digest)?;
    Ok(digest)
}

/// Parses a signature; in the text formats it is DER.
fn read(given: &[u8], format: SignatureFormat, key: &PublicKey) -> Result<Signature, Failure> {
    let text = || {
        std::str::from_utf8(given)
            .map(str::trim)
            .map_err(|_| Failure::Usage("the signature is not text".to_owned()))
    };
    let der = match format {
        SignatureFormat::Raw => return Ok(Signature::from_raw(given, key)?),
        SignatureFormat::Der => given.to_vec(),
        SignatureFormat::Hex => hex::decode(text()?)
            .map_err(|error| Failure::Usage(format!("the signature is not hex: {error}")))?,
        SignatureFormat::Base64 => Base64::decode_vec(text()?)
            .map_err(|error| Failure::Usage(format!("the signature is not base64: {error}")))?,
    };
    Ok(Signature::from_der(&der, key)?)
}
