//! Known-answer tests of the TPM at its start. Tasks that fail are disabled. Signatures are not
//! tested: software verifies each one.
//!
//! The keys are published ones. They are loaded as external objects and flushed, which leaves
//! nothing in the TPM.

mod questions;
#[cfg(test)]
mod tests;

use parsec_contracts::Secret;
use parsec_contracts::types::Hash;
use parsec_provider::ProviderError;
use parsec_psa::{iv_length, number_length, oaep, padded};
use tss_esapi::constants::response_code::Tss2ResponseCodeKind as ResponseKind;
use tss_esapi::handles::KeyHandle;
use tss_esapi::interface_types::resource_handles::Hierarchy;
use tss_esapi::structures::{
    Data, EccParameter, EccPoint, HashScheme, InitialValue, MaxBuffer, PublicKeyRsa,
    RsaDecryptionScheme,
};
use tss_esapi::{Context, Error, WrapperErrorKind};

use self::questions::{DOING, Group, Question, RSA_BITS, VECTOR};
use crate::abilities::Task;
use crate::convert;
use crate::error::{failed, kind};
use crate::tpm::{Encrypted, Tpm};

pub(crate) use self::questions::groups;

/// Runs the tests on a TPM, and returns the tasks that failed. `name` is its name in the log.
pub(crate) fn run(
    tpm: &mut Tpm,
    name: &str,
    groups: Vec<Group>,
) -> Result<Vec<Task>, ProviderError> {
    let mut failed_tasks = Vec::new();
    for group in groups {
        let (public, sensitive) = (group.public, group.sensitive);
        let loaded = tpm.try_without_session(|context| {
            context.load_external(sensitive, public, Hierarchy::Null)
        });
        match loaded {
            Ok(handle) => {
                let failures = run_all(tpm, name, handle, group.questions);
                if !tpm.is_lost() {
                    tpm.flush(handle.into())?;
                }
                failed_tasks.extend(failures?);
            }
            Err(error) if tpm.is_lost() => return Err(failed(DOING)(error)),
            Err(error) => tracing::debug!(
                tpm = name, %error,
                "the TPM was not tested: it does not load the test key"
            ),
        }
    }
    Ok(failed_tasks)
}

fn run_all(
    tpm: &mut Tpm,
    name: &str,
    handle: KeyHandle,
    questions: Vec<Question>,
) -> Result<Vec<Task>, ProviderError> {
    let mut failed_tasks = Vec::new();
    for question in questions {
        let algorithm = question.task;
        let answered = tpm.try_run(Encrypted::Both, |context| {
            answer(context, handle, &question)
        });
        match answered {
            Ok(answer) if answer == question.answer => {}
            Ok(_) => {
                tracing::warn!(
                    %algorithm, tpm = name,
                    "the algorithm failed its known-answer test and is disabled"
                );
                failed_tasks.push(algorithm);
            }
            Err(error) if tpm.is_lost() => return Err(failed(DOING)(error)),
            Err(error) if is_about_the_algorithm(&error) => {
                tracing::info!(
                    %algorithm, tpm = name, %error,
                    "the TPM lists the algorithm but rejects it; the algorithm is disabled"
                );
                failed_tasks.push(algorithm);
            }
            Err(error) => tracing::debug!(
                %algorithm, tpm = name, %error,
                "the known-answer test could not be run"
            ),
        }
    }
    Ok(failed_tasks)
}

fn is_about_the_algorithm(error: &Error) -> bool {
    matches!(
        kind(error),
        Some(
            ResponseKind::CommandCode
                | ResponseKind::Failure
                | ResponseKind::NoResult
                | ResponseKind::Asymmetric
                | ResponseKind::Symmetric
                | ResponseKind::Hash
                | ResponseKind::Mgf
                | ResponseKind::Kdf
                | ResponseKind::Mode
                | ResponseKind::Scheme
                | ResponseKind::Key
                | ResponseKind::KeySize
                | ResponseKind::Curve
                | ResponseKind::EccPoint
                | ResponseKind::Type
                | ResponseKind::Value
                | ResponseKind::Size
                | ResponseKind::Range
                | ResponseKind::Selector
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
            let mode = convert::cipher_mode(alg).ok_or_else(unknown)?;
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
            // Invalid padding counts as a wrong answer.
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

/// The TPM has no identifier for it.
fn unknown() -> Error {
    Error::WrapperError(WrapperErrorKind::UnsupportedParam)
}
