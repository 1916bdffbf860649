#![forbid(unsafe_code)]
//! Runs the providers' test suite on the software provider.

use std::process::ExitCode;

fn main() -> ExitCode {
    match parsec_provider_software::start() {
        Ok(provider) => parsec_provider::suite::main(provider, &[], &[]),
        Err(error) => {
            eprintln!("the software provider does not start: {error}");
            ExitCode::FAILURE
        }
    }
}
