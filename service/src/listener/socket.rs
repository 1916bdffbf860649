//! Creating and removing the socket file.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _};
use std::os::unix::net::{
    SocketAddr, UnixListener as StdUnixListener, UnixStream as StdUnixStream,
};
use std::path::{Path, PathBuf};

use tokio::net::UnixListener;

use super::activation;
use crate::error::ServiceError;
use crate::files::{create_folders, folder_of};

/// The listening socket. A file that the service created is removed on drop.
#[derive(Debug)]
pub(crate) struct Socket {
    path: PathBuf,
    /// The file that was created; `None` if systemd created it, which also removes it.
    made: Option<FileId>,
}

/// Every user may connect.
const EVERYONE: u32 = 0o666;

/// The device and the inode.
type FileId = (u64, u64);

impl Socket {
    /// The path that clients connect to.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        // Another process may have replaced the file.
        if self.made.is_none() || file_id(&self.path).ok() != self.made {
            return;
        }
        if let Err(error) = fs::remove_file(&self.path) {
            tracing::warn!(%error, path = %self.path.display(), "the socket file was not removed");
        }
    }
}

fn file_id(path: &Path) -> io::Result<FileId> {
    let found = fs::symlink_metadata(path)?;
    Ok((found.dev(), found.ino()))
}

/// Listens on the socket from systemd, or creates one. A stale socket file is replaced, any other file
/// is not.
///
/// Every user may connect, as with the published service. The permissions of its folder decide who can
/// reach the socket, and the authenticator identifies the caller.
pub(crate) fn bind(path: &Path) -> Result<(UnixListener, Socket), ServiceError> {
    let handed_over = activation::handed_over().map_err(|why| ServiceError::socket(path, why))?;
    match handed_over {
        Some(listener) => adopt(listener, path).map_err(failed(path, "it cannot be used")),
        None => bind_path(path, EVERYONE),
    }
}

/// Creates a socket with that mode.
pub(crate) fn bind_path(path: &Path, mode: u32) -> Result<(UnixListener, Socket), ServiceError> {
    create_folders(folder_of(path), 0o755).map_err(failed(path, "its folder cannot be created"))?;
    clear_the_way(path).map_err(|why| ServiceError::socket(path, why))?;
    let listener = UnixListener::bind(path).map_err(failed(path, "binding failed"))?;
    fs::set_permissions(path, Permissions::from_mode(mode))
        .map_err(failed(path, "its mode cannot be set"))?;
    let made = file_id(path).map_err(failed(path, "it was removed again"))?;
    let socket = Socket {
        path: path.to_owned(),
        made: Some(made),
    };
    Ok((listener, socket))
}

fn failed(path: &Path, what: &str) -> impl Fn(io::Error) -> ServiceError {
    move |error| ServiceError::socket(path, format!("{what}: {error}"))
}

fn adopt(listener: StdUnixListener, configured: &Path) -> io::Result<(UnixListener, Socket)> {
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let path = address.as_pathname().unwrap_or(configured).to_owned();
    let listener = UnixListener::from_std(listener)?;
    Ok((listener, Socket { path, made: None }))
}

/// Whether there is a socket at that path. An error if a start could not create one there, because
/// the path is too long or is a file of another kind.
pub(crate) fn is_at(path: &Path) -> Result<bool, String> {
    SocketAddr::from_pathname(path).map_err(|_| {
        format!(
            "its path has {} bytes, and a socket's has at most 107; set a shorter socket_path",
            path.as_os_str().len()
        )
    })?;
    let kind = match fs::symlink_metadata(path) {
        Ok(found) => found.file_type(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(format!("it cannot be inspected: {error}")),
    };
    if !kind.is_socket() {
        return Err(
            "there is a file of another kind; move it away or set another socket_path".into(),
        );
    }
    Ok(true)
}

fn clear_the_way(path: &Path) -> Result<(), String> {
    if !is_at(path)? {
        return Ok(());
    }
    if StdUnixStream::connect(path).is_ok() {
        return Err("another service listens there; stop it or set another socket_path".into());
    }
    fs::remove_file(path).map_err(|error| format!("the stale socket cannot be removed: {error}"))
}
