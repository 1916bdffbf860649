//! The socket file, socket activation, and signals.

use std::fs;
use std::os::fd::OwnedFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::{Command, Stdio};

use parsec_contracts::Status;
use parsec_contracts::operations::{Ping, PsaGenerateKey};
use parsec_harness::{Service, Wire, keys, request_of, service_binary};
use parsec_tests_e2e::wait_for_requests;
use rustix::process::Signal;

#[test]
fn a_stale_socket_is_replaced() {
    let mut service = Service::prepared(Service::direct_config());
    drop(UnixListener::bind(service.socket()).unwrap());
    assert!(service.socket().exists());
    service.launch();
    assert!(service.wire().answers());
}

#[test]
fn a_live_socket_and_a_regular_file_are_not_replaced() {
    let service = Service::prepared(Service::direct_config());
    let other = UnixListener::bind(service.socket()).unwrap();
    let refused = service.run(&["--config", "config.toml"]);
    assert_eq!(refused.status.code(), Some(1));
    let output = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(output.contains("another service listens"), "{output}");
    drop(other);
    fs::remove_file(service.socket()).unwrap();

    fs::write(service.socket(), "a user's file").unwrap();
    let refused = service.run(&["--config", "config.toml"]);
    assert_eq!(refused.status.code(), Some(1));
    let kept = fs::read_to_string(service.socket()).unwrap();
    assert_eq!(kept, "a user's file");
}

#[test]
fn a_second_service_on_the_same_store_is_refused() {
    let service = Service::direct();
    service.write(
        "other.toml",
        &Service::direct_config().replace("parsec.sock", "other.sock"),
    );
    let refused = service.run(&["--config", "other.toml"]);
    assert_eq!(refused.status.code(), Some(1));
    let output = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(output.contains("in use by another service"), "{output}");
    assert!(service.wire().answers());
}

#[test]
fn a_published_database_is_not_touched() {
    let service = Service::direct();
    assert!(Service::direct_config().contains("{state}/keys.sqlite3"));
    assert!(!service.state_dir().join("keys.sqlite3").exists());
    assert!(service.state_dir().join("parsec-keys.sqlite3").exists());
}

#[test]
fn a_socket_from_systemd_is_served_and_left_in_place() {
    let mut service = Service::prepared(Service::direct_config());
    let path = service.scratch().join("activated.sock");
    let listener = UnixListener::bind(&path).unwrap();
    // A client that connected before the service started.
    let mut early = Wire::new(UnixStream::connect(&path).unwrap()).unwrap();
    early.send(&request_of("", Ping {})).unwrap();

    let mut command = Command::new("sh");
    command
        .args([
            "-c",
            "LISTEN_PID=$$ LISTEN_FDS=1 exec \"$0\" --config config.toml 3<&0 </dev/null",
        ])
        .arg(service_binary())
        .current_dir(service.scratch())
        .stdin(Stdio::from(OwnedFd::from(listener)));
    service.spawn(&mut command);
    assert_eq!(early.status(), Status::Success);
    service.wait_until_ready(&path);
    assert!(
        !service.socket().exists(),
        "the path in the config is not used as well"
    );
    assert!(service.terminate().success());
    assert!(path.exists(), "the socket is systemd's to remove");
}

fn large_key(name: &str) -> PsaGenerateKey {
    keys::generate(name, keys::rsa(3072))
}

#[test]
fn requests_in_flight_complete_before_the_service_stops() {
    for signal in [Signal::TERM, Signal::INT] {
        let mut service = Service::direct();
        let mut idle = service.wire();
        assert!(idle.answers());
        let mut busy = service.wire();
        busy.send(&request_of("web", large_key("k"))).unwrap();
        wait_for_requests(&service, "web", 1);
        service.signal(signal);
        assert_eq!(busy.status(), Status::Success);
        assert!(service.wait().success());
        assert!(!service.socket().exists());
        assert!(idle.is_closed());
        // It was acknowledged, so it exists.
        service.launch();
        let taken = service.wire().ask("web", large_key("k"));
        assert_eq!(taken, Status::PsaErrorAlreadyExists);
    }
}
