//! `parsec-service store`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;
use parsec_service::{
    CommandInfo, ServiceError, StoreReport, back_up_store, check_store, rekey_store,
    release_device, restore_store, with_audit_event,
};
use serde_json::json;

use parsec_contracts::quoted;

use super::ReadConfig;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Check every page and open every key; exit status 0 if the store is intact, 1 otherwise. The
    /// service may be running
    Check,
    /// Copy the store and its master key to a folder, and check the copy. The service may be running
    Backup {
        /// The folder; it must not hold a copy yet
        folder: PathBuf,
    },
    /// Replace the store by a copy. The service must be stopped
    Restore {
        /// The folder with the copy
        folder: PathBuf,
        /// Move an existing store aside
        #[arg(long)]
        replace: bool,
    },
    /// Let a provider bind to the next device that it finds, because its old device was replaced
    /// permanently. The service may be running; restart it afterwards
    Rebind {
        /// The provider's name in the configuration
        provider: String,
    },
    /// Create a new master key and re-encrypt every key with it. The service may be running
    Rekey,
}

impl Command {
    pub(crate) fn run(&self, read: ReadConfig<'_>) -> Result<ExitCode, ServiceError> {
        let config = read()?;
        Ok(match self {
            Self::Check => {
                let check = || check_store(&config);
                print_report(&with_audit_event(&config, self.info(), check)?)
            }
            Self::Backup { folder } => {
                let copy = || back_up_store(&config, folder);
                print_report(&with_audit_event(&config, self.info(), copy)?)
            }
            Self::Restore { folder, replace } => {
                let restore = || restore_store(&config, folder, *replace);
                let moved = with_audit_event(&config, self.info(), restore)?;
                say(&moved
                    .iter()
                    .map(|path| format!("moved aside: {}", path.display()))
                    .collect::<Vec<_>>());
                say(&["restored".to_owned()]);
                ExitCode::SUCCESS
            }
            Self::Rebind { provider } => {
                let release = || release_device(&config, provider);
                let before = with_audit_event(&config, self.info(), release)?.map_or_else(
                    || "was not bound to a device".to_owned(),
                    |device| format!("was bound to {device}"),
                );
                say(&[format!(
                    "the provider {provider} {before}; it will bind to the device that it finds at \
                     the next start of the service, and its keys that are not on that device stay missing",
                    provider = quoted(provider)
                )]);
                ExitCode::SUCCESS
            }
            Self::Rekey => {
                let rekey = || rekey_store(&config);
                let keys = counted(with_audit_event(&config, self.info(), rekey)?);
                say(&[format!(
                    "re-encrypted {keys} with a new master key; make a new backup, because older ones open only with the old key"
                )]);
                ExitCode::SUCCESS
            }
        })
    }

    /// The content of its audit event.
    fn info(&self) -> CommandInfo {
        let (operation, detail) = match self {
            Self::Check => ("store-check", json!({})),
            Self::Backup { folder } => ("store-backup", json!({ "folder": absolute(folder) })),
            Self::Restore { folder, replace } => (
                "store-restore",
                json!({ "folder": absolute(folder), "replace": replace }),
            ),
            Self::Rebind { provider } => ("store-rebind", json!({ "provider": provider })),
            Self::Rekey => ("store-rekey", json!({})),
        };
        CommandInfo {
            operation,
            detail,
            only_reads: matches!(self, Self::Check),
        }
    }
}

/// The folder for the event: absolute, because the event is read in another working directory.
fn absolute(folder: &Path) -> String {
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    folder.display().to_string()
}

fn counted(keys: u64) -> String {
    match keys {
        1 => "1 key".to_owned(),
        _ => format!("{keys} keys"),
    }
}

#[allow(clippy::print_stdout, reason = "what was done is data")]
fn say(lines: &[String]) {
    for line in lines {
        println!("{line}");
    }
}

fn print_report(report: &StoreReport) -> ExitCode {
    for finding in &report.findings {
        eprintln!("parsec-service: {finding}");
    }
    let StoreReport { version, keys, .. } = report;
    if report.findings.is_empty() {
        say(&[format!(
            "{}, version {version} of the store: all is well",
            counted(*keys)
        )]);
        return ExitCode::SUCCESS;
    }
    eprintln!("parsec-service: the store is damaged; restore it from a backup");
    ExitCode::from(1)
}
