//! Ranges of subordinate user ids, which users have for their containers: subuid(5).

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::RwLock;

use nix::unistd::User;

use crate::sync::{read, write};

/// The file with the ranges.
const FILE: &str = "/etc/subuid";
/// A range may belong to a user in another range; longer chains are a mistake.
const LONGEST_CHAIN: usize = 8;

/// The ranges of this host.
///
/// A user with a range can call as any id in it. All of them share the limits of that user.
#[derive(Debug, Default)]
pub(crate) struct Subordinates {
    file: PathBuf,
    known: RwLock<Known>,
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Known {
    version: Option<Version>,
    ranges: Vec<Range>,
}

/// The device, inode, length and modification time of a file.
type Version = (u64, u64, u64, i64, i64);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Range {
    first: u32,
    last: u32,
    owner: u32,
}

impl Subordinates {
    /// Reads the ranges of this host.
    pub(crate) fn of_this_host() -> Self {
        Self::of(FILE.into())
    }

    pub(crate) fn of(file: PathBuf) -> Self {
        let this = Self {
            file,
            known: RwLock::default(),
        };
        this.refresh();
        this
    }

    /// Reads the ranges again if the file has changed. Looks up users, which may take time.
    pub(crate) fn refresh(&self) {
        let version = version(&self.file);
        if read(&self.known).version == version {
            return;
        }
        let ranges = match fs::read_to_string(&self.file) {
            Ok(text) => text.lines().filter_map(range).collect(),
            Err(error) => {
                if version.is_some() {
                    let file = self.file.display();
                    tracing::warn!(%error, %file, "subordinate user ids cannot be read");
                }
                Vec::new()
            }
        };
        *write(&self.known) = Known { version, ranges };
    }

    /// The user whose limits apply to an id: the owner of its range, or itself.
    pub(crate) fn owner(&self, uid: u32) -> u32 {
        let known = read(&self.known);
        let mut owner = uid;
        for _ in 0..LONGEST_CHAIN {
            let range = known.ranges.iter().find(|range| range.contains(owner));
            match range.map(|range| range.owner) {
                Some(next) if next != owner => owner = next,
                _ => break,
            }
        }
        owner
    }
}

impl Range {
    fn contains(&self, uid: u32) -> bool {
        (self.first..=self.last).contains(&uid)
    }
}

fn version(file: &Path) -> Option<Version> {
    let found = fs::metadata(file).ok()?;
    let (seconds, nanoseconds) = (found.mtime(), found.mtime_nsec());
    Some((found.dev(), found.ino(), found.len(), seconds, nanoseconds))
}

/// Parses a line: the owner's name or id, the first id, and the number of ids.
fn range(line: &str) -> Option<Range> {
    let mut fields = line.split(':');
    let (name, first, count) = (fields.next()?, fields.next()?, fields.next()?);
    let first: u32 = first.trim().parse().ok()?;
    let count: u32 = count.trim().parse().ok()?;
    let owner = match user(name.trim()) {
        // Containers of root are not the administrator: their range counts as a separate user. So
        // does the range of a user that no longer exists.
        None | Some(0) => first,
        Some(owner) => owner,
    };
    Some(Range {
        first,
        last: first.saturating_add(count.checked_sub(1)?),
        owner,
    })
}

fn user(name: &str) -> Option<u32> {
    match name.parse() {
        Ok(uid) => Some(uid),
        Err(_) => Some(User::from_name(name).ok()??.uid.as_raw()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("subuid");
        fs::write(&file, text).unwrap();
        (folder, file)
    }

    #[test]
    fn an_id_in_a_range_counts_as_its_owner() {
        let (_folder, file) = file(
            "1000:100000:65536\nroot:200000:65536\nno-such-user-here:300000:10\n\
             100005:400000:10\n# 7:8\n1001:x:1\n1002:500000:0\n1003:4294967290:100\n",
        );
        let ranges = Subordinates::of(file);
        for (uid, owner) in [
            (0, 0),
            (1000, 1000),
            (99_999, 99_999),
            (100_000, 1000),
            (165_535, 1000),
            (165_536, 165_536),
            // Not the administrator, and all of them one user.
            (200_000, 200_000),
            (200_033, 200_000),
            (300_009, 300_000),
            // A range of a user in another range.
            (400_001, 1000),
            (500_000, 500_000),
            (u32::MAX, 1003),
        ] {
            assert_eq!(ranges.owner(uid), owner, "{uid}");
        }
    }

    #[test]
    fn ranges_that_contain_each_other_are_resolved() {
        let (_folder, file) = file("20:10:5\n10:20:5\n");
        let ranges = Subordinates::of(file);
        assert!([10, 20].contains(&ranges.owner(11)));
    }

    #[test]
    fn a_changed_file_takes_effect_when_it_is_read_again() {
        let (_folder, path) = file("");
        let ranges = Subordinates::of(path.clone());
        assert_eq!(ranges.owner(100_000), 100_000);
        fs::write(&path, "1000:100000:65536\n").unwrap();
        ranges.refresh();
        assert_eq!(ranges.owner(100_000), 1000);
        fs::remove_file(&path).unwrap();
        ranges.refresh();
        assert_eq!(ranges.owner(100_000), 100_000);
    }
}
