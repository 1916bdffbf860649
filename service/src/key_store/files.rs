//! The store's folder, its rights, and the lock that keeps a second service out.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

use super::error::StoreError;

/// Makes the folder, and the file itself with rights for the service's user alone: SQLite gives
/// the files beside it the same.
pub(super) fn prepare(path: &Path) -> Result<(), StoreError> {
    make_folder(folder_of(path))?;
    let file = OpenOptions::new()
        .read(true)
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)
        .map_err(|error| StoreError::file("cannot open the key store", path, error))?;
    let mode = mode(&file).map_err(|error| StoreError::file("cannot look at", path, error))?;
    refuse_exposed(path, mode)
}

/// The folder that a file is in.
pub(super) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// Makes a folder for the service's user alone, whatever the umask. One that is there stays as it
/// is, unless others could put files of theirs in the place of ours.
pub(super) fn make_folder(folder: &Path) -> Result<(), StoreError> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(|error| StoreError::file("cannot make the folder", folder, error))?;
    let mode = fs::metadata(folder)
        .map_err(|error| StoreError::file("cannot look at", folder, error))?
        .permissions()
        .mode()
        & 0o7777;
    if mode & 0o022 == 0 {
        return Ok(());
    }
    Err(StoreError::OpenFolder {
        path: folder.to_owned(),
        mode,
    })
}

/// The permission bits of an open file.
pub(super) fn mode(file: &File) -> io::Result<u32> {
    Ok(file.metadata()?.permissions().mode() & 0o7777)
}

/// Refuses a file that the group or the world has any right to.
pub(super) fn refuse_exposed(path: &Path, mode: u32) -> Result<(), StoreError> {
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(StoreError::Exposed {
        path: path.to_owned(),
        mode,
    })
}

/// The lock of an open store; the kernel gives it back when the process ends, however it ends.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock of the store at `path`.
    pub(super) fn take(path: &Path) -> Result<Self, StoreError> {
        let lock_path = lock_path(path);
        let file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .mode(0o600)
            .open(&lock_path)
            .map_err(|error| StoreError::file("cannot open the lock", &lock_path, error))?;
        flock(&file, FlockOperation::NonBlockingLockExclusive).map_err(|_| StoreError::InUse {
            path: path.to_owned(),
        })?;
        Ok(Self { _file: file })
    }
}

fn lock_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}
