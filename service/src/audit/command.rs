//! Audit events of commands, which run beside the service or while it is stopped.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::Arc;

use rustix::process::{geteuid, getuid};
use serde_json::Value;

use super::counts::Counts;
use super::event::Event;
use super::head::Head;
use super::waiting::WaitingCommands;
use super::writer::Writer;
use crate::config::{AuditConfig, AuditTo, Config, Overflow};
use crate::error::ServiceError;
use crate::files::folder_of;
use crate::key_store::create_folder;

/// The content of an operator's command in its audit event, besides the user and the result.
#[derive(Debug)]
pub struct CommandInfo {
    /// The name of the operation.
    pub operation: &'static str,
    /// Its arguments.
    pub detail: Value,
    /// Whether it only reads. Such a command runs even if no event can be written.
    pub only_reads: bool,
}

/// Runs an operator's command, and writes a audit event for it if `[audit]` is configured.
///
/// # Errors
///
/// The error of `work`; or that events cannot be written, in which case nothing is done. The latter is
/// only a warning with `overflow = "count"`, and for a command that only reads.
pub fn with_audit_event<T>(
    config: &Config,
    info: CommandInfo,
    work: impl FnOnce() -> Result<T, ServiceError>,
) -> Result<T, ServiceError> {
    let Some(audit) = &config.audit else {
        return work();
    };
    let is_required = audit.overflow == Overflow::Block && !info.only_reads;
    let unwritable = |what: &str, error: io::Error| match is_required {
        true => Err(ServiceError::Audit(format!("{error}; {what}"))),
        false => {
            eprintln!("parsec-service: warning: audit events cannot be written: {error}");
            Ok(())
        }
    };
    let log = match CommandLog::open(audit) {
        Ok(log) => Some(log),
        Err(error) => {
            unwritable("nothing was done", error)?;
            None
        }
    };
    let done = work();
    if let Some(log) = log
        && let Err(error) = log.record(event(info, &done))
    {
        let what = match done {
            Ok(_) => "the command succeeded nevertheless",
            Err(_) => "the command failed",
        };
        unwritable(what, error)?;
    }
    done
}

fn event<T>(info: CommandInfo, done: &Result<T, ServiceError>) -> Event {
    let CommandInfo {
        operation,
        mut detail,
        ..
    } = info;
    if let Some(user) = login_user() {
        detail["login_uid"] = user.into();
    }
    let status = match done {
        Ok(_) => "success",
        Err(error) => {
            detail["error"] = error.to_string().into();
            "failed"
        }
    };
    Event::of_command(operation, getuid().as_raw(), status, detail)
}

/// The user that logged in, before any su or sudo, if the kernel records it.
fn login_user() -> Option<u32> {
    let text = fs::read_to_string("/proc/self/loginuid").ok()?;
    text.trim().parse().ok().filter(|user| *user != u32::MAX)
}

/// The destination of a command's event.
struct CommandLog<'a> {
    config: &'a AuditConfig,
    /// `None` if only the service can write.
    writer: Option<Writer>,
}

impl<'a> CommandLog<'a> {
    fn open(config: &'a AuditConfig) -> io::Result<Self> {
        let files = [Some(&config.head_file), config.to.file()];
        for file in files.into_iter().flatten() {
            create_folder(folder_of(file)).map_err(io::Error::other)?;
            refuse_foreign(file)?;
        }
        let writer = match config.to {
            AuditTo::Stderr => None,
            AuditTo::File(_) | AuditTo::Journald => {
                Some(Writer::open(config, Arc::<Counts>::default())?)
            }
        };
        Ok(Self { config, writer })
    }

    fn record(self, event: Event) -> io::Result<()> {
        let Some(mut writer) = self.writer else {
            let _lock = Head::lock(&self.config.head_file)?;
            return WaitingCommands::add(&self.config.head_file, &event);
        };
        writer.append(&mut &[event][..])
    }
}

/// Refuses to create a file that the service's user could not write to.
fn refuse_foreign(file: &Path) -> io::Result<()> {
    let owner = fs::metadata(folder_of(file))?.uid();
    if file.exists() || owner == geteuid().as_raw() {
        return Ok(());
    }
    Err(io::Error::other(format!(
        "{} does not exist, and its folder belongs to the user {owner}: run this as that user",
        file.display()
    )))
}
