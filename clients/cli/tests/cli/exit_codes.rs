//! Every exit code that `parsec --help` documents.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixListener;
use std::thread;

use crate::shell::{CommandOutput, Shell};
use parsec_contracts::Status;
use parsec_contracts::frame::ResponseHeader;

/// Returns the endpoint of a peer that answers every request with `reply`, or never if that is
/// `None`: a real service cannot be made broken or busy.
fn peer(shell: &Shell, name: &str, reply: Option<Vec<u8>>) -> String {
    let path = shell.file(name);
    let listener = UnixListener::bind(&path).unwrap();
    thread::spawn(move || {
        let mut silent = Vec::new();
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            match &reply {
                Some(reply) => {
                    let _ = stream.read(&mut [0; 1024]);
                    let _ = stream.write_all(reply);
                }
                None => silent.push(stream),
            }
        }
    });
    format!("unix:{}", path.display())
}

fn refusal(status: Status) -> Option<Vec<u8>> {
    Some(ResponseHeader::bare(status).encode().to_vec())
}

#[test]
fn success_is_0_and_a_signature_that_does_not_match_1() {
    let shell = Shell::new();
    shell.parsec("key create k").ok();
    let signature = shell.parsec_with("sign k", b"hello").out;
    fs::write(shell.file("sig"), signature).unwrap();
    assert_eq!(shell.parsec_with("verify k sig", b"hello").code, 0);
    shell
        .parsec_with("verify k sig", b"goodbye")
        .refused(1, "not valid for k");
    fs::write(shell.file("sig"), "no signature").unwrap();
    shell
        .parsec_with("verify k sig", b"hello")
        .refused(1, "not valid for k");
}

#[test]
fn invalid_arguments_are_2() {
    let shell = Shell::new();
    shell.parsec("key create k").ok();
    shell.parsec("key create k").refused(2, "k");
    shell
        .parsec("key create k --if-missing --type ecdsa-p384")
        .refused(2, "it is P-256, not P-384");
    shell
        .parsec("key create other --provider tpm")
        .refused(2, "it runs software");
    shell.parsec("--timeout soon ping").refused(2, "seconds");
    shell
        .parsec("--endpoint tcp:nowhere ping")
        .refused(2, "unix:/run/parsec/parsec.sock");
    shell.parsec("").refused(2, "Usage");
}

#[test]
fn a_missing_key_is_3_for_every_command() {
    let shell = Shell::new();
    fs::write(shell.file("sig"), "").unwrap();
    for line in [
        "sign missing",
        "verify missing sig",
        "public missing",
        "key show missing",
        "key export missing",
        "key delete missing",
    ] {
        shell.parsec(line).refused(3, "missing");
    }
}

#[test]
fn not_permitted_is_4() {
    let shell = Shell::new();
    shell.parsec("key create k").ok();
    shell.parsec("key export k --private").refused(4, "k");
    let shell = Shell::direct();
    shell.parsec("key list").refused(4, "list_keys");
}

#[test]
fn a_service_that_is_absent_or_does_not_respond_is_5() {
    let shell = Shell::new();
    let nowhere = shell.file("nowhere.sock");
    shell
        .parsec(&format!("--endpoint unix:{} ping", nowhere.display()))
        .refused(5, "start it with `parsec-service`");
    let silent = peer(&shell, "silent.sock", None);
    shell
        .parsec(&format!("--endpoint {silent} --timeout 0.2 ping"))
        .refused(5, "in time");
}

#[test]
fn a_device_that_fails_or_is_busy_is_6() {
    let shell = Shell::new();
    for (name, status) in [
        ("busy.sock", Status::Busy),
        ("broken.sock", Status::PsaErrorHardwareFailure),
    ] {
        let endpoint = peer(&shell, name, refusal(status));
        shell
            .parsec(&format!("--endpoint {endpoint} ping"))
            .refused(6, "parsec: ");
    }
}

#[test]
fn a_malformed_response_is_70() {
    let shell = Shell::new();
    let endpoint = peer(
        &shell,
        "web.sock",
        Some(b"HTTP/1.1 400 Bad Request\r\n".to_vec()),
    );
    shell
        .parsec(&format!("--endpoint {endpoint} ping"))
        .refused(70, "Parsec service");
}

#[test]
fn an_empty_variable_counts_as_unset() {
    let shell = Shell::direct();
    let run = |application: &str, line: &str| {
        let mut command = shell.command(parsec_harness::cli(), line);
        command.env("PARSEC_APPLICATION", application);
        CommandOutput::from(command.output().unwrap())
    };
    run("web", "key create k").ok();
    assert!(run("web", "key list").ok().starts_with("k "));
    run("", "key list").refused(4, "list_keys");

    let mut command = shell.command(parsec_harness::cli(), "ping");
    command
        .env("PARSEC_SERVICE_ENDPOINT", "")
        .env("XDG_RUNTIME_DIR", shell.file("run"));
    let text = CommandOutput::from(command.output().unwrap());
    // If the system's service runs, the command finds it.
    assert!([0, 5].contains(&text.code), "{}", text.err);
}
