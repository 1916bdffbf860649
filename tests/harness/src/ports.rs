//! TCP ports for swtpm.

use std::env;
use std::fs::{File, OpenOptions};
use std::net::TcpListener;

/// Below the kernel's range of ports for outgoing connections.
const RANGE: std::ops::Range<u16> = 21_000..32_000;

/// Two consecutive ports of this machine, reserved among all test processes until dropped.
#[derive(Debug)]
pub(crate) struct PortPair {
    pub(crate) first: u16,
    // The lock is released when the process exits in any way.
    _lock: File,
}

impl PortPair {
    pub(crate) fn reserve() -> Self {
        RANGE
            .step_by(2)
            .find_map(Self::try_reserve)
            .expect("two consecutive free ports")
    }

    fn try_reserve(first: u16) -> Option<Self> {
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(env::temp_dir().join(format!("parsec-swtpm-{first}.lock")))
            .ok()?;
        lock.try_lock().ok()?;
        // Other programs do not use the lock.
        for port in [first, first + 1] {
            TcpListener::bind(("127.0.0.1", port)).ok()?;
        }
        Some(Self { first, _lock: lock })
    }
}
