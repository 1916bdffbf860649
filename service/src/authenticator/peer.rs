//! What the kernel says of the process at the other end.

use std::fs;
use std::os::fd::{AsFd as _, OwnedFd};
use std::sync::Arc;

use nix::sys::socket::{getsockopt, sockopt};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use tokio::net::UnixStream;

/// What the kernel says of the process at the other end, when it connected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Peer {
    /// Its user.
    pub(crate) uid: u32,
    /// The group that it runs with.
    pub(crate) gid: u32,
    /// Its control group, if the kernel vouches for it. It is asked for whether or not anybody
    /// wants to know it now: a reload may bring somebody who does.
    pub(crate) cgroup: Option<Arc<str>>,
}

impl Peer {
    /// Asks the kernel.
    pub(crate) fn of(stream: &UnixStream) -> Option<Self> {
        let credentials = stream.peer_cred().ok()?;
        Some(Self {
            uid: credentials.uid(),
            gid: credentials.gid(),
            cgroup: credentials.pid().and_then(|pid| cgroup(stream, pid)),
        })
    }
}

/// Says so if the kernel does not vouch for control groups.
pub(super) fn warn_without_cgroups() {
    let vouched = std::os::unix::net::UnixStream::pair()
        .map_err(|error| error.to_string())
        .and_then(|(one, _other)| {
            getsockopt(&one, sockopt::PeerPidfd).map_err(|error| error.to_string())
        });
    if let Err(error) = vouched {
        tracing::warn!(
            error,
            "the kernel does not say which process calls (SO_PEERPIDFD, Linux 6.5); nobody is \
             known by unit, container or control group"
        );
    }
}

/// The control group of the process that connected. A process's number may be given to another one
/// when it ends; so the process is held, and must still be there when the file has been read.
fn cgroup(stream: &UnixStream, pid: i32) -> Option<Arc<str>> {
    let held: OwnedFd = getsockopt(stream, sockopt::PeerPidfd).ok()?;
    let text = fs::read_to_string(format!("/proc/{pid}/cgroup")).ok()?;
    let mut ended = [PollFd::from_borrowed_fd(held.as_fd(), PollFlags::IN)];
    let at_once = Timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    if poll(&mut ended, Some(&at_once)).ok()? > 0 {
        return None;
    }
    path(&text).map(Arc::from)
}

/// The path in the unified hierarchy, or where that is not used in the one of systemd.
fn path(text: &str) -> Option<&str> {
    let of = |start: &str| text.lines().find_map(|line| line.strip_prefix(start));
    let by_name = || {
        text.lines().find_map(|line| {
            let (_, rest) = line.split_once(':')?;
            rest.strip_prefix("name=systemd:")
        })
    };
    // "/.." leads out of the control groups that this process may see.
    of("0::")
        .filter(|path| *path != "/")
        .or_else(by_name)
        .or_else(|| of("0::"))
        .filter(|path| !path.split('/').any(|part| part == ".."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_kernel_says_who_connected() {
        let (one, _other) = UnixStream::pair().unwrap();
        let peer = Peer::of(&one).unwrap();
        assert_eq!(peer.uid, rustix::process::getuid().as_raw());
        assert_eq!(peer.gid, rustix::process::getgid().as_raw());
        let own = fs::read_to_string("/proc/self/cgroup").unwrap();
        assert_eq!(peer.cgroup.as_deref(), path(&own));
        assert!(peer.cgroup.is_some(), "{own}");
    }

    #[test]
    fn the_path_is_that_of_the_unified_hierarchy_or_of_systemds() {
        assert_eq!(
            path("0::/system.slice/a.service\n"),
            Some("/system.slice/a.service")
        );
        let both = "1:name=systemd:/system.slice/b.service\n0::/\n";
        assert_eq!(path(both), Some("/system.slice/b.service"));
        assert_eq!(path("0::/\n"), Some("/"));
        assert_eq!(path("0::/../../other\n"), None);
        assert_eq!(path(""), None);
    }
}
