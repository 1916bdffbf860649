//! JWT-SVIDs with real signatures; the Workload API that provides the keys is part of the tests.

use parsec_contracts::Status;
use parsec_contracts::frame::flags;
use parsec_contracts::operations::{ListAuthenticators, ListKeys};
use parsec_contracts::{AuthType, Operation};
use parsec_harness::{Auth, Service, Wire, eventually, keys, usual_provider};
use serde_json::{Value, json};

use crate::identity::workload_api::{Key, WorkloadApi, claims, now};

fn service(api: &WorkloadApi, more: &str) -> Service {
    with_audience_of_host(api, &format!("audience = \"parsec\"\n{more}"))
}

fn with_audience_of_host(api: &WorkloadApi, more: &str) -> Service {
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

/// Changed keys reach the service after a moment.
fn soon(wire: &mut Wire, token: &str, expected: Status) {
    eventually(expected, || list(wire, token) == expected);
}

#[test]
fn a_token_needs_valid_audience_times_signature_and_trust_domain() {
    let (ours, foreign) = (Key::new("1"), Key::new("1"));
    let api = WorkloadApi::start(&[("example.org", &[&ours])]);
    let service = service(&api, "");
    let mut wire = service.wire();
    let (web, mail) = ("spiffe://example.org/web", "spiffe://example.org/mail");
    let good = ours.token(web, "parsec", now() + 300);
    soon(&mut wire, &good, Status::Success);
    assert_eq!(call(&mut wire, &good, keys::raw("k")), Status::Success);
    // The same identity with another token, and another identity.
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
fn a_token_is_valid_only_until_it_expires() {
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
        // Valid before its expiry and invalid after it; within the second of expiry, both are
        // permitted.
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
fn only_configured_trust_domains_are_accepted() {
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
    // Without the Workload API the last keys remain valid.
    assert_eq!(list(&mut wire, &token), Status::Success);
}

const WEB: &str = "spiffe://example.org/web";

#[test]
fn a_token_for_one_host_is_refused_on_another_by_default() {
    let ours = Key::new("1");
    let api = WorkloadApi::start(&[("example.org", &[&ours])]);
    let service = with_audience_of_host(&api, "");
    let mut wire = service.wire();
    // Clients and operators can read the required audience.
    let listed = wire.output("", ListAuthenticators {}).authenticators;
    let (_, audience) = listed[0].description.split_once("audience ").unwrap();
    assert!(audience.starts_with("parsec:"), "{audience}");
    let checked = service.run(&["--config", "config.toml", "--check"]);
    let text = String::from_utf8(checked.stdout).unwrap();
    assert!(
        text.contains(&format!("audience = \"{audience}\"")),
        "{text}"
    );
    soon(
        &mut wire,
        &ours.token(WEB, audience, now() + 300),
        Status::Success,
    );
    // Tokens for another host's audience, or for the audience of the published service.
    for other in ["parsec", "parsec:0123456789abcdef0123456789abcdef"] {
        let token = ours.token(WEB, other, now() + 300);
        let auth = Auth::jwt_svid(&token);
        let reply = wire.call(0, &auth, flags::EXTENSIONS, ListKeys {}).unwrap();
        assert_eq!(reply.status(), Status::AuthenticationError, "{other}");
        let detail = reply.detail().message;
        assert!(detail.contains(audience), "{detail}");
    }
}

#[test]
fn a_token_needs_valid_times_and_a_key_id() {
    let ours = Key::new("1");
    let api = WorkloadApi::start(&[("example.org", &[&ours])]);
    let service = service(&api, "");
    let mut wire = service.wire();
    let with = |name: &str, value: Value| {
        let mut claims = claims(WEB, "parsec", now() + 300);
        claims[name] = value;
        ours.signed(&ours.header(), &claims)
    };
    let headed = |change: fn(&mut Value)| {
        let mut header = ours.header();
        change(&mut header);
        ours.signed(&header, &claims(WEB, "parsec", now() + 300))
    };
    soon(&mut wire, &with("iat", now().into()), Status::Success);
    for token in [
        with("nbf", (now() - 1).into()),
        with("iat", (now() - 1000).into()),
        // The issuer's clock may be slightly ahead.
        with("iat", (now() + 5).into()),
        with("iat", json!(now() as f64 + 0.5)),
    ] {
        assert_eq!(list(&mut wire, &token), Status::Success);
    }
    let mut endless = claims(WEB, "parsec", 0);
    endless.as_object_mut().unwrap().remove("exp");
    for (what, token) in [
        ("not yet valid", with("nbf", (now() + 60).into())),
        ("valid from no time", with("nbf", "tomorrow".into())),
        ("issued in the future", with("iat", (now() + 600).into())),
        ("issued at no time", with("iat", "tomorrow".into())),
        ("without an end", ours.signed(&ours.header(), &endless)),
        ("with an end that is no number", with("exp", "never".into())),
        (
            "without a key",
            headed(|header| drop(header.as_object_mut().unwrap().remove("kid"))),
        ),
        (
            "with an unknown key",
            headed(|header| header["kid"] = "2".into()),
        ),
        (
            "with a MAC",
            headed(|header| header["alg"] = "HS256".into()),
        ),
        ("unsigned", headed(|header| header["alg"] = "none".into())),
        (
            "of another type",
            headed(|header| header["typ"] = "at+jwt".into()),
        ),
        (
            "of another algorithm than the key",
            headed(|header| header["alg"] = "ES384".into()),
        ),
        ("endlessly long", with("more", "x".repeat(20_000).into())),
    ] {
        assert_eq!(
            list(&mut wire, &token),
            Status::AuthenticationError,
            "{what}"
        );
    }
}

#[test]
fn invalid_tokens_count_against_the_users_rate_limit() {
    let (ours, foreign) = (Key::new("1"), Key::new("1"));
    let api = WorkloadApi::start(&[("example.org", &[&ours])]);
    let config = Service::config_with(&format!(
        "auth_type = \"JwtSvid\"\naudience = \"parsec\"\nworkload_endpoint = \"unix:{}\"",
        api.socket().display()
    ));
    let limits = "[limits.each]\nrequests_per_second = 20\n";
    let service = Service::builder().config(config + limits).start();
    let mut wire = service.wire();
    let good = ours.token(WEB, "parsec", now() + 300);
    eventually("the keys are there", || {
        list(&mut wire, &good) != Status::AuthenticationError
    });
    let mut refused = false;
    eventually("the user receives too-many-requests", || {
        // Each on a new connection, because the service stops reading from a refused one for a
        // while.
        for number in 0..40 {
            let token = foreign.token(WEB, "parsec", now() + 300 + number);
            let status = list(&mut service.wire(), &token);
            refused |= status == Status::TooManyRequests.fallback();
            assert_ne!(status, Status::Success);
        }
        refused
    });
    // A verified token is cached, and counts for its application.
    eventually("the application is served", || {
        list(&mut wire, &good) == Status::Success
    });
}
