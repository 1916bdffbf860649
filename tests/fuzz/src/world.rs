//! The environment of a target. The supervisor starts it, so that it outlives a target that dies;
//! the target finds it through environment variables.

use std::env;
use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use parsec_contracts::Status;
use parsec_contracts::operations::{PsaDestroyKey, PsaImportKey};
use parsec_contracts::types::{Algorithm, KeyAttributes, KeyPolicy, KeyType, UsageFlags};
use parsec_harness::{Service, keys};
use tempfile::TempDir;

use crate::targets::tokens_of_the_world;
use crate::workload_api::WorkloadApi;

const SOCKET: &str = "PARSEC_FUZZ_SOCKET";
const LOG: &str = "PARSEC_FUZZ_LOG";
const FILES: &str = "PARSEC_FUZZ_FILES";
const SCRATCH: &str = "PARSEC_FUZZ_SCRATCH";

/// The environment of a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum World {
    /// No environment.
    Nothing,
    /// The files of a stopped service: its key store and its audit log.
    Files,
    /// A service with software keys and the direct authenticator.
    Service,
    /// A service with JWT-SVIDs, and its Workload API.
    Tokens,
}

/// A running environment. Dropping it stops it.
pub struct Running {
    service: Option<Service>,
    _api: Option<WorkloadApi>,
    _scratch: Option<TempDir>,
    environment: Vec<(&'static str, OsString)>,
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running")
            .field("environment", &self.environment)
            .finish_non_exhaustive()
    }
}

impl Running {
    /// Returns the environment variables for the target's process.
    pub fn environment(&self) -> &[(&'static str, OsString)] {
        &self.environment
    }

    /// Returns the service's log.
    pub fn log(&self) -> Option<String> {
        self.service.as_ref().map(Service::log)
    }
}

impl World {
    /// Starts the environment.
    ///
    /// # Panics
    ///
    /// If it does not start.
    pub fn start(self) -> Running {
        let mut running = self.start_service();
        let scratch = in_memory();
        running.environment.push((SCRATCH, scratch.path().into()));
        running._scratch = Some(scratch);
        running
    }

    fn start_service(self) -> Running {
        match self {
            Self::Nothing => Running {
                service: None,
                _api: None,
                _scratch: None,
                environment: Vec::new(),
            },
            Self::Files => files(),
            Self::Service => serve(Service::builder().config(config()).start(), None),
            Self::Tokens => tokens(),
        }
    }
}

fn serve(service: Service, api: Option<WorkloadApi>) -> Running {
    let log = service.scratch().join("service.log");
    Running {
        environment: vec![(SOCKET, service.socket().into()), (LOG, log.into())],
        service: Some(service),
        _api: api,
        _scratch: None,
    }
}

/// Large RSA keys take seconds: the policy denies generating them, and the targets import them.
fn config() -> String {
    Service::direct_config()
        + "\n[[policy.deny]]\noperations = [\"psa_generate_key\", \"generate_volatile_key\"]\nkey_types = [\"rsa-key-pair\"]\n"
}

fn tokens() -> Running {
    let api = tokens_of_the_world();
    let service = Service::direct_with(
        "auth_type = \"Direct\"",
        &format!(
            "auth_type = \"JwtSvid\"\nworkload_endpoint = \"unix:{}\"\naudience = \"{AUDIENCE}\"",
            api.socket().display()
        ),
    );
    service.wait_for_log("are verified with keys of the Workload API");
    serve(service, Some(api))
}

/// Audience of the environment's tokens.
pub(crate) const AUDIENCE: &str = "parsec";

/// Number of keys in the store of [`World::Files`].
pub(crate) const KEYS: u8 = 6;
/// Their owner.
pub(crate) const OWNER: &str = "ant";

/// Returns the name of a key in this store.
pub(crate) fn key_name(index: u8) -> String {
    format!("key-{index}")
}

/// Returns its material.
pub(crate) fn material(index: u8) -> Vec<u8> {
    (0..32).map(|at| at ^ index.wrapping_mul(37)).collect()
}

fn files() -> Running {
    let config = Service::direct_config() + "\n[audit]\nto = \"file\"\n";
    let mut service = Service::builder().config(config).start();
    let mut wire = service.wire();
    // More keys than are kept, so that some are deleted.
    for index in 0..KEYS + 2 {
        let usage = UsageFlags {
            export: true,
            ..UsageFlags::default()
        };
        let import = PsaImportKey {
            key_name: key_name(index),
            attributes: KeyAttributes {
                key_type: KeyType::RawData,
                key_bits: 256,
                key_policy: KeyPolicy {
                    key_usage_flags: usage,
                    key_algorithm: Algorithm::None,
                },
            },
            data: material(index).into(),
        };
        assert_eq!(wire.ask(OWNER, import), Status::Success);
    }
    for index in KEYS..KEYS + 2 {
        let key_name = key_name(index);
        assert_eq!(wire.ask(OWNER, PsaDestroyKey { key_name }), Status::Success);
    }
    assert_eq!(wire.ask("bee", keys::signer("sign")), Status::Success);
    let key_name = "sign".to_owned();
    assert_eq!(wire.ask("bee", PsaDestroyKey { key_name }), Status::Success);
    drop(wire);
    assert!(service.terminate().success(), "{}", service.log());
    // One file without a write-ahead log, because a log that is damaged at its end looks like the
    // result of a power failure.
    let copied = service.run(&["--config", "config.toml", "store", "backup", "copy"]);
    assert!(copied.status.success(), "{copied:?}");
    Running {
        environment: vec![(FILES, service.scratch().into())],
        service: Some(service),
        _api: None,
        _scratch: None,
    }
}

fn place(variable: &str) -> PathBuf {
    env::var_os(variable).map_or_else(
        || panic!("{variable} is not set: `parsec-fuzz` starts what this target needs"),
        PathBuf::from,
    )
}

/// Returns the path of the service's socket.
pub(crate) fn socket() -> PathBuf {
    place(SOCKET)
}

/// Creates a temporary folder, in memory if possible, because a disk would be the bottleneck.
fn in_memory() -> TempDir {
    let memory = TempDir::new_in("/dev/shm");
    memory
        .or_else(|_| TempDir::new())
        .unwrap_or_else(|error| panic!("no temporary folder: {error}"))
}

/// Creates a temporary folder inside the environment's, which is removed with it: objects that a
/// target keeps until its process exits are never dropped.
pub(crate) fn scratch() -> TempDir {
    match env::var_os(SCRATCH) {
        Some(folder) => {
            TempDir::new_in(folder).unwrap_or_else(|error| panic!("no temporary folder: {error}"))
        }
        // A single input runs again.
        None => in_memory(),
    }
}

/// Returns a file of the stopped service.
pub(crate) fn file(name: &str) -> Vec<u8> {
    let path = place(FILES).join(name);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Fails if the log has reported a panic since the last call.
///
/// # Panics
///
/// If it has.
pub(crate) fn assert_no_panic() {
    static SEEN: AtomicU64 = AtomicU64::new(0);
    let path = place(LOG);
    let length = fs::metadata(&path).map_or(0, |found| found.len());
    let seen = SEEN.swap(length, Ordering::Relaxed);
    if length <= seen {
        return;
    }
    let log = fs::read(&path).unwrap_or_default();
    let news = log.get(usize::try_from(seen).unwrap_or(0)..);
    let news = String::from_utf8_lossy(news.unwrap_or_default()).into_owned();
    assert!(
        !news.contains("panicked at"),
        "the service panicked: {news}"
    );
}
