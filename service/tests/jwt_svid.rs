#![forbid(unsafe_code)]
//! JWT-SVIDs, signed and checked for real; the Workload API that gives the keys is this test's own.

mod support;
mod workload_api;

use std::thread;
use std::time::{Duration, Instant};

use parsec_contracts::Status;
use parsec_contracts::operations::{ListAuthenticators, ListKeys};
use support::keys::raw_key;
use support::{PATIENCE, Scratch, Wire, request};
use workload_api::{Key, WorkloadApi, now};

/// The JWT-SVID authenticator's number.
const JWT_SVID: u8 = 4;

fn service(api: &WorkloadApi, more: &str) -> Scratch {
    Scratch::serving(
        "auth_type = \"Direct\"",
        &format!(
            "auth_type = \"JwtSvid\"\nworkload_endpoint = \"unix:{}\"\n{more}",
            api.socket().display()
        ),
    )
}

/// Sends an operation with a token.
fn call<O: parsec_contracts::Operation>(wire: &mut Wire, token: &str, operation: O) -> Status {
    let mut bytes = request(token, operation);
    bytes[21] = JWT_SVID;
    wire.send(&bytes);
    wire.status()
}

fn list(wire: &mut Wire, token: &str) -> Status {
    call(wire, token, ListKeys {})
}

/// The keys reach the service a moment after they have changed.
fn soon(wire: &mut Wire, token: &str, expected: Status) {
    let start = Instant::now();
    while list(wire, token) != expected {
        assert!(start.elapsed() < PATIENCE, "never {expected}");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_token_proves_an_identity_and_only_with_the_right_audience_time_signature_and_domain() {
    let (ours, foreign) = (Key::new("1"), Key::new("1"));
    let api = WorkloadApi::start(&[("example.org", &[&ours])]);
    let scratch = service(&api, "");
    let mut wire = scratch.wire();
    let (web, mail) = ("spiffe://example.org/web", "spiffe://example.org/mail");
    let good = ours.token(web, "parsec", now() + 300);
    soon(&mut wire, &good, Status::Success);
    assert_eq!(call(&mut wire, &good, raw_key("k")), Status::Success);
    // The same identity by another token, and another identity.
    let again = ours.token(web, "parsec", now() + 200);
    assert_eq!(
        call(&mut wire, &again, raw_key("k")),
        Status::PsaErrorAlreadyExists
    );
    let other = ours.token(mail, "parsec", now() + 300);
    assert_eq!(call(&mut wire, &other, raw_key("k")), Status::Success);

    let mut forged = good.clone();
    forged.replace_range(good.len() - 8.., "AAAAAAAA");
    for (what, token) in [
        ("expired", ours.token(web, "parsec", now() - 1)),
        (
            "for another audience",
            ours.token(web, "vault", now() + 300),
        ),
        (
            "signed by another key",
            foreign.token(web, "parsec", now() + 300),
        ),
        (
            "of another trust domain",
            ours.token("spiffe://evil.test/web", "parsec", now() + 300),
        ),
        ("with a changed signature", forged),
        ("unsigned", Key::unsigned(web, "parsec", now() + 300)),
        ("no token", "spiffe://example.org/web".to_owned()),
    ] {
        assert_eq!(
            list(&mut wire, &token),
            Status::AuthenticationError,
            "{what}"
        );
    }
    assert!(!scratch.log().contains(&good), "a token is in the log");
}

#[test]
fn a_token_is_good_until_it_expires_and_not_a_moment_longer() {
    let ours = Key::new("1");
    let api = WorkloadApi::start(&[("example.org", &[&ours])]);
    let scratch = service(&api, "");
    let mut wire = scratch.wire();
    soon(
        &mut wire,
        &ours.token("spiffe://example.org/web", "parsec", now() + 300),
        Status::Success,
    );
    let short = ours.token("spiffe://example.org/web", "parsec", now() + 3);
    assert_eq!(list(&mut wire, &short), Status::Success);
    thread::sleep(Duration::from_millis(3100));
    assert_eq!(list(&mut wire, &short), Status::AuthenticationError);
}

#[test]
fn keys_are_rotated_without_a_restart() {
    let (old, new) = (Key::new("old"), Key::new("new"));
    let api = WorkloadApi::start(&[("example.org", &[&old])]);
    let scratch = service(&api, "");
    let mut wire = scratch.wire();
    let by = |key: &Key| key.token("spiffe://example.org/web", "parsec", now() + 300);
    soon(&mut wire, &by(&old), Status::Success);
    assert_eq!(list(&mut wire, &by(&new)), Status::AuthenticationError);
    api.publish(&[("example.org", &[&old, &new])]);
    soon(&mut wire, &by(&new), Status::Success);
    assert_eq!(list(&mut wire, &by(&old)), Status::Success);
    api.publish(&[("example.org", &[&new])]);
    soon(&mut wire, &by(&old), Status::AuthenticationError);
    assert_eq!(list(&mut wire, &by(&new)), Status::Success);
}

#[test]
fn of_federated_domains_only_those_that_the_configuration_names_are_known() {
    let (ours, theirs) = (Key::new("1"), Key::new("1"));
    let api = WorkloadApi::start(&[("example.org", &[&ours]), ("partner.test", &[&theirs])]);
    let token = theirs.token("spiffe://partner.test/web", "parsec", now() + 300);
    let own = ours.token("spiffe://example.org/web", "parsec", now() + 300);
    let open = service(&api, "");
    soon(&mut open.wire(), &token, Status::Success);
    let closed = service(&api, "trust_domains = [\"example.org\"]");
    soon(&mut closed.wire(), &own, Status::Success);
    assert_eq!(
        list(&mut closed.wire(), &token),
        Status::AuthenticationError
    );
}

#[test]
fn the_service_starts_before_the_workload_api_and_lists_the_authenticator() {
    let ours = Key::new("1");
    let api = WorkloadApi::reserve();
    let scratch = service(&api, "name = \"mesh\"");
    let mut wire = scratch.wire();
    let listed = wire.output("", ListAuthenticators {}).authenticators;
    assert_eq!(listed[0].id, u32::from(JWT_SVID));
    assert!(listed[0].description.starts_with("mesh: "), "{listed:?}");
    let token = ours.token("spiffe://example.org/web", "parsec", now() + 300);
    assert_eq!(list(&mut wire, &token), Status::AuthenticationError);
    let api = api.serve(&[("example.org", &[&ours])]);
    soon(&mut wire, &token, Status::Success);
    drop(api);
    // Without it the last keys still count.
    assert_eq!(list(&mut wire, &token), Status::Success);
}
