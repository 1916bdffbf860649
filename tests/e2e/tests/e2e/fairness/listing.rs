//! Lists fit into one response; longer ones are read in pages.

use parsec_client::Endpoint;
use parsec_client::blocking::Client;
use parsec_contracts::Status;
use parsec_contracts::operations::{FindClients, FindKeys, ListClientUsage, ListClients, ListKeys};
use parsec_harness::{Auth, Service, Wire, keys};

use super::SOFTWARE;

const KEYS: usize = 60;

/// Starts a service whose responses have at most some thousand bytes.
fn service() -> Service {
    Service::direct_with(
        "[core_settings]",
        "[core_settings]\nbuffer_size_limit = 4096",
    )
}

fn name(number: usize) -> String {
    format!("{number:03}-{}", "long".repeat(40))
}

fn make(wire: &mut Wire, app: &str, name: &str) {
    let key = keys::exportable(name, &[7; 16]);
    let made = wire.call(SOFTWARE, &Auth::direct(app), 0, key).unwrap();
    assert_eq!(made.status(), Status::Success);
}

fn client(service: &Service, app: &str) -> Client {
    Client::builder()
        .endpoint(Endpoint::parse(&service.endpoint()).unwrap())
        .application(app)
        .connect()
        .unwrap()
}

#[test]
fn many_keys_are_listed_in_pages() {
    let service = service();
    let mut wire = service.wire();
    for number in 0..KEYS {
        make(&mut wire, "web", &name(number));
    }
    make(&mut wire, "mail", &name(1));
    // Both kinds of clients receive the error.
    assert_eq!(wire.ask("web", ListKeys {}), Status::ResponseTooLarge);
    let reply = wire.ask_extended("web", ListKeys {});
    assert_eq!(reply.status(), Status::ResponseTooLarge);
    assert!(
        reply.detail().message.contains("4096"),
        "{:?}",
        reply.detail()
    );

    for limit in [0, 1, 7] {
        let (mut found, mut cursor) = (Vec::new(), Vec::new());
        loop {
            let page = FindKeys {
                name: String::new(),
                cursor,
                limit,
            };
            let reply = wire.ask_extended("web", page);
            assert!(reply.body.len() <= 4096 + 64, "{}", reply.body.len());
            let output = reply.output::<FindKeys>().unwrap();
            assert!(limit == 0 || output.keys.len() <= limit as usize);
            found.extend(output.keys.into_iter().map(|key| key.name));
            if output.next.is_empty() {
                break;
            }
            cursor = output.next;
        }
        assert_eq!(found, (0..KEYS).map(name).collect::<Vec<_>>());
    }
    let one = FindKeys {
        name: name(17),
        cursor: Vec::new(),
        limit: 0,
    };
    let output = wire.ask_extended("web", one).output::<FindKeys>().unwrap();
    assert_eq!(output.keys.len(), 1);
    assert!(output.next.is_empty());
    let odd = FindKeys {
        name: String::new(),
        cursor: b"odd".to_vec(),
        limit: 0,
    };
    let refused = wire.ask_extended("web", odd).status();
    assert_eq!(refused, Status::PsaErrorInvalidArgument);
}

#[test]
fn a_client_reads_all_pages() {
    let service = service();
    let mut wire = service.wire();
    for number in 0..KEYS {
        make(&mut wire, "web", &name(number));
    }
    let parsec = client(&service, "web");
    for _ in 0..2 {
        let names: Vec<String> = parsec
            .keys()
            .unwrap()
            .into_iter()
            .map(|key| key.name)
            .collect();
        assert_eq!(names, (0..KEYS).map(name).collect::<Vec<_>>());
        assert_eq!(parsec.open(&name(41)).unwrap().name(), name(41));
    }
    assert!(parsec.open("none").is_err());
}

#[test]
fn many_clients_are_listed_in_pages() {
    let service = service();
    let mut wire = service.wire();
    for number in 0..KEYS {
        make(&mut wire, &name(number), "k");
    }
    for reply in [
        wire.ask_extended("admin", ListClientUsage {}),
        wire.ask_extended("admin", ListClients {}),
    ] {
        assert_eq!(reply.status(), Status::ResponseTooLarge);
    }
    let one = FindClients {
        name: name(17),
        cursor: Vec::new(),
        limit: 0,
    };
    let output = wire.ask_extended("admin", one.clone());
    let output = output.output::<FindClients>().unwrap();
    assert_eq!(output.clients.len(), 1);
    assert_eq!(output.clients[0].keys, 1);
    assert_eq!(
        wire.ask_extended("web", one).status(),
        Status::AdminOperation
    );
    let parsec = client(&service, "admin");
    let expected: Vec<String> = (0..KEYS).map(name).collect();
    assert_eq!(parsec.admin().clients().unwrap(), expected);
    let with_keys = parsec.admin().usage().unwrap();
    let with_keys = with_keys.iter().filter(|one| one.keys == 1).count();
    assert_eq!(with_keys, KEYS);
}
