//! `parsec sign` and `parsec verify`.

use base64ct::{Base64, Encoding as _};
use parsec_client::blocking::Client;
use parsec_client::{ErrorKind, PublicKey, Signature};
use serde_json::json;

use crate::args::{BytesFormat, SignArguments, SignatureFormat, VerifyArguments};
use crate::failure::Failure;
use crate::input;
use crate::output::{self, Readers};

pub(super) fn sign(client: &Client, sign: &SignArguments, json: bool) -> Result<(), Failure> {
    let key = client.open_signing_key(&sign.name)?;
    let message = input::read(&sign.file)?;
    let signature = if sign.prehashed {
        key.sign_hash(&*message)?
    } else {
        key.sign(&*message)?
    };
    let der = signature.to_der();
    if json {
        return output::json(&json!({
            "key": sign.name,
            "der": Base64::encode_string(&der),
            "raw": Base64::encode_string(signature.as_raw()),
        }));
    }
    let (to, everyone) = (&sign.to, Readers::Everyone);
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
    let message = input::read(&verify.file)?;
    let result = read(&given, verify.format, key.public_key()).and_then(|signature| {
        let checked = if verify.prehashed {
            key.verify_hash(&*message, &signature)
        } else {
            key.verify(&*message, &signature)
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
            if json {
                output::json(&json!({ "key": verify.name, "valid": false }))?;
            }
            Err(Failure::Negative(format!(
                "the signature is not valid for {} and this input",
                output::printable(&verify.name)
            )))
        }
        Err(other) => Err(other),
    }
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
