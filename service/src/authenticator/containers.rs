//! Recognizing containers by their control groups.
//!
//! The owner of a delegated control group may create groups below it with any name: a user's own
//! systemd, a container of LXC or systemd-nspawn, any service with `Delegate=`. So a container's id
//! counts only if the system's own manager, or an engine for the whole host, created the group:
//! directly below slices, or in the engine's own group below the root.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;
use std::sync::OnceLock;

/// The prefixes of container ids, by engine.
const ENGINES: [&str; 7] = [
    "docker",
    "podman",
    "libpod",
    "crio",
    "containerd",
    "cri-containerd",
    "nerdctl",
];

/// The engines' groups if systemd does not manage them.
const PARENTS: [&str; 3] = ["docker", "podman", "libpod_parent"];

/// The group of Kubernetes if systemd does not manage it: `/kubepods/burstable/pod<uid>/<id>`.
const KUBERNETES: &str = "kubepods";
/// Its groups for quality-of-service classes; the guaranteed class has none.
const QUALITIES: [&str; 2] = ["burstable", "besteffort"];

/// The slice of users' sessions, in which no engine of the host runs containers.
const USERS: &str = "user.slice";

/// The number of hexadecimal digits of an id.
const DIGITS: usize = 64;

/// Whether a control group is, or is in, that of a container whose id begins with `wanted`.
pub(super) fn is_in_container(path: &str, wanted: &str) -> bool {
    let found = container(path);
    found.is_some_and(|found| found.id.starts_with(wanted) && is_owned_by_root(&found.parents))
}

/// A container's control group.
#[derive(Debug, PartialEq, Eq)]
struct Found<'a> {
    id: &'a str,
    /// The parent groups, from the root on.
    parents: Vec<&'a str>,
}

fn container(path: &str) -> Option<Found<'_>> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let slices = parts.iter().take_while(|part| part.ends_with(".slice"));
    let slices = slices.count();
    if parts[..slices].contains(&USERS) {
        return None;
    }
    let rest = &parts[slices..];
    let (skipped, id) = match *rest {
        [scope, ..] if scope.ends_with(".scope") => (0, id_of(scope.strip_suffix(".scope")?)?),
        // Without systemd there are no slices.
        [_, ..] if slices > 0 => return None,
        [parent, group, ..] if PARENTS.contains(&parent) => (1, bare_id_of(group)?),
        [KUBERNETES, quality, pod, group, ..]
            if QUALITIES.contains(&quality) && pod.starts_with("pod") =>
        {
            (3, bare_id_of(group)?)
        }
        [KUBERNETES, pod, group, ..] if pod.starts_with("pod") => (2, bare_id_of(group)?),
        _ => return None,
    };
    Some(Found {
        id,
        parents: parts[..slices + skipped].to_vec(),
    })
}

/// The id in `docker-<id>`, for each engine's prefix.
fn id_of(name: &str) -> Option<&str> {
    let (engine, id) = name.rsplit_once('-')?;
    (ENGINES.contains(&engine) && is_id(id)).then_some(id)
}

/// The id, with or without a prefix.
fn bare_id_of(name: &str) -> Option<&str> {
    if is_id(name) {
        return Some(name);
    }
    id_of(name)
}

fn is_id(text: &str) -> bool {
    text.len() == DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether only root can create groups in the innermost of these groups, as far as this process can
/// see: none is owned by another user.
fn is_owned_by_root(parents: &[&str]) -> bool {
    static HIERARCHIES: OnceLock<Vec<PathBuf>> = OnceLock::new();
    let hierarchies = HIERARCHIES.get_or_init(|| {
        let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
        hierarchies(&mounts)
    });
    hierarchies.iter().all(|hierarchy| {
        let mut folder = hierarchy.clone();
        parents.iter().all(|part| {
            folder.push(part);
            // The group is gone, or in the other hierarchy.
            fs::metadata(&folder).map_or(true, |found| found.uid() == 0)
        })
    })
}

/// The mount points of the hierarchies that paths of control groups refer to.
fn hierarchies(mounts: &str) -> Vec<PathBuf> {
    let hierarchy = |line: &str| {
        let (mount, kind) = line.split_once(" - ")?;
        let is_one =
            kind.starts_with("cgroup2 ") || kind.split([',', ' ']).any(|one| one == "name=systemd");
        let mut fields = mount.split(' ').skip(3);
        let (root, point) = (fields.next()?, fields.next()?);
        (is_one && root == "/").then(|| PathBuf::from(point))
    };
    mounts.lines().filter_map(hierarchy).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "3f4e9a0c1d2b3f4e9a0c1d2b3f4e9a0c1d2b3f4e9a0c1d2b3f4e9a0c1d2b3f4e";

    #[test]
    fn recognizes_groups_of_the_hosts_engines() {
        for (path, parents) in [
            (format!("/docker-{ID}.scope"), ""),
            (format!("/system.slice/docker-{ID}.scope"), "system.slice"),
            (
                format!("/system.slice/docker-{ID}.scope/init.scope"),
                "system.slice",
            ),
            (
                format!("/machine.slice/libpod-{ID}.scope/container"),
                "machine.slice",
            ),
            (format!("/machine.slice/crio-{ID}.scope"), "machine.slice"),
            (format!("/docker/{ID}"), "docker"),
            (
                format!("/docker/{ID}/docker/{}", ID.replace('3', "4")),
                "docker",
            ),
            (format!("/libpod_parent/libpod-{ID}"), "libpod_parent"),
            (
                format!(
                    "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1_2.slice/cri-containerd-{ID}.scope"
                ),
                "kubepods.slice kubepods-burstable.slice kubepods-burstable-pod1_2.slice",
            ),
            (
                format!("/kubepods/burstable/pod1-2/{ID}"),
                "kubepods burstable pod1-2",
            ),
            (format!("/kubepods/pod1-2/{ID}"), "kubepods pod1-2"),
        ] {
            let found = container(&path).unwrap_or_else(|| panic!("{path}"));
            assert_eq!(found.id, ID, "{path}");
            assert_eq!(found.parents.join(" "), parents, "{path}");
        }
    }

    #[test]
    fn ignores_groups_below_delegated_groups() {
        for path in [
            // LXC and systemd-nspawn, whose containers have their own root user.
            format!("/lxc/web/docker/{ID}"),
            format!("/lxc.payload.web/docker/{ID}"),
            format!("/lxc.payload.web/system.slice/docker-{ID}.scope"),
            format!("/lxc/{ID}"),
            format!("/machine.slice/machine-web.scope/docker/{ID}"),
            format!("/machine.slice/machine-web.scope/payload/system.slice/docker-{ID}.scope"),
            format!("/machine.slice/machine-{ID}.scope"),
            format!("/machine.slice/systemd-nspawn@web.service/payload/docker/{ID}"),
            // Users and their own systemd.
            format!("/user.slice/user-40.slice/user@40.service/app.slice/docker-{ID}.scope"),
            format!("/user.slice/user-40.slice/session-3.scope/docker-{ID}.scope"),
            format!("/user.slice/docker-{ID}.scope"),
            // A service with a delegated group, and a monitor process, which is not a container.
            format!("/system.slice/other.service/docker/{ID}"),
            format!("/system.slice/other.service/docker-{ID}.scope"),
            format!("/machine.slice/libpod-conmon-{ID}.scope"),
            format!("/system.slice/session-{ID}.scope"),
            format!("/system.slice/{ID}"),
            // A container in a container, by the name of the inner one.
            format!("/docker/web/{ID}"),
            format!("/kubepods/web/{ID}"),
            format!("/{ID}"),
            format!("/docker/{}", &ID[..12]),
            "/".to_owned(),
        ] {
            assert_eq!(container(&path), None, "{path}");
        }
    }

    #[test]
    fn finds_the_hierarchies_among_the_mounts() {
        let mounts = "\
31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755
32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime shared:9 - cgroup cgroup rw,cpu
40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime shared:9 - cgroup cgroup rw,xattr,name=systemd
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
42 31 0:38 /docker/x /mnt rw,relatime - cgroup2 cgroup2 rw
";
        assert_eq!(
            hierarchies(mounts),
            [
                PathBuf::from("/sys/fs/cgroup/systemd"),
                PathBuf::from("/sys/fs/cgroup/unified")
            ]
        );
    }
}
