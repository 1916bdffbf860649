//! Users that may listen on a socket that is not configured explicitly.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

const ROOT: u32 = 0;

/// The users that a client accepts as the service behind a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trust {
    /// Any: the caller or the operator configured the socket.
    Anyone,
    /// Root, this process's user, or the owner of the socket's folder if only root can create
    /// that folder.
    System,
    /// Root or this process's user.
    User,
}

impl Trust {
    /// Returns whether this user may listen on `socket`.
    pub(crate) fn accepts(self, peer: u32, socket: &Path) -> bool {
        let own = || peer == ROOT || peer == rustix::process::geteuid().as_raw();
        match self {
            Self::Anyone => true,
            Self::System => own() || service_user(socket, ROOT) == Some(peer),
            Self::User => own(),
        }
    }
}

/// Returns the owner of the socket's folder: the user that the service runs as. `None` if users
/// other than `root` can replace the folder, because then its owner proves nothing.
fn service_user(socket: &Path, root: u32) -> Option<u32> {
    let folder = socket.parent()?;
    let above = fs::metadata(folder.parent()?).ok()?;
    let folder = fs::symlink_metadata(folder).ok()?;
    let only_root_writes = above.uid() == root && above.mode() & 0o022 == 0;
    (only_root_writes && folder.is_dir()).then(|| folder.uid())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use rustix::process::geteuid;

    use super::*;

    const OTHER_USER: u32 = 4321;

    #[test]
    fn a_fallback_socket_accepts_root_and_this_user() {
        let socket = Path::new("/run/user/4321/parsec/parsec.sock");
        for peer in [0, geteuid().as_raw()] {
            assert!(Trust::User.accepts(peer, socket));
            assert!(Trust::System.accepts(peer, socket));
        }
        assert!(!Trust::User.accepts(OTHER_USER, socket));
        assert!(!Trust::System.accepts(OTHER_USER, socket));
        assert!(Trust::Anyone.accepts(OTHER_USER, socket));
    }

    #[test]
    fn the_owner_of_a_folder_that_only_root_can_create_is_accepted() {
        let me = geteuid().as_raw();
        let above = tempfile::TempDir::new().unwrap();
        let folder = above.path().join("parsec");
        let socket = folder.join("parsec.sock");
        let mode = |bits| fs::set_permissions(above.path(), fs::Permissions::from_mode(bits));
        mode(0o755).unwrap();
        assert_eq!(service_user(&socket, me), None, "there is no folder");
        fs::create_dir(&folder).unwrap();
        assert_eq!(service_user(&socket, me), Some(me));
        assert_eq!(
            service_user(&socket, me + 1),
            None,
            "only root may create it"
        );
        // The last is like /tmp, where any user can create the folder first.
        for open in [0o775, 0o757, 0o1777] {
            mode(open).unwrap();
            assert_eq!(service_user(&socket, me), None, "{open:o}");
        }
        mode(0o755).unwrap();
        let link = above.path().join("link");
        symlink(&folder, &link).unwrap();
        assert_eq!(service_user(&link.join("parsec.sock"), me), None);
    }
}
