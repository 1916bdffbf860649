//! A client without the extension flag sees only the published protocol.

use std::collections::BTreeSet;

use parsec_contracts::frame::{RequestHeader, flags};
use parsec_contracts::operations::{
    ListAuthenticators, ListKeys, ListOpcodes, ListProviders, Ping, PsaGenerateRandom,
};
use parsec_contracts::types::ErrorDetail;
use parsec_contracts::{AuthType, Body, Opcode, Operation, Status};
use parsec_harness::{Auth, Reply, Service, frame, keys};

/// Opcodes that the published clients can decode. None of them decodes the opcodes of MACs.
const PUBLISHED_CORE: [u32; 5] = [0x01, 0x08, 0x09, 0x0e, 0x1a];
const PUBLISHED_CRYPTO: [u32; 24] = [
    0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x0a, 0x0b, 0x0c, 0x0d, 0x0f, 0x10, 0x11, 0x12, 0x13, 0x14,
    0x15, 0x18, 0x19, 0x1e, 0x1f, 0x20, 0x1b, 0x1c,
];

fn call<O: Operation>(service: &Service, provider: u8, flags: u16, operation: O) -> Reply {
    let auth = Auth::direct("jimbob");
    let reply = service.wire().call(provider, &auth, flags, operation);
    reply.expect("a reply")
}

fn opcodes(service: &Service, provider_id: u32, flags: u16) -> BTreeSet<u32> {
    let reply = call(service, 0, flags, ListOpcodes { provider_id });
    let output = reply.output::<ListOpcodes>().expect("a list");
    let set: BTreeSet<u32> = output.opcodes.iter().copied().collect();
    assert_eq!(set.len(), output.opcodes.len(), "no opcode is listed twice");
    set
}

/// A request for each error that any client can cause.
fn failures(service: &Service, flags: u16) -> Vec<Reply> {
    let send = |header: RequestHeader, body: &[u8], auth: &Auth| {
        let (auth_type, auth) = auth.parts();
        let header = RequestHeader {
            flags,
            auth_type,
            ..header
        };
        let mut wire = service.wire();
        wire.send(&frame(&header, body, &auth)).expect("it is read");
        wire.receive().expect("a reply")
    };
    let to = |provider: u8, opcode: Opcode| RequestHeader {
        provider,
        opcode: opcode.number(),
        ..RequestHeader::default()
    };
    let app = Auth::direct("jimbob");
    let bad = Auth::Raw(AuthType::Direct.number(), vec![0xff]);
    let foreign = Auth::Raw(AuthType::JwtSvid.number(), vec![]);
    vec![
        send(to(0, Opcode::Ping), &[], &bad),
        send(to(0, Opcode::Ping), &[], &foreign),
        send(to(3, Opcode::Ping), &[], &app),
        send(to(1, Opcode::Ping), &[], &app),
        send(to(0, Opcode::ListClients), &[], &app),
        send(to(0, Opcode::ListKeys), &[], &Auth::None),
        send(to(0, Opcode::Ping), &[0x11], &app),
        send(to(1, Opcode::PsaGenerateKey), &[], &app),
        call(service, 1, flags, keys::sign("missing", &[0; 32])),
        call(service, 1, flags, keys::sign("missing", &[0; 31])),
        call(service, 1, flags, keys::generate("k", keys::rsa(17))),
        call(service, 1, flags, PsaGenerateRandom { size: u64::MAX }),
    ]
}

#[test]
fn without_the_flag_only_published_numbers_are_listed() {
    let service = Service::direct();
    assert_eq!(opcodes(&service, 0, 0), BTreeSet::from(PUBLISHED_CORE));
    let crypto = opcodes(&service, 1, 0);
    assert!(
        crypto.is_subset(&BTreeSet::from(PUBLISHED_CRYPTO)),
        "{crypto:?}"
    );
    for needed in [0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x0c, 0x0d, 0x0f] {
        assert!(crypto.contains(&needed), "{needed:#x} is not listed");
    }
    let providers = call(&service, 0, 0, ListProviders {}).output::<ListProviders>();
    let ids: Vec<_> = providers
        .expect("a list")
        .providers
        .iter()
        .map(|p| p.id)
        .collect();
    assert_eq!(ids, [1, 0], "in the config's order, the core provider last");
    let authenticators = call(&service, 0, 0, ListAuthenticators {}).output::<ListAuthenticators>();
    let authenticators = authenticators.expect("a list").authenticators;
    let ids: Vec<_> = authenticators.iter().map(|a| a.id).collect();
    assert_eq!(ids, [1]);
}

#[test]
fn with_the_flag_nothing_published_is_missing() {
    let service = Service::direct();
    for provider in [0, 1] {
        let plain = opcodes(&service, provider, 0);
        let extended = opcodes(&service, provider, flags::EXTENSIONS);
        assert!(plain.is_subset(&extended), "{plain:?} {extended:?}");
        for opcode in extended {
            assert!(Opcode::from_number(opcode).is_some(), "{opcode:#x}");
        }
    }
}

#[test]
fn without_the_flag_a_failure_has_a_published_status_and_no_body() {
    let service = Service::direct();
    for reply in failures(&service, 0) {
        let status = reply.header.status;
        assert!(
            matches!(status, 1..=22 | 1132..=1143 | 1145..=1153),
            "{status}"
        );
        assert_eq!(reply.body, b"", "{status}");
        assert_eq!(reply.header.flags, 0, "{status}");
    }
}

#[test]
fn with_the_flag_a_failure_has_a_detail() {
    let service = Service::direct();
    let plain = failures(&service, 0);
    let detailed = failures(&service, flags::EXTENSIONS);
    for (plain, detailed) in plain.iter().zip(&detailed) {
        let status = detailed.status();
        assert_ne!(status, Status::Success);
        assert_eq!(status.fallback(), plain.status());
        let detail = ErrorDetail::decode(&detailed.body).expect("a detail");
        assert!(detail.message.len() > 10, "{status}: {:?}", detail.message);
        let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(
            !detail.reason.is_empty() && detail.reason.chars().all(word),
            "{status}: {:?}",
            detail.reason
        );
    }
}

#[test]
fn the_flag_changes_nothing_about_success() {
    let service = Service::direct();
    let key = keys::generate("web-tls", keys::ecdsa_p256());
    assert_eq!(
        call(&service, 1, flags::EXTENSIONS, key).status(),
        Status::Success
    );
    let plain = call(&service, 0, 0, ListKeys {});
    let extended = call(&service, 0, flags::EXTENSIONS, ListKeys {});
    assert_eq!(plain, extended);
    assert_eq!(
        call(&service, 0, 0, Ping {}),
        call(&service, 0, flags::EXTENSIONS, Ping {})
    );
}
