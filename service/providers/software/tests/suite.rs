//! The providers' common test suite, over the software provider. Nothing is skipped.

use std::process::ExitCode;

use parsec_provider_software::SoftwareProvider;

fn main() -> ExitCode {
    match SoftwareProvider::new() {
        Ok(provider) => parsec_provider::suite::main(provider, &[]),
        Err(error) => {
            eprintln!("the software provider does not start: {error}");
            ExitCode::FAILURE
        }
    }
}
