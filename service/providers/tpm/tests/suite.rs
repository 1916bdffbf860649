//! The providers' common test suite, over a TPM in software that this test starts and stops.

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use parsec_contracts::Secret;
use parsec_provider_tpm::Settings;

/// What a TPM has not got: export, deterministic and raw signatures, Montgomery curves,
/// Diffie-Hellman groups, and keys that are only stored.
const SKIPPED: &[&str] = &[
    "imported_x25519_key_has_the_known_public_key",
    "imported_p256_key_comes_back",
    "imported_rsa_key_comes_back",
    "imported_plain_keys_come_back",
    "generated_plain_keys_are_as_long_as_asked",
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
    "x25519_refuses_other_lengths",
    "x25519_refuses_points_of_small_order",
    "x448_refuses_points_of_small_order",
    "ffdh_refuses_what_is_out_of_range",
    "exported_keys_are_not_printed",
];

struct Swtpm {
    process: Child,
    _state: tempfile::TempDir,
    port: u16,
}

impl Swtpm {
    fn start() -> Self {
        let state = tempfile::tempdir().expect("a scratch folder");
        // The control port is the next one: tpm2-tss expects it there.
        let port = (0..100)
            .find_map(|_| {
                let first = TcpListener::bind(("127.0.0.1", 0)).ok()?;
                let port = first.local_addr().ok()?.port();
                let _second = TcpListener::bind(("127.0.0.1", port.checked_add(1)?)).ok()?;
                Some(port)
            })
            .expect("two free ports beside each other");
        let process = Command::new("swtpm")
            .args(["socket", "--tpm2", "--tpmstate"])
            .arg(format!("dir={}", state.path().display()))
            .arg("--server")
            .arg(format!("type=tcp,port={port},bindaddr=127.0.0.1"))
            .arg("--ctrl")
            .arg(format!("type=tcp,port={},bindaddr=127.0.0.1", port + 1))
            .args(["--flags", "not-need-init,startup-clear"])
            .stdin(Stdio::null())
            .spawn()
            .expect("swtpm starts; `cargo xtask test` installs it");
        let deadline = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(("127.0.0.1", port + 1)).is_err() {
            assert!(Instant::now() < deadline, "swtpm does not listen");
            thread::sleep(Duration::from_millis(20));
        }
        Self {
            process,
            _state: state,
            port,
        }
    }
}

impl Drop for Swtpm {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn main() -> ExitCode {
    let swtpm = Swtpm::start();
    let settings = Settings {
        tcti: format!("swtpm:host=127.0.0.1,port={}", swtpm.port),
        owner_auth: Secret::default(),
    };
    match parsec_provider_tpm::start(settings) {
        Ok(provider) => parsec_provider::suite::main(provider, SKIPPED),
        Err(error) => {
            eprintln!("the TPM provider does not start: {error:?}");
            ExitCode::FAILURE
        }
    }
}
