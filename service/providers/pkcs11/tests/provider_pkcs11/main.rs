#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test's own helpers may panic")]
//! The providers' common test suite, over a token in software that this test makes and removes, and
//! the test of this provider alone.

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

/// What SoftHSM 2.6.1 has not got, or nobody: deterministic signatures, Montgomery curves,
/// Diffie-Hellman groups of our kind, and keys that are only stored.
const SKIPPED: &[&str] = &[
    "imported_x25519_key_has_the_known_public_key",
    "imported_plain_keys_come_back",
    "generated_plain_keys_are_as_long_as_asked",
    "deterministic_ecdsa_signature_verifies",
    "deterministic_ecdsa_p256_known_answer",
    "deterministic_ecdsa_p384_known_answer",
    "ffdh_both_sides_agree_in_every_group",
    "x25519_known_answer",
    "x448_known_answer",
    "x25519_ignores_the_highest_bit",
    "ffdh_small_powers_are_right",
    "x25519_refuses_other_lengths",
    "x25519_refuses_points_of_small_order",
    "x448_refuses_points_of_small_order",
    "ffdh_refuses_what_is_out_of_range",
];

const LABEL: &str = "suite";

const OWN: &[(&str, fn())] = &[
    (
        "keys_work_on_after_the_library_was_stopped",
        token_events::keys_work_on_after_the_library_was_stopped,
    ),
    (
        "the_first_use_of_a_key_searches_for_nothing",
        lookups::the_first_use_of_a_key_searches_for_nothing,
    ),
];

/// The library reads its variable from the environment, which a process may not safely change for
/// itself: so the suite runs in a child.
fn main() -> ExitCode {
    if env::var_os(token_events::CHILD).is_some() {
        token_events::in_child();
        // The library's own clean-up at exit does not survive sessions that are still open.
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
            // The library's own clean-up at exit does not survive sessions that are still open.
            process::exit(i32::from(code != ExitCode::SUCCESS))
        }
        Err(error) => {
            eprintln!("the PKCS #11 provider does not start: {error:?}");
            ExitCode::FAILURE
        }
    }
}
