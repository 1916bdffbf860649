//! The whole path of a request: frames over a socket to a real service, from several callers.

use std::cell::RefCell;

use parsec_contracts::frame::{RequestHeader, ResponseHeader, flags};
use parsec_contracts::operations::{Ping, PsaDestroyKey, PsaExportKey, PsaImportKey};
use parsec_contracts::types::{
    Algorithm, ErrorDetail, KeyAttributes, KeyPolicy, KeyType, UsageFlags,
};
use parsec_contracts::{AuthType, Body as _, Opcode, ProviderId, Status};
use parsec_harness::{Auth, Reply, Wire, frame};

use super::published;
use crate::choices::Choices;
use crate::target::assert_readable;
use crate::values::contracts;
use crate::world;
use crate::{Outcome, Target, World};

pub(super) const TARGET: Target = Target {
    name: "service",
    about: "requests of several callers over a socket: each with a response, isolated, without a panic",
    run,
    seeds,
    words: &[],
    longest: 1024,
    world: World::Service,
};

/// Callers; the last is an administrator.
const CALLERS: &[&str] = &["ant", "bee", "", "admin"];
const ADMIN: &str = "admin";
/// A client that sends no requests here; nobody else may see its keys.
const VICTIM: &str = "victim";
/// A name that no request contains, so no response may.
const HIDDEN: &str = "hidden-8d1c5a07";
/// Contents of the victim's keys.
const SECRET: &[u8; 32] = b"the-victims-own-secret-material!";
/// Maximum number of requests in a sequence.
const MOST: usize = 12;

fn seeds() -> Vec<Vec<u8>> {
    // Each operation alone, with its example.
    let count = u8::try_from(contracts().count()).unwrap_or(u8::MAX);
    (0..count).map(|index| vec![0, 0, 0, 0, index]).collect()
}

/// A sent request, and the expectations for its response.
struct Sent {
    header: RequestHeader,
    caller: &'static str,
    body: Vec<u8>,
}

/// A connection that is kept from one input to the next, like a client's.
struct Session {
    wire: Wire,
    /// Whether the last request lacked the extension flag: the service then closes the connection
    /// soon after its response, as published clients expect.
    closes_soon: bool,
    victim_is_ready: bool,
}

thread_local! {
    static SESSION: RefCell<Option<Session>> = const { RefCell::new(None) };
}

fn run(data: &[u8]) -> Outcome {
    SESSION.with_borrow_mut(|slot| {
        let mut session = slot.take().unwrap_or_else(|| Session {
            wire: connect(),
            closes_soon: false,
            victim_is_ready: false,
        });
        if !session.victim_is_ready {
            session.prepare_victim();
        }
        let outcome = session.play(&mut Choices::new(data));
        if session.closes_soon {
            session.wire = connect();
            session.closes_soon = false;
        }
        session.check_victim();
        world::assert_no_panic();
        *slot = Some(session);
        outcome
    })
}

fn connect() -> Wire {
    let wire = Wire::connect(&world::socket());
    let mut wire =
        wire.unwrap_or_else(|error| panic!("the service accepts no connection: {error}"));
    let pong = wire.call(0, &Auth::None, flags::EXTENSIONS, Ping {});
    assert!(
        pong.is_ok(),
        "the service does not respond to a ping: {pong:?}"
    );
    wire
}

impl Session {
    fn play(&mut self, choices: &mut Choices<'_>) -> Outcome {
        let mut statuses = Vec::new();
        let mut sent = Vec::new();
        for _ in 0..MOST {
            let request = request(choices);
            let garbage = choices.one_in(64);
            self.victim_is_ready &= request.caller != ADMIN;
            if sent.is_empty() && self.closes_soon {
                self.wire = connect();
            }
            sent.push(self.send(request));
            // Some requests are sent before the response to the previous one.
            if !choices.one_in(4) {
                for request in sent.drain(..) {
                    statuses.push(self.answer(&request));
                }
            }
            if garbage {
                Self::send_garbage(choices);
            }
            if choices.is_empty() {
                break;
            }
        }
        for request in sent {
            statuses.push(self.answer(&request));
        }
        Outcome::of(statuses)
    }

    fn send(&mut self, request: Sent) -> Sent {
        self.closes_soon = request.header.flags & flags::EXTENSIONS == 0;
        let (_, auth) = auth_of(request.caller).parts();
        let bytes = frame(&request.header, &request.body, &auth);
        self.wire.send(&bytes).unwrap_or_else(|error| {
            panic!("the service does not read {}: {error}", name(&request))
        });
        request
    }

    /// Sends malformed frames: the service responds or closes the connection, and continues.
    fn send_garbage(choices: &mut Choices<'_>) {
        let mut bytes = frame(&RequestHeader::default(), &[], &[]);
        choices.damage(&mut bytes);
        let length = choices.below(64);
        bytes.extend(choices.bytes(length));
        let mut other = connect();
        // It may close the connection before it has read everything.
        let _ = other.send(&bytes);
    }

    /// Reads the response to a request and checks it. Returns the operation and the status.
    fn answer(&mut self, request: &Sent) -> (u32, u16) {
        let reply = self.wire.receive();
        let reply =
            reply.unwrap_or_else(|error| panic!("no response to {}: {error}", name(request)));
        let header = &reply.header;
        if let Err(status) = request.header.recognise() {
            assert_eq!(*header, ResponseHeader::bare(status));
            return (0, header.status);
        }
        assert_eq!(header.opcode, request.header.opcode);
        assert_eq!(header.session, request.header.session);
        assert_eq!(header.provider, request.header.provider);
        let status = Status::from_number(header.status);
        assert!(status.is_some(), "unknown status {}", header.status);
        let is_extended = request.header.flags & flags::EXTENSIONS != 0;
        if header.status != 0 && is_extended {
            let detail = ErrorDetail::decode(&reply.body).expect("an error's detail");
            assert_readable(&detail.message);
            assert_readable(&detail.reason);
        }
        if !is_extended {
            check_published(request, &reply);
        }
        if request.caller != ADMIN {
            for (what, bytes) in [("name", HIDDEN.as_bytes()), ("material", &SECRET[..])] {
                assert!(
                    !contains(&reply.body, bytes),
                    "{} of {:?} shows the {what} of another's key",
                    name(request),
                    request.caller
                );
            }
        }
        (header.opcode, header.status)
    }

    /// Creates keys of a client that nobody else may see: one with an unknown name, and one for
    /// each name in the contracts' examples.
    fn prepare_victim(&mut self) {
        let names = contracts().names().iter().map(String::as_str);
        for name in names.chain([HIDDEN]) {
            let status = self.wire.ask_extended(VICTIM, victims_key(name)).status();
            assert!(
                matches!(status, Status::Success | Status::PsaErrorAlreadyExists),
                "{status}"
            );
        }
        self.victim_is_ready = true;
    }

    /// Unless an administrator changed something, the victim's keys are unchanged.
    fn check_victim(&mut self) {
        if !self.victim_is_ready {
            let status = self.wire.ask_extended(VICTIM, destroy(HIDDEN)).status();
            if status == Status::ClientDisabled {
                self.enable_victim();
            }
            return;
        }
        let export = PsaExportKey {
            key_name: HIDDEN.to_owned(),
        };
        let reply = self.wire.ask_extended(VICTIM, export);
        let output = reply.output::<PsaExportKey>();
        let material = output.expect("an output").data;
        assert_eq!(material.expose(), SECRET, "the victim's key has changed");
    }

    fn enable_victim(&mut self) {
        use parsec_contracts::operations::EnableClient;
        use parsec_contracts::types::ClientId;
        let client = ClientId {
            authenticator: AuthType::Direct.number().into(),
            name: VICTIM.to_owned(),
        };
        let status = self
            .wire
            .ask_extended(ADMIN, EnableClient { client })
            .status();
        assert_eq!(status, Status::Success);
    }
}

fn destroy(name: &str) -> PsaDestroyKey {
    PsaDestroyKey {
        key_name: name.to_owned(),
    }
}

fn victims_key(name: &str) -> PsaImportKey {
    PsaImportKey {
        key_name: name.to_owned(),
        attributes: KeyAttributes {
            key_type: KeyType::RawData,
            key_bits: 256,
            key_policy: KeyPolicy {
                key_usage_flags: UsageFlags {
                    export: true,
                    ..UsageFlags::default()
                },
                key_algorithm: Algorithm::None,
            },
        },
        data: SECRET[..].into(),
    }
}

/// Generates a request from a contract. Some have a damaged body, another provider or a header that
/// is not a request's.
fn request(choices: &mut Choices<'_>) -> Sent {
    let caller = *choices.of(CALLERS);
    // Our own clients set the extension flag.
    let flags = if choices.one_in(4) {
        0
    } else {
        flags::EXTENSIONS
    };
    let oddity = choices.below(24);
    let session = choices.byte();
    let made = contracts().request(choices);
    let usual = match made.is_core {
        true => ProviderId::Core,
        false => ProviderId::Software,
    };
    let mut body = made.body;
    if (20..22).contains(&oddity) {
        choices.damage(&mut body);
    }
    let (auth_type, _) = auth_of(caller).parts();
    let mut header = RequestHeader {
        provider: usual.number(),
        flags,
        session: u64::from(session),
        auth_type,
        opcode: made.opcode,
        ..RequestHeader::default()
    };
    match oddity {
        22 => header.provider = choices.byte(),
        23 => match choices.below(5) {
            0 => header.content_type = choices.byte(),
            1 => header.accept_type = choices.byte(),
            2 => header.auth_type = choices.byte(),
            3 => header.opcode ^= 1 << choices.below(32),
            _ => header.flags |= u16::from(choices.byte()) << 8,
        },
        _ => {}
    }
    Sent {
        header,
        caller,
        body,
    }
}

fn auth_of(caller: &str) -> Auth {
    match caller {
        "" => Auth::None,
        name => Auth::direct(name),
    }
}

/// Responses to clients without the extension flag must be published ones.
fn check_published(request: &Sent, reply: &Reply) {
    if reply.header.status != 0 {
        assert!(reply.body.is_empty(), "a detail without the extension flag");
    }
    let Some(opcode) =
        Opcode::from_number(request.header.opcode).filter(|one| published::knows(*one))
    else {
        return;
    };
    let bytes = [&reply.header.encode()[..], &reply.body].concat();
    let known = ProviderId::from_number(request.header.provider)
        .is_some_and(|provider| provider.number() <= 5);
    if known && reply.header.content_type == 0 {
        assert!(
            published::response(&bytes).is_some(),
            "the published client does not read the response to {opcode}: {:?}",
            reply.header
        );
    }
}

fn name(request: &Sent) -> String {
    Opcode::from_number(request.header.opcode).map_or_else(
        || format!("operation {:#x}", request.header.opcode),
        |opcode| opcode.to_string(),
    )
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
