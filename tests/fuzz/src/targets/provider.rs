//! Key import in the software provider: every key type, any bytes.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use parsec_contracts::frame::{FIXED_HEADER_LENGTH, RequestHeader};
use parsec_contracts::operations::{
    PsaExportKey, PsaExportPublicKey, PsaImportKey, PsaSignHash, PsaVerifyHash,
};
use parsec_contracts::types::{Algorithm, AsymmetricSignature, KeyAttributes, SignHash};
use parsec_contracts::{Body as _, Operation as _, Status};
use parsec_provider::{CreatedKey, KeyContext, KeyId, Provider, ProviderError};

use super::seeds;
use crate::choices::Choices;
use crate::target::assert_readable;
use crate::values::contracts;
use crate::{Outcome, Target, World};

pub(super) const TARGET: Target = Target {
    name: "provider",
    about: "key material imported by the software provider: RSA, points, scalars, secrets",
    run,
    seeds,
    words: &["\u{2}\u{1}\u{0}", "\u{2}\u{1}\u{1}", "\u{4}"],
    longest: 2048,
    world: World::Nothing,
};

fn provider() -> &'static dyn Provider {
    static PROVIDER: OnceLock<Box<dyn Provider>> = OnceLock::new();
    &**PROVIDER.get_or_init(|| {
        let provider = parsec_provider_software::start();
        Box::new(provider.unwrap_or_else(|error| panic!("no provider: {error}")))
    })
}

/// Returns the bodies of the imports in the contracts, with their attributes and material.
fn examples() -> &'static [Vec<u8>] {
    static EXAMPLES: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    EXAMPLES.get_or_init(|| {
        let frames = seeds::frames("request").into_iter();
        let bodies = frames.filter_map(|frame| {
            let header = RequestHeader::decode(frame.first_chunk()?, u32::MAX).ok()?;
            let body = frame[FIXED_HEADER_LENGTH..].get(..header.body_length as usize)?;
            (header.opcode == PsaImportKey::OPCODE.number()).then(|| body.to_vec())
        });
        bodies.collect()
    })
}

fn seeds() -> Vec<Vec<u8>> {
    let count = u8::try_from(examples().len()).unwrap_or(u8::MAX);
    let whole = examples().iter().map(|body| [&[WHOLE], &body[..]].concat());
    let damaged = (0..count).map(|index| vec![DAMAGED, index]);
    whole.chain(damaged).collect()
}

/// First byte of an input: a whole message follows,
const WHOLE: u8 = 0;
/// or attributes from the contracts, with any material,
const MADE: u8 = 1;
/// or an example with changes of its material.
const DAMAGED: u8 = 2;

fn run(data: &[u8]) -> Outcome {
    let mut choices = Choices::new(data);
    let Some(mut input) = import(&mut choices) else {
        return Outcome::of(());
    };
    if input.check().is_err() {
        return Outcome::of(());
    }
    "key".clone_into(&mut input.key_name);
    let kind = (input.attributes.key_type, input.attributes.key_bits);
    let created = match provider().psa_import_key(&input) {
        Ok(created) => created,
        Err(error) => {
            text(&error);
            return Outcome::of((format!("{:?}", kind.0), error.status()));
        }
    };
    let outcome = use_key(created, &input);
    Outcome::of((format!("{kind:?}"), outcome))
}

fn import(choices: &mut Choices<'_>) -> Option<PsaImportKey> {
    match choices.byte() % 4 {
        WHOLE => PsaImportKey::decode(choices.rest()).ok(),
        MADE => Some(PsaImportKey {
            key_name: String::new(),
            attributes: attributes(choices)?,
            data: choices.rest().into(),
        }),
        _ => {
            let example: &Vec<u8> = choices.of(examples());
            let mut input = PsaImportKey::decode(example).ok()?;
            if choices.one_in(4) {
                input.attributes = attributes(choices)?;
            }
            if choices.one_in(2) {
                input.attributes.key_bits = 0;
            }
            let mut data = input.data.expose().to_vec();
            if !choices.is_empty() {
                choices.damage(&mut data);
            }
            input.data = data.into();
            Some(input)
        }
    }
}

fn attributes(choices: &mut Choices<'_>) -> Option<KeyAttributes> {
    KeyAttributes::decode(&contracts().attributes(choices)).ok()
}

/// An imported key must be usable, otherwise its import should have been refused.
fn use_key(created: CreatedKey, input: &PsaImportKey) -> Vec<Option<Status>> {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let attributes = created.attributes;
    assert!(attributes.key_bits > 0, "a key of 0 bits");
    assert!(
        [0, attributes.key_bits].contains(&input.attributes.key_bits),
        "a key of another size than was given"
    );
    let key = KeyContext {
        id: KeyId(NEXT.fetch_add(1, Ordering::Relaxed)),
        attributes,
        material: created.material,
    };
    let key_name = || "key".to_owned();
    let public = provider().psa_export_public_key(
        &key,
        &PsaExportPublicKey {
            key_name: key_name(),
        },
    );
    let exported = provider().psa_export_key(
        &key,
        &PsaExportKey {
            key_name: key_name(),
        },
    );
    let mut outcomes = vec![
        public.as_ref().err().map(text),
        exported.as_ref().err().map(text),
    ];
    if let Ok(exported) = exported {
        // Importing the exported key gives the same key.
        let again = provider().psa_import_key(&PsaImportKey {
            data: exported.data,
            ..input.clone()
        });
        let again =
            again.unwrap_or_else(|error| panic!("importing an exported key fails: {error}"));
        assert_eq!(again.attributes, attributes);
    }
    if let Some((alg, hash)) = signature(&attributes) {
        outcomes.push(sign(&key, alg, &hash));
    }
    provider()
        .forget(&key)
        .unwrap_or_else(|error| panic!("a key in software is left behind: {error}"));
    outcomes
}

fn signature(attributes: &KeyAttributes) -> Option<(AsymmetricSignature, Vec<u8>)> {
    let usage = attributes.key_policy.key_usage_flags;
    let Algorithm::AsymmetricSignature(alg) = attributes.key_policy.key_algorithm else {
        return None;
    };
    let Some(SignHash::Specific(_)) = alg.sign_hash() else {
        return None;
    };
    let length = parsec_contracts::policy::hash_length(&alg)?;
    (usage.sign_hash && usage.verify_hash).then(|| (alg, vec![7; length]))
}

/// Signs with a key pair and verifies the signature. Returns `None` if it could not sign.
fn sign(key: &KeyContext, alg: AsymmetricSignature, hash: &[u8]) -> Option<Status> {
    let input = PsaSignHash {
        key_name: "key".to_owned(),
        alg,
        hash: hash.to_vec(),
    };
    let signature = match provider().psa_sign_hash(key, &input) {
        Ok(output) => output.signature,
        Err(error) => return Some(text(&error)),
    };
    let verified = provider().psa_verify_hash(
        key,
        &PsaVerifyHash {
            key_name: "key".to_owned(),
            alg,
            hash: hash.to_vec(),
            signature,
        },
    );
    if let Err(error) = verified {
        panic!("an imported key pair makes invalid signatures: {error}");
    }
    None
}

fn text(error: &ProviderError) -> Status {
    assert_readable(&error.to_string());
    error.status()
}
