//! A peer whose replies a test scripts.

mod connections;
mod replies;

use std::io::{Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::{Arc, Mutex};
use std::thread;

use parsec_client::operations::{
    ListAuthenticatorsOutput, ListOpcodesOutput, ListProvidersOutput, PingOutput,
    PsaExportPublicKeyOutput,
};
use parsec_client::types::{AuthenticatorInfo, ProviderInfo};
use parsec_client::{AuthType, Endpoint, Opcode, ProviderId};
use parsec_contracts::Body;
use parsec_contracts::frame::{FIXED_HEADER_LENGTH, RequestHeader, ResponseHeader};

/// A request that the peer received.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) connection: usize,
    pub(crate) header: RequestHeader,
    pub(crate) authentication: Vec<u8>,
}

impl Seen {
    pub(crate) fn is(&self, opcode: Opcode) -> bool {
        self.header.opcode == opcode.number()
    }
}

/// The peer's reaction to a request.
pub(crate) enum Act {
    /// Replies and keeps the connection.
    Reply(Vec<u8>),
    /// Replies and closes.
    ReplyAndClose(Vec<u8>),
    /// Closes without a reply.
    Close,
    /// Sends nothing and keeps the connection.
    Silence,
}

/// A peer with its own socket.
pub(crate) struct Peer {
    folder: tempfile::TempDir,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Peer {
    /// Starts a peer; `script` returns the reaction to each request.
    pub(crate) fn start(script: impl Fn(&Seen) -> Act + Send + Sync + 'static) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join("socket")).unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = seen.clone();
        let script = Arc::new(script);
        thread::spawn(move || {
            for (connection, stream) in listener.incoming().enumerate() {
                let (stream, log, script) = (stream.unwrap(), log.clone(), script.clone());
                thread::spawn(move || serve(connection, stream, &log, &*script));
            }
        });
        Self { folder, seen }
    }

    pub(crate) fn endpoint(&self) -> Endpoint {
        Endpoint::unix(self.folder.path().join("socket"))
    }

    pub(crate) fn blocking(&self) -> parsec_client::blocking::Client {
        parsec_client::blocking::Client::builder()
            .endpoint(self.endpoint())
            .connect()
            .unwrap()
    }

    pub(crate) async fn client(&self) -> parsec_client::Client {
        parsec_client::Client::builder()
            .endpoint(self.endpoint())
            .connect()
            .await
            .unwrap()
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub(crate) fn count(&self, opcode: Opcode) -> usize {
        self.seen().iter().filter(|seen| seen.is(opcode)).count()
    }

    pub(crate) fn connections(&self) -> usize {
        self.seen()
            .iter()
            .map(|seen| seen.connection + 1)
            .max()
            .unwrap_or(0)
    }
}

fn serve(
    connection: usize,
    mut stream: UnixStream,
    log: &Mutex<Vec<Seen>>,
    script: &dyn Fn(&Seen) -> Act,
) {
    loop {
        let mut bytes = [0; FIXED_HEADER_LENGTH];
        if stream.read_exact(&mut bytes).is_err() {
            return;
        }
        let header = RequestHeader::decode(&bytes, u32::MAX).unwrap();
        let mut body = vec![0; header.body_length as usize];
        let mut authentication = vec![0; usize::from(header.auth_length)];
        stream.read_exact(&mut body).unwrap();
        stream.read_exact(&mut authentication).unwrap();
        let seen = Seen {
            connection,
            header,
            authentication,
        };
        log.lock().unwrap().push(seen.clone());
        match script(&seen) {
            Act::Reply(bytes) => stream.write_all(&bytes).unwrap(),
            Act::ReplyAndClose(bytes) => return stream.write_all(&bytes).unwrap(),
            Act::Close => return,
            Act::Silence => {}
        }
    }
}

/// Returns a reply to `seen`.
pub(crate) fn reply(seen: &Seen, status: u16, body: &[u8]) -> Vec<u8> {
    let header = ResponseHeader {
        version: (1, 0),
        flags: 0,
        provider: seen.header.provider,
        session: 0,
        content_type: 0,
        body_length: u32::try_from(body.len()).unwrap(),
        opcode: seen.header.opcode,
        status,
    };
    let mut bytes = header.encode().to_vec();
    bytes.extend_from_slice(body);
    bytes
}

/// Returns the reply of a service with one software provider that has every key and accepts every
/// name.
pub(crate) fn good(seen: &Seen) -> Vec<u8> {
    let body = match Opcode::from_number(seen.header.opcode).unwrap() {
        Opcode::Ping => {
            let version = PingOutput {
                wire_protocol_version_maj: 1,
                wire_protocol_version_min: 0,
            };
            version.encode().to_vec()
        }
        Opcode::ListAuthenticators => {
            let info = AuthenticatorInfo {
                id: AuthType::UnixPeerCredentials.number().into(),
                ..AuthenticatorInfo::default()
            };
            ListAuthenticatorsOutput {
                authenticators: vec![info],
            }
            .encode()
            .to_vec()
        }
        Opcode::ListProviders => {
            let info = |provider: ProviderId| ProviderInfo {
                uuid: provider.uuid().into(),
                id: provider.number().into(),
                ..ProviderInfo::default()
            };
            let providers = vec![info(ProviderId::Software), info(ProviderId::Core)];
            ListProvidersOutput { providers }.encode().to_vec()
        }
        Opcode::ListOpcodes => {
            let opcodes = [Opcode::PsaGenerateKey, Opcode::PsaGenerateRandom].map(Opcode::number);
            ListOpcodesOutput {
                opcodes: opcodes.to_vec(),
            }
            .encode()
            .to_vec()
        }
        Opcode::PsaExportPublicKey => {
            let mut data = vec![5; 65];
            data[0] = 4;
            PsaExportPublicKeyOutput { data }.encode().to_vec()
        }
        _ => Vec::new(),
    };
    reply(seen, 0, &body)
}
