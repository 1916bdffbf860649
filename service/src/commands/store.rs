//! `parsec-service store`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;
use parsec_service::{
    ServiceError, StoreReport, back_up_store, check_store, rekey_store, restore_store,
};

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
    /// Make a new master key and encrypt every key anew with it. The service may run
    Rekey,
}

impl Command {
    pub(crate) fn run(&self, read: ReadConfig<'_>) -> Result<ExitCode, ServiceError> {
        let config = read()?;
        Ok(match self {
            Self::Check => tell(&check_store(&config)?),
            Self::Backup { folder } => tell(&back_up_store(&config, folder)?),
            Self::Restore { folder, replace } => {
                let moved = restore_store(&config, folder, *replace)?;
                say(&moved
                    .iter()
                    .map(|path| format!("moved aside: {}", path.display()))
                    .collect::<Vec<_>>());
                say(&["restored".to_owned()]);
                ExitCode::SUCCESS
            }
            Self::Rekey => {
                let keys = counted(rekey_store(&config)?);
                say(&[format!(
                    "encrypted {keys} anew with a new master key; make a new backup, the old one opens with the old key alone"
                )]);
                ExitCode::SUCCESS
            }
        })
    }
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
