//! Every refused request receives the published status, and the service continues.

use std::net::Shutdown;

use parsec_contracts::frame::RequestHeader;
use parsec_contracts::operations::{
    AttestKey, ListClients, ListKeys, Ping, PsaGenerateKey, PsaGenerateRandom, PsaSignHash,
};
use parsec_contracts::types::AttestationMechanismParams;
use parsec_contracts::{AuthType, Opcode, Operation as _, ProviderId, Status};
use parsec_harness::{Auth, Reply, Service, frame, keys, request};

const CORE: u8 = 0;
const SOFTWARE: u8 = 1;

/// A ping's header; each case changes a part of it.
fn ping() -> RequestHeader {
    RequestHeader {
        session: 0x0102_0304_0506_0708,
        opcode: Opcode::Ping.number(),
        ..RequestHeader::default()
    }
}

fn spoiled(change: impl FnOnce(&mut RequestHeader)) -> Vec<u8> {
    let mut header = ping();
    change(&mut header);
    frame(&header, &[], &[])
}

fn with_byte(at: usize, value: u8) -> Vec<u8> {
    let mut bytes = frame(&ping(), &[], &[]);
    bytes[at] = value;
    bytes
}

/// Sends `bytes` on a new connection, then a valid request on another.
fn exchange(service: &Service, bytes: &[u8]) -> Reply {
    let mut wire = service.wire();
    wire.send(bytes).expect("the service reads");
    // The missing part never arrives.
    wire.stream()
        .shutdown(Shutdown::Write)
        .expect("half a close");
    let reply = wire.receive().expect("a reply");
    let good = service.wire().call(CORE, &Auth::None, 0, Ping {});
    assert_eq!(good.expect("a pong").status(), Status::Success);
    reply
}

#[track_caller]
fn bare(service: &Service, bytes: &[u8], status: Status) {
    let reply = exchange(service, bytes);
    assert_eq!(reply.status(), status);
    assert_eq!(reply.header.provider, 0, "{status}: provider");
    assert_eq!(reply.header.session, 0, "{status}: session");
    assert_eq!(reply.header.content_type, 0, "{status}: content type");
    assert_eq!(
        reply.header.opcode,
        Opcode::Ping.number(),
        "{status}: opcode"
    );
    assert_eq!(reply.body, b"", "{status}: body");
}

#[track_caller]
fn echoed(service: &Service, header: &RequestHeader, body: &[u8], auth: &Auth, status: Status) {
    let (auth_type, auth) = auth.parts();
    let header = RequestHeader {
        auth_type,
        session: 0x0102_0304_0506_0708,
        ..header.clone()
    };
    let reply = exchange(service, &frame(&header, body, &auth));
    assert_eq!(reply.status(), status);
    assert_eq!(reply.header.provider, header.provider, "{status}: provider");
    assert_eq!(reply.header.session, header.session, "{status}: session");
    assert_eq!(reply.header.opcode, header.opcode, "{status}: opcode");
    assert_eq!(reply.body, b"", "{status}: body");
}

fn to(provider: u8, opcode: Opcode) -> RequestHeader {
    RequestHeader {
        provider,
        opcode: opcode.number(),
        ..RequestHeader::default()
    }
}

#[test]
fn rejects_malformed_headers() {
    let service = Service::direct();
    for at in 0..4 {
        bare(&service, &with_byte(at, 0xff), Status::InvalidHeader);
    }
    for size in [0, 29, 31, 0xff] {
        bare(&service, &with_byte(4, size), Status::InvalidHeader);
    }
    bare(&service, &with_byte(5, 1), Status::InvalidHeader);
    // The reserved bytes.
    bare(&service, &with_byte(34, 1), Status::InvalidHeader);
    bare(&service, &with_byte(35, 1), Status::InvalidHeader);
}

#[test]
fn rejects_other_versions_of_the_protocol() {
    let service = Service::direct();
    for version in [(0, 0), (0, 9), (1, 1), (2, 0), (255, 255)] {
        let bytes = spoiled(|header| header.version = version);
        bare(&service, &bytes, Status::WireProtocolVersionNotSupported);
    }
    // The version is checked before the reserved bytes and the body's length.
    let mut bytes = spoiled(|header| header.version = (2, 0));
    bytes[35] = 1;
    bytes[22..26].copy_from_slice(&u32::MAX.to_le_bytes());
    bare(&service, &bytes, Status::WireProtocolVersionNotSupported);
}

#[test]
fn a_body_above_the_limit_is_refused_before_it_is_read() {
    let service = Service::direct();
    for length in [1024 * 1024 + 1, u32::MAX] {
        let mut bytes = frame(&ping(), &[], &[]);
        bytes[22..26].copy_from_slice(&length.to_le_bytes());
        bare(&service, &bytes, Status::BodySizeExceedsLimit);
    }
    // Refused when nothing of the body was sent, and when all of it was.
    let whole = frame(&ping(), &vec![0; 1024 * 1024 + 1], &[]);
    bare(&service, &whole, Status::BodySizeExceedsLimit);
}

#[test]
fn rejects_truncated_frames() {
    let service = Service::direct();
    let whole = request(
        SOFTWARE,
        &Auth::direct("jimbob"),
        0,
        PsaGenerateRandom { size: 8 },
    );
    for length in [1, 5, 6, 20, 35, 36, 37, whole.len() - 1] {
        bare(&service, &whole[..length], Status::ConnectionError);
    }
}

#[test]
fn rejects_unknown_numbers_in_the_published_order() {
    let service = Service::direct();
    // All fields are wrong at first, then corrected one by one, in the order of the checks.
    let mut header = RequestHeader {
        content_type: 1,
        accept_type: 1,
        auth_type: 200,
        opcode: 0xfff0,
        provider: 200,
        ..ping()
    };
    let judged = |header: &RequestHeader, status| {
        bare(&service, &frame(header, &[], &[]), status);
    };
    judged(&header, Status::ContentTypeNotSupported);
    header.content_type = 0;
    judged(&header, Status::AcceptTypeNotSupported);
    header.accept_type = 0;
    judged(&header, Status::AuthenticatorDoesNotExist);
    header.auth_type = 0;
    judged(&header, Status::OpcodeDoesNotExist);
    header.opcode = 0;
    judged(&header, Status::OpcodeDoesNotExist);
    header.opcode = 0x1d;
    judged(&header, Status::OpcodeDoesNotExist);
    header.opcode = u32::MAX;
    judged(&header, Status::OpcodeDoesNotExist);
    header.opcode = Opcode::Ping.number();
    judged(&header, Status::ProviderDoesNotExist);
    header.provider = 6;
    judged(&header, Status::ProviderDoesNotExist);
}

#[test]
fn flags_and_status_of_a_request_are_ignored() {
    let service = Service::direct();
    let mut bytes = spoiled(|header| header.flags = 0xfffe);
    bytes[32..34].copy_from_slice(&1132_u16.to_le_bytes());
    assert_eq!(exchange(&service, &bytes).status(), Status::Success);
}

#[test]
fn rejects_invalid_identities() {
    let service = Service::direct();
    let ping = to(CORE, Opcode::Ping);
    for other in [
        AuthType::Jwt,
        AuthType::UnixPeerCredentials,
        AuthType::JwtSvid,
    ] {
        let auth = Auth::Raw(other.number(), vec![0; 4]);
        echoed(
            &service,
            &ping,
            &[],
            &auth,
            Status::AuthenticatorNotRegistered,
        );
    }
    // Authentication comes first: an invalid identity also fails a ping, or a request to an absent
    // provider.
    for bytes in [vec![], vec![0xff, 0xfe]] {
        let auth = Auth::Raw(AuthType::Direct.number(), bytes);
        echoed(&service, &ping, &[], &auth, Status::AuthenticationError);
        let absent = to(ProviderId::Tpm.number(), Opcode::Ping);
        echoed(&service, &absent, &[], &auth, Status::AuthenticationError);
    }
    // Without an authentication type, the field is ignored.
    let ignored = frame(&ping, &[], b"jimbob");
    assert_eq!(exchange(&service, &ignored).status(), Status::Success);
}

#[test]
fn rejects_peer_credentials_of_another_user() {
    let service = Service::start();
    let ping = to(CORE, Opcode::Ping);
    let number = AuthType::UnixPeerCredentials.number();
    for bytes in [
        vec![],
        vec![1],
        vec![0; 3],
        vec![0; 5],
        4_000_000_001_u32.to_le_bytes().into(),
    ] {
        let auth = Auth::Raw(number, bytes);
        echoed(&service, &ping, &[], &auth, Status::AuthenticationError);
    }
    let direct = Auth::direct("jimbob");
    echoed(
        &service,
        &ping,
        &[],
        &direct,
        Status::AuthenticatorNotRegistered,
    );
}

#[test]
fn rejects_operations_at_the_wrong_provider() {
    let service = Service::direct();
    let app = Auth::direct("jimbob");
    for absent in [
        ProviderId::Pkcs11,
        ProviderId::Tpm,
        ProviderId::CryptoAuthLib,
    ] {
        let header = to(absent.number(), Opcode::Ping);
        echoed(&service, &header, &[], &app, Status::ProviderNotRegistered);
    }
    for core in [Opcode::Ping, Opcode::ListKeys, Opcode::ListClients] {
        echoed(
            &service,
            &to(SOFTWARE, core),
            &[],
            &app,
            Status::PsaErrorNotSupported,
        );
    }
    for crypto in [Opcode::PsaGenerateKey, Opcode::PsaGenerateRandom] {
        echoed(
            &service,
            &to(CORE, crypto),
            &[],
            &app,
            Status::PsaErrorNotSupported,
        );
    }
}

#[test]
fn rejects_callers_without_permission() {
    let service = Service::direct();
    let clients = to(CORE, Opcode::ListClients);
    echoed(
        &service,
        &clients,
        &[],
        &Auth::None,
        Status::NotAuthenticated,
    );
    echoed(
        &service,
        &clients,
        &[],
        &Auth::direct("jimbob"),
        Status::AdminOperation,
    );
    let keys = to(CORE, Opcode::ListKeys);
    echoed(&service, &keys, &[], &Auth::None, Status::NotAuthenticated);

    let admin = service
        .wire()
        .call(CORE, &Auth::direct("admin"), 0, ListClients {});
    assert_eq!(admin.unwrap().status(), Status::Success);
    let own = service
        .wire()
        .call(CORE, &Auth::direct("jimbob"), 0, ListKeys {});
    assert_eq!(own.unwrap().status(), Status::Success);
}

#[test]
fn rejects_malformed_bodies() {
    let service = Service::direct();
    let app = Auth::direct("jimbob");
    // A truncated unknown field, in a message without fields.
    let cut = [0x11, 0x22, 0x33, 0x44, 0x55];
    let malformed = Status::DeserializingBodyFailed;
    echoed(&service, &to(CORE, Opcode::Ping), &cut, &app, malformed);
    echoed(
        &service,
        &to(SOFTWARE, PsaGenerateKey::OPCODE),
        &cut,
        &app,
        malformed,
    );
    // Complete, but without the attributes.
    let nameless = [0x0a, 0x01, b'k'];
    let invalid = Status::InvalidEncoding;
    echoed(
        &service,
        &to(SOFTWARE, PsaGenerateKey::OPCODE),
        &nameless,
        &app,
        invalid,
    );
    echoed(
        &service,
        &to(SOFTWARE, PsaSignHash::OPCODE),
        &nameless,
        &app,
        invalid,
    );
    // A hash algorithm that does not exist.
    let unknown = [0x08, 0x63];
    echoed(
        &service,
        &to(SOFTWARE, Opcode::PsaHashCompute),
        &unknown,
        &app,
        invalid,
    );
    // Both are checked before the caller is authenticated.
    let generate = to(SOFTWARE, PsaGenerateKey::OPCODE);
    echoed(&service, &generate, &cut, &Auth::None, malformed);
    echoed(&service, &generate, &nameless, &Auth::None, invalid);
}

#[test]
fn rejects_well_formed_bodies_with_invalid_values() {
    let service = Service::direct();
    let send = |bytes: Vec<u8>| exchange(&service, &bytes).status();
    let none = Auth::None;
    let generate = request(SOFTWARE, &none, 0, keys::generate("k", keys::ecdsa_p256()));
    assert_eq!(send(generate), Status::NotAuthenticated);
    let attest = AttestKey {
        attested_key_name: "k".into(),
        parameters: AttestationMechanismParams::ActivateCredential {
            credential_blob: vec![1],
            secret: vec![2],
        },
        attesting_key_name: String::new(),
    };
    let unauthenticated = request(SOFTWARE, &none, 0, attest.clone());
    assert_eq!(send(unauthenticated), Status::NotAuthenticated);
    let app = Auth::direct("jimbob");
    let unserved = request(SOFTWARE, &app, 0, attest);
    assert_eq!(send(unserved), Status::PsaErrorNotSupported);
    let missing = request(SOFTWARE, &app, 0, keys::sign("missing", &[0; 32]));
    assert_eq!(send(missing), Status::PsaErrorDoesNotExist);
}
