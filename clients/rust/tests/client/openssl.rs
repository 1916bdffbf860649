//! openssl, an independent implementation that verifies our output.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new("openssl")
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("openssl is installed")
}

/// Runs openssl in `folder` and returns its output.
pub(crate) fn openssl(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = run(folder, arguments);
    assert!(
        output.status.success(),
        "openssl {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

/// Returns whether openssl verifies `signature` for `message`.
pub(crate) fn verifies(
    folder: &Path,
    public_pem: &str,
    message: &[u8],
    signature: &[u8],
    options: &[&str],
) -> bool {
    fs::write(folder.join("public.pem"), public_pem).unwrap();
    fs::write(folder.join("message"), message).unwrap();
    fs::write(folder.join("signature"), signature).unwrap();
    let base = ["dgst", "-verify", "public.pem", "-signature", "signature"];
    let arguments: Vec<&str> = base
        .into_iter()
        .chain(options.iter().copied())
        .chain(["message"])
        .collect();
    run(folder, &arguments).status.success()
}
