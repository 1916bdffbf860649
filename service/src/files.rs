//! Files and folders of ours: with the rights that they shall have, and on disk.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

/// The folder that a file is in.
pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// One folder after the other with those rights, whatever the umask; what is there stays as it is.
pub(crate) fn make_folders(folder: &Path, mode: u32) -> io::Result<()> {
    make_each(folder, mode, &|_| Ok(()))
}

/// Such folders, each on disk before anything is put into it: a key that survives a power cut in a
/// folder that does not is lost all the same.
pub(crate) fn make_lasting_folders(folder: &Path, mode: u32) -> io::Result<()> {
    make_each(folder, mode, &sync_folder)
}

fn make_each(folder: &Path, mode: u32, settle: &dyn Fn(&Path) -> io::Result<()>) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let parent = folder_of(folder);
    make_each(parent, mode, settle)?;
    match fs::DirBuilder::new().mode(mode).create(folder) {
        // Somebody else made it meanwhile.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        Err(error) => Err(error),
        Ok(()) => {
            fs::set_permissions(folder, Permissions::from_mode(mode))?;
            settle(parent)
        }
    }
}

/// Whether a file that is there can be written, or else made: in the nearest folder that exists, a
/// file is made that has no name and goes at once. Says which file or folder is in the way.
pub(crate) fn try_to_write(path: &Path) -> Result<(), String> {
    match OpenOptions::new().append(true).open(path) {
        Ok(_) => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(format!("{}: {error}", path.display())),
    }
    try_to_make(path)
}

/// As [`try_to_write`], for a file that is replaced rather than written.
pub(crate) fn try_to_make(path: &Path) -> Result<(), String> {
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

/// The file beside a file whose name goes on like that.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Makes a file that must not be there yet, empty, for the service's user alone, whatever the
/// umask.
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

/// Brings what was made, renamed or removed in a folder to disk.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_that_others_make_at_the_same_time_are_no_error() {
        let scratch = tempfile::tempdir().unwrap();
        let folder = scratch.path().join("a/b/c/d/e/f");
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| make_folders(&folder, 0o755).unwrap());
            }
        });
        let mode = fs::metadata(&folder).unwrap().permissions().mode();
        assert_eq!(mode & 0o7777, 0o755);
    }

    #[test]
    fn a_file_without_a_folder_is_in_this_one() {
        assert_eq!(folder_of(Path::new("a")), Path::new("."));
        assert_eq!(folder_of(Path::new("a/b")), Path::new("a"));
    }
}
