//! TCP ports for swtpm.

use std::env;
use std::fs::{File, OpenOptions};
use std::net::TcpListener;

/// Below the ports that the kernel gives to outgoing connections.
const RANGE: std::ops::Range<u16> = 21_000..32_000;

/// Two neighbouring ports of this machine, reserved among all test processes until it is dropped.
#[derive(Debug)]
pub(crate) struct PortPair {
    pub(crate) first: u16,
    // The lock ends with the process, however it ends.
    _lock: File,
}

impl PortPair {
    pub(crate) fn reserve() -> Self {
        RANGE
            .step_by(2)
            .find_map(Self::try_reserve)
            .expect("two free ports beside each other")
    }

    fn try_reserve(first: u16) -> Option<Self> {
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(env::temp_dir().join(format!("parsec-swtpm-{first}.lock")))
            .ok()?;
        lock.try_lock().ok()?;
        // Other programs do not know of the lock.
        for port in [first, first + 1] {
            TcpListener::bind(("127.0.0.1", port)).ok()?;
        }
        Some(Self { first, _lock: lock })
    }
}
