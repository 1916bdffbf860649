//! `[audit]`: whether security events are written down, and where.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use super::error::ConfigError;
use super::source::Source;

/// Where security events are written down, and what happens when they come too fast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditConfig {
    /// Where they go.
    pub to: AuditTo,
    /// The file that says which event was the last.
    pub head_file: PathBuf,
    /// Events that may wait to be written.
    pub queue: usize,
    /// What happens to more.
    pub overflow: Overflow,
    /// Bytes from which on a file is put aside and a new one begun; 0 for never.
    pub rotate_at: u64,
    /// Files that are kept when they are put aside; 0 for all.
    pub keep_files: usize,
}

/// Where security events go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditTo {
    /// To a file of their own.
    File(PathBuf),
    /// To standard error, where the log is.
    Stderr,
    /// To systemd's journal, as `parsec-audit`.
    Journald,
}

impl AuditTo {
    /// The file, if they go to one.
    pub fn file(&self) -> Option<&PathBuf> {
        match self {
            Self::File(path) => Some(path),
            Self::Stderr | Self::Journald => None,
        }
    }
}

/// What happens to events for which there is no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Overflow {
    /// The request waits until there is room: nothing goes unwritten.
    Block,
    /// They are counted, and the count is written: nothing waits.
    Count,
}

impl Overflow {
    /// As it stands in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Block => "block",
            Self::Count => "count",
        }
    }
}

const QUEUE: usize = 4096;
const ROTATE_AT: u64 = 64 * 1024 * 1024;
/// With the default length, one GiB in all.
const KEEP_FILES: usize = 15;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AuditSection {
    to: Spanned<String>,
    path: Option<Spanned<PathBuf>>,
    head_file: Option<PathBuf>,
    queue: Option<Spanned<usize>>,
    overflow: Option<Overflow>,
    rotate_at: Option<u64>,
    keep_files: Option<usize>,
}

/// What is not said lies beside the key store.
pub(super) fn audit(
    source: &Source<'_>,
    raw: Option<&AuditSection>,
    key_store: &Path,
) -> Result<Option<AuditConfig>, ConfigError> {
    let Some(raw) = raw else { return Ok(None) };
    let path = raw.path.as_ref().map_or_else(
        || key_store.with_file_name("audit.jsonl"),
        |path| source.path(path.get_ref()),
    );
    let to = match raw.to.get_ref().as_str() {
        "file" => AuditTo::File(path),
        "stderr" => AuditTo::Stderr,
        "journald" => AuditTo::Journald,
        other => {
            return Err(source.wrong(
                raw.to.span().start,
                format!("events go `to` \"file\", \"stderr\" or \"journald\", and not {other:?}"),
            ));
        }
    };
    if let (Some(path), AuditTo::Stderr | AuditTo::Journald) = (&raw.path, &to) {
        return Err(source.wrong(
            path.span().start,
            "a `path` belongs to `to = \"file\"` alone",
        ));
    }
    let queue = match &raw.queue {
        None => QUEUE,
        Some(given) if (1..=1_000_000).contains(given.get_ref()) => *given.get_ref(),
        Some(given) => {
            return Err(source.wrong(given.span().start, "the queue has from 1 to 1000000 events"));
        }
    };
    let head_file = raw.head_file.as_ref().map(|path| source.path(path));
    Ok(Some(AuditConfig {
        head_file: head_file.unwrap_or_else(|| key_store.with_file_name("audit.head")),
        to,
        queue,
        overflow: raw.overflow.unwrap_or(Overflow::Block),
        rotate_at: raw.rotate_at.unwrap_or(ROTATE_AT),
        keep_files: raw.keep_files.unwrap_or(KEEP_FILES),
    }))
}
