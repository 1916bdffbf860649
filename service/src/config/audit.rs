//! `[audit]`: whether and where audit events are written.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use parsec_contracts::quoted;

use super::error::ConfigError;
use super::source::Source;

/// The destination of audit events, and what happens if the queue is full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditConfig {
    /// The destination.
    pub to: AuditTo,
    /// The file with the number and hash of the last event.
    pub head_file: PathBuf,
    /// The maximum number of queued events.
    pub queue: usize,
    /// The behaviour if the queue is full.
    pub overflow: Overflow,
    /// The length at which a file is moved aside and a new one started; 0 for never.
    pub rotate_at: u64,
    /// The number of moved files to keep; 0 for all.
    pub keep_files: usize,
}

/// The destination of audit events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditTo {
    /// A separate file.
    File(PathBuf),
    /// Standard error, together with the log.
    Stderr,
    /// Systemd's journal, as `parsec-audit`.
    Journald,
}

impl AuditTo {
    /// The file, if the destination is one.
    pub fn file(&self) -> Option<&PathBuf> {
        match self {
            Self::File(path) => Some(path),
            Self::Stderr | Self::Journald => None,
        }
    }
}

/// The behaviour for an event if the queue is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Overflow {
    /// The request waits: no event is lost.
    Block,
    /// The event is dropped and counted, and the count is recorded: no request waits.
    Count,
}

impl Overflow {
    /// The name in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Block => "block",
            Self::Count => "count",
        }
    }
}

const QUEUE: usize = 4096;
const ROTATE_AT: u64 = 64 * 1024 * 1024;
/// With the default length, 1 GiB in total.
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

/// Resolves the section; by default, the files are beside the key store.
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
                format!(
                    "`to` must be \"file\", \"stderr\" or \"journald\", not {other}",
                    other = quoted(other)
                ),
            ));
        }
    };
    if let (Some(path), AuditTo::Stderr | AuditTo::Journald) = (&raw.path, &to) {
        return Err(source.wrong(path.span().start, "`path` belongs to `to = \"file\"` only"));
    }
    let queue = match &raw.queue {
        None => QUEUE,
        Some(given) if (1..=1_000_000).contains(given.get_ref()) => *given.get_ref(),
        Some(given) => {
            return Err(source.wrong(
                given.span().start,
                "the queue must be from 1 to 1000000 events",
            ));
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
