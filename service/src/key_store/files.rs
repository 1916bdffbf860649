//! The store's folder, permissions, and the lock that excludes a second service.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

use super::error::StoreError;
use crate::files::{beside, create_durable_folders, create_private, folder_of, sync_folder};

/// Creates the folder and the file with access for the service's user only. SQLite gives the files
/// beside it the same mode.
pub(super) fn prepare(path: &Path) -> Result<(), StoreError> {
    create_folder(folder_of(path))?;
    let file = open_or_make(path)
        .map_err(|error| StoreError::file("cannot open the key store", path, error))?;
    let mode = mode(&file).map_err(|error| StoreError::file("cannot inspect", path, error))?;
    refuse_exposed(path, mode)?;
    refuse_foreign(path, &file)
}

/// Refuses a file of another user: its owner can read and change it despite its mode.
pub(super) fn refuse_foreign(path: &Path, file: &File) -> Result<(), StoreError> {
    let found = file
        .metadata()
        .map_err(|error| StoreError::file("cannot inspect", path, error))?;
    let user = rustix::process::geteuid().as_raw();
    if found.uid() == user {
        return Ok(());
    }
    Err(StoreError::NotOurs {
        path: path.to_owned(),
        owner: found.uid(),
        user,
    })
}

/// Opens a file. A new file has access for the service's user only, with any umask, and its
/// directory entry is on disk.
fn open_or_make(path: &Path) -> io::Result<File> {
    let file = match create_private(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            return OpenOptions::new().read(true).append(true).open(path);
        }
        made => made?,
    };
    sync_folder(folder_of(path))?;
    Ok(file)
}

/// Creates a folder with access for the service's user only, with any umask. An existing folder
/// is not changed, and is refused if other users can write to it.
pub(crate) fn create_folder(folder: &Path) -> Result<(), StoreError> {
    create_durable_folders(folder, 0o700)
        .map_err(|error| StoreError::file("cannot create the folder", folder, error))?;
    refuse_open_folder(folder)
}

/// Refuses a folder in which other users could replace the store's files.
fn refuse_open_folder(folder: &Path) -> Result<(), StoreError> {
    let mode = fs::metadata(folder)
        .map_err(|error| StoreError::file("cannot inspect", folder, error))?
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

/// Refuses a file that the group or others can access.
pub(super) fn refuse_exposed(path: &Path, mode: u32) -> Result<(), StoreError> {
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(StoreError::Exposed {
        path: path.to_owned(),
        mode,
    })
}

/// The lock of an open store; the kernel releases it when the process ends.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
    /// Locked too, because the same file may have another name.
    _store: Option<File>,
}

impl Lock {
    /// Takes the lock of the store at `path`, which need not exist yet.
    pub(super) fn take(path: &Path) -> Result<Self, StoreError> {
        let lock_path = lock_path(path);
        let file = open_or_make(&lock_path)
            .map_err(|error| StoreError::file("cannot open the lock", &lock_path, error))?;
        // SQLite uses locks of another kind, so they do not conflict.
        let store = match File::open(path) {
            Ok(store) => Some(store),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(StoreError::file("cannot open the key store", path, error)),
        };
        for locked in [Some(&file), store.as_ref()].into_iter().flatten() {
            flock(locked, FlockOperation::NonBlockingLockExclusive).map_err(|_| {
                StoreError::InUse {
                    path: path.to_owned(),
                }
            })?;
        }
        Ok(Self {
            _file: file,
            _store: store,
        })
    }
}

/// Whether a service has the store open, according to the kernel's list of locks. Taking the lock,
/// even briefly, could keep a service from starting.
pub(super) fn is_in_use(path: &Path) -> bool {
    let Ok(found) = fs::metadata(lock_path(path)) else {
        return false;
    };
    let locks = fs::read_to_string("/proc/locks").unwrap_or_default();
    let inode = format!(":{} ", found.ino());
    locks
        .lines()
        .any(|lock| lock.contains("FLOCK") && lock.contains(&inode))
}

/// Whether a store could be opened or created at that path, in a folder only the service's user can
/// write to.
pub(super) fn check_writable(path: &Path) -> Result<(), StoreError> {
    let folder = folder_of(path);
    if folder.is_dir() {
        refuse_open_folder(folder)?;
    }
    // SQLite creates its log beside it.
    crate::files::check_writable(path)
        .and_then(|()| crate::files::check_creatable(path))
        .map_err(|why| StoreError::NotWritable {
            path: path.to_owned(),
            why,
        })
}

fn lock_path(path: &Path) -> PathBuf {
    beside(path, ".lock")
}

/// Checks that a store exists, belongs to the service's user, and is not readable by others; creates
/// nothing.
pub(super) fn check_access(path: &Path) -> Result<(), StoreError> {
    let fault = |error| StoreError::file("cannot open the key store", path, error);
    let file = File::open(path).map_err(fault)?;
    refuse_foreign(path, &file)?;
    refuse_exposed(path, mode(&file).map_err(fault)?)
}

/// Creates an empty file for the service's user only; an error if it exists.
pub(super) fn make_new(path: &Path) -> Result<(), StoreError> {
    create_folder(folder_of(path))?;
    let made = create_private(path).map(drop);
    made.map_err(|error| StoreError::file("cannot create", path, error))
}

/// Syncs a file and its directory entry.
pub(super) fn sync(path: &Path) -> Result<(), StoreError> {
    File::open(path)
        .and_then(|file| file.sync_all())
        .and_then(|()| sync_folder(folder_of(path)))
        .map_err(|error| StoreError::file("cannot write", path, error))
}
