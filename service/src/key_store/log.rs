//! Detecting damage in SQLite's write-ahead log, the file `….sqlite3-wal`.
//!
//! SQLite reads the log up to the first frame whose checksum is wrong. That is right for a transaction
//! torn by a power failure, which was never acknowledged. But a frame of an earlier transaction was on
//! disk before the next one began; if it is wrong, the file was damaged later, and to continue would
//! roll back acknowledged keys. In the last transaction the two cannot be distinguished.

use std::fs;
use std::io;
use std::path::Path;

use super::error::StoreError;
use crate::files::beside;

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
/// SQLite's default page size, which every store has.
const PAGE: usize = 4096;
const FRAME: usize = FRAME_HEADER + PAGE;
/// The header's first word; its last bit selects the byte order of the checksums.
const MAGIC: u32 = 0x377f_0682;

/// Returns the damage in the log of a store, if there is any.
pub(super) fn damage(store: &Path) -> Result<Option<String>, StoreError> {
    let path = beside(store, "-wal");
    match fs::read(&path) {
        Ok(log) => Ok(Log { bytes: &log }.damage()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(StoreError::file("cannot read the log", &path, error)),
    }
}

struct Log<'a> {
    bytes: &'a [u8],
}

type Checksum = (u32, u32);

impl Log<'_> {
    fn damage(&self) -> Option<String> {
        if self.bytes.len() < HEADER + FRAME {
            return None;
        }
        if self.header_checksum() != self.pair(24) || self.word(0) | 1 != MAGIC | 1 {
            // The frames are of an older generation if the header was never written completely.
            let is_damaged = self.is_current(0);
            return is_damaged.then(|| "the header of its log is damaged".to_owned());
        }
        let frames = (self.bytes.len() - HEADER) / FRAME;
        let torn = (0..frames).find(|frame| !self.continues(*frame))?;
        if !self.is_current(torn) {
            return None;
        }
        // The end of the transaction that the frame belongs to, and whether another one follows.
        let end = (torn..frames).find(|frame| self.is_current(*frame) && self.is_commit(*frame))?;
        let follows = (end + 1..frames).any(|frame| self.continues(frame));
        follows.then(|| format!("frame {} of its log is damaged", torn + 1))
    }

    /// Whether a frame is of this generation of the log. One of its two salts may be damaged.
    fn is_current(&self, frame: usize) -> bool {
        let (first, second) = self.pair(16);
        let salts = self.pair(place(frame) + 8);
        salts.0 == first || salts.1 == second
    }

    fn is_commit(&self, frame: usize) -> bool {
        self.word(place(frame) + 4) != 0
    }

    /// Whether a frame is intact and continues the frame before it, or the header.
    fn continues(&self, frame: usize) -> bool {
        let before = match frame {
            0 => self.pair(24),
            _ => self.pair(place(frame - 1) + 16),
        };
        let start = place(frame);
        let sum = self.checksum(before, start..start + 8);
        let sum = self.checksum(sum, start + FRAME_HEADER..start + FRAME);
        self.pair(start + 8) == self.pair(16) && sum == self.pair(start + 16)
    }

    fn header_checksum(&self) -> Checksum {
        self.checksum((0, 0), 0..24)
    }

    fn checksum(
        &self,
        (mut first, mut second): Checksum,
        range: std::ops::Range<usize>,
    ) -> Checksum {
        let is_big_endian = self.word(0) & 1 == 1;
        let number = |bytes: [u8; 4]| match is_big_endian {
            true => u32::from_be_bytes(bytes),
            false => u32::from_le_bytes(bytes),
        };
        let (words, _) = self.bytes[range].as_chunks::<4>();
        let (pairs, _) = words.as_chunks::<2>();
        for [one, other] in pairs {
            first = first.wrapping_add(number(*one)).wrapping_add(second);
            second = second.wrapping_add(number(*other)).wrapping_add(first);
        }
        (first, second)
    }

    fn pair(&self, place: usize) -> (u32, u32) {
        (self.word(place), self.word(place + 4))
    }

    fn word(&self, place: usize) -> u32 {
        let bytes = self.bytes.get(place..).and_then(|rest| rest.first_chunk());
        bytes.copied().map_or(0, u32::from_be_bytes)
    }
}

/// The offset of a frame.
fn place(frame: usize) -> usize {
    HEADER + frame * FRAME
}
