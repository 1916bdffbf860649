//! Key material as the software provider takes it in: every type of key, any bytes.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

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
    about: "key material that the software provider takes in: RSA, points, scalars, secrets",
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

/// The imports in the contracts, with attributes and material as they stand there.
fn seeds() -> Vec<Vec<u8>> {
    let frames = seeds::frames("request").into_iter();
    let imports = frames.filter(|frame| {
        u32::from_le_bytes([frame[28], frame[29], frame[30], frame[31]])
            == PsaImportKey::OPCODE.number()
    });
    let bodies = imports.map(|frame| {
        let length = u32::from_le_bytes([frame[22], frame[23], frame[24], frame[25]]);
        [&[WHOLE], &frame[36..][..length as usize]].concat()
    });
    bodies.collect()
}

/// The first byte of an input that is a whole message.
const WHOLE: u8 = 0;

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
            said(&error);
            return Outcome::of((format!("{:?}", kind.0), error.status()));
        }
    };
    let outcome = use_key(created, &input);
    Outcome::of((format!("{kind:?}"), outcome))
}

fn import(choices: &mut Choices<'_>) -> Option<PsaImportKey> {
    if choices.byte() % 2 == WHOLE {
        return PsaImportKey::decode(choices.rest()).ok();
    }
    let attributes = KeyAttributes::decode(&contracts().attributes(choices)).ok()?;
    Some(PsaImportKey {
        key_name: String::new(),
        attributes,
        data: choices.rest().into(),
    })
}

/// A key that was taken in can be used, or it should have been refused.
fn use_key(created: CreatedKey, input: &PsaImportKey) -> Vec<Option<Status>> {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let attributes = created.attributes;
    assert!(attributes.key_bits > 0, "a key of no bits");
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
        public.as_ref().err().map(said),
        exported.as_ref().err().map(said),
    ];
    if let Ok(exported) = exported {
        // What comes out goes in again and is the same.
        let again = provider().psa_import_key(&PsaImportKey {
            data: exported.data,
            ..input.clone()
        });
        let again = again.unwrap_or_else(|error| panic!("what was exported is refused: {error}"));
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

/// Signs with a pair; what it signs must verify. `None` if it did.
fn sign(key: &KeyContext, alg: AsymmetricSignature, hash: &[u8]) -> Option<Status> {
    let input = PsaSignHash {
        key_name: "key".to_owned(),
        alg,
        hash: hash.to_vec(),
    };
    let signature = match provider().psa_sign_hash(key, &input) {
        Ok(output) => output.signature,
        Err(error) => return Some(said(&error)),
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
        panic!("a pair that was taken in signs what it does not verify: {error}");
    }
    None
}

fn said(error: &ProviderError) -> Status {
    assert_readable(&error.to_string());
    error.status()
}
