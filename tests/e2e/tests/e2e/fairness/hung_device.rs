//! A hanging device delays only the callers that use it, and only while they wait.

use parsec_contracts::Status;
use parsec_contracts::frame::flags::EXTENSIONS;
use parsec_contracts::operations::{
    DeleteClient, ListClientUsage, ListKeys, PsaGenerateRandom, RevokeKey,
};
use parsec_contracts::types::ClientId;
use parsec_harness::{Auth, Service, Swtpm, Wire, eventually, keys};
use parsec_tests_e2e::wait_for_requests;

use super::{SOFTWARE, TPM, begin, with_tpm};

fn random(service: &Service, app: &str) -> Wire {
    begin(service, TPM, app, PsaGenerateRandom { size: 16 })
}

#[test]
fn requests_and_connections_end_when_their_caller_disconnects() {
    let swtpm = Swtpm::start();
    // Twelve connections of one user.
    let service = with_tpm(&swtpm, "max_connections = 16");
    swtpm.hang();
    for round in 1..=6 {
        let leaving: Vec<Wire> = (0..8).map(|_| random(&service, "leaves")).collect();
        wait_for_requests(&service, "leaves", round * 8);
        drop(leaving);
        eventually("their connections are free again", || {
            let usage = usage(&service);
            let of_app = usage.iter().find(|one| one.client.name == "leaves");
            of_app.is_some_and(|one| (one.requests_in_flight, one.connections) == (0, 0))
        });
        // The device is processing the first request, which cannot be cancelled.
        eventually("nothing waits", || service.metrics().queued("tpm") == 0.0);
        assert!(service.wire().answers());
    }
}

fn usage(service: &Service) -> Vec<parsec_contracts::types::ClientUsage> {
    let reply = service.wire().ask_extended("admin", ListClientUsage {});
    reply.output::<ListClientUsage>().unwrap().clients
}

#[test]
fn a_half_closed_connection_still_receives_its_response() {
    let swtpm = Swtpm::start();
    let service = with_tpm(&swtpm, "");
    let mut wire = begin(&service, TPM, "web", PsaGenerateRandom { size: 2048 });
    wire.stream().shutdown(std::net::Shutdown::Write).unwrap();
    assert_eq!(wire.status(), Status::Success);
}

#[test]
fn administration_does_not_wait_for_devices() {
    let swtpm = Swtpm::start();
    let service = with_tpm(&swtpm, "");
    let mut wire = service.wire();
    for (provider, name) in [(TPM, "a"), (TPM, "b"), (SOFTWARE, "c")] {
        let key = keys::generate(name, keys::ecdsa_p256());
        let made = wire.call(provider, &Auth::direct("web"), 0, key).unwrap();
        assert_eq!(made.status(), Status::Success);
    }
    swtpm.hang();
    let _hung = random(&service, "hung");
    wait_for_requests(&service, "hung", 1);
    let revoke = RevokeKey {
        client: ClientId {
            authenticator: 1,
            name: "web".to_owned(),
        },
        provider_id: TPM.into(),
        key_name: "a".to_owned(),
    };
    let mut revoking = begin(&service, 0, "admin", revoke);
    wait_for_requests(&service, "admin", 1);
    // Other clients are served in the meantime, and the key is deleted immediately.
    eventually("the key is gone", || {
        let keys = wire.output("web", ListKeys {}).keys;
        keys.iter().all(|key| key.name != "a")
    });
    assert!(!usage(&service).is_empty());
    assert_eq!(revoking.status(), Status::Success);
    let delete = DeleteClient {
        client: "web".to_owned(),
    };
    let deleted = service
        .wire()
        .call(0, &Auth::direct("admin"), EXTENSIONS, delete);
    assert_eq!(deleted.unwrap().status(), Status::Success);
    assert!(wire.output("web", ListKeys {}).keys.is_empty());
}

#[test]
fn shutdown_does_not_wait_for_a_device_without_callers() {
    let swtpm = Swtpm::start();
    // Much longer than the harness waits for the shutdown.
    let mut service = with_tpm(&swtpm, "drain_timeout = 600000");
    swtpm.hang();
    let gone = random(&service, "gone");
    wait_for_requests(&service, "gone", 1);
    drop(gone);
    assert!(service.terminate().success(), "{}", service.log());
}
