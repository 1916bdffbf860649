#![forbid(unsafe_code)]
//! Runs the providers' test suite on the software provider, which has no Edwards curves.

use std::process::ExitCode;

fn main() -> ExitCode {
    match parsec_provider_software::start() {
        Ok(provider) => parsec_provider::suite::main(
            provider,
            &["imported_edwards_pairs_make_the_known_signature"],
            &[],
        ),
        Err(error) => {
            eprintln!("the software provider does not start: {error}");
            ExitCode::FAILURE
        }
    }
}
