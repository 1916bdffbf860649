#![forbid(unsafe_code)]
//! Tests that the suite detects incorrect providers.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU8, Ordering};

use parsec_contracts::operations::{
    CanDoCrypto, CanDoCryptoOutput, PsaGenerateKey, PsaGenerateRandom, PsaGenerateRandomOutput,
    PsaHashCompute, PsaHashComputeOutput, PsaSignHash, PsaSignHashOutput, PsaVerifyHash,
    PsaVerifyHashOutput,
};
use parsec_contracts::{Opcode, ProviderId, Secret};
use parsec_provider::suite::{Rig, Stop, cases};
use parsec_provider::{CreatedKey, KeyContext, Operations, Provider, ProviderError};

/// A provider that serves every operation incorrectly.
#[derive(Default)]
struct Careless {
    counter: AtomicU8,
}

impl Provider for Careless {
    fn id(&self) -> ProviderId {
        ProviderId::Software
    }

    fn version(&self) -> (u32, u32, u32) {
        (0, 0, 0)
    }

    fn description(&self) -> String {
        String::new()
    }

    fn opcodes(&self) -> &[Opcode] {
        &[
            Opcode::Ping,
            Opcode::PsaGenerateKey,
            Opcode::PsaGenerateKey,
            Opcode::PsaGenerateRandom,
            Opcode::PsaSignHash,
            Opcode::PsaVerifyHash,
            Opcode::PsaHashCompute,
            Opcode::PsaImportKey,
            Opcode::CanDoCrypto,
        ]
    }

    fn workers(&self) -> usize {
        0
    }
}

impl Operations for Careless {
    fn psa_generate_key(&self, input: &PsaGenerateKey) -> Result<CreatedKey, ProviderError> {
        Ok(CreatedKey {
            attributes: input.attributes,
            material: Secret::from(&[1, 2, 3][..]),
        })
    }

    fn psa_sign_hash(
        &self,
        _key: &KeyContext,
        _input: &PsaSignHash,
    ) -> Result<PsaSignHashOutput, ProviderError> {
        Ok(PsaSignHashOutput {
            signature: vec![1; 64],
        })
    }

    fn psa_verify_hash(
        &self,
        _key: &KeyContext,
        _input: &PsaVerifyHash,
    ) -> Result<PsaVerifyHashOutput, ProviderError> {
        Ok(PsaVerifyHashOutput {})
    }

    fn psa_hash_compute(
        &self,
        input: &PsaHashCompute,
    ) -> Result<PsaHashComputeOutput, ProviderError> {
        Ok(PsaHashComputeOutput {
            hash: vec![0; input.alg.length()],
        })
    }

    fn psa_generate_random(
        &self,
        input: &PsaGenerateRandom,
    ) -> Result<PsaGenerateRandomOutput, ProviderError> {
        // Different bytes each time, but too few, with few different values.
        let byte = self.counter.fetch_add(1, Ordering::Relaxed);
        Ok(PsaGenerateRandomOutput {
            random_bytes: Secret::new(vec![byte; input.size.min(64) as usize]),
        })
    }

    fn can_do_crypto(&self, _input: &CanDoCrypto) -> Result<CanDoCryptoOutput, ProviderError> {
        Ok(CanDoCryptoOutput {})
    }
}

fn outcomes() -> BTreeMap<&'static str, Result<(), Stop>> {
    let rig = Rig::new(Careless::default());
    cases().map(|case| (case.name, case.run(&rig))).collect()
}

#[test]
fn a_careless_provider_passes_no_case() {
    let outcomes = outcomes();
    let passed: Vec<_> = outcomes
        .iter()
        .filter(|(_, outcome)| outcome.is_ok())
        .map(|(name, _)| *name)
        .collect();
    // `can_do_crypto` always succeeds, and the secret of three bytes is too short to be detected.
    let harmless = [
        "generated_keys_are_not_printed",
        "the_default_algorithm_is_supported",
    ];
    assert_eq!(passed, harmless);
}

#[test]
fn unsupported_cases_are_skipped_with_the_reason() {
    let outcomes = outcomes();
    let skipped = outcomes["imported_p256_key_can_be_exported"].clone();
    let reason = "the provider does not serve psa_export_key";
    assert_eq!(skipped, Err(Stop::Skip(reason.into())));
}

#[test]
fn names_of_cases_are_distinct() {
    assert_eq!(outcomes().len(), cases().count());
}
