//! Two containers that share the socket's folder, each root in its own user namespace, are two
//! clients, and neither is the host's root. Units and containers can be mapped to application
//! names.

use std::path::Path;
use std::process::Command;

use parsec_contracts::operations::{ListKeys, PsaExportKey};
use parsec_contracts::{Operation, Status};
use parsec_harness::{Auth, Service, Wire, keys, usual_provider};
use parsec_tests_e2e::install;

use crate::needs::{Missing, Outcome, trials};

trials!(
    two_containers_with_one_socket_are_isolated,
    root_in_a_container_is_not_the_hosts_root,
    units_containers_and_control_groups_map_to_configured_applications,
    a_reload_maps_a_control_group_immediately,
);

/// Environment variable that makes this program run [`inside`] instead of tests.
const INSIDE: &str = "PARSEC_INSIDE";

/// The host users that the containers' roots map to.
const ROOTS: [u32; 2] = [100_000, 200_000];

const DIRECT: &str = "auth_type = \"Direct\"\nadmins = [{ name = \"admin\" }]\n";

fn by_kernel(more: &str) -> String {
    format!("auth_type = \"UnixPeerCredentials\"\n{more}\n")
}

fn config(more: &str) -> Service {
    let service = Service::direct_with(DIRECT, &by_kernel(more));
    install(&service, &std::env::current_exe().unwrap(), "inside");
    service
}

/// Runs [`inside`] as root of a container, mapped to this host user; returns its output.
fn run(service: &Service, root: u32, what: &str) -> Result<String, String> {
    let folder = service.scratch().display();
    let script = format!(
        "mount -t tmpfs none /mnt && mkdir /mnt/parsec && mount --bind {folder} /mnt/parsec && \
         exec /mnt/parsec/inside"
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
        .env(INSIDE, what);
    printed(&mut container)
}

/// Extracts the result from the output of [`inside`].
fn printed(command: &mut Command) -> Result<String, String> {
    let output = command
        .current_dir("/")
        .output()
        .map_err(|error| format!("{command:?} cannot be run: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let printed = text.lines().find_map(|line| {
        let (_, printed) = line.split_once("inside says: ")?;
        Some(printed.to_owned())
    });
    printed.ok_or_else(|| format!("{text}{}", String::from_utf8_lossy(&output.stderr)))
}

/// Runs [`inside`] as a process of a new control group.
fn run_in_group(service: &Service, group: &str, what: &str) -> Result<String, String> {
    run_in_group_of(service, 0, group, what)
}

/// The same, with the outermost group of the path owned by a user.
fn run_in_group_of(
    service: &Service,
    owner: u32,
    group: &str,
    what: &str,
) -> Result<String, String> {
    let folder = service.scratch().display();
    let given = match (owner, group.split_once('/')) {
        (1.., Some((outermost, _))) => format!("chown {owner} /mnt/{outermost}"),
        _ => "true".to_owned(),
    };
    let script = format!(
        "mount -t cgroup2 none /mnt && mkdir -p /mnt/{group} && {given} && \
         echo $$ > /mnt/{group}/cgroup.procs && umount /mnt && \
         mount -t tmpfs none /mnt && mkdir /mnt/parsec && mount --bind {folder} /mnt/parsec && \
         exec /mnt/parsec/inside"
    );
    let mut unshare = Command::new("unshare");
    unshare.args(["--mount", "sh", "-c", &script]);
    let printed = printed(unshare.env(INSIDE, what));
    // Also removes its parents, unless they contain other groups.
    let script = format!(
        "mount -t cgroup2 none /mnt && cd /mnt && rmdir {group} && {{ rmdir -p --ignore-fail-on-non-empty \
         \"$(dirname {group})\" || true; }}"
    );
    let removed = Command::new("unshare")
        .args(["--mount", "sh", "-c", &script])
        .output()
        .map_err(|error| error.to_string())?;
    let why = String::from_utf8_lossy(&removed.stderr);
    assert!(printed.is_err() || removed.status.success(), "{why}");
    printed
}

/// Needs containers of this kind; tries to create one.
fn possible(tried: Result<String, String>) -> Outcome {
    let Err(why) = tried else {
        return Ok(());
    };
    assert!(
        std::env::var_os("PARSEC_TEST_CONTAINERS").is_none(),
        "PARSEC_TEST_CONTAINERS is set, but containers cannot be created: {why}"
    );
    let why = why.lines().last().unwrap_or_default();
    Err(Missing::new(format!("containers cannot be created: {why}")))
}

/// Runs a client in a container that sees itself as user 0.
fn call<O: Operation>(operation: O) -> Result<O::Output, Status> {
    assert!(rustix::process::getuid().is_root(), "root of the container");
    let mut wire = Wire::connect(Path::new("/mnt/parsec/run/parsec.sock")).unwrap();
    let provider = usual_provider::<O>();
    let reply = wire.call(provider, &Auth::Peer(0), 0, operation).unwrap();
    match reply.status() {
        Status::Success => Ok(reply.output::<O>().expect("an output")),
        other => Err(other),
    }
}

/// Returns whether this process runs in a container of a test.
pub(crate) fn is_inside() -> bool {
    std::env::var_os(INSIDE).is_some()
}

/// Runs the action that a test requested.
#[expect(clippy::print_stdout, reason = "the test reads it")]
pub(crate) fn inside() {
    let what = std::env::var(INSIDE).unwrap();
    let printed = match what.split_once(' ') {
        Some(("import", data)) => match call(keys::exportable("k", &[data.parse().unwrap(); 16])) {
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
    println!("inside says: {printed}");
}

fn two_containers_with_one_socket_are_isolated() -> Outcome {
    let service = config("user_namespaces = true");
    possible(run(&service, ROOTS[0], "nothing"))?;
    let [one, other] = ROOTS;
    let does = |root, what: &str| run(&service, root, what).unwrap();
    assert_eq!(does(one, "import 1"), "made");
    assert_eq!(does(other, "list"), "0");
    assert_eq!(does(other, "export"), "psa-error-does-not-exist");
    assert_eq!(does(other, "import 2"), "made");
    assert_eq!(does(one, "export"), "1");
    assert_eq!(does(other, "export"), "2");
    assert_eq!(does(one, "list"), "1");
    Ok(())
}

fn root_in_a_container_is_not_the_hosts_root() -> Outcome {
    let service = config("admins = [{ name = \"0\" }]");
    possible(run(&service, ROOTS[0], "nothing"))?;
    // As published: the claimed user ID must be the kernel's.
    assert_eq!(
        run(&service, ROOTS[0], "list").unwrap(),
        "authentication-error"
    );
    Ok(())
}

/// Returns 64 digits, the form of container IDs.
fn container(digit: char) -> String {
    std::iter::repeat_n(digit, 64).collect()
}

fn units_containers_and_control_groups_map_to_configured_applications() -> Outcome {
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
    let service = config(&map);
    possible(run_in_group(&service, &unit, "nothing"))?;
    let docker = |digit| format!("docker-{}.scope", container(digit));
    let does = |group: &str, what: &str| run_in_group(&service, group, what).unwrap();
    for (number, group) in [&unit, &docker('a'), &group].into_iter().enumerate() {
        assert_eq!(does(group, "list"), "0");
        assert_eq!(does(group, &format!("import {number}")), "made");
    }
    for (number, group) in [&unit, &docker('a'), &group].into_iter().enumerate() {
        assert_eq!(does(group, "export"), number.to_string());
    }
    // A caller that matches no rule is refused.
    let delegated = format!("parsec-test-{own}-lxc");
    let foreign = [
        docker('b'),
        format!("{delegated}/{}", docker('a')),
        format!("{delegated}/docker/{}", container('a')),
        format!("{delegated}.scope/payload/system.slice/{}", docker('a')),
        format!("user.slice/{}", docker('a')),
        format!("libpod-conmon-{}.scope", container('a')),
        format!("parsec-test-{own}.scope"),
        format!("parsec-test-{own}-more"),
    ];
    for group in &foreign {
        assert_eq!(does(group, "list"), "authentication-error", "{group}");
    }
    // A slice in which only root can create groups, and one that is owned by a user.
    let sliced = format!("parsec-test-{own}.slice/{}", docker('a'));
    assert_eq!(does(&sliced, "export"), "1");
    let of_user = run_in_group_of(&service, ROOTS[0], &sliced, "list");
    assert_eq!(of_user.unwrap(), "authentication-error");
    Ok(())
}

fn a_reload_maps_a_control_group_immediately() -> Outcome {
    let group = format!("parsec-test-reload-{}", std::process::id());
    let service = config("");
    possible(run_in_group(&service, &group, "nothing"))?;
    let map = format!(
        "only_mapped = true\n[[authenticator.map]]\napplication = \"clock\"\ncgroup = \"/{group}\"\n"
    );
    service.configure(&Service::direct_config().replace(DIRECT, &by_kernel(&map)));
    service.reload("reloaded");
    // The first connection.
    assert_eq!(run_in_group(&service, &group, "list").unwrap(), "0");
    Ok(())
}
