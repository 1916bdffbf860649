#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test's own helpers may panic")]
//! A device that hangs does not keep the service from stopping, and one that was reset is counted.

use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::{Duration, Instant};

use parsec_contracts::Status;
use parsec_contracts::frame::flags::EXTENSIONS;
use parsec_contracts::operations::{GenerateVolatileKey, ListKeys, PsaGenerateRandom};
use parsec_contracts::types::KeyLifetime;
use parsec_harness::{Auth, Service, SoftHsm, Swtpm, keys, request};
use rustix::process::{Pid, Signal, kill_process};

const TPM: u8 = 3;
const TOKEN: u8 = 2;

fn with_tpm(swtpm: &Swtpm, drain_timeout: u32) -> Service {
    let config = format!(
        "{}\n[[provider]]\nprovider_type = \"Tpm\"\ntcti = {:?}\n",
        Service::direct_config().replace(
            "timeout = 3000",
            &format!("timeout = 3000\ndrain_timeout = {drain_timeout}")
        ),
        swtpm.tcti()
    );
    Service::builder()
        .config(config)
        .env("TSS2_LOG", "all+NONE")
        .start()
}

/// A request that will never be answered.
fn hang(service: &Service, swtpm: &Swtpm) -> parsec_harness::Wire {
    swtpm.hang();
    let mut wire = service.wire();
    let random = PsaGenerateRandom { size: 16 };
    wire.send(&request(TPM, &Auth::direct("web"), 0, random))
        .unwrap();
    // Until it is certainly with the chip.
    thread::sleep(Duration::from_millis(300));
    wire
}

fn terminate(service: &Service) {
    let pid = Pid::from_raw(service.pid().try_into().unwrap()).unwrap();
    kill_process(pid, Signal::TERM).unwrap();
}

#[test]
fn the_service_stops_at_its_deadline_whatever_a_device_does() {
    let swtpm = Swtpm::start();
    let mut service = with_tpm(&swtpm, 700);
    let _wire = hang(&service, &swtpm);
    let begun = Instant::now();
    assert!(service.terminate().success(), "{}", service.log());
    let took = begun.elapsed();
    assert!(took >= Duration::from_millis(700), "{took:?}");
    assert!(took < Duration::from_secs(10), "{took:?}");
    let log = service.log();
    assert!(log.contains("requests were still running"), "{log}");
    assert!(log.contains("does not answer and is left"), "{log}");
}

#[test]
fn keys_that_a_device_does_not_let_go_of_hold_up_nobody_else() {
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
    let _wire = hang(&service, &swtpm);
    drop(holders);
    // They are being deleted, and their device does not answer.
    thread::sleep(Duration::from_millis(300));
    let begun = Instant::now();
    for _ in 0..8 {
        let reply = service
            .wire()
            .call(0, &Auth::direct("mail"), 0, ListKeys {});
        assert_eq!(reply.unwrap().status(), Status::Success);
    }
    assert!(begun.elapsed() < Duration::from_secs(2));
}

#[test]
fn whoever_asks_twice_does_not_wait() {
    let swtpm = Swtpm::start();
    let mut service = with_tpm(&swtpm, 60_000);
    let _wire = hang(&service, &swtpm);
    terminate(&service);
    thread::sleep(Duration::from_millis(300));
    let begun = Instant::now();
    assert!(service.terminate().success());
    assert!(begun.elapsed() < Duration::from_secs(10));
    let log = service.log();
    assert!(log.contains("told to stop again"), "{log}");
}

fn scrape(service: &Service) -> String {
    let mut stream = UnixStream::connect(service.scratch().join("run/metrics.sock")).unwrap();
    stream.write_all(b"GET /metrics HTTP/1.1\r\n\r\n").unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}

fn number(text: &str, sample: &str) -> u64 {
    let line = text.lines().find(|line| line.starts_with(sample));
    let line = line.unwrap_or_else(|| panic!("{sample}: {text}"));
    line.rsplit(' ').next().unwrap().parse().unwrap()
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
         user_pin = \"{}\"\n[metrics]\nlisten = \"unix:{{scratch}}/run/metrics.sock\"\n",
        Service::direct_config(),
        swtpm.tcti(),
        SoftHsm::library(),
        SoftHsm::PIN,
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
    let text = scrape(&service);
    for (provider, misses) in [("tpm", 1), ("pkcs11", 1)] {
        let of = |name: &str| number(&text, &format!("parsec_{name}{{provider=\"{provider}\"}}"));
        assert_eq!(of("key_cache_misses_total"), misses, "{provider}: {text}");
        assert_eq!(of("key_cache_hits_total"), 2, "{provider}: {text}");
        assert_eq!(of("device_resets_total"), 0, "{provider}");
        assert_eq!(of("keys"), 1, "{provider}");
    }
    swtpm.restart();
    assert_eq!(sign(&service, TPM), Status::Success);
    let text = scrape(&service);
    assert_eq!(
        number(&text, "parsec_device_resets_total{provider=\"tpm\"}"),
        1
    );
    assert_eq!(
        number(&text, "parsec_key_cache_misses_total{provider=\"tpm\"}"),
        2
    );
}
