//! Creating files and folders with the right permissions, and syncing them to disk.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

/// The folder that contains a file.
pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// Creates folders with that mode, with any umask; existing folders are not changed.
pub(crate) fn create_folders(folder: &Path, mode: u32) -> io::Result<()> {
    make_each(folder, mode, &|_| Ok(()))
}

/// As [`create_folders`], and syncs each folder before anything is put into it: a key that survives a
/// power failure is lost if its folder does not.
pub(crate) fn create_durable_folders(folder: &Path, mode: u32) -> io::Result<()> {
    make_each(folder, mode, &sync_folder)
}

fn make_each(folder: &Path, mode: u32, settle: &dyn Fn(&Path) -> io::Result<()>) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let parent = folder_of(folder);
    make_each(parent, mode, settle)?;
    match fs::DirBuilder::new().mode(mode).create(folder) {
        // Another process created it meanwhile.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        Err(error) => Err(error),
        Ok(()) => {
            fs::set_permissions(folder, Permissions::from_mode(mode))?;
            settle(parent)
        }
    }
}

/// Checks that a file can be written, or created if it does not exist, by creating an unnamed file in
/// the nearest existing folder. The error names the file or folder that is in the way.
pub(crate) fn check_writable(path: &Path) -> Result<(), String> {
    match OpenOptions::new().append(true).open(path) {
        Ok(_) => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(format!("{}: {error}", path.display())),
    }
    check_creatable(path)
}

/// As [`check_writable`], for a file that is replaced rather than written.
pub(crate) fn check_creatable(path: &Path) -> Result<(), String> {
    let mut folder = folder_of(path);
    // An empty or relative path ends at the current folder, any other at the root.
    while matches!(folder.symlink_metadata(), Err(error) if error.kind() == io::ErrorKind::NotFound)
    {
        folder = folder_of(folder);
    }
    match tempfile::tempfile_in(folder) {
        Ok(_) => Ok(()),
        Err(error) => Err(format!(
            "the folder {} cannot be written to: {error}",
            folder.display()
        )),
    }
}

/// The path of a file in the same folder, with a suffix added to the name.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Creates an empty file for the service's user only, with any umask; an error if it exists.
pub(crate) fn create_private(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.set_permissions(Permissions::from_mode(0o600))?;
    Ok(file)
}

/// Syncs a folder after a file in it was created, renamed or removed.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn creating_the_same_folders_concurrently_succeeds() {
        let scratch = tempfile::tempdir().unwrap();
        let folder = scratch.path().join("a/b/c/d/e/f");
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| create_folders(&folder, 0o755).unwrap());
            }
        });
        let mode = fs::metadata(&folder).unwrap().permissions().mode();
        assert_eq!(mode & 0o7777, 0o755);
    }

    #[test]
    fn a_bare_file_name_is_in_the_current_folder() {
        assert_eq!(folder_of(Path::new("a")), Path::new("."));
        assert_eq!(folder_of(Path::new("a/b")), Path::new("a"));
    }
}
