#![forbid(unsafe_code)]
//! The providers' common test suite, over the software provider. Nothing is skipped.

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
