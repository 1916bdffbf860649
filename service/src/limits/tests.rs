use std::collections::HashSet;
use std::sync::Arc;

use parsec_contracts::{AuthType, Status};

use super::{BufferReservation, ClientAccount, ClientRegistry, LimitRules, Permit, Principal};
use crate::config::{LimitException, Limits, LimitsConfig};
use crate::identity::Identity;
use crate::refusal::Refusal;
use crate::subordinates::Subordinates;

fn named(name: &str) -> Identity {
    Identity {
        auth: AuthType::Direct,
        name: name.to_owned(),
    }
}

fn rules(each: Limits, total: Limits) -> LimitRules {
    LimitRules::new(&LimitsConfig {
        each,
        total,
        exceptions: vec![LimitException {
            auth_type: AuthType::Direct,
            client: "backup".to_owned(),
            limits: Limits {
                requests_in_flight: Some(100),
                ..each
            },
        }],
    })
}

fn clients(each: Limits, total: Limits) -> ClientRegistry {
    ClientRegistry::new(rules(each, total), HashSet::new(), Arc::default())
}

fn account(clients: &ClientRegistry, name: &str) -> Arc<ClientAccount> {
    clients.account(&Principal::Application(named(name)))
}

fn status<T>(result: Result<T, Refusal>) -> Option<Status> {
    result.err().map(|refusal| refusal.status)
}

#[test]
fn applies_limits_per_client_and_exceptions() {
    let each = Limits {
        requests_in_flight: Some(2),
        ..Limits::default()
    };
    let clients = clients(each, Limits::default());
    let (web, mail) = (account(&clients, "web"), account(&clients, "mail"));
    let taken: Vec<Permit> = (0..2).map(|_| clients.admit(&web, 0).unwrap()).collect();
    let refused = clients.admit(&web, 0).unwrap_err();
    assert_eq!(refused.status, Status::TooManyRequests);
    assert!(refused.retry_after.is_some());
    assert!(refused.message.contains("2 requests in flight"));
    assert!(clients.admit(&mail, 0).is_ok());
    drop(taken);
    assert!(clients.admit(&web, 0).is_ok());
    let backup = account(&clients, "backup");
    let many: Vec<_> = (0..100)
        .map(|_| clients.admit(&backup, 0).unwrap())
        .collect();
    assert_eq!(many.len(), 100);
    assert!(clients.admit(&backup, 0).is_err());
}

#[test]
fn applies_the_total_and_a_refusal_takes_no_permit() {
    let total = Limits {
        connections: Some(3),
        ..Limits::default()
    };
    let clients = clients(Limits::default(), total);
    let (web, mail) = (account(&clients, "web"), account(&clients, "mail"));
    let taken: Vec<Permit> = (0..3).map(|_| web.connect().unwrap()).collect();
    assert_eq!(status(mail.connect()), Some(Status::TooManyRequests));
    drop(taken);
    let again: Vec<Permit> = (0..3).map(|_| mail.connect().unwrap()).collect();
    assert_eq!(again.len(), 3);
}

#[test]
fn refuses_requests_that_are_too_long_too_frequent_or_of_a_disabled_client() {
    let each = Limits {
        request_bytes: Some(100),
        requests_per_second: Some(1),
        ..Limits::default()
    };
    let clients = clients(each, Limits::default());
    let web = account(&clients, "web");
    assert_eq!(
        status(clients.admit(&web, 101)),
        Some(Status::BodySizeExceedsLimit)
    );
    assert!(clients.admit(&web, 100).is_ok());
    let refused = clients.admit(&web, 1).unwrap_err();
    assert_eq!(refused.status, Status::TooManyRequests);
    assert!(refused.retry_after.unwrap().as_millis() > 500);
    let mail = account(&clients, "mail");
    clients.set_disabled(&named("mail"), true);
    assert_eq!(
        status(clients.admit(&mail, 1)),
        Some(Status::ClientDisabled)
    );
    // Its requests count all the same.
    clients.set_disabled(&named("mail"), false);
    assert_eq!(
        status(clients.admit(&mail, 1)),
        Some(Status::TooManyRequests)
    );
    let (_, usage) = clients
        .usage()
        .into_iter()
        .find(|(identity, _)| identity.name == "mail")
        .unwrap();
    assert_eq!((usage.requests, usage.refused), (2, 2));
}

#[test]
fn limits_streams_and_their_memory() {
    let each = Limits {
        streams: Some(2),
        stream_bytes: Some(1000),
        ..Limits::default()
    };
    let clients = clients(each, Limits::default());
    let web = account(&clients, "web");
    let first = web.open_stream(300).unwrap();
    let second = web.open_stream(300).unwrap();
    assert_eq!(status(web.open_stream(1)), Some(Status::QuotaExceeded));
    let piece = web.reserve_memory(400).unwrap();
    // The first fits later, the second never does.
    assert_eq!(
        status(web.reserve_memory(400)),
        Some(Status::TooManyRequests)
    );
    assert_eq!(
        status(web.reserve_memory(1001)),
        Some(Status::QuotaExceeded)
    );
    drop(piece);
    assert!(web.reserve_memory(400).is_ok());
    drop((first, second));
    assert!(web.reserve_memory(1000).is_ok());
}

#[test]
fn new_rules_apply_at_once() {
    let clients = clients(Limits::default(), Limits::default());
    let web = account(&clients, "web");
    assert!(clients.admit(&web, 5000).is_ok());
    let each = Limits {
        request_bytes: Some(10),
        ..Limits::default()
    };
    clients.set_rules(rules(each, Limits::default()));
    assert!(clients.admit(&web, 5000).is_err());
}

#[test]
fn invented_names_do_not_fill_the_registry() {
    let clients = clients(Limits::default(), Limits::default());
    let busy = account(&clients, "busy");
    let permit = clients.admit(&busy, 0).unwrap();
    for number in 0..10_000 {
        account(&clients, &number.to_string());
    }
    assert!(
        clients.account_count() <= 4096,
        "{}",
        clients.account_count()
    );
    assert!(Arc::ptr_eq(&busy, &account(&clients, "busy")));
    drop(permit);
}

fn user(uid: u32) -> Principal {
    Principal::Application(Identity {
        auth: AuthType::UnixPeerCredentials,
        name: uid.to_string(),
    })
}

/// The user 1000 has 65,536 ids from 100,000 on.
fn registry_with_range(each: Limits) -> ClientRegistry {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("subuid");
    std::fs::write(&file, "1000:100000:65536\n").unwrap();
    let ranges = Arc::new(Subordinates::of(file));
    ClientRegistry::new(rules(each, Limits::default()), HashSet::new(), ranges)
}

#[test]
fn ids_of_a_range_share_the_limits_of_their_owner() {
    let clients = registry_with_range(Limits {
        connections: Some(2),
        requests_per_second: Some(3),
        ..Limits::default()
    });
    let of = |uid| clients.account(&user(uid));
    let taken = [
        of(100_000).connect().unwrap(),
        of(100_001).connect().unwrap(),
    ];
    for uid in [1000, 100_002, 165_535] {
        let refused = of(uid).connect();
        assert_eq!(status(refused), Some(Status::TooManyRequests), "{uid}");
    }
    assert!(of(1001).connect().is_ok() && of(165_536).connect().is_ok());
    drop(taken);
    assert!(of(1000).connect().is_ok());
    // They take turns as one client, and share its request rate.
    assert_eq!(of(100_000).scheduling_id(), of(1000).scheduling_id());
    assert_ne!(of(100_000).scheduling_id(), of(1001).scheduling_id());
    let admitted = (0..6).filter(|id| clients.admit(&of(100_000 + id), 0).is_ok());
    assert_eq!(admitted.count(), 3);
    // Their identities stay distinct.
    assert_eq!(of(100_000).identity().unwrap().name, "100000");
}

#[tokio::test]
async fn one_user_cannot_buffer_so_much_that_another_has_no_memory_left() {
    const MIB: u64 = 1024 * 1024;
    let clients = clients(
        Limits {
            buffered_bytes: Some(6 * MIB),
            ..Limits::default()
        },
        Limits {
            buffered_bytes: Some(12 * MIB),
            ..Limits::default()
        },
    );
    let user = |uid| clients.account(&Principal::User(Some(uid)));
    let as_many_as_possible = |uid| {
        let buffers = std::iter::from_fn(|| {
            let mut buffer = BufferReservation::empty(&user(uid));
            buffer.grow(MIB).ok().map(|()| buffer)
        });
        buffers.collect::<Vec<_>>()
    };
    let mut first = as_many_as_possible(1);
    assert_eq!(first.len(), 6);
    let second = as_many_as_possible(2);
    assert_eq!(second.len(), 3);
    let third = as_many_as_possible(3);
    assert_eq!(third.len(), 2);
    // Small messages always fit, and so does one message of each user.
    for uid in 1..100 {
        assert!(BufferReservation::empty(&user(uid)).grow(16 * 1024).is_ok());
        assert!(uid < 4 || BufferReservation::empty(&user(uid)).grow(MIB).is_ok());
    }
    let mut waiting = BufferReservation::empty(&user(1));
    assert_eq!(status(waiting.grow(MIB)), Some(Status::TooManyRequests));
    let waits = waiting.grow_when_possible(MIB);
    tokio::join!(waits, async {
        drop((second, third));
        first.pop();
    });
    // Bytes that are held already are not taken again.
    assert!(waiting.grow(MIB).is_ok());
    drop((first, waiting));
    assert_eq!(as_many_as_possible(1).len(), 6);
}

#[test]
fn a_user_may_always_buffer_one_message() {
    let clients = clients(
        Limits {
            buffered_bytes: Some(100_000),
            ..Limits::default()
        },
        Limits::default(),
    );
    let user = clients.account(&Principal::User(Some(1)));
    let mut buffer = BufferReservation::empty(&user);
    buffer.grow(50_000).unwrap();
    buffer.grow(1_000_000).unwrap();
    assert!(BufferReservation::empty(&user).grow(50_000).is_err());
}
