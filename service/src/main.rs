#![forbid(unsafe_code)]
//! `parsec-service [--config FILE] [--check | --explain-policy NAME]`, and its subcommands for managing
//! its files.

mod commands;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use parsec_service::{Config, Priority, ServiceError, Verdict};

use commands::Command;

/// Holds keys for all applications on this host, behind one socket
///
/// Without --config it reads /etc/parsec/config.toml, and if that does not exist it uses an embedded
/// default: keys in software, callers identified by their user id, data and socket in the user's own
/// folders (as root: /var/lib/parsec and /run/parsec; under systemd: the unit's StateDirectory and
/// RuntimeDirectory).
#[derive(Parser)]
#[command(name = "parsec-service", version)]
struct Arguments {
    /// The configuration file, TOML
    #[arg(short, long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    /// Check everything that a start needs without changing anything, print the resulting settings,
    /// and exit: status 0 if the service would start, 1 if it would not, 2 if the configuration is
    /// invalid, 6 if only a device fails
    #[arg(long)]
    check: bool,
    /// Print what the client of that name may do, for each authenticator, and exit
    #[arg(long, value_name = "NAME")]
    explain_policy: Option<String>,
    /// Run for the tests of an application: keys in software, in a private temporary folder that is
    /// deleted at the end. Print the endpoint, and end with the process that started this one; or
    /// run COMMAND with PARSEC_SERVICE_ENDPOINT set, and end with its exit status
    #[arg(long, conflicts_with_all = ["config", "check", "explain_policy"])]
    ephemeral: bool,
    /// With --ephemeral: the command to run, and its arguments
    #[arg(last = true, value_name = "COMMAND", requires = "ephemeral")]
    run: Vec<OsString>,
    #[command(subcommand)]
    command: Option<Command>,
}

fn main() -> ExitCode {
    // Before the configuration is read, which may hold a PIN or name files that do; logging has not started
    // yet.
    if let Err(error) = parsec_service::forbid_core_dumps() {
        parsec_service::say(
            Priority::Warning,
            &format!(
                "warning: a crash may leave keys behind in a core dump ({error}); set LimitCORE=0 \
                 in the unit, or `ulimit -c 0`"
            ),
        );
    }
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(code) => code,
        Err(error @ ServiceError::Config(_)) => fail(&error, 2),
        Err(error) => fail(&error, 1),
    }
}

fn run(arguments: &Arguments) -> Result<ExitCode, ServiceError> {
    let read = || match &arguments.config {
        Some(file) => Config::from_file(file),
        None => Config::of_this_host(),
    };
    if arguments.ephemeral {
        if arguments.command.is_some() {
            eprintln!("parsec-service: --ephemeral starts a service: omit the subcommand");
            return Ok(ExitCode::from(2));
        }
        let code = parsec_service::run_ephemeral(&arguments.run)?;
        return Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)));
    }
    if let Some(command) = &arguments.command {
        return command.run(&|| Ok(read()?));
    }
    if let Some(name) = &arguments.explain_policy {
        explain(&read()?, name);
        return Ok(ExitCode::SUCCESS);
    }
    if arguments.check {
        return Ok(check(&read()?));
    }
    parsec_service::run(&read)?;
    Ok(ExitCode::SUCCESS)
}

#[allow(clippy::print_stdout, reason = "what --explain-policy prints is data")]
fn explain(config: &Config, name: &str) {
    print!("{}", parsec_service::explain(config, name));
}

#[allow(clippy::print_stdout, reason = "what --check prints is data")]
fn check(config: &Config) -> ExitCode {
    for warning in &config.warnings {
        eprintln!("warning: {warning}");
    }
    print!("{config}");
    match parsec_service::check(config, &mut |line| eprintln!("{line}")) {
        Verdict::Starts => ExitCode::SUCCESS,
        Verdict::Fails => ExitCode::FAILURE,
        // The same exit status as that of the command line for devices.
        Verdict::DeviceFails => ExitCode::from(6),
    }
}

fn fail(error: &ServiceError, code: u8) -> ExitCode {
    parsec_service::say(Priority::Error, &error.to_string());
    ExitCode::from(code)
}
