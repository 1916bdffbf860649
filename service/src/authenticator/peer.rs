//! The kernel's credentials of the peer process.

use std::fs;
use std::os::fd::{AsFd as _, OwnedFd};
use std::sync::{Arc, OnceLock};

use nix::sys::socket::{getsockopt, sockopt};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use tokio::net::UnixStream;

/// The kernel's credentials of the peer process, from the time it connected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Peer {
    /// Its user.
    pub(crate) uid: u32,
    /// Its group.
    pub(crate) gid: u32,
    /// Its control group, if the kernel can prove it. It is read for every connection, because a reload
    /// may add a mapping that needs it.
    pub(crate) cgroup: Option<Arc<str>>,
}

impl Peer {
    /// Its user, if the kernel names one: in a user namespace, all users without an id in it are reported
    /// with the same id.
    pub(crate) fn user(&self) -> Option<u32> {
        (unmapped().uid != Some(self.uid)).then_some(self.uid)
    }

    /// Its group, if the kernel names one.
    pub(super) fn group(&self) -> Option<u32> {
        (unmapped().gid != Some(self.gid)).then_some(self.gid)
    }

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

/// The ids that the kernel reports for users and groups without an id in this process's user
/// namespace; `None` if all have one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Unmapped {
    uid: Option<u32>,
    gid: Option<u32>,
}

fn unmapped() -> Unmapped {
    static UNMAPPED: OnceLock<Unmapped> = OnceLock::new();
    let of = |kind: &str| {
        let map = fs::read_to_string(format!("/proc/self/{kind}_map")).ok()?;
        let overflow = fs::read_to_string(format!("/proc/sys/kernel/overflow{kind}")).ok();
        let overflow = overflow.and_then(|text| text.trim().parse().ok());
        (!is_complete(&map)).then(|| overflow.unwrap_or(USUAL_OVERFLOW))
    };
    *UNMAPPED.get_or_init(|| Unmapped {
        uid: of("uid"),
        gid: of("gid"),
    })
}

/// The kernel's default for `overflowuid` and `overflowgid`.
const USUAL_OVERFLOW: u32 = 65534;

/// Whether the map of a user namespace contains every id of the host: user_namespaces(7).
fn is_complete(map: &str) -> bool {
    let counts = map.lines().filter_map(|line| {
        let count = line.split_whitespace().nth(2)?;
        count.parse::<u64>().ok()
    });
    // The last number is not an id.
    counts.sum::<u64>() >= u64::from(u32::MAX)
}

/// Warns if this process runs in a user namespace that lacks ids.
pub(super) fn warn_in_user_namespace() {
    if let Some(uid) = unmapped().uid {
        tracing::warn!(
            uid,
            "the service runs in a user namespace, in which all users without an id have this id; \
             callers with this id are refused. Run the service outside, or map the ids of all callers"
        );
    }
}

/// Warns if the kernel cannot prove control groups.
pub(super) fn warn_without_cgroups() {
    let supported = std::os::unix::net::UnixStream::pair()
        .map_err(|error| error.to_string())
        .and_then(|(one, _other)| {
            getsockopt(&one, sockopt::PeerPidfd).map_err(|error| error.to_string())
        });
    if let Err(error) = supported {
        tracing::warn!(
            error,
            "the kernel does not report which process calls (SO_PEERPIDFD, Linux 6.5); no caller is \
             recognized by unit, container or control group"
        );
    }
}

/// The control group of the process that connected. Its process id may be reused after it ends, so the
/// process is held by a pidfd, and must still exist after the file was read.
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

/// The path in the unified hierarchy, or in systemd's if the former is not used.
fn path(text: &str) -> Option<&str> {
    let of = |start: &str| text.lines().find_map(|line| line.strip_prefix(start));
    let by_name = || {
        text.lines().find_map(|line| {
            let (_, rest) = line.split_once(':')?;
            rest.strip_prefix("name=systemd:")
        })
    };
    // "/.." leads out of the control groups that this process can see.
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
    async fn reads_the_peer_from_the_kernel() {
        let (one, _other) = UnixStream::pair().unwrap();
        let peer = Peer::of(&one).unwrap();
        assert_eq!(peer.uid, rustix::process::getuid().as_raw());
        assert_eq!(peer.gid, rustix::process::getgid().as_raw());
        let own = fs::read_to_string("/proc/self/cgroup").unwrap();
        assert_eq!(peer.cgroup.as_deref(), path(&own));
        assert!(peer.cgroup.is_some(), "{own}");
    }

    #[test]
    fn distinguishes_complete_from_partial_id_maps() {
        assert!(is_complete("         0          0 4294967295\n"));
        assert!(is_complete("0 0 1000\n1000 1000 4294966295\n"));
        assert!(!is_complete("0 1000 1\n"));
        assert!(!is_complete("0 1000 1\n1 100000 65536\n"));
        assert!(!is_complete(""));
    }

    #[test]
    fn finds_the_path_in_the_unified_or_systemd_hierarchy() {
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
