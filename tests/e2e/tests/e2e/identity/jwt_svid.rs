//! JWT-SVIDs, signed and checked for real; the Workload API that gives the keys is this test's own.

use parsec_contracts::Status;
use parsec_contracts::operations::{ListAuthenticators, ListKeys};
use parsec_contracts::{AuthType, Operation};
use parsec_harness::{Auth, Service, Wire, eventually, keys, usual_provider};

use crate::identity::workload_api::{Key, WorkloadApi, now};

fn service(api: &WorkloadApi, more: &str) -> Service {
    Service::direct_with(
        "auth_type = \"Direct\"",
        &format!(
            "auth_type = \"JwtSvid\"\nworkload_endpoint = \"unix:{}\"\n{more}",
            api.socket().display()
        ),
    )
}

/// Sends an operation with a token.
fn call<O: Operation>(wire: &mut Wire, token: &str, operation: O) -> Status {
    let auth = Auth::jwt_svid(token);
    let reply = wire.call(usual_provider::<O>(), &auth, 0, operation);
    reply.unwrap().status()
}

fn list(wire: &mut Wire, token: &str) -> Status {
    call(wire, token, ListKeys {})
}

/// The keys reach the service a moment after they have changed.
fn soon(wire: &mut Wire, token: &str, expected: Status) {
    eventually(expected, || list(wire, token) == expected);
}

#[test]
fn a_token_proves_an_identity_and_only_with_the_right_audience_time_signature_and_domain() {
    let (ours, foreign) = (Key::new("1"), Key::new("1"));
    let api = WorkloadApi::start(&[("example.org", &[&ours])]);
    let service = service(&api, "");
    let mut wire = service.wire();
    let (web, mail) = ("spiffe://example.org/web", "spiffe://example.org/mail");
    let good = ours.token(web, "parsec", now() + 300);
    soon(&mut wire, &good, Status::Success);
    assert_eq!(call(&mut wire, &good, keys::raw("k")), Status::Success);
    // The same identity by another token, and another identity.
    let again = ours.token(web, "parsec", now() + 200);
    assert_eq!(
        call(&mut wire, &again, keys::raw("k")),
        Status::PsaErrorAlreadyExists
    );
    let other = ours.token(mail, "parsec", now() + 300);
    assert_eq!(call(&mut wire, &other, keys::raw("k")), Status::Success);

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
    assert!(!service.log().contains(&good), "a token is in the log");
}

#[test]
fn a_token_is_good_until_it_expires_and_not_a_moment_longer() {
    let ours = Key::new("1");
    let api = WorkloadApi::start(&[("example.org", &[&ours])]);
    let service = service(&api, "");
    let mut wire = service.wire();
    soon(
        &mut wire,
        &ours.token("spiffe://example.org/web", "parsec", now() + 300),
        Status::Success,
    );
    let end = now() + 3;
    let short = ours.token("spiffe://example.org/web", "parsec", end);
    let mut last = now();
    eventually("the token has expired", || {
        let (before, status) = (now(), list(&mut wire, &short));
        // Good before its end and not after it; in the second of its end it may be either.
        match status {
            Status::Success => {
                last = before;
                false
            }
            other => {
                assert_eq!(other, Status::AuthenticationError);
                assert!(now() >= end, "refused {} s before its end", end - now());
                true
            }
        }
    });
    assert!(last <= end, "good {} s after its end", last - end);
}

#[test]
fn keys_are_rotated_without_a_restart() {
    let (old, new) = (Key::new("old"), Key::new("new"));
    let api = WorkloadApi::start(&[("example.org", &[&old])]);
    let service = service(&api, "");
    let mut wire = service.wire();
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
    let service = service(&api, "name = \"mesh\"");
    let mut wire = service.wire();
    let listed = wire.output("", ListAuthenticators {}).authenticators;
    assert_eq!(listed[0].id, u32::from(AuthType::JwtSvid.number()));
    assert!(listed[0].description.starts_with("mesh: "), "{listed:?}");
    let token = ours.token("spiffe://example.org/web", "parsec", now() + 300);
    assert_eq!(list(&mut wire, &token), Status::AuthenticationError);
    let api = api.serve(&[("example.org", &[&ours])]);
    soon(&mut wire, &token, Status::Success);
    drop(api);
    // Without it the last keys still count.
    assert_eq!(list(&mut wire, &token), Status::Success);
}
