#![forbid(unsafe_code)]
//! Users of the same host are apart when the kernel says who is calling.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use parsec_contracts::Status;
use parsec_contracts::frame::flags;
use parsec_harness::{Auth, Service, cli, keys};

/// A user who is not the one that runs the tests.
const NOBODY: u32 = 65534;

/// Runs the command line as another user, which takes root.
struct Nobody {
    program: PathBuf,
    endpoint: String,
}

impl Nobody {
    fn of(service: &Service) -> Self {
        // The build's own folder may be closed to other users.
        let program = service.scratch().join("parsec");
        fs::copy(cli(), &program).expect("the scratch folder takes the program");
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

#[test]
fn another_user_cannot_see_or_use_a_key() {
    if !rustix::process::getuid().is_root() {
        eprintln!("skipped: only root can be another user");
        return;
    }
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

    // The name is free for a key of its own, whose end is not the other's.
    nobody.succeeds(&["key", "create", "web-tls"]);
    nobody.succeeds(&["key", "delete", "web-tls"]);
    let signed = service
        .wire()
        .call(1, &Auth::me(), 0, keys::sign("web-tls", &[1; 32]));
    assert_eq!(signed.expect("a reply").status(), Status::Success);
}

#[test]
fn nobody_can_claim_to_be_another_user() {
    let service = Service::start();
    create(&service, "web-tls");
    let me = rustix::process::getuid().as_raw();
    for claimed in [me.wrapping_add(1), me ^ 0xffff] {
        let sign = keys::sign("web-tls", &[1; 32]);
        let auth = Auth::Peer(claimed);
        let reply = service.wire().call(1, &auth, flags::EXTENSIONS, sign);
        assert_eq!(
            reply.expect("a reply").status(),
            Status::AuthenticationError
        );
    }
}
