//! Files on a disk after a power failure: synced data is present, and any part of the other data.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::trace::{Call, Text};

/// A change of a file that is not yet followed by a sync.
#[derive(Debug, Clone)]
enum Write {
    Data { offset: usize, bytes: Vec<u8> },
    Length(usize),
}

impl Write {
    fn apply(&self, content: &mut Vec<u8>) {
        match self {
            Self::Data { offset, bytes } => {
                let end = offset + bytes.len();
                content.resize(content.len().max(end), 0);
                content[*offset..end].copy_from_slice(bytes);
            }
            Self::Length(length) => content.resize(*length, 0),
        }
    }
}

#[derive(Debug, Default, Clone)]
struct Inode {
    synced: Vec<u8>,
    pending: Vec<Write>,
}

type Names = BTreeMap<PathBuf, usize>;

/// The files of one folder.
#[derive(Debug)]
pub(super) struct Disk {
    folder: PathBuf,
    inodes: Vec<Inode>,
    names: Names,
    synced_names: Names,
    /// Open files, and the position of their next write.
    open: BTreeMap<i64, (usize, usize)>,
    /// Open descriptors of the folder itself.
    folders: Vec<i64>,
}

impl Disk {
    /// Creates an empty folder.
    pub(super) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            inodes: Vec::new(),
            names: Names::new(),
            synced_names: Names::new(),
            open: BTreeMap::new(),
            folders: Vec::new(),
        }
    }

    /// Returns whether the call syncs a file or the folder.
    pub(super) fn is_sync(&self, call: &Call) -> bool {
        let descriptor = call.number(0);
        call.name.ends_with("sync")
            && (self.open.contains_key(&descriptor) || self.folders.contains(&descriptor))
    }

    /// Applies a call.
    pub(super) fn apply(&mut self, call: &Call) {
        if call.result < 0 {
            return;
        }
        match call.name.as_str() {
            "openat" => self.open(call),
            "close" => {
                self.open.remove(&call.number(0));
                self.folders.retain(|folder| *folder != call.number(0));
            }
            "lseek" => {
                if let Some((_, place)) = self.open.get_mut(&call.number(0)) {
                    *place = usize::try_from(call.result).unwrap();
                }
            }
            "pwrite64" => self.write(call, usize::try_from(call.number(3)).unwrap()),
            "write" => {
                let Some((_, place)) = self.open.get_mut(&call.number(0)) else {
                    return;
                };
                let offset = *place;
                *place += usize::try_from(call.result).unwrap();
                self.write(call, offset);
            }
            "ftruncate" => {
                let length = usize::try_from(call.number(1)).unwrap();
                self.pending(call, Write::Length(length));
            }
            "fsync" | "fdatasync" => self.sync(call.number(0)),
            "rename" | "renameat" | "renameat2" => {
                if let [from, to] = &self.paths(call)[..]
                    && let Some(inode) = self.names.remove(from)
                {
                    self.names.insert(to.clone(), inode);
                }
            }
            "link" | "linkat" => {
                if let [from, to] = &self.paths(call)[..] {
                    let inode = self.names[from];
                    self.names.insert(to.clone(), inode);
                }
            }
            "unlink" | "unlinkat" => {
                if let [path] = &self.paths(call)[..] {
                    self.names.remove(path);
                }
            }
            _ => {}
        }
    }

    fn open(&mut self, call: &Call) {
        let Some(Text::Bytes(path)) = call.arguments.get(1) else {
            return;
        };
        let path = PathBuf::from(String::from_utf8_lossy(path).into_owned());
        if path == self.folder {
            self.folders.push(call.result);
            return;
        }
        // SQLite rebuilds its memory-mapped file after a crash.
        if path.parent() != Some(&self.folder) || path.to_string_lossy().ends_with("-shm") {
            return;
        }
        let inodes = &mut self.inodes;
        let inode = *self.names.entry(path).or_insert_with(|| {
            inodes.push(Inode::default());
            inodes.len() - 1
        });
        self.open.insert(call.result, (inode, 0));
        let is_truncated = call
            .arguments
            .iter()
            .any(|argument| matches!(argument, Text::Plain(flags) if flags.contains("O_TRUNC")));
        if is_truncated {
            self.inodes[inode].pending.push(Write::Length(0));
        }
    }

    fn write(&mut self, call: &Call, offset: usize) {
        let Some(Text::Bytes(bytes)) = call.arguments.get(1) else {
            return;
        };
        let written = usize::try_from(call.result).unwrap();
        let bytes = bytes[..written].to_vec();
        self.pending(call, Write::Data { offset, bytes });
    }

    fn pending(&mut self, call: &Call, write: Write) {
        if let Some((inode, _)) = self.open.get(&call.number(0)) {
            self.inodes[*inode].pending.push(write);
        }
    }

    fn sync(&mut self, descriptor: i64) {
        if self.folders.contains(&descriptor) {
            self.synced_names = self.names.clone();
        }
        if let Some((inode, _)) = self.open.get(&descriptor) {
            let inode = &mut self.inodes[*inode];
            for write in inode.pending.drain(..) {
                write.apply(&mut inode.synced);
            }
        }
    }

    /// Returns the paths among the arguments that belong to files of the folder.
    fn paths(&self, call: &Call) -> Vec<PathBuf> {
        let path = |argument: &Text| match argument {
            Text::Bytes(bytes) => Some(PathBuf::from(String::from_utf8_lossy(bytes).into_owned())),
            Text::Plain(_) => None,
        };
        let paths = call.arguments.iter().filter_map(path);
        paths
            .filter(|path| path.parent() == Some(&self.folder))
            .collect()
    }

    /// Writes the state after a power failure into a folder. `survives` decides for each unsynced
    /// write and name whether it reached the disk.
    pub(super) fn write_remains(&self, folder: &Path, mut survives: impl FnMut() -> bool) {
        let _ = fs::remove_dir_all(folder);
        fs::create_dir(folder).unwrap();
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).unwrap();
        let names = match survives() {
            true => &self.names,
            false => &self.synced_names,
        };
        for (name, inode) in names {
            let inode = &self.inodes[*inode];
            let mut content = inode.synced.clone();
            for write in inode.pending.iter().filter(|_| survives()) {
                write.apply(&mut content);
            }
            let path = folder.join(name.file_name().unwrap());
            fs::write(&path, content).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        }
    }
}
