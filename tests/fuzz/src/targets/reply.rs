//! The client against a service that returns arbitrary responses.

use std::io::{Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock};
use std::thread;
use std::time::Duration;

use parsec_client::blocking::{Client, Key};
use parsec_client::{Endpoint, ErrorKind, Hash, ProviderId, Result, ecdsa_p256, rsa};
use parsec_contracts::Status;
use parsec_contracts::frame::{FIXED_HEADER_LENGTH, RequestHeader, ResponseHeader};
use tempfile::TempDir;

use super::published::LIMIT;
use crate::choices::Choices;
use crate::target::assert_readable;
use crate::values::contracts;
use crate::{Outcome, Target, World, world};

pub(super) const TARGET: Target = Target {
    name: "reply",
    about: "the Rust client against a service that returns arbitrary responses",
    run,
    seeds: || (0..STEPS.len()).map(|step| vec![step as u8; 3]).collect(),
    words: &[],
    longest: 512,
    world: World::Nothing,
};

/// A service whose responses come from the current input.
struct FakeService {
    _folder: TempDir,
    socket: PathBuf,
    /// The rest of the input.
    script: Mutex<Vec<u8>>,
}

fn service() -> &'static FakeService {
    static SERVICE: OnceLock<FakeService> = OnceLock::new();
    static STARTED: OnceLock<()> = OnceLock::new();
    let service = SERVICE.get_or_init(|| {
        let folder = world::scratch();
        FakeService {
            socket: folder.path().join("parsec.sock"),
            _folder: folder,
            script: Mutex::default(),
        }
    });
    STARTED.get_or_init(|| {
        let listener = UnixListener::bind(&service.socket).expect("a socket");
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                thread::spawn(move || service.serve(connection));
            }
        });
    });
    service
}

impl FakeService {
    fn serve(&self, mut connection: UnixStream) {
        while let Some(header) = request(&mut connection) {
            let (reply, is_last) = self.reply(&header);
            if connection.write_all(&reply).is_err() || is_last {
                return;
            }
        }
    }

    /// Returns the response to a request, and whether the connection ends after it: damaged
    /// responses may have any length, and the client must not wait for more.
    fn reply(&self, request_header: &RequestHeader) -> (Vec<u8>, bool) {
        let mut script = self
            .script
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut choices = Choices::new(&script);
        let mut body = contracts().response_to(&mut choices, request_header.opcode);
        let status = match choices.one_in(8) {
            true => u16::from_le_bytes([choices.byte(), choices.byte() % 8]),
            false => Status::Success.number(),
        };
        let damaged_body = choices.one_in(8);
        if damaged_body {
            choices.damage(&mut body);
        }
        let length = u32::try_from(body.len()).unwrap_or(u32::MAX);
        let mut header = ResponseHeader::reply_to(request_header, Status::Success, length);
        header.status = status;
        let mut frame = [&header.encode()[..], &body].concat();
        let damaged = choices.one_in(8);
        if damaged {
            choices.damage(&mut frame);
        }
        let used = script.len() - choices.left();
        script.drain(..used);
        (frame, damaged)
    }
}

/// Reads a request of the client, which is valid.
fn request(connection: &mut UnixStream) -> Option<RequestHeader> {
    let mut header = [0; FIXED_HEADER_LENGTH];
    connection.read_exact(&mut header).ok()?;
    let header = RequestHeader::decode(&header, LIMIT).expect("the client's header is valid");
    let rest = header.body_length as usize + usize::from(header.auth_length);
    connection.read_exact(&mut vec![0; rest]).ok()?;
    Some(header)
}

/// The client calls under test.
const STEPS: &[fn(&Client) -> Result<()>] = &[
    |client| client.ping().map(drop),
    |client| client.providers().map(drop),
    |client| client.authenticators().map(drop),
    |client| client.opcodes(ProviderId::Software).map(drop),
    |client| client.keys().map(drop),
    |client| client.open("web-tls").and_then(|key| use_key(&key)),
    |client| {
        let key = client.open_signing_key("web-tls")?;
        let signature = key.sign(b"message")?;
        key.verify(b"message", &signature)
    },
    |client| client.open_verifying_key("web-tls").map(drop),
    |client| {
        let key = client.get_or_generate("web-tls", ecdsa_p256())?;
        key.sign(b"message").map(drop)
    },
    |client| client.generate("rsa", rsa()).map(drop),
    |client| client.random(16).map(drop),
    |client| client.hash(Hash::Sha256, b"data").map(drop),
    |client| client.hash_stream(Hash::Sha256).map(drop),
    |client| client.admin().clients().map(drop),
];

fn use_key(key: &Key) -> Result<()> {
    assert!(!parsec_client::describe(key.attributes()).is_empty());
    if let Some(public) = key.public_key() {
        assert!(public.to_pem().starts_with("-----BEGIN"));
    }
    key.export_private()?;
    key.copy("copy")?;
    key.clone().rename("other")?.delete()
}

fn run(data: &[u8]) -> Outcome {
    let service = service();
    let mut choices = Choices::new(data);
    let steps: Vec<_> = (0..=choices.below(3))
        .map(|_| choices.below(STEPS.len()))
        .collect();
    *service
        .script
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner) = choices.rest().to_vec();
    let client = Client::builder()
        .endpoint(Endpoint::unix(&service.socket))
        .application("ant")
        .timeout(Duration::from_secs(20))
        .connect();
    let outcomes = match client {
        Ok(client) => steps
            .iter()
            .map(|step| (*step, STEPS[*step](&client).err().map(output)))
            .collect(),
        Err(error) => vec![(STEPS.len(), Some(output(error)))],
    };
    Outcome::of(outcomes)
}

fn output(error: parsec_client::Error) -> Outcome {
    let message = error.to_string();
    // Other errors of the service are permitted.
    if error.status_number().is_none() {
        assert_readable(&message);
        assert_ne!(
            error.kind(),
            ErrorKind::Timeout,
            "the client waits without end: {message}"
        );
    }
    Outcome::of_message(message)
}
