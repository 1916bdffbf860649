// Steps as a developer would write them. Both clients have the same method names: `now!` awaits
// with the async client.

use parsec_client::{PrivateKey, ProviderId, PublicKey, Result, Secret, Signature};
use parsec_tests_conformance::model::{Bytes, PublicForm, Role, Saved, Step, Verb, hash_named};

use crate::case::{Ended, Run};
use crate::{raw, values};

/// Runs a step.
#[allow(clippy::unused_async, reason = "one text for both clients")]
pub(crate) async fn step(run: &Run, step: &Step, saved: &Saved) -> Ended {
    let of = step.common.application.as_deref().unwrap_or("web");
    let provider = run.provider_of(step);
    let pinned = match provider {
        ProviderId::Core => run.provider,
        other => other,
    };
    let ended = match connected(run, of, pinned).await {
        Ok(parsec) => act(&parsec, provider, &step.verb, saved).await,
        Err(error) => Err(error.into()),
    };
    match ended {
        Ok(answer) => Ended::Well(answer),
        Err(ended) => ended,
    }
}

#[allow(clippy::unused_async, reason = "one text for both clients")]
async fn act(
    parsec: &Client,
    provider: ProviderId,
    verb: &Verb,
    saved: &Saved,
) -> Result<Vec<u8>, Ended> {
    let nothing = Ok(Vec::new());
    match verb {
        Verb::Generate { key, spec } => {
            now!(parsec.generate(key, spec.client()?))?;
            nothing
        }
        Verb::GetOrGenerate { key, spec } => {
            now!(parsec.get_or_generate(key, spec.client()?))?;
            nothing
        }
        Verb::Import { key, spec, pem } => {
            let private = PrivateKey::from_pem(&pem.get(saved)?)?;
            now!(parsec.import(key, spec.client()?, &private))?;
            nothing
        }
        Verb::ImportPublic { key, spec, pem } => {
            let public = PublicKey::from_pem(&pem.get(saved)?)?;
            now!(parsec.import_public(key, spec.client()?, &public))?;
            nothing
        }
        Verb::ImportBytes {
            key,
            spec,
            material,
        } => {
            let material = Secret::new(material.get(saved)?.to_vec());
            now!(parsec.import_bytes(key, spec.client()?, &material))?;
            nothing
        }
        Verb::List { names } => {
            let keys = now!(parsec.keys())?;
            let mut found: Vec<_> = keys.into_iter().map(|key| key.name).collect();
            found.sort();
            if found == *names {
                nothing
            } else {
                Err(format!("{found:?}; expected {names:?}").into())
            }
        }
        Verb::Random { count } => {
            let drawn = now!(parsec.random(*count))?;
            if drawn.len() == *count {
                Ok(drawn.to_vec())
            } else {
                Err(format!("{} bytes; expected {count}", drawn.len()).into())
            }
        }
        Verb::Hash {
            algorithm,
            message,
            pieces,
        } => {
            let (hash, message) = (hash_named(algorithm), message.get(saved)?);
            match pieces {
                None => Ok(now!(parsec.hash(hash, message))?),
                Some(size) => whole(now!(parsec.hash_stream(hash))?, message, *size).await,
            }
        }
        Verb::Raw {
            operation,
            input,
            output,
            field,
        } => {
            let operation = raw::operation(operation, input, saved)?;
            let found = now!(parsec.raw().call_any(provider, operation))?;
            raw::answer(&found, output, field.as_deref(), saved)
        }
        Verb::Sign { key, .. }
        | Verb::SignHash { key, .. }
        | Verb::Verify { key, .. }
        | Verb::VerifyHash { key, .. } => signatures(now!(parsec.open(key))?, verb, saved).await,
        Verb::Encrypt { key, .. }
        | Verb::Decrypt { key, .. }
        | Verb::EncryptTo { key, .. }
        | Verb::DecryptFrom { key, .. } => encryption(now!(parsec.open(key))?, verb, saved).await,
        Verb::Mac { key, .. }
        | Verb::VerifyMac { key, .. }
        | Verb::DeriveBytes { key, .. }
        | Verb::DeriveKey { key, .. }
        | Verb::Agree { key, .. }
        | Verb::Wrap { key, .. }
        | Verb::Unwrap { key, .. } => secrets(now!(parsec.open(key))?, verb, saved).await,
        Verb::Open { key, .. }
        | Verb::Attributes { key, .. }
        | Verb::Public { key, .. }
        | Verb::Export { key }
        | Verb::Copy { key, .. }
        | Verb::Rename { key, .. }
        | Verb::Delete { key } => of_any_kind(now!(parsec.open(key))?, verb, saved).await,
    }
}

#[allow(clippy::unused_async, reason = "one text for both clients")]
async fn of_any_kind(key: Key, verb: &Verb, saved: &Saved) -> Result<Vec<u8>, Ended> {
    match verb {
        Verb::Open { role, .. } => {
            let found = role_of(&key.into_any());
            if found != Some(*role) {
                return Err(format!("a key for {found:?}; expected {role:?}").into());
            }
        }
        Verb::Attributes { expected, .. } => {
            let found =
                serde_json::to_value(key.attributes()).map_err(|error| error.to_string())?;
            let expected = values::resolve_all(expected, saved)?.into();
            if !values::is_part(&expected, &found) {
                return Err(format!("{found}; expected {expected}").into());
            }
        }
        Verb::Public { form, .. } => {
            let public = key.public_key().ok_or("it has no public key".to_owned())?;
            return Ok(match form {
                PublicForm::Raw => public.raw().to_vec(),
                PublicForm::Der => public.to_der(),
                PublicForm::Pem => public.to_pem().into_bytes(),
            });
        }
        Verb::Export { .. } => return Ok(now!(key.export_private())?.to_vec()),
        Verb::Copy { new, .. } => {
            now!(key.copy(new))?;
        }
        Verb::Rename { new, .. } => {
            now!(key.rename(new))?;
        }
        _ => now!(key.delete())?,
    }
    Ok(Vec::new())
}

fn role_of(key: &AnyKey) -> Option<Role> {
    Some(match key {
        AnyKey::Signing(_) => Role::Signing,
        AnyKey::Verifying(_) => Role::Verifying,
        AnyKey::Symmetric(_) => Role::Symmetric,
        AnyKey::Mac(_) => Role::Mac,
        AnyKey::Decryption(_) => Role::Decryption,
        AnyKey::Derivation(_) => Role::Derivation,
        AnyKey::Agreement(_) => Role::Agreement,
        AnyKey::Wrapping(_) => Role::Wrapping,
        AnyKey::Other(_) => Role::Other,
        _ => return None,
    })
}

#[allow(clippy::unused_async, reason = "one text for both clients")]
async fn signatures(key: Key, verb: &Verb, saved: &Saved) -> Result<Vec<u8>, Ended> {
    match verb {
        Verb::Sign { message, .. } => {
            let key = key.into_signing_key()?;
            Ok(now!(key.sign(message.get(saved)?))?.to_raw())
        }
        Verb::SignHash { hash, .. } => {
            let key = key.into_signing_key()?;
            Ok(now!(key.sign_hash(hash.get(saved)?))?.to_raw())
        }
        Verb::Verify {
            message, signature, ..
        } => {
            let (message, signature) = (message.get(saved)?, signature.get(saved)?);
            match key.into_any() {
                AnyKey::Signing(key) => {
                    let signature = Signature::from_raw(signature, key.public_key())?;
                    now!(key.verify(message, &signature))?;
                }
                other => {
                    let key = other.key().into_verifying_key()?;
                    let signature = Signature::from_raw(signature, key.public_key())?;
                    now!(key.verify(message, &signature))?;
                }
            }
            Ok(Vec::new())
        }
        Verb::VerifyHash {
            hash, signature, ..
        } => {
            let (hash, signature) = (hash.get(saved)?, signature.get(saved)?);
            match key.into_any() {
                AnyKey::Signing(key) => {
                    let signature = Signature::from_raw(signature, key.public_key())?;
                    now!(key.verify_hash(hash, &signature))?;
                }
                other => {
                    let key = other.key().into_verifying_key()?;
                    let signature = Signature::from_raw(signature, key.public_key())?;
                    now!(key.verify_hash(hash, &signature))?;
                }
            }
            Ok(Vec::new())
        }
        other => Err(format!("{other:?} is not a signature step").into()),
    }
}

#[allow(clippy::unused_async, reason = "one text for both clients")]
async fn encryption(key: Key, verb: &Verb, saved: &Saved) -> Result<Vec<u8>, Ended> {
    let beside = |bytes: &Option<Bytes>| match bytes {
        Some(bytes) => bytes.get(saved).map(|bytes| Some(bytes.to_vec())),
        None => Ok(None),
    };
    match verb {
        Verb::Encrypt {
            plaintext,
            context,
            pieces,
            ..
        } => {
            let key = key.into_symmetric_key()?;
            let plaintext = plaintext.get(saved)?;
            match (pieces, beside(context)?) {
                (Some(size), context) => {
                    let context = context.unwrap_or_default();
                    let length = Some(plaintext.len() as u64);
                    let stream = now!(key.encrypt_stream(context, length))?;
                    whole(stream, plaintext, *size).await
                }
                (None, None) => Ok(now!(key.encrypt(plaintext))?),
                (None, Some(context)) => Ok(now!(key.encrypt_with_context(context, plaintext))?),
            }
        }
        Verb::Decrypt {
            ciphertext,
            context,
            pieces,
            ..
        } => {
            let key = key.into_symmetric_key()?;
            let ciphertext = ciphertext.get(saved)?;
            match (pieces, beside(context)?) {
                (Some(size), context) => {
                    let context = context.unwrap_or_default();
                    // The nonce and the tag are stored beside the plaintext.
                    let length = (ciphertext.len() as u64).checked_sub(NONCE_AND_TAG);
                    let stream = now!(key.decrypt_stream(context, length))?;
                    whole(stream, ciphertext, *size).await
                }
                (None, None) => Ok(now!(key.decrypt(ciphertext))?.to_vec()),
                (None, Some(context)) => {
                    Ok(now!(key.decrypt_with_context(context, ciphertext))?.to_vec())
                }
            }
        }
        Verb::EncryptTo {
            plaintext, label, ..
        } => {
            let key = key.into_decryption_key()?;
            let plaintext = plaintext.get(saved)?;
            Ok(match beside(label)? {
                None => now!(key.encrypt(plaintext))?,
                Some(label) => now!(key.encrypt_with_label(label, plaintext))?,
            })
        }
        Verb::DecryptFrom {
            ciphertext, label, ..
        } => {
            let key = key.into_decryption_key()?;
            let ciphertext = ciphertext.get(saved)?;
            let plaintext = match beside(label)? {
                None => now!(key.decrypt(ciphertext))?,
                Some(label) => now!(key.decrypt_with_label(label, ciphertext))?,
            };
            Ok(plaintext.to_vec())
        }
        other => Err(format!("{other:?} encrypts nothing").into()),
    }
}

#[allow(clippy::unused_async, reason = "one text for both clients")]
async fn secrets(key: Key, verb: &Verb, saved: &Saved) -> Result<Vec<u8>, Ended> {
    match verb {
        Verb::Mac {
            message, pieces, ..
        } => {
            let (key, message) = (key.into_mac_key()?, message.get(saved)?);
            match pieces {
                None => Ok(now!(key.compute(message))?),
                Some(size) => whole(now!(key.compute_stream())?, message, *size).await,
            }
        }
        Verb::VerifyMac {
            message,
            code,
            pieces,
            ..
        } => {
            let (key, message, code) = (key.into_mac_key()?, message.get(saved)?, code.get(saved)?);
            match pieces {
                None => now!(key.verify(message, code))?,
                Some(size) => {
                    whole(now!(key.verify_stream(code))?, message, *size).await?;
                }
            }
            Ok(Vec::new())
        }
        Verb::DeriveBytes { info, length, .. } => {
            let key = key.into_derivation_key()?;
            Ok(now!(key.derive_bytes(info.get(saved)?, *length))?.to_vec())
        }
        Verb::DeriveKey {
            info, new, spec, ..
        } => {
            let key = key.into_derivation_key()?;
            now!(key.derive_key(info.get(saved)?, new, spec.client()?))?;
            Ok(Vec::new())
        }
        Verb::Agree {
            peer,
            info,
            new,
            spec,
            ..
        } => {
            let key = key.into_agreement_key()?;
            let (peer, info) = (peer.get(saved)?, info.get(saved)?);
            now!(key.agree_key(peer, info, new, spec.client()?))?;
            Ok(Vec::new())
        }
        Verb::Wrap { target, .. } => {
            let key = key.into_wrapping_key()?;
            Ok(now!(key.wrap(target))?)
        }
        Verb::Unwrap {
            wrapped, new, spec, ..
        } => {
            let key = key.into_wrapping_key()?;
            now!(key.unwrap_key(wrapped.get(saved)?, new, spec.client()?))?;
            Ok(Vec::new())
        }
        other => Err(format!("{other:?} is not a step with a secret").into()),
    }
}

/// Length of nonce and tag of every encrypting specification, in bytes.
const NONCE_AND_TAG: u64 = 12 + 16;

/// Reads a stream to its end.
#[allow(clippy::unused_async, reason = "one text for both clients")]
async fn whole(mut stream: Stream, data: &[u8], size: usize) -> Result<Vec<u8>, Ended> {
    let mut out = Vec::new();
    for piece in data.chunks(size) {
        out.extend_from_slice(&now!(stream.update(piece))?);
    }
    out.extend_from_slice(&now!(stream.finish())?);
    Ok(out)
}
