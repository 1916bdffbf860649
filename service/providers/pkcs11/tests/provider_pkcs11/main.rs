#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test's own helpers may panic")]
//! Runs the providers' test suite and this provider's tests on a software token.

mod lies;
mod lookups;
mod token_events;

use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::{env, process};

use parsec_contracts::Secret;
use parsec_harness::SoftHsm;
use parsec_provider::suite::Variant;
use parsec_provider_pkcs11::{Settings, SoftwarePadding, TokenChoice};

/// Not supported by SoftHSM 2.6.1 or by PKCS #11: deterministic signatures, Montgomery curves, the
/// Diffie-Hellman groups of RFC 7919, and keys that are only stored.
const SKIPPED: &[&str] = &[
    "imported_x25519_key_has_the_known_public_key",
    "imported_symmetric_keys_can_be_exported",
    "generated_symmetric_keys_have_the_requested_size",
    "deterministic_ecdsa_signature_verifies",
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
];

const LABEL: &str = "suite";

const OWN: &[(&str, fn())] = &[
    (
        "keys_work_after_the_library_was_stopped",
        token_events::keys_work_after_the_library_was_stopped,
    ),
    (
        "the_first_use_of_a_key_needs_no_search",
        lookups::the_first_use_of_a_key_needs_no_search,
    ),
];

/// The library reads its environment variable, which a process cannot change safely for itself, so
/// the suite runs in a child process.
fn main() -> ExitCode {
    if env::var_os(token_events::CHILD).is_some() {
        token_events::in_child();
        // The library's cleanup at exit crashes while sessions are open.
        process::exit(0);
    }
    if let Some(name) = env::var_os(lies::CHILD) {
        lies::in_child(&name.to_string_lossy());
        process::exit(0);
    }
    if env::var_os("SOFTHSM2_CONF").is_some() {
        return suite();
    }
    let softhsm = SoftHsm::with_tokens(&[LABEL]);
    let status = env::current_exe().and_then(|itself| {
        Command::new(itself)
            .args(env::args_os().skip(1))
            .env("SOFTHSM2_CONF", softhsm.config())
            .status()
    });
    match status {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("the suite does not start again: {error}");
            ExitCode::FAILURE
        }
    }
}

fn suite() -> ExitCode {
    let settings = Settings {
        library: SoftHsm::library().to_owned(),
        token: TokenChoice::Label(LABEL.to_owned()),
        pin: Some(Secret::from(SoftHsm::PIN.as_bytes())),
        allow_export: true,
        software_padding: SoftwarePadding::default(),
        journal: Arc::new(()),
    };
    let always = Settings {
        software_padding: SoftwarePadding::Always,
        ..settings.clone()
    };
    let started = parsec_provider_pkcs11::start(settings)
        .and_then(|provider| Ok((provider, parsec_provider_pkcs11::start(always)?)));
    match started {
        Ok((provider, always)) => {
            let variants = [Variant::new("software_padding", always)];
            let own = [OWN, lies::TESTS].concat();
            let code = parsec_provider::suite::main_with(provider, &variants, SKIPPED, &own);
            // The library's cleanup at exit crashes while sessions are open.
            process::exit(i32::from(code != ExitCode::SUCCESS))
        }
        Err(error) => {
            eprintln!("the PKCS #11 provider does not start: {error:?}");
            ExitCode::FAILURE
        }
    }
}
