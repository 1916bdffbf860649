//! Keys in the formats that people have, most of them made by openssl and ssh-keygen.

mod encrypted;
mod json;
mod openssh;
mod pem;
mod pkcs8;
mod policies;
mod refused;

use std::fs;
use std::path::Path;
use std::process::Command;

use parsec_client::{KeyMaterial, PrivateKey, PublicKey, Result};

use crate::openssl::openssl;

/// A key on P-256, on one line.
const ONE_LINE: &str = include_str!("../../keys/one-line.pem");
/// The same key, and its public key.
const PAIR: &str = include_str!("../../keys/private-then-public.pem");

/// Returns the message of the error.
#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T>) -> String {
    result.unwrap_err().to_string()
}

/// Runs openssl with the words of a line, in which `FILE` is a file of the folder.
fn make(folder: &Path, line: &str) {
    openssl(folder, &line.split_whitespace().collect::<Vec<_>>());
}

fn read(folder: &Path, file: &str) -> Vec<u8> {
    fs::read(folder.join(file)).unwrap()
}

fn private(folder: &Path, file: &str) -> PrivateKey {
    PrivateKey::parse(&read(folder, file), None).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn public(folder: &Path, file: &str) -> PublicKey {
    PublicKey::parse(&read(folder, file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn ssh_keygen(folder: &Path, arguments: &[&str]) {
    let output = Command::new("ssh-keygen")
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("ssh-keygen is installed");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "ssh-keygen {arguments:?}: {error}");
}

/// Makes `key.pem`, a key on P-256.
fn p256(folder: &Path) -> PrivateKey {
    make(
        folder,
        "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem",
    );
    private(folder, "key.pem")
}

fn material(text: &str) -> Result<KeyMaterial> {
    KeyMaterial::parse(text.as_bytes(), None)
}
