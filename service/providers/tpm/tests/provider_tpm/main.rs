#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test's own helpers may panic")]
//! Runs the providers' test suite and this provider's tests on a software TPM.

mod random;
mod recovery;
mod sealing;

use std::process::ExitCode;
use std::sync::Arc;

use parsec_harness::Swtpm;
use parsec_provider::suite::Variant;
use parsec_provider_tpm::{Settings, SoftwarePadding};

/// Each test with its name.
macro_rules! named {
    ($($test:ident),+ $(,)?) => {
        &[$((stringify!($test), $test)),+]
    };
}
pub(crate) use named;

/// Not supported by TPMs: export, deterministic and raw signatures, Montgomery curves,
/// Diffie-Hellman groups, and keys that are only stored.
const SKIPPED: &[&str] = &[
    "imported_x25519_key_has_the_known_public_key",
    "imported_p256_key_can_be_exported",
    "imported_rsa_key_can_be_exported",
    "imported_symmetric_keys_can_be_exported",
    "generated_symmetric_keys_have_the_requested_size",
    "generated_key_is_the_same_after_export_and_import",
    "deterministic_ecdsa_signature_verifies",
    "rsa_pkcs1v15_raw_signature_verifies",
    "deterministic_ecdsa_p256_known_answer",
    "deterministic_ecdsa_p384_known_answer",
    "ffdh_both_sides_agree_in_every_group",
    "x25519_known_answer",
    "x448_known_answer",
    "x25519_ignores_the_highest_bit",
    "ffdh_small_powers_are_right",
    "x25519_rejects_other_lengths",
    "x25519_rejects_points_of_small_order",
    "x448_rejects_points_of_small_order",
    "ffdh_rejects_numbers_out_of_range",
    "exported_keys_are_not_printed",
    "imported_edwards_pairs_make_the_known_signature",
    "gcm_uses_every_byte_of_a_nonce",
    "gcm_uses_every_byte_of_the_additional_data",
];

fn main() -> ExitCode {
    let swtpm = Swtpm::start();
    let settings = Settings {
        tcti: swtpm.tcti(),
        ..Settings::default()
    };
    // A software TPM serves one caller at a time.
    let other = Swtpm::start();
    let always = Settings {
        tcti: other.tcti(),
        software_padding: SoftwarePadding::Always,
        ..Settings::default()
    };
    let started = parsec_provider_tpm::start(settings, Arc::new(()))
        .and_then(|provider| Ok((provider, parsec_provider_tpm::start(always, Arc::new(()))?)));
    let (provider, padding) = match started {
        Ok(providers) => providers,
        Err(error) => {
            eprintln!("the TPM provider does not start: {error:?}");
            return ExitCode::FAILURE;
        }
    };
    let variants = [Variant::new("software_padding", padding)];
    let own: Vec<_> = [recovery::TESTS, sealing::TESTS, random::TESTS].concat();
    parsec_provider::suite::main_with(provider, &variants, SKIPPED, &own)
}
