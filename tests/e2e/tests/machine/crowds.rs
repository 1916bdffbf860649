//! Users with many connections: none exhausts the service's memory or the connections of others.

use std::fs;
use std::io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use parsec_contracts::Status;
use parsec_contracts::frame::{FIXED_HEADER_LENGTH, ResponseHeader, flags};
use parsec_contracts::operations::{
    ListKeys, Ping, PsaGenerateRandom, PsaHashCompute, PsaHashSetup, StreamFinish,
};
use parsec_contracts::types::Hash;
use parsec_harness::{Auth, Service, Wire, eventually, request, service_binary};
use parsec_tests_e2e::install;

use crate::needs::{self, Outcome, trials};

trials!(
    unread_responses_and_incomplete_requests_use_bounded_memory,
    two_users_cannot_use_up_all_connections,
    idle_connections_without_streams_are_closed_first_for_other_users,
    users_of_a_subordinate_range_count_as_its_owner,
    users_without_an_id_in_the_services_namespace_are_refused,
);

/// Environment variable that makes this program act as a crowd instead of running tests: its
/// action, its maximum number of connections, and the socket.
const CROWD: &str = "PARSEC_CROWD";

const MIB: u64 = 1024 * 1024;

/// User IDs that need not exist.
const USERS: [u32; 3] = [71_001, 71_002, 71_003];

/// Connections of one user, held by a process of this user until dropped.
struct Crowd {
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Crowd {
    fn gather(service: &Service, user: u32, does: &str, connections: usize) -> Self {
        let socket = service.socket();
        let mut child = Command::new(service.scratch().join("crowd"))
            .env(CROWD, format!("{does} {connections} {}", socket.display()))
            .uid(user)
            .gid(user)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self { child, output }
    }

    /// Number of served requests, after all were sent.
    fn served(&mut self) -> usize {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        let served = line.trim().strip_prefix("served ");
        served
            .and_then(|count| count.parse().ok())
            .unwrap_or_else(|| panic!("the crowd says {line:?}"))
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        // The process exits at the end of its input.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// Returns whether this process is a crowd.
pub(crate) fn is_crowd() -> bool {
    std::env::var_os(CROWD).is_some()
}

/// Runs the action of a crowd.
#[expect(clippy::print_stdout, reason = "the test reads it")]
pub(crate) fn be_crowd() {
    let what = std::env::var(CROWD).unwrap();
    let (does, rest) = what.split_once(' ').unwrap();
    let (connections, socket) = rest.split_once(' ').unwrap();
    let begin: fn(&mut Wire) -> bool = match does {
        "idle" => ping,
        "named" => lists_keys,
        "unread" => begins_to_read,
        "half" => sends_half,
        other => panic!("{other}"),
    };
    let mut wires = Vec::new();
    let mut served = 0;
    for _ in 0..connections.parse().unwrap() {
        let mut wire = Wire::connect(Path::new(socket)).unwrap();
        let is_served = begin(&mut wire);
        served += usize::from(is_served);
        wires.push(wire);
        if does == "idle" && !is_served {
            break;
        }
    }
    println!("served {served}");
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
}

fn ping(wire: &mut Wire) -> bool {
    let reply = wire.call(0, &Auth::None, flags::EXTENSIONS, Ping {});
    reply.is_ok_and(|reply| reply.status() == Status::Success)
}

/// Authenticates with the user's own ID.
fn lists_keys(wire: &mut Wire) -> bool {
    let reply = wire.call(0, &Auth::me(), flags::EXTENSIONS, ListKeys {});
    let reply = reply.unwrap();
    if reply.status() != Status::Success {
        eprintln!("{}", reply.detail().message);
    }
    reply.status() == Status::Success
}

/// Requests a large response and reads only its header.
fn begins_to_read(wire: &mut Wire) -> bool {
    let random = PsaGenerateRandom { size: MIB };
    let asks = request(1, &Auth::None, flags::EXTENSIONS, random);
    wire.send(&asks).unwrap();
    let mut header = [0; FIXED_HEADER_LENGTH];
    wire.stream().read_exact(&mut header).unwrap();
    ResponseHeader::decode(&header).unwrap().status == 0
}

/// Sends most of a large request, as far as the service reads it.
fn sends_half(wire: &mut Wire) -> bool {
    let hash = PsaHashCompute {
        alg: Hash::Sha256,
        input: vec![0; MIB as usize - 100],
    };
    let bytes = request(1, &Auth::None, flags::EXTENSIONS, hash);
    let mut stream = wire.stream();
    stream.set_nonblocking(true).unwrap();
    let mut rest = &bytes[..bytes.len() - 50_000];
    // The service needs a moment to read; if it stops reading, this returns.
    let mut patience = 40;
    while !rest.is_empty() && patience > 0 {
        match stream.write(rest) {
            Ok(written) => rest = &rest[written..],
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                patience -= 1;
                std::thread::sleep(std::time::Duration::from_millis(2));
            }
            Err(_) => return false,
        }
    }
    rest.is_empty()
}

/// Starts the service with these lines in `[listener]`, and copies the crowd program into its
/// folder.
fn service(listener: &str) -> Service {
    let service = Service::direct_with("timeout = 3000", listener);
    install(&service, &std::env::current_exe().unwrap(), "crowd");
    service
}

/// Returns the memory of a process in bytes.
fn resident(service: &Service) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", service.pid())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
    kilobytes.unwrap().parse::<u64>().unwrap() * 1024
}

/// Sends a request and reads a response of one megabyte each.
fn is_served_much(wire: &mut Wire) {
    let random = wire.ask_extended("bystander", PsaGenerateRandom { size: MIB });
    assert_eq!(random.status(), Status::Success);
    let input = vec![0; MIB as usize - 100];
    let alg = Hash::Sha256;
    let hash = wire.ask_extended("bystander", PsaHashCompute { alg, input });
    assert_eq!(hash.status(), Status::Success);
}

fn unread_responses_and_incomplete_requests_use_bounded_memory() -> Outcome {
    needs::root()?;
    // Longer than the test takes. Each crowd has more than 80 MiB, of which a user may use 64.
    let service = service("timeout = 600000");
    let mut bystander = service.wire();
    is_served_much(&mut bystander);
    let before = resident(&service);
    let bound = before + 160 * MIB;
    let mut unread = Crowd::gather(&service, USERS[0], "unread", 120);
    let served = unread.served();
    assert!((32..=64).contains(&served), "{served} were served");
    let with_responses = resident(&service);
    is_served_much(&mut bystander);
    let mut half = Crowd::gather(&service, USERS[1], "half", 90);
    let sent = half.served();
    assert!((16..=64).contains(&sent), "{sent} were read");
    let with_requests = resident(&service);
    is_served_much(&mut bystander);
    is_served_much(&mut service.wire());
    assert!(
        with_responses < bound && with_requests < bound,
        "{before} bytes, then {with_responses}, then {with_requests}"
    );
    drop((unread, half));
    eventually("the memory is released", || {
        resident(&service) < before + 24 * MIB
    });
    is_served_much(&mut bystander);
    Ok(())
}

fn two_users_cannot_use_up_all_connections() -> Outcome {
    needs::root()?;
    let service = service("timeout = 3000\nmax_connections = 64");
    let mut first = Crowd::gather(&service, USERS[0], "idle", 200);
    // The harness's first pings may still occupy slots.
    let many = first.served();
    assert!((40..=48).contains(&many), "{many}");
    let mut second = Crowd::gather(&service, USERS[1], "idle", 200);
    assert!(second.served() >= 24);
    let mut third = Crowd::gather(&service, USERS[2], "idle", 8);
    assert_eq!(third.served(), 8);
    for _ in 0..4 {
        assert!(service.wire().answers());
    }
    Ok(())
}

fn idle_connections_without_streams_are_closed_first_for_other_users() -> Outcome {
    needs::root()?;
    let service = service("timeout = 3000\nmax_connections = 16");
    let mut idle = Vec::new();
    let mut holding = service.wire();
    let begin = PsaHashSetup { alg: Hash::Sha256 };
    let stream = holding.output("web", begin).stream;
    eventually("all slots are in use", || {
        let mut wire = service.wire();
        let answers = ping(&mut wire);
        idle.push(wire);
        !answers
    });
    let mut crowd = Crowd::gather(&service, USERS[0], "idle", 200);
    assert!(crowd.served() >= 6);
    let finished = holding.output("web", StreamFinish { stream });
    assert_eq!(finished.output.expose().len(), 32);
    let alive = idle.iter_mut().filter_map(|wire| ping(wire).then_some(()));
    assert!(alive.count() <= 8);
    Ok(())
}

const DIRECT: &str = "auth_type = \"Direct\"\nadmins = [{ name = \"admin\" }]\n";

/// Starts a service with peer credentials through the command `enter`, which ends with the
/// service's own command line.
fn service_entered_by(enter: &[&str], from: &str, to: &str) -> Service {
    let by_id = "auth_type = \"UnixPeerCredentials\"\nuser_namespaces = true\n";
    let config = Service::direct_config().replace(DIRECT, by_id);
    let mut service = Service::prepared(config.replace(from, to));
    install(&service, &std::env::current_exe().unwrap(), "crowd");
    let binary = install(&service, service_binary(), "parsec-service");
    let mut command = Command::new(enter[0]);
    command
        .args(&enter[1..])
        .arg(binary)
        .args(["--config", "config.toml"])
        .current_dir(service.scratch());
    service.spawn(&mut command);
    service.wait_until_ready(&service.socket());
    service
}

fn users_of_a_subordinate_range_count_as_its_owner() -> Outcome {
    needs::root()?;
    needs::program("unshare")?;
    needs::path("/etc/subuid")?;
    let ranges = tempfile::NamedTempFile::new().unwrap();
    fs::write(ranges.path(), "70999:71000:1000\n").unwrap();
    let enter = format!(
        "mount --bind {} /etc/subuid && exec \"$@\"",
        ranges.path().display()
    );
    let unshare = ["unshare", "--mount", "sh", "-c", &enter, "sh"];
    let limits = "[limits.each]\nconnections = 2\n\n[[key_manager]]";
    let service = service_entered_by(&unshare, "[[key_manager]]", limits);
    let mut of = |user| {
        let mut crowd = Crowd::gather(&service, user, "named", 1);
        (crowd.served(), crowd)
    };
    let crowds = USERS.map(&mut of);
    assert_eq!(crowds.each_ref().map(|(served, _)| *served), [1, 1, 0]);
    // The owner has the same limit of two, and users outside the range have their own.
    assert_eq!(of(70_999).0, 0);
    assert_eq!(of(72_000).0, 1);
    Ok(())
}

fn users_without_an_id_in_the_services_namespace_are_refused() -> Outcome {
    needs::root()?;
    needs::program("unshare")?;
    let unshare = ["unshare", "--user", "--map-root-user"];
    let possible = Command::new(unshare[0])
        .args(&unshare[1..])
        .arg("true")
        .status();
    needs::that(
        possible.is_ok_and(|status| status.success()),
        "no user namespaces can be made",
    )?;
    let service = service_entered_by(&unshare, "", "");
    service.wait_for_log("runs in a user namespace");
    for user in USERS {
        assert_eq!(Crowd::gather(&service, user, "named", 1).served(), 0);
        // Unauthenticated requests are served.
        assert_eq!(Crowd::gather(&service, user, "idle", 1).served(), 1);
    }
    // This process's user is also root in the namespace.
    let keys = service
        .wire()
        .call(0, &Auth::me(), flags::EXTENSIONS, ListKeys {});
    assert_eq!(keys.unwrap().status(), Status::Success);
    Ok(())
}
