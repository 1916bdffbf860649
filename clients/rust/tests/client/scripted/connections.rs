//! Connections that are kept, closed or lost, with a scripted peer.

use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use parsec_client::{ErrorKind, Opcode, ecdsa_p256};

use super::{Act, Peer, good, reply};

/// How long a peer waits for concurrent calls.
const ALL_COME: Duration = Duration::from_secs(30);

#[test]
fn many_calls_share_one_connection() {
    let peer = Peer::start(|seen| Act::Reply(good(seen)));
    let parsec = peer.blocking();
    for _ in 0..20 {
        parsec.ping().unwrap();
    }
    parsec.generate("key", ecdsa_p256()).unwrap();
    assert_eq!(peer.connections(), 1);
}

#[tokio::test]
async fn many_async_calls_share_one_connection() {
    let peer = Peer::start(|seen| Act::Reply(good(seen)));
    let parsec = peer.client().await;
    for _ in 0..20 {
        parsec.ping().await.unwrap();
    }
    parsec.generate("key", ecdsa_p256()).await.unwrap();
    assert_eq!(peer.connections(), 1);
}

#[test]
fn works_with_a_service_that_closes_after_each_reply() {
    let peer = Peer::start(|seen| Act::ReplyAndClose(good(seen)));
    let parsec = peer.blocking();
    for index in 0..50 {
        parsec.ping().unwrap();
        parsec
            .generate(&format!("key {index}"), ecdsa_p256())
            .unwrap();
    }
    assert_eq!(peer.count(Opcode::PsaGenerateKey), 50);
}

#[tokio::test]
async fn works_async_with_a_service_that_closes_after_each_reply() {
    let peer = Peer::start(|seen| Act::ReplyAndClose(good(seen)));
    let parsec = peer.client().await;
    for index in 0..50 {
        parsec.ping().await.unwrap();
        parsec
            .generate(&format!("key {index}"), ecdsa_p256())
            .await
            .unwrap();
    }
    assert_eq!(peer.count(Opcode::PsaGenerateKey), 50);
}

#[test]
fn a_read_only_call_on_a_closed_connection_is_sent_again() {
    let peer = Peer::start(|seen| {
        if seen.connection == 0 && seen.is(Opcode::Ping) {
            Act::Close
        } else {
            Act::Reply(good(seen))
        }
    });
    let parsec = peer.blocking();
    parsec.ping().unwrap();
    assert_eq!(peer.count(Opcode::Ping), 2);
    assert_eq!(peer.connections(), 2);
}

#[tokio::test]
async fn a_call_that_creates_a_key_is_never_sent_twice() {
    let peer = Peer::start(|seen| {
        if seen.is(Opcode::PsaGenerateKey) {
            Act::Close
        } else {
            Act::Reply(good(seen))
        }
    });
    let parsec = peer.client().await;
    parsec.ping().await.unwrap();
    let error = parsec.generate("key", ecdsa_p256()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ServiceUnavailable);
    assert!(error.outcome_unknown());
    assert!(!error.is_retryable());
    assert_eq!(error.operation(), Some(Opcode::PsaGenerateKey));
    assert_eq!(error.key_name(), Some("key"));
    assert!(error.to_string().contains("unknown whether"), "{error}");
    assert_eq!(peer.count(Opcode::PsaGenerateKey), 1);
}

#[test]
fn a_connection_lost_in_the_middle_of_a_reply_is_an_error_and_not_sent_again() {
    let peer = Peer::start(|seen| {
        let mut bytes = good(seen);
        if seen.is(Opcode::Ping) {
            bytes.pop();
            return Act::ReplyAndClose(bytes);
        }
        Act::Reply(bytes)
    });
    let parsec = peer.blocking();
    let error = parsec.ping().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ServiceUnavailable);
    assert!(!error.outcome_unknown());
    assert!(error.is_retryable());
    assert_eq!(peer.count(Opcode::Ping), 1);
}

#[test]
fn calls_to_a_silent_peer_end_at_the_timeout() {
    let peer = Peer::start(|seen| match Opcode::from_number(seen.header.opcode) {
        Some(Opcode::Ping | Opcode::PsaGenerateKey) => Act::Silence,
        _ => Act::Reply(good(seen)),
    });
    let parsec = peer.blocking().with_timeout(Duration::from_millis(100));
    let start = Instant::now();
    let error = parsec.ping().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(!error.outcome_unknown());
    let error = parsec.generate("key", ecdsa_p256()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.outcome_unknown());
    // Without this timeout, each would wait for half a minute.
    assert!(start.elapsed() < Duration::from_secs(30));
}

#[tokio::test]
async fn async_calls_to_a_silent_peer_end_at_the_timeout() {
    let peer = Peer::start(|seen| match Opcode::from_number(seen.header.opcode) {
        Some(Opcode::Ping) => Act::Silence,
        _ => Act::Reply(good(seen)),
    });
    let parsec = peer.client().await.with_timeout(Duration::from_millis(100));
    let error = parsec.ping().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    // The late reply must not be returned for the next call.
    parsec.providers().await.unwrap();
    assert_eq!(peer.connections(), 2);
}

#[test]
fn threads_that_share_a_client_do_not_wait_for_each_other() {
    const THREADS: usize = 8;
    let waiting = Arc::new((Mutex::new(0), Condvar::new()));
    let peer = Peer::start(move |seen| {
        if seen.is(Opcode::Ping) {
            // The peer answers no ping before all have arrived.
            let (count, all) = &*waiting;
            let mut count = count.lock().unwrap();
            *count += 1;
            all.notify_all();
            let some_lack = |count: &mut usize| *count < THREADS;
            let wait = all.wait_timeout_while(count, ALL_COME, some_lack).unwrap();
            if wait.1.timed_out() {
                return Act::Close;
            }
        }
        Act::Reply(good(seen))
    });
    let parsec = peer.blocking();
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| parsec.ping().unwrap());
        }
    });
}

#[test]
fn a_connection_with_bytes_after_a_reply_is_discarded() {
    let peer = Peer::start(|seen| {
        let mut bytes = good(seen);
        if seen.connection == 0 {
            bytes.extend_from_slice(&reply(seen, 0, b""));
        }
        Act::Reply(bytes)
    });
    let parsec = peer.blocking();
    assert_eq!(parsec.ping().unwrap(), (1, 0));
    assert_eq!(peer.connections(), 2);
}
