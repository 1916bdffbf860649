//! Clients check the owner of the service before they trust a default socket.

use std::os::unix::fs::{PermissionsExt as _, chown, symlink};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{fs, str};

use parsec_harness::{Service, cli, service_binary};
use parsec_tests_e2e::install;

use crate::needs::{self, Outcome, trials};

trials!(
    a_service_of_another_user_is_not_trusted,
    the_system_service_must_belong_to_the_owner_of_its_folder,
    privileged_programs_ignore_the_environment,
);

const ROOT: u32 = 0;
const OWNER: u32 = 65534;
const ANOTHER: u32 = 65533;

/// Exit code of a command that reaches no service.
const UNREACHABLE: i32 = 5;

/// A service run by the user `OWNER`, with its socket in the folder of `XDG_RUNTIME_DIR`.
struct UsersService {
    service: Service,
    cli: PathBuf,
}

impl UsersService {
    fn start(config: String) -> Self {
        let mut service = Service::prepared(config);
        for folder in ["", "run", "state"] {
            let folder = service.scratch().join(folder);
            chown(folder, Some(OWNER), Some(OWNER)).unwrap();
        }
        fs::create_dir(service.scratch().join("runtime")).unwrap();
        let link = service.scratch().join("runtime/parsec");
        symlink(service.scratch().join("run"), link).unwrap();
        // Other users may lack access to the build folder.
        let cli = install(&service, cli(), "parsec");
        let binary = install(&service, service_binary(), "parsec-service");
        let mut command = Command::new(binary);
        command
            .args(["--config", "config.toml"])
            .current_dir(service.scratch())
            .uid(OWNER)
            .gid(OWNER);
        service.spawn(&mut command);
        service.wait_until_ready(&service.socket());
        Self { service, cli }
    }

    /// Runs the command line as `user`, in an environment that points to this service.
    fn cli(&self, program: &Path, user: u32, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .env_remove("PARSEC_SERVICE_ENDPOINT")
            .env("XDG_RUNTIME_DIR", self.service.scratch().join("runtime"))
            .current_dir("/")
            .uid(user)
            .gid(user);
        command
    }

    #[track_caller]
    fn ping(&self, user: u32) -> Output {
        self.cli(&self.cli, user, &["ping"]).output().unwrap()
    }
}

fn stderr(output: &Output) -> &str {
    str::from_utf8(&output.stderr).unwrap()
}

fn no_system_service() -> Outcome {
    needs::that(
        !Path::new("/run/parsec").exists(),
        "this host has its own service, /run/parsec",
    )
}

fn a_service_of_another_user_is_not_trusted() -> Outcome {
    needs::root()?;
    no_system_service()?;
    let users = UsersService::start(Service::direct_config());
    assert!(users.ping(OWNER).status.success());
    for user in [ROOT, ANOTHER] {
        let refused = users.ping(user);
        let text = stderr(&refused);
        assert_eq!(refused.status.code(), Some(UNREACHABLE), "{text}");
        assert!(text.contains("the user 65534 listens there"), "{text}");
        assert!(text.contains("set PARSEC_SERVICE_ENDPOINT"), "{text}");
        // A named endpoint is trusted.
        let named = users
            .cli(&users.cli, user, &["ping"])
            .env("PARSEC_SERVICE_ENDPOINT", users.service.endpoint())
            .output()
            .unwrap();
        assert!(named.status.success(), "{}", stderr(&named));
    }
    // No secret that root imports is sent there.
    let import = ["import-bytes", "k", "/etc/hostname", "--type", "hkdf"];
    let mut import = users.cli(&users.cli, ROOT, &[&["key"][..], &import].concat());
    let refused = import.env("PARSEC_APPLICATION", "web").output().unwrap();
    assert_eq!(refused.status.code(), Some(UNREACHABLE));
    Ok(())
}

fn the_system_service_must_belong_to_the_owner_of_its_folder() -> Outcome {
    needs::root()?;
    needs::program("unshare")?;
    let users = UsersService::start(Service::direct_config());
    let run = users.service.scratch().join("run");
    // A private /run, in which the service's folder is the system's.
    let script = "mount -t tmpfs -o mode=755 none /run && mkdir /run/parsec \
                  && mount --bind \"$1\" /run/parsec && exec \"$2\" ping";
    let ping = || {
        let mut command = users.cli(Path::new("unshare"), ROOT, &["--mount", "sh", "-c", script]);
        command.args([Path::new("sh"), &run, &users.cli]);
        command.env_remove("XDG_RUNTIME_DIR").output().unwrap()
    };
    let answered = ping();
    needs::that(
        !stderr(&answered).contains("unshare failed"),
        "mount namespaces cannot be created here",
    )?;
    assert!(answered.status.success(), "{}", stderr(&answered));
    chown(&run, Some(ANOTHER), None).unwrap();
    let refused = ping();
    let text = stderr(&refused);
    assert_eq!(refused.status.code(), Some(UNREACHABLE), "{text}");
    assert!(text.contains("the user 65534 listens there"), "{text}");
    Ok(())
}

fn privileged_programs_ignore_the_environment() -> Outcome {
    needs::root()?;
    needs::program("setcap")?;
    no_system_service()?;
    let users = UsersService::start(Service::direct_config());
    let privileged = |name: &str, owner: u32, mode: u32| {
        let program = install(&users.service, cli(), name);
        chown(&program, Some(owner), Some(owner)).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(mode)).unwrap();
        program
    };
    let capable = privileged("capable", ROOT, 0o755);
    let set = Command::new("setcap")
        .arg("cap_chown+ep")
        .arg(&capable)
        .status()
        .unwrap();
    needs::that(set.success(), "file capabilities cannot be set here")?;
    for (what, program) in [
        ("set-user-ID root", privileged("suid-root", ROOT, 0o4755)),
        ("set-user-ID", privileged("suid", OWNER, 0o4755)),
        ("set-group-ID", privileged("sgid", ROOT, 0o2755)),
        ("with a file capability", capable),
    ] {
        let ignored = users
            .cli(&program, ANOTHER, &["ping"])
            .env("PARSEC_SERVICE_ENDPOINT", users.service.endpoint())
            .output()
            .unwrap();
        let text = stderr(&ignored);
        assert_eq!(ignored.status.code(), Some(UNREACHABLE), "{what}: {text}");
        assert!(text.contains("/run/parsec/parsec.sock"), "{what}: {text}");
        assert!(!text.contains("runtime/parsec"), "{what}: {text}");
        // The application name is also ignored, at an endpoint that the program names.
        let endpoint = users.service.endpoint();
        let mut list = users.cli(&program, ANOTHER, &["--endpoint", &endpoint, "key", "list"]);
        let refused = list.env("PARSEC_APPLICATION", "web").output().unwrap();
        assert_eq!(refused.status.code(), Some(4), "{what}: {refused:?}");
    }
    // The same without the set-ID bits.
    let endpoint = users.service.endpoint();
    let mut list = users.cli(&users.cli, ANOTHER, &["key", "list"]);
    list.env("PARSEC_APPLICATION", "web")
        .env("PARSEC_SERVICE_ENDPOINT", endpoint);
    assert!(list.output().unwrap().status.success());
    Ok(())
}
