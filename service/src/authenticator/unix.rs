//! Unix peer credentials: the caller sends its user id, which must match the kernel's. The configuration
//! may map callers to application names.

use super::Peer;
use super::containers::is_in_container;
use crate::config::{AuthenticatorConfig, Subject};

/// The caller's name, if its claim is true.
pub(super) fn authenticate(
    config: &AuthenticatorConfig,
    field: &[u8],
    peer: Option<&Peer>,
) -> Option<String> {
    let peer = peer?;
    let uid = peer.user()?;
    let claimed = u32::from_le_bytes(field.try_into().ok()?);
    // In a separate user namespace, a process does not know its id outside.
    if claimed != uid && !config.user_namespaces {
        return None;
    }
    let mapped = config.map.iter().find(|mapping| is(&mapping.subject, peer));
    match mapped {
        Some(mapping) => Some(mapping.application.clone()),
        None if config.only_mapped => None,
        None => Some(uid.to_string()),
    }
}

fn is(subject: &Subject, peer: &Peer) -> bool {
    let cgroup = peer.cgroup.as_deref();
    match subject {
        Subject::User { uid, .. } => *uid == peer.uid,
        Subject::Group { gid, members, .. } => {
            peer.group() == Some(*gid) || members.contains(&peer.uid)
        }
        Subject::Unit(name) => cgroup.and_then(unit) == Some(name),
        Subject::Container(id) => cgroup.is_some_and(|path| is_in_container(path, id)),
        Subject::Cgroup(path) => cgroup
            .and_then(|found| found.strip_prefix(path.as_str()))
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
    }
}

/// The unit of the system's systemd: the first part of the path that is not a slice. Lower groups were
/// created by the unit itself, with names of its choice.
fn unit(path: &str) -> Option<&str> {
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    parts
        .find(|part| !part.ends_with(".slice"))
        .filter(|part| part.ends_with(".service") || part.ends_with(".scope"))
}

#[cfg(test)]
mod tests {
    use parsec_contracts::AuthType;

    use super::*;
    use crate::config::Mapping;

    const ID: &str = "3f4e9a0c1d2b3f4e9a0c1d2b3f4e9a0c1d2b3f4e9a0c1d2b3f4e9a0c1d2b3f4e";

    fn peer(uid: u32, gid: u32, cgroup: &str) -> Peer {
        Peer {
            uid,
            gid,
            cgroup: Some(cgroup.into()),
        }
    }

    fn config(subjects: Vec<Subject>) -> AuthenticatorConfig {
        let map = subjects
            .into_iter()
            .enumerate()
            .map(|(number, subject)| Mapping {
                subject,
                application: format!("app{number}"),
            });
        AuthenticatorConfig {
            map: map.collect(),
            ..AuthenticatorConfig::of(AuthType::UnixPeerCredentials)
        }
    }

    fn who(config: &AuthenticatorConfig, peer: &Peer) -> Option<String> {
        authenticate(config, &peer.uid.to_le_bytes(), Some(peer))
    }

    #[test]
    fn the_first_matching_mapping_applies() {
        let config = config(vec![
            Subject::User {
                name: "33".into(),
                uid: 33,
            },
            Subject::Group {
                name: "mail".into(),
                gid: 8,
                members: vec![50],
            },
            Subject::Unit("nginx.service".into()),
        ]);
        let in_unit = "/system.slice/nginx.service";
        for (caller, name) in [
            (peer(33, 8, in_unit), "app0"),
            (peer(40, 8, in_unit), "app1"),
            (peer(50, 7, "/"), "app1"),
            (peer(40, 7, in_unit), "app2"),
            (peer(40, 7, "/system.slice/nginx.service/worker"), "app2"),
            (peer(40, 7, "/"), "40"),
        ] {
            assert_eq!(who(&config, &caller).as_deref(), Some(name), "{caller:?}");
        }
    }

    #[test]
    fn recognizes_system_units_and_not_user_units_of_the_same_name() {
        let config = config(vec![Subject::Unit("nginx.service".into())]);
        for path in [
            "/user.slice/user-1000.slice/user@1000.service/app.slice/nginx.service",
            "/system.slice/other.service/nginx.service",
            "/nginx.service.d",
            "/",
        ] {
            assert_eq!(
                who(&config, &peer(40, 7, path)).as_deref(),
                Some("40"),
                "{path}"
            );
        }
    }

    #[test]
    fn recognizes_containers_by_their_ids() {
        let config = config(vec![Subject::Container(ID[..12].into())]);
        let other = ID.replace('3', "4");
        for (path, name) in [
            (format!("/system.slice/docker-{ID}.scope"), "app0"),
            (format!("/docker/{ID}"), "app0"),
            (
                format!("/machine.slice/libpod-{ID}.scope/container"),
                "app0",
            ),
            (format!("/docker/{other}"), "40"),
            (format!("/docker/{other}/{ID}"), "40"),
            (format!("/docker/{}", &ID[..12]), "40"),
            // Any user can create a group of that name.
            (
                format!("/user.slice/user-40.slice/user@40.service/app.slice/docker-{ID}.scope"),
                "40",
            ),
        ] {
            assert_eq!(
                who(&config, &peer(40, 7, &path)).as_deref(),
                Some(name),
                "{path}"
            );
        }
    }

    #[test]
    fn a_control_group_includes_its_descendants_only() {
        let config = config(vec![Subject::Cgroup("/machine.slice/web".into())]);
        for (path, name) in [
            ("/machine.slice/web", "app0"),
            ("/machine.slice/web/a/b", "app0"),
            ("/machine.slice/web2", "40"),
            ("/machine.slice", "40"),
        ] {
            assert_eq!(
                who(&config, &peer(40, 7, path)).as_deref(),
                Some(name),
                "{path}"
            );
        }
    }

    #[test]
    fn unmapped_callers_can_be_refused_and_namespace_ids_accepted() {
        let mut config = config(Vec::new());
        let caller = peer(100_000, 100_000, "/");
        let claims_root = |config: &AuthenticatorConfig| {
            authenticate(config, &0_u32.to_le_bytes(), Some(&caller))
        };
        assert_eq!(claims_root(&config), None);
        config.user_namespaces = true;
        assert_eq!(claims_root(&config).as_deref(), Some("100000"));
        config.only_mapped = true;
        assert_eq!(claims_root(&config), None);
    }
}
