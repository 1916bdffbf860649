//! What the process asks of the operating system for itself.

use std::io;

use rustix::process::{
    DumpableBehavior, Resource, Rlimit, getrlimit, set_dumpable_behavior, setrlimit,
};

/// Files that are open beside the connections: the key store's, the runtime's, devices.
const OTHER_FILES: u64 = 64;

/// Sees to it that a crash writes no memory to disk, and that other processes of the same user
/// cannot read it: keys and PINs are in there. To be called before any of them is.
///
/// # Errors
///
/// What the system said.
pub fn forbid_core_dumps() -> io::Result<()> {
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    setrlimit(Resource::Core, none)?;
    Ok(set_dumpable_behavior(DumpableBehavior::NotDumpable)?)
}

/// Every connection is an open file, and the usual limit is below what is configured; a process
/// may raise its own up to what the system sets.
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
