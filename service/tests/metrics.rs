#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test's own helpers may panic")]
//! What the service tells of itself in numbers.

mod support;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::{Duration, Instant};

use parsec_contracts::Status;
use parsec_contracts::operations::{PsaExportKey, PsaGenerateKey, PsaGenerateRandom, PsaSignHash};
use parsec_contracts::types::{
    Algorithm, AsymmetricSignature, Hash, KeyAttributes, KeyPolicy, KeyType, SignHash, UsageFlags,
};
use rustix::process::Signal;
use support::keys::{ECDSA, p256};
use support::{CONFIG, PATIENCE, Scratch, request};

fn on(listen: &str) -> Scratch {
    let mut scratch = Scratch::default();
    scratch.write(
        "config.toml",
        &format!("{CONFIG}\n[metrics]\nlisten = \"{listen}\"\n"),
    );
    scratch.start();
    scratch
}

fn ask(mut stream: impl Read + Write, request: &str) -> String {
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

const GET: &str = "GET /metrics HTTP/1.1\r\nHost: here\r\n\r\n";

fn scrape(scratch: &Scratch) -> String {
    let stream = UnixStream::connect(scratch.path().join("metrics.sock")).unwrap();
    let answer = ask(stream, GET);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK"), "{head}");
    assert!(
        head.contains("application/openmetrics-text; version=1.0.0"),
        "{head}"
    );
    assert!(body.ends_with("# EOF\n"), "{body}");
    body.to_owned()
}

/// The value of a sample, if it is there.
fn value(text: &str, sample: &str) -> Option<f64> {
    let line = text.lines().find(|line| {
        line.strip_prefix(sample)
            .is_some_and(|rest| rest.starts_with(' '))
    })?;
    line.rsplit(' ').next()?.parse().ok()
}

fn key(key_type: KeyType, key_bits: u32, alg: AsymmetricSignature) -> PsaGenerateKey {
    PsaGenerateKey {
        key_name: "k".to_owned(),
        attributes: KeyAttributes {
            key_type,
            key_bits,
            key_policy: KeyPolicy {
                key_usage_flags: UsageFlags {
                    sign_hash: true,
                    ..UsageFlags::default()
                },
                key_algorithm: Algorithm::AsymmetricSignature(alg),
            },
        },
    }
}

fn sign() -> PsaSignHash {
    PsaSignHash {
        key_name: "k".to_owned(),
        alg: ECDSA,
        hash: vec![7; 32],
    }
}

#[test]
fn requests_are_counted_by_operation_provider_and_status_and_timed() {
    let scratch = on("unix:{dir}/metrics.sock");
    let before = scrape(&scratch);
    assert_eq!(
        value(&before, "parsec_keys{provider=\"software\"}"),
        Some(0.0)
    );
    let mut wire = scratch.wire();
    assert_eq!(wire.call("web", p256("k")), Status::Success);
    for _ in 0..3 {
        assert_eq!(wire.call("web", sign()), Status::Success);
    }
    let export = PsaExportKey {
        key_name: "k".to_owned(),
    };
    assert_eq!(wire.call("web", export), Status::PsaErrorNotPermitted);
    assert_eq!(wire.call("other", sign()), Status::PsaErrorDoesNotExist);
    let text = scrape(&scratch);
    for (sample, expected) in [
        (
            "parsec_requests_total{operation=\"psa_sign_hash\",provider=\"software\",status=\"success\"}",
            3.0,
        ),
        (
            "parsec_requests_total{operation=\"psa_sign_hash\",provider=\"software\",status=\"psa-error-does-not-exist\"}",
            1.0,
        ),
        (
            "parsec_requests_total{operation=\"psa_export_key\",provider=\"software\",status=\"psa-error-not-permitted\"}",
            1.0,
        ),
        (
            "parsec_request_duration_seconds_count{operation=\"psa_sign_hash\",provider=\"software\"}",
            4.0,
        ),
        ("parsec_keys{provider=\"software\"}", 1.0),
        ("parsec_connections", 1.0),
        ("parsec_key_cache_misses_total{provider=\"software\"}", 1.0),
        ("parsec_key_cache_hits_total{provider=\"software\"}", 2.0),
        ("parsec_device_resets_total{provider=\"software\"}", 0.0),
        ("parsec_queued_requests{provider=\"software\"}", 0.0),
    ] {
        assert_eq!(value(&text, sample), Some(expected), "{sample}: {text}");
    }
    let seconds =
        "parsec_request_duration_seconds_sum{operation=\"psa_sign_hash\",provider=\"software\"}";
    assert!(value(&text, seconds).unwrap() > 0.0);
    // Neither who calls nor what for.
    assert!(!text.contains("web") && !text.contains("\"k\""), "{text}");
    drop(wire);
    let start = Instant::now();
    while value(&scrape(&scratch), "parsec_connections") != Some(0.0) {
        assert!(start.elapsed() < PATIENCE);
    }
}

#[test]
fn what_waits_for_a_worker_is_seen() {
    let scratch = on("unix:{dir}/metrics.sock");
    let rsa = AsymmetricSignature::RsaPkcs1v15Sign {
        hash_alg: SignHash::Specific(Hash::Sha256),
    };
    let mut waiting = Vec::new();
    for number in 0..16 {
        let mut wire = scratch.wire();
        let app = format!("web{number}");
        wire.send(&request(&app, key(KeyType::RsaKeyPair, 4096, rsa)));
        waiting.push(wire);
    }
    let start = Instant::now();
    let queued = || {
        value(
            &scrape(&scratch),
            "parsec_queued_requests{provider=\"software\"}",
        )
    };
    while queued() < Some(1.0) {
        assert!(start.elapsed() < PATIENCE, "nothing ever waits");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn reloads_and_those_turned_away_are_counted() {
    let mut scratch = Scratch::default();
    let text = format!("{CONFIG}\n[metrics]\nlisten = \"unix:{{dir}}/metrics.sock\"\n");
    scratch.write(
        "config.toml",
        &text.replace("timeout = 2000", "timeout = 2000\nmax_connections = 1"),
    );
    scratch.start();
    let held = scratch.wire();
    let mut turned_away = scratch.wire();
    turned_away.send(&request("web", PsaGenerateRandom { size: 1 }));
    let _ = turned_away.receive();
    scratch.signal(Signal::HUP);
    let start = Instant::now();
    let reloaded = "parsec_config_reloads_total{result=\"reloaded\"}";
    while value(&scrape(&scratch), reloaded) != Some(1.0) {
        assert!(start.elapsed() < PATIENCE);
    }
    scratch.write("config.toml", "");
    scratch.signal(Signal::HUP);
    let refused = "parsec_config_reloads_total{result=\"refused\"}";
    while value(&scrape(&scratch), refused) != Some(1.0) {
        assert!(start.elapsed() < PATIENCE);
    }
    assert!(value(&scrape(&scratch), "parsec_connections_turned_away_total") >= Some(1.0));
    drop(held);
}

#[test]
fn a_port_of_this_host_does_too_and_anything_but_get_is_refused() {
    // Free a moment ago; nobody else here takes ports at random.
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let scratch = on(&port.to_string());
    let tcp = || TcpStream::connect(port).unwrap();
    assert!(ask(tcp(), GET).contains("parsec_build_info{version="));
    assert!(ask(tcp(), "GET /keys HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 404"));
    assert!(ask(tcp(), "POST /metrics HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 405"));
    assert!(ask(tcp(), "\x01\x02\r\n\r\n").starts_with("HTTP/1.1 400"));
    // Who says nothing keeps nobody else from asking.
    let _silent: Vec<_> = (0..4).map(|_| tcp()).collect();
    assert!(ask(tcp(), GET).contains("# EOF"));
    assert!(scratch.wire().answers());
}

#[test]
fn it_is_off_unless_it_is_wanted_and_never_for_other_hosts() {
    let mut scratch = Scratch::serving("2000", "2000");
    let sockets = || {
        let entries = std::fs::read_dir(scratch.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name());
        names
            .filter(|name| name.to_string_lossy().ends_with(".sock"))
            .count()
    };
    assert_eq!(sockets(), 1);
    scratch.signal(Signal::TERM);
    assert!(scratch.wait().success());
    for listen in [
        "0.0.0.0:9464",
        "192.0.2.1:9464",
        "[::]:9464",
        "9464",
        "/run/x",
    ] {
        let text = format!("{CONFIG}\n[metrics]\nlisten = \"{listen}\"\n");
        scratch.write("config.toml", &text);
        let refused = scratch.run(&["--config", "config.toml", "--check"]);
        assert_eq!(refused.status.code(), Some(2), "{listen}");
        assert!(String::from_utf8_lossy(&refused.stderr).contains("127.0.0.1"));
    }
}

#[test]
fn its_socket_goes_with_the_service() {
    use std::os::unix::fs::PermissionsExt as _;
    let mut scratch = on("unix:{dir}/metrics.sock");
    let socket = scratch.path().join("metrics.sock");
    let mode = socket.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o660);
    scratch.signal(Signal::TERM);
    assert!(scratch.wait().success());
    assert!(!socket.exists());
}
