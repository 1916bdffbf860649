//! Explains why a TPM cannot be reached, with a remedy.

use std::fs::OpenOptions;
use std::io::ErrorKind;

use parsec_contracts::Status;
use parsec_contracts::quoted;
use parsec_provider::ProviderError;
use tss_esapi::Error;

/// Maps an error of connecting, for `map_err`.
pub(crate) fn unreachable(tcti: &str) -> impl Fn(Error) -> ProviderError + '_ {
    move |error| {
        let why = why(tcti);
        ProviderError::new(Status::PsaErrorCommunicationFailure, why).with_source(error)
    }
}

fn why(tcti: &str) -> String {
    let (kind, way) = tcti.split_once(':').unwrap_or((tcti, ""));
    match kind {
        "device" => device(if way.is_empty() { "/dev/tpm0" } else { way }),
        "swtpm" | "mssim" => {
            format!(
                "no software TPM responds at {way}: start it there, or correct `tcti`",
                way = quoted(way)
            )
        }
        "tabrmd" => "the TPM's resource manager does not respond on the system bus: start \
                     tpm2-abrmd, or use `tcti = \"device:/dev/tpmrm0\"`"
            .to_owned(),
        _ => format!(
            "no TPM can be reached by {tcti}: correct `tcti`",
            tcti = quoted(tcti)
        ),
    }
}

fn device(path: &str) -> String {
    let opened = OpenOptions::new().read(true).write(true).open(path);
    match opened.map_err(|error| error.kind()) {
        Err(ErrorKind::NotFound) => format!(
            "{path} does not exist: switch the TPM on in the firmware's set-up and load the kernel's \
             driver for it, or correct `tcti`"
        ),
        Err(ErrorKind::PermissionDenied) => format!(
            "{path} may not be opened by this user: add the service's user to the group that owns \
             it, `tss` on most systems"
        ),
        Err(ErrorKind::ResourceBusy) => format!(
            "{path} is held by another program: use /dev/tpmrm0, which several programs can use"
        ),
        Err(_) => format!("{path} cannot be used as a TPM: see the kernel's log"),
        Ok(_) => format!("{path} does not respond as a TPM 2.0: correct `tcti`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_names_a_remedy() {
        for (tcti, remedy) in [
            ("device:/nowhere/tpm0", "switch the TPM on"),
            ("device:/dev/null", "does not respond as a TPM"),
            ("swtpm:host=127.0.0.1,port=1", "start it there"),
            ("tabrmd", "start tpm2-abrmd"),
            ("spi", "correct `tcti`"),
        ] {
            assert!(why(tcti).contains(remedy), "{}", why(tcti));
        }
    }
}
