//! Requests for many random bytes do not block the TPM.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use parsec_contracts::operations::PsaGenerateRandom;
use parsec_harness::Swtpm;
use parsec_provider::Operations as _;
use parsec_provider_tpm::Settings;
use parsec_psa::PsaProvider;

use crate::named;

/// Each test with its name.
pub(crate) const TESTS: &[(&str, fn())] =
    named![other_requests_run_while_a_mebibyte_of_random_bytes_is_drawn];

const MEBIBYTE: u64 = 1024 * 1024;

fn random(provider: &PsaProvider, size: u64) -> Vec<u8> {
    let output = provider.psa_generate_random(&PsaGenerateRandom { size });
    output.unwrap().random_bytes.expose().to_vec()
}

fn other_requests_run_while_a_mebibyte_of_random_bytes_is_drawn() {
    let swtpm = Swtpm::start();
    let provider = parsec_provider_tpm::start(
        Settings {
            tcti: swtpm.tcti(),
            ..Settings::default()
        },
        Arc::new(()),
    )
    .unwrap();
    let ended = AtomicBool::new(false);
    thread::scope(|scope| {
        let drawing = scope.spawn(|| {
            let bytes = random(&provider, MEBIBYTE);
            ended.store(true, Ordering::SeqCst);
            bytes
        });
        let mut answered = 0;
        while !ended.load(Ordering::SeqCst) {
            random(&provider, 32);
            answered += 1;
        }
        assert!(answered > 0);
        let bytes = drawing.join().unwrap();
        assert_eq!(bytes.len() as u64, MEBIBYTE);
        // No block repeats, within the output of a seed or across seeds.
        let blocks: HashSet<&[u8]> = bytes.chunks(32).collect();
        assert_eq!(blocks.len() as u64, MEBIBYTE / 32);
    });
}
