//! Making the socket file, and taking it away again.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, FileTypeExt as _, PermissionsExt as _};
use std::os::unix::net::UnixStream as StdUnixStream;
use std::path::{Path, PathBuf};

use tokio::net::UnixListener;

use crate::error::ServiceError;

/// A socket file, removed on drop.
#[derive(Debug)]
pub(crate) struct Socket {
    path: PathBuf,
}

impl Drop for Socket {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.path) {
            tracing::debug!(%error, "the socket file was gone already");
        }
    }
}

/// Makes the socket: a stale file is replaced, anything else that is in the way is not.
///
/// Everyone may connect, as the published service has it; who may reach the socket is decided by
/// the rights on its folder, and who is calling by the authenticator.
pub(crate) fn bind(path: &Path) -> Result<(UnixListener, Socket), ServiceError> {
    let fault = |why: String| ServiceError::Socket {
        path: path.to_owned(),
        why,
    };
    let failed = |what: &str, error: &io::Error| fault(format!("{what}: {error}"));
    if let Some(folder) = path.parent() {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o755)
            .create(folder)
            .map_err(|error| failed("its folder cannot be made", &error))?;
    }
    clear_the_way(path).map_err(fault)?;
    let listener = UnixListener::bind(path).map_err(|error| failed("binding failed", &error))?;
    fs::set_permissions(path, Permissions::from_mode(0o666))
        .map_err(|error| failed("its rights cannot be set", &error))?;
    Ok((
        listener,
        Socket {
            path: path.to_owned(),
        },
    ))
}

fn clear_the_way(path: &Path) -> Result<(), String> {
    let kind = match fs::symlink_metadata(path) {
        Ok(found) => found.file_type(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(format!("it cannot be looked at: {error}")),
    };
    if !kind.is_socket() {
        return Err(
            "there is a file of another kind; move it away or set another socket_path".into(),
        );
    }
    if StdUnixStream::connect(path).is_ok() {
        return Err("another service answers there; stop it or set another socket_path".into());
    }
    fs::remove_file(path).map_err(|error| format!("the stale socket cannot be removed: {error}"))
}
