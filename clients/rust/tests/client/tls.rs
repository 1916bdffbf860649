//! Mutual TLS with a key of the service, against OpenSSL's server; and signing requests.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use parsec_client::tls::{ClientConfig, Connection};
use parsec_client::{AnySpec, ErrorKind, blocking::SigningKey, ecdsa_p256, ecdsa_p384, rsa};
use parsec_harness::{Service, Swtpm};

use crate::authority::{authority, certified};
use crate::{blocking, connect, named};

/// `openssl s_server`, which demands a client certificate and answers lines reversed.
struct Server {
    child: Child,
    port: u16,
}

impl Server {
    fn start(folder: &Path, version: &str) -> Self {
        let mut child = Command::new("openssl")
            .args(["s_server", "-accept", "127.0.0.1:0", "-cert", "server.pem"])
            .args(["-key", "server.key", "-CAfile", "ca.pem", "-Verify", "1"])
            .args(["-verify_return_error", "-rev", version])
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let mut port = None;
        // "ACCEPT 127.0.0.1:34567"
        for line in output.lines() {
            let line = line.unwrap();
            if let Some(at) = line.strip_prefix("ACCEPT ") {
                port = at.rsplit(':').next().unwrap().parse().ok();
                break;
            }
        }
        Self {
            port: port.expect("openssl says where it listens"),
            child,
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a line and returns the server's response.
fn ask(config: &ClientConfig, server: &Server, name: &str) -> parsec_client::Result<String> {
    let mut tls = Connection::new(config, name)?;
    let mut socket = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    let mut buffer = [0; 4096];
    let mut sent = false;
    let mut answer = Vec::new();
    loop {
        if !tls.is_handshaking() && !sent {
            tls.send(b"olleh\n")?;
            sent = true;
        }
        socket.write_all(&tls.to_peer()).unwrap();
        let length = socket.read(&mut buffer).unwrap_or(0);
        let received = tls.receive(&buffer[..length]);
        socket.write_all(&tls.to_peer()).ok();
        received?;
        answer.extend_from_slice(&tls.plaintext());
        if answer.ends_with(b"\n") {
            tls.close();
            socket.write_all(&tls.to_peer()).ok();
            return Ok(String::from_utf8(answer).unwrap());
        }
        if tls.is_closed() {
            return Ok(String::new());
        }
    }
}

fn config(folder: &Path, chain: &[u8], key: SigningKey) -> ClientConfig {
    ClientConfig::builder()
        .roots_pem(&fs::read(folder.join("ca.pem")).unwrap())
        .unwrap()
        .identity(chain, key)
        .unwrap()
        .build()
        .unwrap()
}

#[test]
fn openssl_accepts_client_keys_of_every_kind() {
    let service = Service::start();
    let parsec = blocking(&service);
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    authority(folder);
    let p256 = parsec.generate("p256", ecdsa_p256()).unwrap();
    let p384 = parsec.generate("p384", ecdsa_p384()).unwrap();
    let pss = parsec.generate("pss", rsa().bits(2048)).unwrap();
    for key in [&p256, &p384, &pss] {
        let chain = certified(folder, key);
        let config = config(folder, &chain, key.clone());
        for version in ["-tls1_2", "-tls1_3"] {
            let server = Server::start(folder, version);
            let answer = ask(&config, &server, "localhost");
            let answer = answer.unwrap_or_else(|error| panic!("{} {version}: {error}", key.name()));
            assert_eq!(answer, "hello\n", "{} {version}", key.name());
        }
    }
    // TLS 1.3 has no signatures of PKCS #1 version 1.5; TLS 1.2 does.
    let pkcs1 = parsec.generate("pkcs1", rsa().bits(2048).pkcs1()).unwrap();
    let chain = certified(folder, &pkcs1);
    let server = Server::start(folder, "-tls1_2");
    let config = config(folder, &chain, pkcs1);
    assert_eq!(ask(&config, &server, "localhost").unwrap(), "hello\n");
    let server = Server::start(folder, "-tls1_3");
    let error = ask(&config, &server, "localhost").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotSupported, "{error}");
    assert_eq!(error.key_name(), Some("pkcs1"));
    assert!(error.to_string().contains("PKCS #1"), "{error}");
}

#[test]
fn a_client_key_may_be_in_a_tpm() {
    let swtpm = Swtpm::start();
    let config_of_service = format!(
        "{}\n[[provider]]\nprovider_type = \"Tpm\"\ntcti = \"{}\"\n",
        Service::direct_config(),
        swtpm.tcti()
    );
    let service = Service::builder().config(config_of_service).start();
    let parsec = named(&service, "web");
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    authority(folder);
    let key = parsec.generate("web-tls", ecdsa_p256()).unwrap();
    assert_eq!(key.provider(), parsec_client::ProviderId::Tpm);
    let chain = certified(folder, &key);
    let server = Server::start(folder, "-tls1_3");
    let answer = ask(&config(folder, &chain, key.clone()), &server, "localhost");
    assert_eq!(answer.unwrap(), "hello\n");

    // A deleted key fails with its own error, not with a TLS error.
    let config = config(folder, &chain, key.clone());
    key.delete().unwrap();
    let error = ask(&config, &server, "localhost").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::KeyNotFound, "{error}");
}

#[test]
fn mismatched_keys_and_certificates_are_refused() {
    let service = Service::start();
    let parsec = blocking(&service);
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    authority(folder);
    let key = parsec.generate("web-tls", ecdsa_p256()).unwrap();
    let chain = certified(folder, &key);
    let ca = fs::read(folder.join("ca.pem")).unwrap();

    let other = parsec.generate("other", ecdsa_p256()).unwrap();
    let error = ClientConfig::builder().identity(&chain, other).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    assert!(error.to_string().contains("not for this key"), "{error}");
    let error = ClientConfig::builder()
        .identity(b"", key.clone())
        .unwrap_err();
    assert!(error.to_string().contains("no certificate"), "{error}");

    let server = Server::start(folder, "-tls1_3");
    let error = ask(
        &config(folder, &chain, key.clone()),
        &server,
        "wrong.example",
    )
    .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
    // OpenSSL demands a certificate.
    let server = Server::start(folder, "-tls1_2");
    let nobody = ClientConfig::builder()
        .roots_pem(&ca)
        .unwrap()
        .build()
        .unwrap();
    let error = ask(&nobody, &server, "localhost").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
    assert!(error.to_string().contains("refused"), "{error}");

    let k1 = AnySpec::named("ecdsa-secp256k1").unwrap();
    let k1 = parsec
        .generate("k1", k1)
        .unwrap()
        .into_signing_key()
        .unwrap();
    let error = ClientConfig::builder().identity(&chain, k1).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotSupported);
    let error = key.to_csr("no equals sign", &[]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    let error = key.to_csr("CN=a", &["ümlaut.example"]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
}

#[tokio::test]
async fn an_async_key_converts_to_blocking_and_creates_requests() {
    let service = Service::start();
    let parsec = connect(&service).await;
    let key = parsec.generate("web-tls", ecdsa_p256()).await.unwrap();
    let csr = key.to_csr("CN=web", &[]).await.unwrap();
    assert!(
        csr.to_pem()
            .starts_with("-----BEGIN CERTIFICATE REQUEST-----\n")
    );
    let blocking = key.key().to_blocking().into_signing_key().unwrap();
    let signature = blocking.sign(b"hello").unwrap();
    key.verify(b"hello", &signature).await.unwrap();
}
