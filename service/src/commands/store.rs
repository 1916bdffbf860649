//! `parsec-service store`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;
use parsec_service::{
    CommandInfo, ServiceError, StoreReport, back_up_store, check_store, rekey_store,
    release_device, restore_store, with_audit_event,
};
use serde_json::json;

use super::ReadConfig;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Look at every page and open every key: 0 if all is well, 1 if anything is not. The service
    /// may run
    Check,
    /// Copy the store and its master key into a folder, and check the copy. The service may run
    Backup {
        /// The folder; it must not hold a copy yet
        folder: PathBuf,
    },
    /// Put a copy into the place of the store. The service must be stopped
    Restore {
        /// The folder with the copy
        folder: PathBuf,
        /// Move a store that is there aside
        #[arg(long)]
        replace: bool,
    },
    /// Let a provider bind to the next device that it finds, because its old one was replaced for
    /// good. The service may run; it must be restarted afterwards
    Rebind {
        /// The provider's name in the configuration
        provider: String,
    },
    /// Make a new master key and encrypt every key anew with it. The service may run
    Rekey,
}

impl Command {
    pub(crate) fn run(&self, read: ReadConfig<'_>) -> Result<ExitCode, ServiceError> {
        let config = read()?;
        Ok(match self {
            Self::Check => {
                let check = || check_store(&config);
                tell(&with_audit_event(&config, self.info(), check)?)
            }
            Self::Backup { folder } => {
                let copy = || back_up_store(&config, folder);
                tell(&with_audit_event(&config, self.info(), copy)?)
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
                    "the provider {provider:?} {before}; it binds to the device that it finds at \
                     the next start of the service, and its keys that are not there stay missing"
                )]);
                ExitCode::SUCCESS
            }
            Self::Rekey => {
                let rekey = || rekey_store(&config);
                let keys = counted(with_audit_event(&config, self.info(), rekey)?);
                say(&[format!(
                    "encrypted {keys} anew with a new master key; make a new backup, the old one opens with the old key alone"
                )]);
                ExitCode::SUCCESS
            }
        })
    }

    /// What its security event says.
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

/// The folder as the event names it: absolute, for it is read in another folder.
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

fn tell(report: &StoreReport) -> ExitCode {
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
