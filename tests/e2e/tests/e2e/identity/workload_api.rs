//! A partial SPIFFE Workload API, which provides keys over gRPC on a Unix socket, and tokens signed
//! with these keys.

use std::collections::HashMap;
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{SystemTime, UNIX_EPOCH};

use base64ct::{Base64UrlUnpadded, Encoding as _};
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::UnixListener;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio_stream::Stream;
use tokio_stream::wrappers::{UnixListenerStream, WatchStream};
use tonic::codegen::{Service, http};
use tonic::server::{Grpc, NamedService, ServerStreamingService};
use tonic_prost::ProstCodec;

/// Trust domains and their keys.
pub(crate) type Domains<'a> = [(&'a str, &'a [&'a Key])];

pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    since.as_secs().cast_signed()
}

fn base64(bytes: impl AsRef<[u8]>) -> String {
    Base64UrlUnpadded::encode_string(bytes.as_ref())
}

/// A key that signs tokens.
pub(crate) struct Key {
    id: String,
    key: SigningKey,
}

impl Key {
    pub(crate) fn new(id: &str) -> Self {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).unwrap();
        Self::of(id, seed)
    }

    /// Creates the same key from the same bytes.
    pub(crate) fn of(id: &str, seed: [u8; 32]) -> Self {
        Self {
            id: id.to_owned(),
            key: SigningKey::from_slice(&seed).unwrap(),
        }
    }

    /// Signs a token's header and claims.
    pub(crate) fn sign(&self, signed: &str) -> Vec<u8> {
        let signature: Signature = self.key.sign(signed.as_bytes());
        signature.to_bytes().to_vec()
    }

    pub(crate) fn token(&self, subject: &str, audience: &str, expires: i64) -> String {
        self.signed(&self.header(), &claims(subject, audience, expires))
    }

    /// Returns the header of tokens of this key.
    pub(crate) fn header(&self) -> Value {
        json!({ "alg": "ES256", "kid": self.id, "typ": "JWT" })
    }

    /// Signs a token with any claims.
    pub(crate) fn signed(&self, header: &Value, claims: &Value) -> String {
        let signed = unsigned(header, claims);
        format!("{signed}.{}", base64(self.sign(&signed)))
    }

    /// Values that every verifier must reject.
    pub(crate) fn unsigned(subject: &str, audience: &str, expires: i64) -> String {
        let header = json!({ "alg": "none", "kid": "1", "typ": "JWT" });
        format!(
            "{}.",
            unsigned(&header, &claims(subject, audience, expires))
        )
    }

    fn public(&self) -> Value {
        let point = self.key.verifying_key().to_sec1_point(false);
        json!({
            "kty": "EC",
            "kid": self.id,
            "crv": "P-256",
            "alg": "ES256",
            "use": "jwt-svid",
            "x": base64(&point.as_bytes()[1..33]),
            "y": base64(&point.as_bytes()[33..]),
        })
    }
}

pub(crate) fn claims(subject: &str, audience: &str, expires: i64) -> Value {
    json!({ "sub": subject, "aud": [audience], "exp": expires })
}

fn unsigned(header: &Value, claims: &Value) -> String {
    format!(
        "{}.{}",
        base64(header.to_string()),
        base64(claims.to_string())
    )
}

/// The keys of all trust domains, as JWK sets.
#[derive(Clone, PartialEq, prost::Message)]
struct Bundles {
    #[prost(map = "string, bytes", tag = "1")]
    bundles: HashMap<String, Vec<u8>>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct BundlesRequest {}

fn bundles(domains: &Domains<'_>) -> Bundles {
    let sets = domains.iter().map(|(domain, keys)| {
        let keys: Vec<_> = keys.iter().map(|key| key.public()).collect();
        let set = json!({ "keys": keys }).to_string().into_bytes();
        (format!("spiffe://{domain}"), set)
    });
    Bundles {
        bundles: sets.collect(),
    }
}

/// A running Workload API; it stops when it is dropped.
pub(crate) struct WorkloadApi {
    folder: TempDir,
    published: watch::Sender<Bundles>,
    runtime: Option<Runtime>,
}

impl WorkloadApi {
    pub(crate) fn start(domains: &Domains<'_>) -> Self {
        Self::reserve().serve(domains)
    }

    /// Reserves a socket path for a later start.
    pub(crate) fn reserve() -> Self {
        Self {
            folder: TempDir::new().unwrap(),
            published: watch::Sender::default(),
            runtime: None,
        }
    }

    pub(crate) fn serve(mut self, domains: &Domains<'_>) -> Self {
        self.publish(domains);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let socket = self.socket();
        let api = Api(self.published.subscribe());
        runtime.block_on(async {
            let listener = UnixListener::bind(socket).unwrap();
            let server = tonic::transport::Server::builder().add_service(api);
            tokio::spawn(server.serve_with_incoming(UnixListenerStream::new(listener)));
        });
        self.runtime = Some(runtime);
        self
    }

    pub(crate) fn publish(&self, domains: &Domains<'_>) {
        self.published.send_replace(bundles(domains));
    }

    pub(crate) fn socket(&self) -> PathBuf {
        Path::join(self.folder.path(), "workload.sock")
    }
}

#[derive(Clone)]
struct Api(watch::Receiver<Bundles>);

impl NamedService for Api {
    const NAME: &'static str = "SpiffeWorkloadAPI";
}

type Reply =
    Pin<Box<dyn Future<Output = Result<http::Response<tonic::body::Body>, Infallible>> + Send>>;

impl Service<http::Request<tonic::body::Body>> for Api {
    type Response = http::Response<tonic::body::Body>;
    type Error = Infallible;
    type Future = Reply;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<tonic::body::Body>) -> Reply {
        let api = self.clone();
        Box::pin(async move {
            if request.uri().path() != "/SpiffeWorkloadAPI/FetchJWTBundles" {
                return Ok(tonic::Status::unimplemented("only keys are given here").into_http());
            }
            let mut grpc = Grpc::new(ProstCodec::default());
            Ok(grpc.server_streaming(api, request).await)
        })
    }
}

impl ServerStreamingService<BundlesRequest> for Api {
    type Response = Bundles;
    type ResponseStream = Pin<Box<dyn Stream<Item = Result<Bundles, tonic::Status>> + Send>>;
    type Future = Ready<Result<tonic::Response<Self::ResponseStream>, tonic::Status>>;

    fn call(&mut self, request: tonic::Request<BundlesRequest>) -> Self::Future {
        // Every client of the Workload API must send this header.
        if request.metadata().get("workload.spiffe.io").is_none() {
            return ready(Err(tonic::Status::invalid_argument(
                "security header missing",
            )));
        }
        let keys = tokio_stream::StreamExt::map(WatchStream::new(self.0.clone()), Ok);
        ready(Ok(tonic::Response::new(
            Box::pin(keys) as Self::ResponseStream
        )))
    }
}
