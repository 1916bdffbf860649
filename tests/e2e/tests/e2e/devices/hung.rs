//! A hanging device does not block the shutdown of the service, and resets are counted.

use std::io::{ErrorKind, Read as _};
use std::time::{Duration, Instant};

use parsec_contracts::Status;
use parsec_contracts::frame::flags::EXTENSIONS;
use parsec_contracts::operations::{GenerateVolatileKey, ListKeys, PsaGenerateRandom};
use parsec_contracts::types::KeyLifetime;
use parsec_harness::{Auth, Metrics, Service, SoftHsm, Swtpm, Wire, eventually, keys, request};
use parsec_tests_e2e::wait_for_requests;
use rustix::process::Signal;

const TPM: u8 = 3;
const TOKEN: u8 = 2;

fn with_tpm(swtpm: &Swtpm, drain_timeout: u32) -> Service {
    let config = format!(
        "{}\n[[provider]]\nprovider_type = \"Tpm\"\ntcti = {:?}\n{}",
        Service::direct_config().replace(
            "timeout = 3000",
            &format!("timeout = 3000\ndrain_timeout = {drain_timeout}")
        ),
        swtpm.tcti(),
        Metrics::CONFIG,
    );
    Service::builder()
        .config(config)
        .env("TSS2_LOG", "all+NONE")
        .start()
}

/// Sends a request that never receives a response, from a new application.
fn hang(service: &Service, swtpm: &Swtpm) -> Wire {
    swtpm.hang();
    let mut wire = service.wire();
    let random = PsaGenerateRandom { size: 16 };
    wire.send(&request(TPM, &Auth::direct("waiting"), 0, random))
        .unwrap();
    wait_for_requests(service, "waiting", 1);
    wire
}

#[test]
fn the_service_stops_at_its_deadline_with_a_hanging_device() {
    let swtpm = Swtpm::start();
    let mut service = with_tpm(&swtpm, 700);
    let _wire = hang(&service, &swtpm);
    let begun = Instant::now();
    assert!(service.terminate().success(), "{}", service.log());
    assert!(begun.elapsed() >= Duration::from_millis(700));
    let log = service.log();
    assert!(log.contains("requests were still running"), "{log}");
    assert!(log.contains("does not respond and is not closed"), "{log}");
}

#[test]
fn deleting_keys_on_a_hanging_device_does_not_block_others() {
    let swtpm = Swtpm::start();
    let service = with_tpm(&swtpm, 700);
    let mut holders: Vec<_> = (0..4).map(|_| service.wire()).collect();
    for (number, wire) in holders.iter_mut().enumerate() {
        let made = GenerateVolatileKey {
            key_name: format!("brief-{number}"),
            attributes: keys::ecdsa_p256(),
            lifetime: KeyLifetime::Connection,
        };
        let reply = wire.call(TPM, &Auth::direct("web"), EXTENSIONS, made);
        assert_eq!(reply.unwrap().status(), Status::Success);
    }
    let hung = hang(&service, &swtpm);
    drop(holders);
    eventually("the keys wait to be deleted", || {
        service.metrics().queued("tpm") >= 1.0
    });
    for _ in 0..8 {
        let reply = service
            .wire()
            .call(0, &Auth::direct("mail"), 0, ListKeys {});
        assert_eq!(reply.unwrap().status(), Status::Success);
    }
    // The device has not responded in the meantime.
    assert!(service.metrics().queued("tpm") >= 1.0);
    hung.stream().set_nonblocking(true).unwrap();
    let nothing = hung.stream().read(&mut [0]).unwrap_err();
    assert_eq!(nothing.kind(), ErrorKind::WouldBlock);
}

#[test]
fn requests_to_a_hanging_tpm_fail_at_the_deadline_until_it_responds() {
    let swtpm = Swtpm::start();
    let config = format!(
        "{}\n[[provider]]\nprovider_type = \"Tpm\"\ntcti = {:?}\ncommand_timeout = 500\n",
        Service::direct_config(),
        swtpm.tcti(),
    );
    let service = Service::builder()
        .config(config)
        .env("TSS2_LOG", "all+NONE")
        .start();
    let draw = || {
        let random = PsaGenerateRandom { size: 16 };
        let auth = Auth::direct("web");
        service.wire().call(TPM, &auth, 0, random).unwrap().status()
    };
    assert_eq!(draw(), Status::Success);
    swtpm.hang();
    for _ in 0..20 {
        assert_eq!(draw(), Status::PsaErrorCommunicationFailure);
    }
    let log = service.log();
    assert_eq!(log.matches("the TPM does not respond;").count(), 1, "{log}");
    swtpm.resume();
    eventually("the TPM is used again", || draw() == Status::Success);
    service.wait_for_log("the TPM responds again");
}

#[test]
fn a_second_signal_stops_the_service_immediately() {
    let swtpm = Swtpm::start();
    // Much longer than the harness waits for the shutdown.
    let mut service = with_tpm(&swtpm, 600_000);
    let _wire = hang(&service, &swtpm);
    service.signal(Signal::TERM);
    service.wait_for_log("stopping");
    assert!(service.terminate().success());
    let log = service.log();
    assert!(log.contains("stop signal received again"), "{log}");
}

fn sign(service: &Service, provider: u8) -> Status {
    let operation = keys::sign("k", &[7; 32]);
    let auth = Auth::direct("web");
    let reply = service.wire().call(provider, &auth, 0, operation);
    reply.unwrap().status()
}

#[test]
fn caches_and_resets_of_devices_are_counted() {
    let mut swtpm = Swtpm::start();
    let softhsm = SoftHsm::with_tokens(&["token"]);
    let config = format!(
        "{}\n[[provider]]\nprovider_type = \"Tpm\"\ntcti = {:?}\n[[provider]]\n\
         provider_type = \"Pkcs11\"\nlibrary_path = {:?}\ntoken_label = \"token\"\n\
         user_pin = \"{}\"\n{}",
        Service::direct_config(),
        swtpm.tcti(),
        SoftHsm::library(),
        SoftHsm::PIN,
        Metrics::CONFIG,
    );
    let service = Service::builder()
        .config(config)
        .env("SOFTHSM2_CONF", softhsm.config())
        .env("TSS2_LOG", "all+NONE")
        .start();
    for provider in [TPM, TOKEN] {
        let generate = keys::generate("k", keys::ecdsa_p256());
        let reply = service
            .wire()
            .call(provider, &Auth::direct("web"), 0, generate);
        assert_eq!(reply.unwrap().status(), Status::Success);
        for _ in 0..3 {
            assert_eq!(sign(&service, provider), Status::Success);
        }
    }
    let counted = |provider: &str| {
        let metrics = service.metrics();
        [
            "key_cache_misses_total",
            "key_cache_hits_total",
            "device_resets_total",
            "keys",
        ]
        .map(|name| metrics.value(&format!("parsec_{name}{{provider=\"{provider}\"}}")))
    };
    for provider in ["tpm", "pkcs11"] {
        assert_eq!(
            counted(provider),
            [1.0, 2.0, 0.0, 1.0].map(Some),
            "{provider}"
        );
    }
    swtpm.restart();
    assert_eq!(sign(&service, TPM), Status::Success);
    let [misses, _, resets, _] = counted("tpm");
    assert_eq!([misses, resets], [Some(2.0), Some(1.0)]);
}
