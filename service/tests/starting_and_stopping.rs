#![forbid(unsafe_code)]
//! The socket file, what is in its way, what systemd hands over, and signals.

mod support;

use std::fs;
use std::os::fd::OwnedFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use parsec_contracts::Status;
use parsec_contracts::operations::PsaGenerateKey;
use parsec_contracts::types::{
    Algorithm, AsymmetricSignature, Hash, KeyAttributes, KeyPolicy, KeyType, SignHash, UsageFlags,
};
use rustix::process::Signal;
use support::{CONFIG, Scratch, Wire, ping, request};

#[test]
fn a_stale_socket_is_replaced() {
    let mut scratch = Scratch::default();
    scratch.write("config.toml", CONFIG);
    drop(UnixListener::bind(scratch.socket()).unwrap());
    assert!(scratch.socket().exists());
    scratch.start();
    assert!(scratch.wire().answers());
}

#[test]
fn a_socket_that_answers_and_a_file_that_is_none_stay() {
    let scratch = Scratch::default();
    scratch.write("config.toml", CONFIG);
    let other = UnixListener::bind(scratch.socket()).unwrap();
    let refused = scratch.run(&["--config", "config.toml"]);
    assert_eq!(refused.status.code(), Some(1));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("another service answers"), "{said}");
    drop(other);
    fs::remove_file(scratch.socket()).unwrap();

    fs::write(scratch.socket(), "somebody's file").unwrap();
    let refused = scratch.run(&["--config", "config.toml"]);
    assert_eq!(refused.status.code(), Some(1));
    let kept = fs::read_to_string(scratch.socket()).unwrap();
    assert_eq!(kept, "somebody's file");
}

#[test]
fn a_second_service_on_the_same_store_is_refused_and_the_first_goes_on() {
    let scratch = Scratch::serving("2000", "2000");
    scratch.write("other.toml", &CONFIG.replace("parsec.sock", "other.sock"));
    let refused = scratch.run(&["--config", "other.toml"]);
    assert_eq!(refused.status.code(), Some(1));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("in use by another service"), "{said}");
    assert!(scratch.wire().answers());
}

#[test]
fn a_published_database_is_not_touched() {
    let scratch = Scratch::serving("2000", "2000");
    assert!(!scratch.path().join("keys/published.sqlite3").exists());
    assert!(scratch.path().join("keys/parsec-keys.sqlite3").exists());
}

#[test]
fn a_socket_from_systemd_is_served_and_left_in_place() {
    let mut scratch = Scratch::default();
    scratch.write("config.toml", CONFIG);
    let path = scratch.path().join("activated.sock");
    let listener = UnixListener::bind(&path).unwrap();
    // A client that came before the service did.
    let mut early = Wire::new(UnixStream::connect(&path).unwrap());
    early.send(&ping());

    let mut command = Command::new("sh");
    command
        .args([
            "-c",
            "LISTEN_PID=$$ LISTEN_FDS=1 exec \"$0\" --config config.toml 3<&0 </dev/null",
        ])
        .arg(env!("CARGO_BIN_EXE_parsec-service"))
        .current_dir(scratch.path())
        .stdin(Stdio::from(OwnedFd::from(listener)));
    scratch.spawn(&mut command);
    assert_eq!(early.status(), Status::Success);
    scratch.wait_until_ready(&path);
    assert!(
        !scratch.socket().exists(),
        "the path in the config is not used as well"
    );
    scratch.signal(Signal::TERM);
    assert!(scratch.wait().success());
    assert!(path.exists(), "the socket is systemd's to remove");
}

fn rsa_4096(name: &str) -> PsaGenerateKey {
    PsaGenerateKey {
        key_name: name.to_owned(),
        attributes: KeyAttributes {
            key_type: KeyType::RsaKeyPair,
            key_bits: 4096,
            key_policy: KeyPolicy {
                key_usage_flags: UsageFlags {
                    sign_hash: true,
                    ..UsageFlags::default()
                },
                key_algorithm: Algorithm::AsymmetricSignature(
                    AsymmetricSignature::RsaPkcs1v15Sign {
                        hash_alg: SignHash::Specific(Hash::Sha256),
                    },
                ),
            },
        },
    }
}

#[test]
fn what_is_running_is_finished_when_the_service_is_told_to_stop() {
    for signal in [Signal::TERM, Signal::INT] {
        let mut scratch = Scratch::serving("2000", "2000");
        let mut idle = scratch.wire();
        assert!(idle.answers());
        let mut busy = scratch.wire();
        busy.send(&request("web", rsa_4096("k")));
        // Until it is certainly being worked on.
        thread::sleep(Duration::from_millis(100));
        scratch.signal(signal);
        assert_eq!(busy.status(), Status::Success);
        assert!(scratch.wait().success());
        assert!(!scratch.socket().exists());
        assert!(idle.is_closed());
        // It was acknowledged, so it is there.
        scratch.start();
        let taken = scratch.wire().call("web", rsa_4096("k"));
        assert_eq!(taken, Status::PsaErrorAlreadyExists);
    }
}
