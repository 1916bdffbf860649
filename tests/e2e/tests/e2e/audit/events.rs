//! The contents of audit events.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use parsec_contracts::Status;
use parsec_contracts::operations::{
    DeleteClient, DisableClient, GenerateVolatileKey, PsaGenerateKey, PsaGenerateRandom,
    PsaSignMessage, RenameKey,
};
use parsec_contracts::types::{
    Algorithm, AsymmetricSignature, ClientId, EccFamily, Hash, KeyAttributes, KeyLifetime,
    KeyPolicy, KeyType, SignHash, UsageFlags,
};
use parsec_harness::{Service, eventually, keys, request_of};
use parsec_tests_e2e::audit::{SECRET, import, live, stop};
use parsec_tests_e2e::wait_for_requests;
use rustix::process::Signal;

use crate::audit::{config, events, holds, log, start};

#[test]
fn every_event_is_written_once_with_caller_and_operation_and_no_secret() {
    let mut service = start("");
    live(&service);
    service.configure("");
    service.reload("the old one stays in effect");
    service.configure(&config(""));
    service.reload("reloaded");
    stop(&mut service);
    let events = events(&log(&service));
    let reported: Vec<[&str; 4]> = events
        .iter()
        .map(|event| {
            let text = |name: &str| event[name].as_str().unwrap_or("");
            let key = event["keys"][0].as_str().or(event["new_key"].as_str());
            [
                text("event"),
                text("client"),
                text("operation"),
                key.unwrap_or(""),
            ]
        })
        .collect();
    assert_eq!(
        reported,
        [
            ["service-started", "", "", ""],
            ["key-created", "web", "psa_import_key", "k"],
            ["key-used", "web", "psa_mac_compute", "k"],
            ["key-exported", "web", "psa_export_key", "k"],
            ["refused", "mail", "psa_mac_compute", "k"],
            ["key-deleted", "web", "psa_destroy_key", "k"],
            ["key-created", "web", "psa_import_key", "left"],
            ["refused", "web", "delete_client", ""],
            ["key-deleted", "web", "", "left"],
            ["admin", "admin", "delete_client", ""],
            ["config-refused", "", "", ""],
            ["config-reloaded", "", "", ""],
            ["service-stopped", "", "", ""],
        ]
    );
    let used = &events[2];
    assert_eq!(
        used["algorithm"].to_string().matches("sha-256").count(),
        1,
        "{used}"
    );
    assert_eq!(used["status"], "success");
    assert_eq!(used["authenticator"], "direct");
    assert_eq!(used["uid"], rustix::process::geteuid().as_raw());
    assert!(used["request"].as_str().unwrap().ends_with(".2"), "{used}");
    assert_eq!(events[4]["status"], "psa-error-does-not-exist");
    assert_eq!(events[9]["detail"]["client"], "web");
    assert!(
        events[10]["detail"]
            .as_str()
            .unwrap()
            .contains("core_settings")
    );
    let text = fs::read(log(&service)).unwrap();
    for secret in [SECRET, b"a-very-recognisable-message"] {
        assert!(!text.windows(secret.len()).any(|window| window == secret));
    }
    assert!(holds(&service).contains("13 events"));
    for file in ["state/audit.jsonl", "state/audit.head"] {
        let mode = service.scratch().join(file).metadata().unwrap().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
}

#[test]
fn an_invalid_setting_is_reported_with_its_line() {
    for (settings, output) in [
        (
            "[audit]\nto = \"syslog\"",
            "\"file\", \"stderr\" or \"journald\"",
        ),
        (
            "[audit]\nto = \"stderr\"\npath = \"x\"",
            "belongs to `to = \"file\"`",
        ),
        ("[audit]\nto = \"file\"\nqueue = 0", "from 1 to 1000000"),
        (
            "[audit]\nto = \"file\"\noverflow = \"drop\"",
            "`block` or `count`",
        ),
        ("[audit]\nto = \"file\"\nroate_at = 1", "`rotate_at`"),
    ] {
        let service = Service::prepared(format!(
            "{config}\n{settings}\n",
            config = Service::direct_config()
        ));
        let refused = service.run(&["--config", "config.toml", "--check"]);
        assert_eq!(refused.status.code(), Some(2));
        let text = String::from_utf8(refused.stderr).unwrap();
        assert!(
            text.contains(output) && text.contains("config.toml:"),
            "{text}"
        );
    }
}

#[test]
fn the_event_of_a_renamed_key_has_both_names() {
    let mut service = start("");
    let mut wire = service.wire();
    assert_eq!(wire.ask("web", import("old")), Status::Success);
    let rename = RenameKey {
        key_name: "old".to_owned(),
        new_key_name: "new".to_owned(),
    };
    assert_eq!(wire.ask_extended("web", rename).status(), Status::Success);
    stop(&mut service);
    let events = events(&log(&service));
    let renamed = events
        .iter()
        .find(|event| event["event"] == "key-renamed")
        .unwrap();
    assert_eq!(renamed["keys"][0], "old");
    assert_eq!(renamed["new_key"], "new");
}

fn signing_key(key_name: &str) -> PsaGenerateKey {
    PsaGenerateKey {
        key_name: key_name.to_owned(),
        attributes: KeyAttributes {
            key_type: KeyType::EccKeyPair {
                curve_family: EccFamily::SecpR1,
            },
            key_bits: 256,
            key_policy: KeyPolicy {
                key_usage_flags: UsageFlags {
                    sign_message: true,
                    ..UsageFlags::default()
                },
                key_algorithm: Algorithm::AsymmetricSignature(AsymmetricSignature::Ecdsa {
                    hash_alg: SignHash::Any,
                }),
            },
        },
    }
}

#[test]
fn the_recorded_algorithm_is_the_one_that_was_used() {
    let mut service = start("");
    let mut wire = service.wire();
    assert_eq!(wire.ask("web", signing_key("k")), Status::Success);
    let sign = |hash| PsaSignMessage {
        key_name: "k".to_owned(),
        alg: AsymmetricSignature::Ecdsa {
            hash_alg: SignHash::Specific(hash),
        },
        message: b"a message".to_vec(),
    };
    for hash in [Hash::Sha384, Hash::Sha256] {
        assert_eq!(wire.ask("web", sign(hash)), Status::Success);
    }
    // The key does not exist; the requested algorithm is recorded all the same.
    let of_nobody = PsaSignMessage {
        key_name: "none".to_owned(),
        ..sign(Hash::Sha512)
    };
    assert_eq!(wire.ask("web", of_nobody), Status::PsaErrorDoesNotExist);
    stop(&mut service);
    let reported: Vec<(String, String)> = events(&log(&service))
        .iter()
        .filter(|event| event["keys"].is_array())
        .map(|event| {
            let kind = event["event"].as_str().unwrap().to_owned();
            (kind, event["algorithm"].to_string())
        })
        .collect();
    let expected = [
        ("key-used", "sha-384"),
        ("key-used", "sha-256"),
        ("refused", "sha-512"),
    ];
    assert_eq!(reported.len(), expected.len(), "{reported:?}");
    for ((kind, algorithm), (expected_kind, hash)) in reported.iter().zip(expected) {
        assert_eq!(kind, expected_kind);
        assert!(
            algorithm.contains(hash) && !algorithm.contains("any"),
            "{algorithm}"
        );
    }
}

#[test]
fn a_request_interrupted_by_the_shutdown_is_recorded_as_unanswered() {
    for signals in [1, 2] {
        let patience = if signals == 1 { 100 } else { 60_000 };
        let drain = format!("timeout = 3000\ndrain_timeout = {patience}");
        let config = config("").replace("timeout = 3000", &drain);
        let mut service = Service::builder().config(config).start();
        // Enough requests that some of them are not finished.
        let mut wires: Vec<_> = (0..12).map(|_| service.wire()).collect();
        for (number, wire) in wires.iter_mut().enumerate() {
            wire.send(&request_of(
                "web",
                keys::generate(&format!("k{number}"), keys::rsa(4096)),
            ))
            .unwrap();
        }
        wait_for_requests(&service, "web", 12);
        service.signal(Signal::TERM);
        if signals == 2 {
            service.wait_for_log("stopping");
            service.signal(Signal::TERM);
        }
        assert!(service.wait().success());
        holds(&service);
        let events = events(&log(&service));
        assert_eq!(events.last().unwrap()["event"], "service-stopped");
        let of = |kind: &str| events.iter().filter(|event| event["event"] == kind).count();
        let unanswered = events.iter().find(|event| event["event"] == "unanswered");
        let unanswered = unanswered.expect("at least one");
        assert_eq!(unanswered["operation"], "psa_generate_key");
        assert_eq!(unanswered["client"], "web");
        assert!(unanswered["request"].is_string() && unanswered["status"].is_null());
        assert_eq!(of("unanswered") + of("key-created"), 12, "{events:?}");
    }
}

#[test]
fn long_names_in_administrators_requests_are_truncated() {
    let mut service = start("");
    let client = "x".repeat(500_000);
    let asked = service.wire().ask("admin", DeleteClient { client });
    assert_eq!(asked, Status::Success);
    stop(&mut service);
    let events = events(&log(&service));
    let reported = events[1]["detail"]["client"].as_str().unwrap();
    assert_eq!(reported.chars().count(), 1025);
    assert!(reported.ends_with('…'));
}

#[test]
fn a_rate_limited_client_does_not_fill_the_log() {
    let mut service = start("[limits.each]\nrequests_per_second = 5");
    let begun = Instant::now();
    let mut refused = 0;
    eventually("far more are refused than are written", || {
        // A separate connection, because the service stops reading from a refused one for a while.
        let random = PsaGenerateRandom { size: 1 };
        refused += u64::from(service.wire().ask("web", random) != Status::Success);
        refused > 50 + begun.elapsed().as_secs()
    });
    let seconds = begun.elapsed().as_secs() + 2;
    stop(&mut service);
    let events = events(&log(&service));
    let written = events
        .iter()
        .filter(|event| event["event"] == "refused" && event["status"] == "too-many-requests");
    let written = written.count() as u64;
    assert!((1..=seconds).contains(&written), "{written} in {seconds} s");
}

/// Returns the number of refusals with this status in the log.
fn refused_with(events: &[serde_json::Value], status: &str) -> u64 {
    let refused = events
        .iter()
        .filter(|event| event["event"] == "refused" && event["status"] == status);
    refused.count() as u64
}

#[test]
fn failed_authentication_does_not_fill_the_log() {
    let mut service = start("");
    let disable = DisableClient {
        client: ClientId {
            authenticator: 1,
            name: "web".to_owned(),
        },
    };
    assert_eq!(service.wire().ask("admin", disable), Status::Success);
    let begun = Instant::now();
    for _ in 0..100 {
        let random = || PsaGenerateRandom { size: 1 };
        assert_ne!(service.wire().ask("web", random()), Status::Success);
        // An invalid name.
        let mut nobody = request_of("web", random());
        let end = nobody.len();
        nobody[end - 3..].fill(0xff);
        let mut wire = service.wire();
        wire.send(&nobody).unwrap();
        assert_eq!(wire.status(), Status::AuthenticationError);
    }
    let seconds = begun.elapsed().as_secs() + 2;
    stop(&mut service);
    let events = events(&log(&service));
    for status in ["client-disabled", "authentication-error"] {
        let written = refused_with(&events, status);
        assert!((1..=seconds).contains(&written), "{status}: {written}");
    }
}

#[test]
fn expiry_of_a_key_is_recorded_before_reuse_of_its_name() {
    let mut service = start("");
    let now = || {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        since.as_secs()
    };
    let time = now() + 1;
    let brief = GenerateVolatileKey {
        lifetime: KeyLifetime::ExpiresAt { time },
        ..volatile("k")
    };
    let mut wire = service.wire();
    assert_eq!(wire.ask("web", brief), Status::Success);
    // The request that checks whether the key exists may be the one that removes it.
    eventually("the key's time is over", || now() > time);
    assert_eq!(wire.ask("web", signing_key("k")), Status::Success);
    drop(wire);
    stop(&mut service);
    let events = events(&log(&service));
    let reported: Vec<&str> = events
        .iter()
        .filter(|event| event["client"] == "web")
        .filter_map(|event| event["event"].as_str())
        .collect();
    assert_eq!(reported, ["key-created", "key-deleted", "key-created"]);
}

fn volatile(key_name: &str) -> GenerateVolatileKey {
    GenerateVolatileKey {
        key_name: key_name.to_owned(),
        attributes: signing_key(key_name).attributes,
        lifetime: KeyLifetime::Connection,
    }
}
