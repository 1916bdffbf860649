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
    /// Verify the chain of events from the first to the last; exit status 0 if it is intact, 1 if a
    /// line was removed, changed or moved
    Verify {
        /// The log, or `-` for standard input, which may contain other lines as well. Default: the
        /// configured log
        file: Option<PathBuf>,
        /// The file that holds the number and hash of the last event. Default: the configured one, or
        /// none if FILE is given
        #[arg(long, value_name = "FILE")]
        head: Option<PathBuf>,
        /// Also fail if events from this number on are missing at the beginning; use 1 if no file was
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
        Ok(print_report(verified))
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
                    "events do not go to a file; pipe them in: `journalctl -o cat -t parsec-audit \
                     | parsec-service audit verify - --head {}`",
                    head.display()
                ),
            }
        }
        None => format!(
            "{} has no [audit]; name the file if there is an older one",
            config.source
        ),
    };
    Err(ServiceError::NoAuditLog(why))
}

#[allow(clippy::print_stdout, reason = "what was found is data")]
fn print_report(verified: Result<AuditSummary, AuditFault>) -> ExitCode {
    let summary = match verified {
        Ok(summary) => summary,
        Err(fault) => {
            eprintln!("parsec-service: the audit log is not intact: {fault}");
            return ExitCode::from(1);
        }
    };
    let AuditSummary { events, last, .. } = summary;
    println!("{events} events, the last of them number {last}: the chain is intact");
    if summary.first > 1 {
        let who = if summary.first <= summary.kept_from {
            "the service removed them because of `keep_files`"
        } else {
            "the service did not remove them"
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
            "its end was not compared with a head file, so missing events there are not detected"
        );
    }
    ExitCode::SUCCESS
}
