//! The store's folder, its rights, and the lock that keeps a second service out.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{
    DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _,
};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

use super::error::StoreError;

/// Makes the folder, and the file itself with rights for the service's user alone: SQLite gives
/// the files beside it the same.
pub(super) fn prepare(path: &Path) -> Result<(), StoreError> {
    make_folder(folder_of(path))?;
    let file = open_or_make(path)
        .map_err(|error| StoreError::file("cannot open the key store", path, error))?;
    let mode = mode(&file).map_err(|error| StoreError::file("cannot look at", path, error))?;
    refuse_exposed(path, mode)?;
    refuse_foreign(path, &file)
}

/// Refuses a file of another user: whoever owns it can read and change it, whatever its mode.
pub(super) fn refuse_foreign(path: &Path, file: &File) -> Result<(), StoreError> {
    let found = file
        .metadata()
        .map_err(|error| StoreError::file("cannot look at", path, error))?;
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

/// Opens a file. A new one has rights for the service's user alone, whatever the umask, and its
/// place in the folder is on disk.
fn open_or_make(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).mode(0o600);
    let file = match options.clone().create_new(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return options.open(path),
        made => made?,
    };
    file.set_permissions(Permissions::from_mode(0o600))?;
    sync_folder(folder_of(path))?;
    Ok(file)
}

/// Brings what was made, renamed or removed in a folder to disk.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// The folder that a file is in.
pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// Makes a folder for the service's user alone, whatever the umask. One that is there stays as it
/// is, unless others could put files of theirs in the place of ours.
pub(crate) fn make_folder(folder: &Path) -> Result<(), StoreError> {
    make_folders(folder)
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

/// One folder after the other, each on disk before anything is put into it: a key that survives a
/// power cut in a folder that does not is lost all the same.
fn make_folders(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let parent = folder_of(folder);
    make_folders(parent)?;
    match fs::DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        Err(error) => Err(error),
        Ok(()) => {
            fs::set_permissions(folder, Permissions::from_mode(0o700))?;
            sync_folder(parent)
        }
    }
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
    /// Another name of the same file is the same store.
    _store: Option<File>,
}

impl Lock {
    /// Takes the lock of the store at `path`, where there may be none yet.
    pub(super) fn take(path: &Path) -> Result<Self, StoreError> {
        let lock_path = lock_path(path);
        let file = open_or_make(&lock_path)
            .map_err(|error| StoreError::file("cannot open the lock", &lock_path, error))?;
        // Not one of the locks that SQLite takes: those are of another kind.
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

fn lock_path(path: &Path) -> PathBuf {
    beside(path, ".lock")
}

/// The file beside a file whose name goes on like that.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Looks whether a store is there, is ours, and is nobody else's to read; makes nothing.
pub(super) fn look_at(path: &Path) -> Result<(), StoreError> {
    let fault = |error| StoreError::file("cannot open the key store", path, error);
    let file = File::open(path).map_err(fault)?;
    refuse_foreign(path, &file)?;
    refuse_exposed(path, mode(&file).map_err(fault)?)
}

/// Makes a file that must not be there yet, empty, for the service's user alone.
pub(super) fn make_new(path: &Path) -> Result<(), StoreError> {
    make_folder(folder_of(path))?;
    let made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .and_then(|file| file.set_permissions(Permissions::from_mode(0o600)));
    made.map_err(|error| StoreError::file("cannot make", path, error))
}

/// Brings a file and its place in the folder to disk.
pub(super) fn sync(path: &Path) -> Result<(), StoreError> {
    File::open(path)
        .and_then(|file| file.sync_all())
        .and_then(|()| sync_folder(folder_of(path)))
        .map_err(|error| StoreError::file("cannot write", path, error))
}
