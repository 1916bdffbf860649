//! Settings of this process in the operating system.

use std::io;

use rustix::process::{
    DumpableBehavior, Resource, Rlimit, getrlimit, set_dumpable_behavior, setrlimit,
};

/// Open files besides the connections: of the key store, the runtime, and devices.
const OTHER_FILES: u64 = 64;

/// Disables core dumps, so that a crash writes no memory to disk, and keeps other processes of the same
/// user from reading the memory, which holds keys and PINs. Call it before any secret is read.
///
/// # Errors
///
/// The error of the operating system.
pub fn forbid_core_dumps() -> io::Result<()> {
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    setrlimit(Resource::Core, none)?;
    Ok(set_dumpable_behavior(DumpableBehavior::NotDumpable)?)
}

/// Raises the limit on open files as far as the system allows. Every connection is an open file, and
/// the usual limit is lower than the configured number of connections.
pub(crate) fn allow_files(connections: usize) {
    let wanted = (connections as u64).saturating_add(OTHER_FILES);
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current.is_none_or(|current| current >= wanted) {
        return;
    }
    let allowed = limit.maximum.map_or(wanted, |maximum| maximum.min(wanted));
    limit.current = Some(allowed);
    let raised = setrlimit(Resource::Nofile, limit);
    if raised.is_err() || allowed < wanted {
        tracing::warn!(
            wanted,
            allowed,
            "the limit of open files is too low for max_connections; raise LimitNOFILE or lower it"
        );
    }
}
