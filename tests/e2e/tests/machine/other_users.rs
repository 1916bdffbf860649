//! Other users of the host cannot access keys, memory or files of the service.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Command, Output};

use parsec_contracts::Status;
use parsec_harness::{Auth, Service, cli, eventually, keys, service_binary};
use parsec_tests_e2e::install;

use crate::needs::{self, Outcome, trials};

trials!(
    another_user_cannot_see_or_use_a_key,
    other_processes_of_the_same_user_cannot_look_into_it,
    the_files_of_another_user_are_refused,
);

/// A user other than the one that runs the tests.
const NOBODY: u32 = 65534;

/// Runs the command line as another user, which needs root.
struct Nobody {
    program: PathBuf,
    endpoint: String,
}

impl Nobody {
    fn of(service: &Service) -> Self {
        // Other users may lack access to the build folder.
        let program = install(service, cli(), "parsec");
        Self {
            program,
            endpoint: service.endpoint(),
        }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new("setpriv")
            .args([
                "--reuid",
                &NOBODY.to_string(),
                "--regid",
                &NOBODY.to_string(),
            ])
            .arg("--clear-groups")
            .arg(&self.program)
            .args(arguments)
            .env("PARSEC_SERVICE_ENDPOINT", &self.endpoint)
            .current_dir("/")
            .output()
            .expect("setpriv of util-linux runs")
    }

    #[track_caller]
    fn succeeds(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {errors}");
        String::from_utf8(output.stdout).expect("text")
    }
}

fn create(service: &Service, name: &str) {
    let key = keys::generate(name, keys::ecdsa_p256());
    let reply = service.wire().call(1, &Auth::me(), 0, key);
    assert_eq!(reply.expect("a reply").status(), Status::Success);
}

fn another_user_cannot_see_or_use_a_key() -> Outcome {
    needs::root()?;
    needs::program("setpriv")?;
    let service = Service::start();
    let nobody = Nobody::of(&service);
    let listed_before = nobody.succeeds(&["--json", "key", "list"]);
    let signed_before = nobody.run(&["sign", "web-tls", "/etc/hostname"]);
    create(&service, "web-tls");
    let signed_after = nobody.run(&["sign", "web-tls", "/etc/hostname"]);

    assert_eq!(nobody.succeeds(&["--json", "key", "list"]), listed_before);
    assert_eq!(signed_before.status.code(), Some(3));
    assert_eq!(signed_after, signed_before);
    assert_eq!(
        nobody.run(&["key", "delete", "web-tls"]).status.code(),
        Some(3)
    );

    // The name is free for the user's own key, and deleting that does not affect the other key.
    nobody.succeeds(&["key", "create", "web-tls"]);
    nobody.succeeds(&["key", "delete", "web-tls"]);
    let signed = service
        .wire()
        .call(1, &Auth::me(), 0, keys::sign("web-tls", &[1; 32]));
    assert_eq!(signed.expect("a reply").status(), Status::Success);
    Ok(())
}

fn other_processes_of_the_same_user_cannot_look_into_it() -> Outcome {
    needs::root()?;
    let mut service = Service::prepared(Service::direct_config());
    for folder in ["", "run", "state"] {
        let folder = service.scratch().join(folder);
        chown(folder, Some(NOBODY), Some(NOBODY)).unwrap();
    }
    // Other users may lack access to the build folder.
    let binary = install(&service, service_binary(), "parsec-service");
    let mut command = Command::new(&binary);
    command
        .args(["--config", "config.toml"])
        .current_dir(service.scratch())
        .env("TMPDIR", service.scratch())
        .uid(NOBODY)
        .gid(NOBODY);
    service.spawn(&mut command);
    service.wait_until_ready(&service.socket());
    // The kernel makes root the owner of the memory files of a non-dumpable process.
    let owner = |pid: u32| fs::metadata(format!("/proc/{pid}/mem")).unwrap().uid();
    assert_eq!(owner(service.pid()), 0);
    let mut other = Command::new("sleep")
        .arg("600")
        .uid(NOBODY)
        .spawn()
        .unwrap();
    eventually("not so with other programs", || owner(other.id()) == NOBODY);
    other.kill().unwrap();
    other.wait().unwrap();
    Ok(())
}

fn the_files_of_another_user_are_refused() -> Outcome {
    // Only root can give a file to another user.
    needs::root()?;
    for name in ["parsec-keys.sqlite3", "parsec-master.key"] {
        let mut service = Service::direct();
        assert!(service.terminate().success());
        chown(service.state_dir().join(name), Some(NOBODY), None).unwrap();
        let refused = service.run(&["--config", "config.toml"]);
        let printed = String::from_utf8_lossy(&refused.stderr);
        assert!(!refused.status.success(), "{printed}");
        assert!(printed.contains("belongs to the user 65534"), "{printed}");
        assert!(printed.contains("chown 0"), "{printed}");
    }
    Ok(())
}
