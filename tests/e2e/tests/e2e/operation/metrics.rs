//! Metrics of the service.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use parsec_contracts::Status;
use parsec_contracts::operations::{PsaExportKey, PsaGenerateRandom, PsaSignHash};
use parsec_harness::{Metrics, Service, eventually, keys, request_of};
use rustix::process::Signal;

fn with_metrics() -> Service {
    let config = Service::direct_config() + Metrics::CONFIG;
    Service::builder().config(config).start()
}

fn ask(mut stream: impl Read + Write, request: &str) -> String {
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn sign() -> PsaSignHash {
    keys::sign("k", &[7; 32])
}

#[test]
fn requests_are_counted_by_operation_provider_and_status_and_timed() {
    let service = with_metrics();
    let before = service.metrics();
    let (head, body) = before.text.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK"), "{head}");
    assert!(
        head.contains("application/openmetrics-text; version=1.0.0"),
        "{head}"
    );
    assert!(body.ends_with("# EOF\n"), "{body}");
    assert_eq!(
        before.value("parsec_keys{provider=\"software\"}"),
        Some(0.0)
    );
    let mut wire = service.wire();
    let mut signer = keys::signer("k");
    signer.attributes.key_policy.key_usage_flags.cache = true;
    assert_eq!(wire.ask("web", signer), Status::Success);
    for _ in 0..3 {
        assert_eq!(wire.ask("web", sign()), Status::Success);
    }
    let export = PsaExportKey {
        key_name: "k".to_owned(),
    };
    assert_eq!(wire.ask("web", export), Status::PsaErrorNotPermitted);
    assert_eq!(wire.ask("other", sign()), Status::PsaErrorDoesNotExist);
    // The service notices a moment later that the harness's own connection was closed.
    let metrics = eventually("there is one connection", || {
        let metrics = service.metrics();
        (metrics.value("parsec_connections") == Some(1.0)).then_some(metrics)
    });
    let text = &metrics.text;
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
        assert_eq!(metrics.value(sample), Some(expected), "{sample}: {text}");
    }
    let seconds =
        "parsec_request_duration_seconds_sum{operation=\"psa_sign_hash\",provider=\"software\"}";
    assert!(metrics.value(seconds).unwrap() > 0.0);
    // No label names the caller or the key.
    assert!(!text.contains("web") && !text.contains("\"k\""), "{text}");
    drop(wire);
    eventually("the connection is no longer counted", || {
        service.metrics().value("parsec_connections") == Some(0.0)
    });
}

#[test]
fn queued_requests_are_counted() {
    let service = with_metrics();
    let mut waiting = Vec::new();
    for number in 0..16 {
        let mut wire = service.wire();
        let app = format!("web{number}");
        let key = keys::generate("k", keys::rsa(4096));
        wire.send(&request_of(&app, key)).unwrap();
        waiting.push(wire);
    }
    eventually("a request waits", || {
        service.metrics().queued("software") >= 1.0
    });
}

#[test]
fn reloads_and_refused_connections_are_counted() {
    let config = Service::direct_config() + Metrics::CONFIG;
    let crowded = config.replace("timeout = 3000", "timeout = 3000\nmax_connections = 1");
    let service = Service::builder().config(crowded).start();
    let held = service.wire();
    let mut turned_away = service.wire();
    let random = PsaGenerateRandom { size: 1 };
    turned_away.send(&request_of("web", random)).unwrap();
    let _ = turned_away.receive();
    let counted = |result: &str| {
        let sample = format!("parsec_config_reloads_total{{result=\"{result}\"}}");
        eventually(&sample, || service.metrics().value(&sample) == Some(1.0));
    };
    service.signal(Signal::HUP);
    counted("reloaded");
    service.configure("");
    service.signal(Signal::HUP);
    counted("refused");
    let turned_away = service
        .metrics()
        .value("parsec_connections_turned_away_total");
    assert!(turned_away >= Some(1.0));
    drop(held);
}

#[test]
fn metrics_on_a_port_accept_only_get() {
    // The port was free a moment ago; another process may take it before the service does.
    let (service, port) = eventually("the service has the port", || {
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();
        let config = format!(
            "{}\n[metrics]\nlisten = \"{port}\"\n",
            Service::direct_config()
        );
        let started = Service::builder().config(config).try_start();
        Some((started.ok()?, port))
    });
    let tcp = || TcpStream::connect(port).unwrap();
    let get = "GET /metrics HTTP/1.1\r\nHost: here\r\n\r\n";
    assert!(ask(tcp(), get).contains("parsec_build_info{version="));
    assert!(ask(tcp(), "GET /keys HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 404"));
    assert!(ask(tcp(), "POST /metrics HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 405"));
    assert!(ask(tcp(), "\x01\x02\r\n\r\n").starts_with("HTTP/1.1 400"));
    // A client that sends nothing does not block others.
    let _silent: Vec<_> = (0..4).map(|_| tcp()).collect();
    assert!(ask(tcp(), get).contains("# EOF"));
    assert!(service.wire().answers());
}

#[test]
fn metrics_are_off_by_default_and_never_for_other_hosts() {
    let mut service = Service::direct();
    let sockets = || {
        let entries = std::fs::read_dir(service.scratch().join("run")).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name());
        names
            .filter(|name| name.to_string_lossy().ends_with(".sock"))
            .count()
    };
    assert_eq!(sockets(), 1);
    assert!(service.terminate().success());
    for listen in [
        "0.0.0.0:9464",
        "192.0.2.1:9464",
        "[::]:9464",
        "9464",
        "/run/x",
    ] {
        let text = format!(
            "{config}\n[metrics]\nlisten = \"{listen}\"\n",
            config = Service::direct_config()
        );
        service.configure(&text);
        let refused = service.run(&["--config", "config.toml", "--check"]);
        assert_eq!(refused.status.code(), Some(2), "{listen}");
        assert!(String::from_utf8_lossy(&refused.stderr).contains("127.0.0.1"));
    }
}

#[test]
fn the_metrics_socket_is_removed_at_shutdown() {
    use std::os::unix::fs::PermissionsExt as _;
    let mut service = with_metrics();
    let socket = service.scratch().join("run/metrics.sock");
    let mode = socket.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o660);
    assert!(service.terminate().success());
    assert!(!socket.exists());
}
