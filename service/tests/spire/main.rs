#![forbid(unsafe_code)]
//! JWT-SVIDs of a real SPIRE: its server signs them, its agent hands them out over the Workload API.
//!
//! `cargo xtask test` builds SPIRE from its Go sources and runs this; by itself it wants
//! `PARSEC_SPIRE`, the folder that holds `spire-server` and `spire-agent`.

#[path = "../support/mod.rs"]
mod support;

mod deployment;

use std::thread;
use std::time::{Duration, Instant};

use deployment::Deployment;
use parsec_contracts::operations::ListKeys;
use parsec_contracts::{Operation, Status};
use support::keys::raw_key;
use support::{PATIENCE, Scratch, Wire, request};

/// The JWT-SVID authenticator's number.
const JWT_SVID: u8 = 4;

fn call<O: Operation>(wire: &mut Wire, token: &str, operation: O) -> Status {
    let mut bytes = request(token, operation);
    bytes[21] = JWT_SVID;
    wire.send(&bytes);
    wire.status()
}

/// What becomes true a moment after something has changed elsewhere.
fn eventually(wire: &mut Wire, token: &str, expected: Status) {
    let start = Instant::now();
    loop {
        let status = call(wire, token, ListKeys {});
        if status == expected {
            return;
        }
        assert!(start.elapsed() < PATIENCE, "{status}, never {expected}");
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
#[ignore = "it wants SPIRE, which `cargo xtask test` builds"]
fn tokens_of_spire_prove_identities_until_its_keys_are_revoked() {
    let spire = Deployment::start("example.org");
    spire.register("web");
    spire.register("mail");
    let scratch = Scratch::serving(
        "auth_type = \"Direct\"",
        &format!(
            "auth_type = \"JwtSvid\"\nworkload_endpoint = \"unix:{}\"",
            spire.workload_api().display()
        ),
    );
    let mut wire = scratch.wire();

    let (web, mail) = (spire.token("web", "parsec"), spire.token("mail", "parsec"));
    eventually(&mut wire, &web, Status::Success);
    // Two identities, and one by two tokens.
    assert_eq!(call(&mut wire, &web, raw_key("k")), Status::Success);
    assert_eq!(call(&mut wire, &mail, raw_key("k")), Status::Success);
    let again = spire.token("web", "parsec");
    assert_eq!(
        call(&mut wire, &again, raw_key("k")),
        Status::PsaErrorAlreadyExists
    );

    let elsewhere = spire.token("web", "another-service");
    assert_eq!(
        call(&mut wire, &elsewhere, ListKeys {}),
        Status::AuthenticationError
    );
    let other = Deployment::start("elsewhere.test");
    other.register("web");
    let foreign = other.token("web", "parsec");
    assert_eq!(
        call(&mut wire, &foreign, ListKeys {}),
        Status::AuthenticationError
    );

    // A new key signs, and the old one still counts until it is revoked. The agent keeps the tokens
    // that it has, so an identity that it does not know yet asks for one.
    let old = spire.replace_key();
    spire.register("new");
    let new = spire.token("new", "parsec");
    assert_ne!(deployment::header(&new), deployment::header(&web));
    eventually(&mut wire, &new, Status::Success);
    eventually(&mut wire, &web, Status::Success);
    spire.revoke_key(&old);
    eventually(&mut wire, &web, Status::AuthenticationError);
    eventually(&mut wire, &new, Status::Success);
}
