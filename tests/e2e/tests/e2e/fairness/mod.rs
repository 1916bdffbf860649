//! One client does not block others: long operations, hanging devices, long lists.

mod hung_device;
mod listing;
mod long_work;

use std::io::ErrorKind;
use std::io::Read as _;

use parsec_contracts::Operation;
use parsec_contracts::frame::flags::EXTENSIONS;
use parsec_harness::{Auth, Metrics, Service, Swtpm, Wire, request};

pub(crate) const SOFTWARE: u8 = 1;
pub(crate) const TPM: u8 = 3;

/// Starts a service with software and a TPM, and the administrator `admin`.
fn with_tpm(swtpm: &Swtpm, listener: &str) -> Service {
    let config = format!(
        "{}\n[[provider]]\nprovider_type = \"Tpm\"\ntcti = {:?}\n{}",
        Service::direct_config().replace("timeout = 3000", &format!("timeout = 3000\n{listener}")),
        swtpm.tcti(),
        Metrics::CONFIG,
    );
    Service::builder()
        .config(config)
        .env("TSS2_LOG", "all+NONE")
        .start()
}

/// Sends a request of an application without waiting for its response.
fn begin<O: Operation>(service: &Service, provider: u8, app: &str, operation: O) -> Wire {
    let mut wire = service.wire();
    let request = request(provider, &Auth::direct(app), EXTENSIONS, operation);
    wire.send(&request).unwrap();
    wire
}

/// Returns whether no byte of a response has arrived.
fn is_unanswered(wire: &Wire) -> bool {
    wire.stream().set_nonblocking(true).unwrap();
    let read = wire.stream().read(&mut [0]);
    wire.stream().set_nonblocking(false).unwrap();
    matches!(read, Err(error) if error.kind() == ErrorKind::WouldBlock)
}
