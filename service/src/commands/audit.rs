//! `parsec-service audit`.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;
use parsec_service::config::AuditTo;
use parsec_service::{AuditFault, AuditSummary, ServiceError, verify_audit, verify_audit_stream};

use super::ReadConfig;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Follow the chain of events from the first to the last: 0 if it holds, 1 if a line was
    /// removed, changed or moved
    Verify {
        /// The log; `-` for standard input, in which there may be other lines. Without it, the one
        /// that the configuration names
        file: Option<PathBuf>,
        /// The file that says which event was the last; without it, the configuration's, or with
        /// FILE none
        #[arg(long, value_name = "FILE")]
        head: Option<PathBuf>,
        /// Fail as well if events from this number on are missing at the beginning: 1 if no file was
        /// ever removed
        #[arg(long, value_name = "NUMBER")]
        from: Option<u64>,
    },
}

impl Command {
    pub(crate) fn run(&self, read: ReadConfig<'_>) -> Result<ExitCode, ServiceError> {
        let Self::Verify { file, head, from } = self;
        let verified = match file {
            None => verify_configured(read, head.as_deref())?,
            Some(file) if file == Path::new("-") => {
                verify_audit_stream(io::stdin().lock(), head.as_deref())
            }
            Some(file) => verify_audit(file, head.as_deref()),
        };
        let verified = match from {
            Some(from) => verified.and_then(|summary| summary.expect_from(*from)),
            None => verified,
        };
        Ok(tell(verified))
    }
}

fn verify_configured(
    read: ReadConfig<'_>,
    head: Option<&Path>,
) -> Result<Result<AuditSummary, AuditFault>, ServiceError> {
    let config = read()?;
    let why = match config.audit {
        Some(audit) => {
            let head = head.unwrap_or(&audit.head_file);
            match audit.to {
                AuditTo::File(file) => return Ok(verify_audit(&file, Some(head))),
                AuditTo::Stderr | AuditTo::Journald => format!(
                    "events do not go to a file; pass them in: `journalctl -o cat -t parsec-audit \
                     | parsec-service audit verify - --head {}`",
                    head.display()
                ),
            }
        }
        None => format!(
            "{} has no [audit]; name the file, if there is one from before",
            config.source
        ),
    };
    Err(ServiceError::NoAuditLog(why))
}

#[allow(clippy::print_stdout, reason = "what was found is data")]
fn tell(verified: Result<AuditSummary, AuditFault>) -> ExitCode {
    let summary = match verified {
        Ok(summary) => summary,
        Err(fault) => {
            eprintln!("parsec-service: the audit log does not hold: {fault}");
            return ExitCode::from(1);
        }
    };
    let AuditSummary { events, last, .. } = summary;
    println!("{events} events, the last of them number {last}: the chain holds");
    if summary.first > 1 {
        let who = if summary.first <= summary.kept_from {
            "the service has removed them, as `keep_files` says"
        } else {
            "the service has not removed them"
        };
        println!(
            "it begins with number {}: earlier files are not here; {who}",
            summary.first
        );
    }
    if summary.torn > 0 {
        println!(
            "{} lines were torn when the service was killed",
            summary.torn
        );
    }
    if !summary.end_is_known {
        println!(
            "its end was compared with nothing: whether events are missing there is not known"
        );
    }
    ExitCode::SUCCESS
}
