//! Known answers, asked of the chip at its start. What it gets wrong is not used. Signatures are not
//! asked: each is verified in software before it is given out.
//!
//! The keys are published ones. They are loaded from outside and flushed, which leaves nothing in
//! the chip.

mod questions;
#[cfg(test)]
mod tests;

use parsec_contracts::Secret;
use parsec_contracts::types::Hash;
use parsec_provider::ProviderError;
use parsec_psa::{iv_length, number_length, oaep, padded};
use tss_esapi::constants::response_code::Tss2ResponseCodeKind as Kind;
use tss_esapi::handles::KeyHandle;
use tss_esapi::interface_types::resource_handles::Hierarchy;
use tss_esapi::structures::{
    Data, EccParameter, EccPoint, HashScheme, InitialValue, MaxBuffer, PublicKeyRsa,
    RsaDecryptionScheme,
};
use tss_esapi::{Context, Error, WrapperErrorKind};

use self::questions::{Group, Question, RSA_BITS, VECTOR};
use crate::abilities::Task;
use crate::chip::{Chip, Encrypted};
use crate::error::{failed, kind};
use crate::{convert, symmetric};

pub(crate) use self::questions::groups;

const DOING: &str = "asking the TPM for known answers";

/// Asks the chip that the administrator knows by that name, and returns what it does wrong.
pub(crate) fn ask(
    chip: &mut Chip,
    tpm: &str,
    groups: Vec<Group>,
) -> Result<Vec<Task>, ProviderError> {
    let mut off = Vec::new();
    for group in groups {
        let (public, sensitive) = (group.public, group.sensitive);
        let loaded =
            chip.try_plainly(|context| context.load_external(sensitive, public, Hierarchy::Null));
        match loaded {
            Ok(handle) => {
                let bad = ask_all(chip, tpm, handle, group.questions);
                if !chip.is_lost() {
                    chip.flush(handle.into())?;
                }
                off.extend(bad?);
            }
            Err(error) if chip.is_lost() => return Err(failed(DOING)(error)),
            Err(error) => tracing::debug!(
                tpm, %error,
                "the TPM takes no key from outside to be tried with"
            ),
        }
    }
    Ok(off)
}

fn ask_all(
    chip: &mut Chip,
    tpm: &str,
    handle: KeyHandle,
    questions: Vec<Question>,
) -> Result<Vec<Task>, ProviderError> {
    let mut off = Vec::new();
    for question in questions {
        let algorithm = question.task;
        let answered = chip.try_run(Encrypted::Both, |context| {
            answer(context, handle, &question)
        });
        match answered {
            Ok(answer) if answer == question.answer => {}
            Ok(_) => {
                tracing::warn!(
                    %algorithm, tpm,
                    "the TPM gives a wrong answer to a known question; it is not asked for this"
                );
                off.push(algorithm);
            }
            Err(error) if chip.is_lost() => return Err(failed(DOING)(error)),
            Err(error) if is_of_the_algorithm(&error) => {
                tracing::info!(
                    %algorithm, tpm, %error,
                    "the TPM lists the algorithm, but does not take it; it is not asked for this"
                );
                off.push(algorithm);
            }
            Err(error) => tracing::debug!(
                %algorithm, tpm, %error,
                "the TPM could not be tried with a known question"
            ),
        }
    }
    Ok(off)
}

fn is_of_the_algorithm(error: &Error) -> bool {
    matches!(
        kind(error),
        Some(
            Kind::CommandCode
                | Kind::Failure
                | Kind::NoResult
                | Kind::Asymmetric
                | Kind::Symmetric
                | Kind::Hash
                | Kind::Mgf
                | Kind::Kdf
                | Kind::Mode
                | Kind::Scheme
                | Kind::Key
                | Kind::KeySize
                | Kind::Curve
                | Kind::EccPoint
                | Kind::Type
                | Kind::Value
                | Kind::Size
                | Kind::Range
                | Kind::Selector
        )
    )
}

fn answer(context: &mut Context, key: KeyHandle, question: &Question) -> Result<Vec<u8>, Error> {
    let input = &question.input[..];
    match question.task {
        Task::Hmac(hash) => {
            let hash = convert::hash(hash).ok_or_else(unknown)?;
            let code = context.hmac(key.into(), MaxBuffer::try_from(input)?, hash)?;
            Ok(code.value().to_vec())
        }
        Task::Cipher(_, alg) => {
            let mode = symmetric::mode(alg).ok_or_else(unknown)?;
            let mut run = |decrypt, data| {
                let vector = InitialValue::try_from(&VECTOR[..iv_length(alg)])?;
                let (output, _) = context.encrypt_decrypt_2(key, decrypt, mode, data, vector)?;
                Ok::<_, Error>(output)
            };
            let ciphertext = run(false, MaxBuffer::try_from(input)?)?;
            let plaintext = run(true, ciphertext.clone())?;
            Ok([ciphertext.value(), plaintext.value()].concat())
        }
        Task::Agreement(bits) => {
            let (x, y) = input.split_at(input.len() / 2);
            let peer = EccPoint::new(EccParameter::try_from(x)?, EccParameter::try_from(y)?);
            let shared = context.ecdh_z_gen(key, peer)?;
            Ok(padded(shared.x().value(), number_length(bits)))
        }
        Task::BareRsa => {
            let block = decrypt(context, key, input, RsaDecryptionScheme::Null)?;
            let block = Secret::new(padded(&block, number_length(RSA_BITS)));
            // Without the padding there is no answer, and thus a wrong one.
            let message = oaep::unpad(Hash::Sha256, b"", &block);
            Ok(message.map_or_else(|_| Vec::new(), |message| message.expose().to_vec()))
        }
        Task::Pkcs1v15 => decrypt(context, key, input, RsaDecryptionScheme::RsaEs),
        Task::Oaep(hash) => {
            let hash = convert::hash(hash).ok_or_else(unknown)?;
            let scheme = RsaDecryptionScheme::Oaep(HashScheme::new(hash));
            decrypt(context, key, input, scheme)
        }
    }
}

fn decrypt(
    context: &mut Context,
    key: KeyHandle,
    ciphertext: &[u8],
    scheme: RsaDecryptionScheme,
) -> Result<Vec<u8>, Error> {
    let ciphertext = PublicKeyRsa::try_from(ciphertext)?;
    let message = context.rsa_decrypt(key, ciphertext, scheme, Data::default())?;
    Ok(message.value().to_vec())
}

/// The TPM has no word for it.
fn unknown() -> Error {
    Error::WrapperError(WrapperErrorKind::UnsupportedParam)
}
