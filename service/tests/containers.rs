#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test's own helpers may panic")]
//! Two containers that share the socket's folder, each "root" in a user namespace of its own, are
//! two clients, and neither is the host's root. Units and containers may have names of their own.

mod support;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::process::Command;

use parsec_contracts::operations::{ListKeys, PsaExportKey};
use parsec_contracts::{Body as _, Operation, Status};
use support::keys::exportable;
use support::{CONFIG, Scratch, Wire, request};

/// Host users that the containers' roots are.
const ROOTS: [u32; 2] = [100_000, 200_000];

const DIRECT: &str = "auth_type = \"Direct\"\nadmins = [{ name = \"admin\" }]\n";

fn by_kernel(more: &str) -> String {
    format!("auth_type = \"UnixPeerCredentials\"\n{more}\n")
}

fn config(more: &str) -> Scratch {
    let scratch = Scratch::serving(DIRECT, &by_kernel(more));
    // Others may reach the socket, and nothing else.
    fs::set_permissions(scratch.path(), Permissions::from_mode(0o711)).unwrap();
    let program = scratch.path().join("inside");
    fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    fs::set_permissions(program, Permissions::from_mode(0o755)).unwrap();
    scratch
}

/// Runs this program's `inside` as root of a container whose root is that user of the host: what
/// it prints.
fn run(scratch: &Scratch, root: u32, what: &str) -> Result<String, String> {
    let folder = scratch.path().display();
    let script = format!(
        "mount -t tmpfs none /mnt && mkdir /mnt/parsec && mount --bind {folder} /mnt/parsec && \
         exec /mnt/parsec/inside --exact inside --ignored --nocapture"
    );
    let mut container = Command::new("setpriv");
    container
        .args([
            "--reuid",
            &root.to_string(),
            "--regid",
            &root.to_string(),
            "--clear-groups",
        ])
        .args([
            "unshare",
            "--user",
            "--map-root-user",
            "--mount",
            "--pid",
            "--fork",
        ])
        .args(["sh", "-c", &script])
        .env("PARSEC_INSIDE", what);
    said(&mut container)
}

/// What `inside` says in the end.
fn said(command: &mut Command) -> Result<String, String> {
    let output = command
        .current_dir("/")
        .output()
        .map_err(|error| format!("{command:?} cannot be run: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let said = text.lines().find_map(|line| {
        let (_, said) = line.split_once("inside says: ")?;
        Some(said.to_owned())
    });
    said.ok_or_else(|| format!("{text}{}", String::from_utf8_lossy(&output.stderr)))
}

/// Runs this program's `inside` as a process of that control group, which is made for it.
fn run_in_group(scratch: &Scratch, group: &str, what: &str) -> Result<String, String> {
    let folder = scratch.path().display();
    let script = format!(
        "mount -t cgroup2 none /mnt && mkdir -p /mnt/{group} && \
         echo $$ > /mnt/{group}/cgroup.procs && umount /mnt && \
         mount -t tmpfs none /mnt && mkdir /mnt/parsec && mount --bind {folder} /mnt/parsec && \
         exec /mnt/parsec/inside --exact inside --ignored --nocapture"
    );
    let mut unshare = Command::new("unshare");
    unshare.args(["--mount", "sh", "-c", &script]);
    let said = said(unshare.env("PARSEC_INSIDE", what));
    let script = format!("mount -t cgroup2 none /mnt && rmdir /mnt/{group}");
    let removed = Command::new("unshare")
        .args(["--mount", "sh", "-c", &script])
        .output()
        .map_err(|error| error.to_string())?;
    let why = String::from_utf8_lossy(&removed.stderr);
    assert!(said.is_err() || removed.status.success(), "{why}");
    said
}

/// Whether this machine can make such containers; if not, it says so, loudly, and why.
fn possible(scratch: &Scratch) -> bool {
    tried(run(scratch, ROOTS[0], "nothing"))
}

fn tried(nothing: Result<String, String>) -> bool {
    let Err(why) = nothing else {
        return true;
    };
    assert!(
        std::env::var_os("PARSEC_TEST_CONTAINERS").is_none(),
        "PARSEC_TEST_CONTAINERS is set, and there can be none: {why}"
    );
    eprintln!("*** NOT TESTED: this machine makes no containers for this test: {why} ***");
    false
}

/// What a client in a container does, which takes itself for user 0.
fn call<O: Operation>(operation: O) -> Result<O::Output, Status> {
    assert!(rustix::process::getuid().is_root(), "root of the container");
    let mut wire = Wire::new(UnixStream::connect("/mnt/parsec/parsec.sock").unwrap());
    let mut bytes = request("uid!", operation);
    let end = bytes.len();
    bytes[end - 4..].copy_from_slice(&0_u32.to_le_bytes());
    bytes[21] = 3;
    wire.send(&bytes);
    let (header, body) = wire.receive().expect("a reply");
    match Status::from_number(header.status).expect("a known status") {
        Status::Success => Ok(O::Output::decode(&body).expect("an output")),
        other => Err(other),
    }
}

#[test]
#[ignore = "runs in the containers that the other tests make"]
fn inside() {
    let Ok(what) = std::env::var("PARSEC_INSIDE") else {
        return;
    };
    let said = match what.split_once(' ') {
        Some(("import", data)) => match call(exportable("k", &[data.parse().unwrap(); 16])) {
            Ok(_) => "made".to_owned(),
            Err(status) => status.name().to_owned(),
        },
        _ if what == "export" => {
            let key_name = "k".to_owned();
            match call(PsaExportKey { key_name }) {
                Ok(output) => output.data.expose()[0].to_string(),
                Err(status) => status.name().to_owned(),
            }
        }
        _ if what == "list" => match call(ListKeys {}) {
            Ok(output) => output.keys.len().to_string(),
            Err(status) => status.name().to_owned(),
        },
        _ => "ready".to_owned(),
    };
    println!("inside says: {said}");
}

#[test]
fn two_containers_that_share_the_sockets_folder_are_kept_apart() {
    let scratch = config("user_namespaces = true");
    if !possible(&scratch) {
        return;
    }
    let [one, other] = ROOTS;
    let does = |root, what: &str| run(&scratch, root, what).unwrap();
    assert_eq!(does(one, "import 1"), "made");
    assert_eq!(does(other, "list"), "0");
    assert_eq!(does(other, "export"), "psa-error-does-not-exist");
    assert_eq!(does(other, "import 2"), "made");
    assert_eq!(does(one, "export"), "1");
    assert_eq!(does(other, "export"), "2");
    assert_eq!(does(one, "list"), "1");
}

#[test]
fn who_is_root_in_a_container_is_not_the_hosts_root() {
    let scratch = config("admins = [{ name = \"0\" }]");
    if !possible(&scratch) {
        return;
    }
    // As published: what it claims must be what the kernel says.
    assert_eq!(
        run(&scratch, ROOTS[0], "list").unwrap(),
        "authentication-error"
    );
}

/// 64 digits, as engines give them to containers.
fn container(digit: char) -> String {
    std::iter::repeat_n(digit, 64).collect()
}

#[test]
fn units_containers_and_control_groups_are_the_applications_that_the_config_says() {
    let own = std::process::id();
    let unit = format!("parsec-test-{own}.service");
    let group = format!("parsec-test-{own}");
    let map = format!(
        "only_mapped = true\n\
         [[authenticator.map]]\napplication = \"web\"\nunit = \"{unit}\"\n\
         [[authenticator.map]]\napplication = \"mail\"\ncontainer = \"{}\"\n\
         [[authenticator.map]]\napplication = \"clock\"\ncgroup = \"/{group}\"\n",
        &container('a')[..12]
    );
    let scratch = config(&map);
    if !tried(run_in_group(&scratch, &unit, "nothing")) {
        return;
    }
    let docker = |digit| format!("docker-{}.scope", container(digit));
    let does = |group: &str, what: &str| run_in_group(&scratch, group, what).unwrap();
    for (number, group) in [&unit, &docker('a'), &group].into_iter().enumerate() {
        assert_eq!(does(group, "list"), "0");
        assert_eq!(does(group, &format!("import {number}")), "made");
    }
    for (number, group) in [&unit, &docker('a'), &group].into_iter().enumerate() {
        assert_eq!(does(group, "export"), number.to_string());
    }
    // Whoever is none of them is nobody.
    let foreign = [
        docker('b'),
        format!("parsec-test-{own}.scope"),
        format!("parsec-test-{own}-more"),
    ];
    for group in &foreign {
        assert_eq!(does(group, "list"), "authentication-error", "{group}");
    }
}

#[test]
fn a_control_group_that_a_reload_gives_a_name_has_it_at_once() {
    let group = format!("parsec-test-reload-{}", std::process::id());
    let scratch = config("");
    if !tried(run_in_group(&scratch, &group, "nothing")) {
        return;
    }
    let map = format!(
        "only_mapped = true\n[[authenticator.map]]\napplication = \"clock\"\ncgroup = \"/{group}\"\n"
    );
    scratch.write("config.toml", &CONFIG.replace(DIRECT, &by_kernel(&map)));
    scratch.reload("reloaded");
    // The very first that connects.
    assert_eq!(run_in_group(&scratch, &group, "list").unwrap(), "0");
}
