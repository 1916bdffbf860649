//! The systemd files, checked with systemd's own tools if they are installed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use parsec_harness::{root, service_binary};
use tempfile::TempDir;

use crate::needs::{self, Outcome, trials};

trials!(
    systemd_rates_the_units_exposure_as_low,
    systemd_reports_no_problem_in_the_units,
    the_user_and_the_folders_are_created_correctly,
    the_journal_drops_no_line_of_the_unit,
);

/// Maximum exposure rating by systemd, of 10; it calls less than 5 "OK".
const EXPOSURE: f64 = 2.0;

fn packaging() -> PathBuf {
    root().join("service/packaging")
}

/// Runs one of systemd's tools.
fn tool(name: &str, arguments: &[&str], folder: &Path) -> Output {
    Command::new(name)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn printed(output: &Output) -> String {
    let bytes = [&output.stdout[..], &output.stderr].concat();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Returns the units in a folder, as they would be installed: with the built service, and with the
/// drop-in of this name.
fn install(drop_in: Option<&str>) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let units = packaging().join("systemd");
    for name in ["parsec.service", "parsec.socket"] {
        let text = fs::read_to_string(units.join(name)).unwrap();
        let binary = service_binary().to_str().unwrap();
        let text = text.replace("/usr/bin/parsec-service", binary);
        fs::write(folder.path().join(name), text).unwrap();
    }
    if let Some(name) = drop_in {
        let into = folder.path().join("parsec.service.d");
        fs::create_dir(&into).unwrap();
        let example = units.join(format!("parsec.service.d/{name}.conf.example"));
        fs::copy(example, into.join(format!("{name}.conf"))).unwrap();
    }
    folder
}

fn systemd_rates_the_units_exposure_as_low() -> Outcome {
    needs::program("systemd-analyze")?;
    let drop_ins = ["tpm", "pkcs11", "master-key", "vsock"];
    for drop_in in [None].into_iter().chain(drop_ins.map(Some)) {
        let folder = install(drop_in);
        let arguments = ["security", "--offline=true", "--no-pager", "parsec.service"];
        let mut arguments = arguments.map(str::to_owned);
        arguments[3] = folder.path().join("parsec.service").display().to_string();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let output = tool("systemd-analyze", &arguments, folder.path());
        let printed = printed(&output);
        let verdict = printed
            .lines()
            .find_map(|line| line.split_once("exposure level for parsec.service: "))
            .unwrap_or_else(|| panic!("no verdict: {printed}"))
            .1;
        let level: f64 = verdict.split(' ').next().unwrap().parse().unwrap();
        assert!(level <= EXPOSURE, "{drop_in:?}: {printed}");
        assert!(
            verdict.contains("OK") || verdict.contains("SAFE"),
            "{verdict}"
        );
    }
    Ok(())
}

fn systemd_reports_no_problem_in_the_units() -> Outcome {
    needs::program("systemd-analyze")?;
    for drop_in in [None, Some("tpm"), Some("master-key"), Some("vsock")] {
        let folder = install(drop_in);
        let arguments = ["verify", "--man=no", "./parsec.service", "./parsec.socket"];
        let output = tool("systemd-analyze", &arguments, folder.path());
        let printed = printed(&output);
        assert!(output.status.success(), "{drop_in:?}: {printed}");
        // Findings about the host's own units are ignored.
        let ours: Vec<&str> = printed
            .lines()
            .filter(|line| line.contains("parsec"))
            .collect();
        assert!(ours.is_empty(), "{drop_in:?}: {printed}");
    }
    Ok(())
}

fn the_user_and_the_folders_are_created_correctly() -> Outcome {
    needs::root()?;
    needs::program("systemd-sysusers")?;
    needs::program("systemd-tmpfiles")?;
    let root = tempfile::tempdir().unwrap();
    fs::create_dir(root.path().join("etc")).unwrap();
    let at = format!("--root={}", root.path().display());
    let users = packaging().join("sysusers.d/parsec.conf");
    let folders = packaging().join("tmpfiles.d/parsec.conf");
    let arguments = [&at, users.to_str().unwrap()];
    let made = tool("systemd-sysusers", &arguments, root.path());
    assert!(made.status.success(), "{}", printed(&made));
    let passwd = fs::read_to_string(root.path().join("etc/passwd")).unwrap();
    let user = passwd.lines().find(|line| line.starts_with("parsec:"));
    let fields: Vec<&str> = user.expect("a user").split(':').collect();
    assert_eq!(fields[6], "/usr/sbin/nologin");
    let uid: u32 = fields[2].parse().unwrap();
    assert!((1..1000).contains(&uid), "a system user: {uid}");

    let arguments = ["--create", &at, folders.to_str().unwrap()];
    let made = tool("systemd-tmpfiles", &arguments, root.path());
    assert!(made.status.success(), "{}", printed(&made));
    for (name, owner, mode) in [
        ("run/parsec", uid, 0o755),
        ("var/lib/parsec", uid, 0o700),
        ("etc/parsec", 0, 0o750),
    ] {
        use std::os::unix::fs::MetadataExt as _;
        let found = fs::metadata(root.path().join(name)).unwrap();
        assert_eq!((found.uid(), found.mode() & 0o777), (owner, mode), "{name}");
    }
    Ok(())
}

fn the_journal_drops_no_line_of_the_unit() -> Outcome {
    let unit = fs::read_to_string(packaging().join("systemd/parsec.service")).unwrap();
    let limits: Vec<&str> = unit
        .lines()
        .filter(|line| line.starts_with("LogRateLimit"))
        .collect();
    assert_eq!(limits, ["LogRateLimitIntervalSec=0", "LogRateLimitBurst=0"]);
    Ok(())
}
