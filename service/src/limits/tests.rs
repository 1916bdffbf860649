use std::collections::HashSet;
use std::sync::Arc;

use parsec_contracts::{AuthType, Status};

use super::*;
use crate::config::LimitException;

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
    Clients::new(rules(each, total), HashSet::new())
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
