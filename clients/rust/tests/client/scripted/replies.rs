//! Handling of replies, unusual ones in particular, with a scripted peer.

use std::time::Duration;

use parsec_client::operations::{
    ListAuthenticatorsOutput, ListOpcodesOutput, ListProvidersOutput, PsaHashCompute,
    PsaHashComputeOutput,
};
use parsec_client::types::{AuthenticatorInfo, ErrorDetail, ProviderInfo};
use parsec_client::{
    AuthType, Authentication, Endpoint, ErrorKind, Hash, Opcode, ProviderId, Status,
    blocking::Client, ecdsa_p256,
};
use parsec_contracts::Body as _;
use parsec_contracts::frame::ResponseHeader;

use super::{Act, Peer, Seen, good, reply};

/// Starts a peer whose replies are good except to pings.
fn pinged(answer: impl Fn(&Seen) -> Vec<u8> + Send + Sync + 'static) -> Peer {
    Peer::start(move |seen| {
        Act::Reply(if seen.is(Opcode::Ping) {
            answer(seen)
        } else {
            good(seen)
        })
    })
}

#[test]
fn every_request_has_the_extensions_flag() {
    let peer = Peer::start(|seen| Act::Reply(good(seen)));
    peer.blocking().generate("key", ecdsa_p256()).unwrap();
    assert!(
        peer.seen()
            .iter()
            .all(|seen| seen.header.wants_extensions())
    );
}

#[test]
fn only_calls_that_need_it_are_authenticated() {
    let peer = Peer::start(|seen| Act::Reply(good(seen)));
    peer.blocking().generate("key", ecdsa_p256()).unwrap();
    for seen in peer.seen() {
        let expected = match Opcode::from_number(seen.header.opcode).unwrap() {
            // A provider's abilities may depend on the caller.
            Opcode::PsaGenerateKey | Opcode::PsaExportPublicKey | Opcode::ListOpcodes => {
                let user = rustix::process::getuid().as_raw().to_le_bytes().to_vec();
                (AuthType::UnixPeerCredentials.number(), user)
            }
            _ => (AuthType::None.number(), Vec::new()),
        };
        assert_eq!((seen.header.auth_type, seen.authentication), expected);
    }
}

#[test]
fn the_name_is_sent_to_a_service_that_accepts_names() {
    let peer = Peer::start(|seen| {
        if !seen.is(Opcode::ListAuthenticators) {
            return Act::Reply(good(seen));
        }
        let info = |id| AuthenticatorInfo {
            id,
            ..AuthenticatorInfo::default()
        };
        let authenticators = vec![info(4711), info(AuthType::Direct.number().into())];
        Act::Reply(reply(
            seen,
            0,
            &ListAuthenticatorsOutput { authenticators }.encode(),
        ))
    });
    let parsec = Client::builder()
        .endpoint(peer.endpoint())
        .application("shop")
        .connect()
        .unwrap();
    assert_eq!(
        parsec.authentication(),
        &Authentication::Direct("shop".into())
    );
    parsec.generate("key", ecdsa_p256()).unwrap();
    let request = peer
        .seen()
        .into_iter()
        .find(|seen| seen.is(Opcode::PsaGenerateKey))
        .unwrap();
    assert_eq!(request.authentication, b"shop");
}

#[test]
fn malformed_replies_differ_from_an_absent_service() {
    for garbage in [&b"HTTP/1.1 400 Bad Request\r\n"[..], &[0; 64]] {
        let peer = pinged(move |_| garbage.to_vec());
        let error = peer.blocking().ping().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
    }
}

#[test]
fn a_reply_to_another_operation_is_rejected() {
    let peer = pinged(|seen| {
        let mut seen = seen.clone();
        seen.header.opcode = Opcode::PsaGenerateRandom.number();
        reply(&seen, 0, b"")
    });
    let error = peer.blocking().ping().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
}

#[test]
fn a_failure_may_have_the_opcode_of_a_ping() {
    let peer = Peer::start(|seen| {
        Act::Reply(match Opcode::from_number(seen.header.opcode) {
            Some(Opcode::PsaGenerateKey) => ResponseHeader::bare(Status::BodySizeExceedsLimit)
                .encode()
                .to_vec(),
            _ => good(seen),
        })
    });
    let error = peer.blocking().generate("key", ecdsa_p256()).unwrap_err();
    assert_eq!(error.status(), Some(Status::BodySizeExceedsLimit));
    assert!(!error.outcome_unknown());
}

#[test]
fn a_reply_above_the_limit_is_not_read() {
    let peer = pinged(|seen| {
        let mut header = ResponseHeader::decode(good(seen).first_chunk().unwrap()).unwrap();
        header.body_length = u32::MAX;
        header.encode().to_vec()
    });
    let error = peer.blocking().ping().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
    assert!(error.to_string().contains("at most"), "{error}");
}

#[test]
fn a_reply_up_to_the_limit_is_read() {
    let body = |bytes: usize| {
        Peer::start(move |seen| {
            Act::Reply(match Opcode::from_number(seen.header.opcode) {
                Some(Opcode::PsaHashCompute) => {
                    let hash = vec![7; bytes];
                    reply(seen, 0, &PsaHashComputeOutput { hash }.encode())
                }
                _ => good(seen),
            })
        })
    };
    let ask = |peer: &Peer| {
        let parsec = Client::builder()
            .endpoint(peer.endpoint())
            .max_body_size(1024)
            .connect()
            .unwrap();
        let input = PsaHashCompute {
            alg: Hash::Sha256,
            input: b"hello".to_vec(),
        };
        parsec.raw().psa_hash_compute(ProviderId::Software, input)
    };
    assert_eq!(ask(&body(1000)).unwrap().hash.len(), 1000);
    let error = ask(&body(1024)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
    assert!(error.to_string().contains("at most 1024"), "{error}");
}

#[test]
fn unknown_providers_and_operations_are_ignored() {
    let peer = Peer::start(|seen| {
        Act::Reply(match Opcode::from_number(seen.header.opcode) {
            Some(Opcode::ListProviders) => {
                let info = |id| ProviderInfo {
                    id,
                    ..ProviderInfo::default()
                };
                let providers = vec![info(200), info(70_000), info(1)];
                reply(seen, 0, &ListProvidersOutput { providers }.encode())
            }
            Some(Opcode::ListOpcodes) => {
                let opcodes = vec![0xffff, Opcode::PsaGenerateKey.number(), 0x7fff_ffff];
                reply(seen, 0, &ListOpcodesOutput { opcodes }.encode())
            }
            _ => good(seen),
        })
    });
    let parsec = peer.blocking();
    assert_eq!(parsec.providers().unwrap().len(), 3);
    assert_eq!(
        parsec.opcodes(ProviderId::Software).unwrap(),
        [Opcode::PsaGenerateKey]
    );
    let key = parsec.generate("key", ecdsa_p256()).unwrap();
    assert_eq!(key.provider(), ProviderId::Software);
}

#[test]
fn an_unknown_status_is_an_error_with_its_number() {
    let peer = pinged(|seen| reply(seen, 4711, b""));
    let error = peer.blocking().ping().unwrap_err();
    assert_eq!(error.status_number(), Some(4711));
    assert_eq!(error.status(), None);
}

#[test]
fn the_error_has_the_services_detail() {
    let peer = pinged(|seen| {
        let detail = ErrorDetail {
            message: "The queue of the TPM is full.".into(),
            reason: "queue-full".into(),
            retry_after_ms: 250,
        };
        reply(seen, Status::Busy.number(), &detail.encode())
    });
    let error = peer.blocking().ping().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Busy);
    assert_eq!(error.detail(), Some("The queue of the TPM is full."));
    assert_eq!(error.reason(), Some("queue-full"));
    assert_eq!(error.retry_after(), Some(Duration::from_millis(250)));
    assert!(
        error
            .to_string()
            .starts_with("ping: the queue of the TPM is full; "),
        "{error}"
    );
}

#[test]
fn a_malformed_detail_does_not_hide_the_status() {
    let peer = pinged(|seen| reply(seen, Status::PsaErrorNotPermitted.number(), &[0xff; 9]));
    let error = peer.blocking().ping().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotPermitted);
    assert_eq!(error.detail(), None);
}

#[test]
fn without_a_service_the_error_lists_the_endpoints_and_advice() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("none.sock");
    let error = Client::builder()
        .endpoint(Endpoint::unix(&socket))
        .connect()
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ServiceUnavailable);
    let text = error.to_string();
    assert!(text.contains(socket.to_str().unwrap()), "{text}");
    assert!(text.contains("no such socket"), "{text}");
    assert!(text.contains("start it with `parsec-service`"), "{text}");
}

#[test]
fn discovery_is_cached() {
    let peer = Peer::start(|seen| Act::Reply(good(seen)));
    let parsec = peer.blocking();
    for name in ["a", "b", "c"] {
        parsec.clone().generate(name, ecdsa_p256()).unwrap();
    }
    assert_eq!(peer.count(Opcode::ListProviders), 1);
    assert_eq!(peer.count(Opcode::ListOpcodes), 1);
    assert_eq!(peer.count(Opcode::ListAuthenticators), 1);
}

#[test]
fn a_token_in_a_file_is_read_again_for_every_request() {
    let peer = Peer::start(|seen| Act::Reply(good(seen)));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("svid.token");
    let parsec = Client::builder()
        .endpoint(peer.endpoint())
        .authentication(Authentication::JwtSvidFile(file.clone()))
        .connect()
        .unwrap();
    let error = parsec.keys().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotAuthenticated);
    assert!(error.to_string().contains("svid.token"), "{error}");
    for token in ["first.to.ken\n", "second.to.ken"] {
        std::fs::write(&file, token).unwrap();
        parsec.keys().unwrap();
    }
    let seen = peer.seen();
    let lists = seen.iter().filter(|seen| seen.is(Opcode::ListKeys));
    let tokens: Vec<_> = lists
        .map(|seen| {
            assert_eq!(seen.header.auth_type, AuthType::JwtSvid.number());
            seen.authentication.clone()
        })
        .collect();
    assert_eq!(
        tokens,
        [b"first.to.ken".to_vec(), b"second.to.ken".to_vec()]
    );
}
