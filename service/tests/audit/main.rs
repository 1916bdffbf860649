#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test's own helpers may panic")]
//! The log of security events: what is in it, and that nothing can be done to it unnoticed.

mod chain;
mod events;
mod full_disk;
mod journal;
mod overflow;
#[path = "../support/mod.rs"]
mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use parsec_contracts::Status;
use parsec_contracts::operations::{
    DeleteClient, PsaDestroyKey, PsaExportKey, PsaGenerateRandom, PsaImportKey, PsaMacCompute,
};
use parsec_contracts::types::{
    Algorithm, FullLengthMac, Hash, KeyAttributes, KeyPolicy, KeyType, Mac, UsageFlags,
};
use rustix::process::Signal;
use serde_json::Value;
use support::{CONFIG, Scratch};

/// What no line may ever hold.
const SECRET: &[u8] = b"a-very-recognisable-secret-of-32";

fn config(settings: &str) -> String {
    format!("{CONFIG}\n[audit]\nto = \"file\"\n{settings}\n")
}

fn start(settings: &str) -> Scratch {
    let mut scratch = Scratch::default();
    scratch.write("config.toml", &config(settings));
    scratch.start();
    scratch
}

fn log(scratch: &Scratch) -> PathBuf {
    scratch.path().join("keys/audit.jsonl")
}

fn events(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn stop(scratch: &mut Scratch) {
    scratch.signal(Signal::TERM);
    assert!(scratch.wait().success());
}

fn verify(scratch: &Scratch) -> Output {
    scratch.run(&["--config", "config.toml", "audit", "verify"])
}

fn holds(scratch: &Scratch) -> String {
    let output = verify(scratch);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}");
    String::from_utf8(output.stdout).unwrap()
}

fn broken(scratch: &Scratch) -> String {
    let output = verify(scratch);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

fn hmac() -> Mac {
    Mac::FullLength(FullLengthMac::Hmac {
        hash_alg: Hash::Sha256,
    })
}

fn import(key_name: &str) -> PsaImportKey {
    PsaImportKey {
        key_name: key_name.to_owned(),
        attributes: KeyAttributes {
            key_type: KeyType::Hmac,
            key_bits: 256,
            key_policy: KeyPolicy {
                key_usage_flags: UsageFlags {
                    sign_message: true,
                    export: true,
                    ..UsageFlags::default()
                },
                key_algorithm: Algorithm::Mac(hmac()),
            },
        },
        data: SECRET.into(),
    }
}

fn mac(key_name: &str) -> PsaMacCompute {
    PsaMacCompute {
        key_name: key_name.to_owned(),
        alg: hmac(),
        input: b"a-very-recognisable-message".to_vec(),
    }
}

/// A life of keys of which every event is written.
fn live(scratch: &Scratch) {
    let mut wire = scratch.wire();
    let key = |name: &str| name.to_owned();
    assert_eq!(wire.call("web", import("k")), Status::Success);
    assert_eq!(wire.call("web", mac("k")), Status::Success);
    assert_eq!(
        wire.call("web", PsaExportKey { key_name: key("k") }),
        Status::Success
    );
    assert_eq!(wire.call("mail", mac("k")), Status::PsaErrorDoesNotExist);
    assert_eq!(
        wire.call("web", PsaDestroyKey { key_name: key("k") }),
        Status::Success
    );
    assert_eq!(wire.call("web", import("left")), Status::Success);
    let delete = || DeleteClient {
        client: "web".to_owned(),
    };
    assert_eq!(wire.call("web", delete()), Status::AdminOperation);
    assert_eq!(wire.call("admin", delete()), Status::Success);
    // Nothing of this is a security event.
    assert_eq!(
        wire.call("web", PsaGenerateRandom { size: 1 }),
        Status::Success
    );
}
