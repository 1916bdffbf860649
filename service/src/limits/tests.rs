use std::collections::HashSet;
use std::sync::Arc;

use parsec_contracts::{AuthType, Status};

use super::*;
use crate::config::LimitException;
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

fn clients(each: Limits, total: Limits) -> Clients {
    Clients::new(rules(each, total), HashSet::new(), Arc::default())
}

fn meet(clients: &Clients, name: &str) -> Arc<Client> {
    clients.meet(&Who::Application(named(name)))
}

fn status<T>(result: Result<T, Refusal>) -> Option<Status> {
    result.err().map(|refusal| refusal.status)
}

#[test]
fn each_client_has_its_own_and_an_exception_has_more() {
    let each = Limits {
        requests_in_flight: Some(2),
        ..Limits::default()
    };
    let clients = clients(each, Limits::default());
    let (web, mail) = (meet(&clients, "web"), meet(&clients, "mail"));
    let taken: Vec<Permit> = (0..2).map(|_| clients.admit(&web, 0).unwrap()).collect();
    let refused = clients.admit(&web, 0).unwrap_err();
    assert_eq!(refused.status, Status::TooManyRequests);
    assert!(refused.retry_after.is_some());
    assert!(refused.message.contains("2 requests under way"));
    assert!(clients.admit(&mail, 0).is_ok());
    drop(taken);
    assert!(clients.admit(&web, 0).is_ok());
    let backup = meet(&clients, "backup");
    let many: Vec<_> = (0..100)
        .map(|_| clients.admit(&backup, 0).unwrap())
        .collect();
    assert_eq!(many.len(), 100);
    assert!(clients.admit(&backup, 0).is_err());
}

#[test]
fn the_total_holds_for_all_and_a_refused_permit_is_not_taken() {
    let total = Limits {
        connections: Some(3),
        ..Limits::default()
    };
    let clients = clients(Limits::default(), total);
    let (web, mail) = (meet(&clients, "web"), meet(&clients, "mail"));
    let taken: Vec<Permit> = (0..3).map(|_| web.connect().unwrap()).collect();
    assert_eq!(status(mail.connect()), Some(Status::TooManyRequests));
    drop(taken);
    let again: Vec<Permit> = (0..3).map(|_| mail.connect().unwrap()).collect();
    assert_eq!(again.len(), 3);
}

#[test]
fn a_request_that_is_too_long_comes_too_soon_or_is_of_a_disabled_client_is_refused() {
    let each = Limits {
        request_bytes: Some(100),
        requests_per_second: Some(1),
        ..Limits::default()
    };
    let clients = clients(each, Limits::default());
    let web = meet(&clients, "web");
    assert_eq!(
        status(clients.admit(&web, 101)),
        Some(Status::BodySizeExceedsLimit)
    );
    assert!(clients.admit(&web, 100).is_ok());
    let refused = clients.admit(&web, 1).unwrap_err();
    assert_eq!(refused.status, Status::TooManyRequests);
    assert!(refused.retry_after.unwrap().as_millis() > 500);
    let mail = meet(&clients, "mail");
    clients.set_disabled(&named("mail"), true);
    assert_eq!(
        status(clients.admit(&mail, 1)),
        Some(Status::ClientDisabled)
    );
    // It counts all the same.
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
fn streams_count_and_so_does_their_memory() {
    let each = Limits {
        streams: Some(2),
        stream_bytes: Some(1000),
        ..Limits::default()
    };
    let clients = clients(each, Limits::default());
    let web = meet(&clients, "web");
    let first = web.open_stream(300).unwrap();
    let second = web.open_stream(300).unwrap();
    assert_eq!(status(web.open_stream(1)), Some(Status::QuotaExceeded));
    let piece = web.hold(400).unwrap();
    // Later there is room for it, and for the other there never is.
    assert_eq!(status(web.hold(400)), Some(Status::TooManyRequests));
    assert_eq!(status(web.hold(1001)), Some(Status::QuotaExceeded));
    drop(piece);
    assert!(web.hold(400).is_ok());
    drop((first, second));
    assert!(web.hold(1000).is_ok());
}

#[test]
fn other_rules_hold_at_once() {
    let clients = clients(Limits::default(), Limits::default());
    let web = meet(&clients, "web");
    assert!(clients.admit(&web, 5000).is_ok());
    let each = Limits {
        request_bytes: Some(10),
        ..Limits::default()
    };
    clients.set_rules(rules(each, Limits::default()));
    assert!(clients.admit(&web, 5000).is_err());
}

#[test]
fn whoever_invents_names_is_not_remembered_for_each() {
    let clients = clients(Limits::default(), Limits::default());
    let busy = meet(&clients, "busy");
    let permit = clients.admit(&busy, 0).unwrap();
    for number in 0..10_000 {
        meet(&clients, &number.to_string());
    }
    assert!(clients.remembered() <= 4096, "{}", clients.remembered());
    assert!(Arc::ptr_eq(&busy, &meet(&clients, "busy")));
    drop(permit);
}

fn user(uid: u32) -> Who {
    Who::Application(Identity {
        auth: AuthType::UnixPeerCredentials,
        name: uid.to_string(),
    })
}

/// The user 1000 has 65,536 ids from 100,000 on.
fn with_a_range(each: Limits) -> Clients {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("subuid");
    std::fs::write(&file, "1000:100000:65536\n").unwrap();
    let ranges = Arc::new(Subordinates::of(file));
    Clients::new(rules(each, Limits::default()), HashSet::new(), ranges)
}

#[test]
fn ids_of_a_range_and_their_owner_share_what_a_client_may_have() {
    let clients = with_a_range(Limits {
        connections: Some(2),
        requests_per_second: Some(3),
        ..Limits::default()
    });
    let of = |uid| clients.meet(&user(uid));
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
    // They take turns as one, and ask as often as one.
    assert_eq!(of(100_000).number(), of(1000).number());
    assert_ne!(of(100_000).number(), of(1001).number());
    let asked = (0..6).filter(|id| clients.admit(&of(100_000 + id), 0).is_ok());
    assert_eq!(asked.count(), 3);
    // Who they are is another matter.
    assert_eq!(of(100_000).identity().unwrap().name, "100000");
}

#[tokio::test]
async fn a_user_buffers_as_much_as_is_left_and_nobody_takes_the_last_room_of_another() {
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
    let user = |uid| clients.meet(&Who::User(Some(uid)));
    let as_many_as_possible = |uid| {
        let rooms = std::iter::from_fn(|| {
            let mut room = user(uid).room();
            room.grow(MIB).ok().map(|()| room)
        });
        rooms.collect::<Vec<_>>()
    };
    let mut first = as_many_as_possible(1);
    assert_eq!(first.len(), 6);
    let second = as_many_as_possible(2);
    assert_eq!(second.len(), 3);
    let third = as_many_as_possible(3);
    assert_eq!(third.len(), 2);
    // Small messages always have room, and so has one message of each user.
    for uid in 1..100 {
        assert!(user(uid).room().grow(16 * 1024).is_ok());
        assert!(uid < 4 || user(uid).room().grow(MIB).is_ok());
    }
    let mut waiting = user(1).room();
    assert_eq!(status(waiting.grow(MIB)), Some(Status::TooManyRequests));
    let waits = waiting.grow_when_possible(MIB);
    tokio::join!(waits, async {
        drop((second, third));
        first.pop();
    });
    // What is held already is not taken again.
    assert!(waiting.grow(MIB).is_ok());
    drop((first, waiting));
    assert_eq!(as_many_as_possible(1).len(), 6);
}

#[test]
fn a_message_longer_than_the_limit_has_room_where_nothing_else_is_held() {
    let clients = clients(
        Limits {
            buffered_bytes: Some(100_000),
            ..Limits::default()
        },
        Limits::default(),
    );
    let user = clients.meet(&Who::User(Some(1)));
    let mut room = user.room();
    room.grow(50_000).unwrap();
    room.grow(1_000_000).unwrap();
    assert!(user.room().grow(50_000).is_err());
}
