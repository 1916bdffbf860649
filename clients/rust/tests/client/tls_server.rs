//! TLS servers with a key of the service, against OpenSSL's client.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread;

use parsec_client::tls::{Connection, ServerConfig, Version};
use parsec_client::{ErrorKind, ecdsa_p256, ecdsa_p384, rsa};
use parsec_harness::Service;

use crate::authority::{authority, certified};
use crate::blocking;

/// The names and certificates of one accepted connection.
struct Accepted {
    version: Option<&'static str>,
    alpn: Option<Vec<u8>>,
    requested: Option<String>,
    peers: usize,
}

/// Serves one connection: sends "hello" after the handshake.
fn serve(config: &ServerConfig, listener: &TcpListener) -> parsec_client::Result<Accepted> {
    let (mut socket, _) = listener.accept().unwrap();
    let mut tls = Connection::accept(config)?;
    let mut buffer = [0; 4096];
    while tls.is_handshaking() {
        let length = socket.read(&mut buffer).unwrap_or(0);
        let outcome = tls.receive(&buffer[..length]);
        socket.write_all(&tls.to_peer()).ok();
        outcome?;
    }
    tls.send(b"hello\n")?;
    tls.close();
    socket.write_all(&tls.to_peer()).unwrap();
    // Until the client closes too: the kernel discards what it has not read when a socket resets.
    while socket.read(&mut buffer).is_ok_and(|length| length > 0) {}
    Ok(Accepted {
        version: tls.protocol_version(),
        alpn: tls.alpn_protocol(),
        requested: tls.requested_server_name().map(ToOwned::to_owned),
        peers: tls.peer_certificates().len(),
    })
}

/// Connects `openssl s_client`, and returns its output and what the server saw.
fn meet(
    folder: &Path,
    config: &ServerConfig,
    options: &[&str],
) -> (Output, parsec_client::Result<Accepted>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    thread::scope(|scope| {
        let served = scope.spawn(|| serve(config, &listener));
        let output = Command::new("openssl")
            .args(["s_client", "-connect", &address, "-CAfile", "ca.pem"])
            .args(["-verify_return_error", "-ign_eof"])
            .args(options)
            .current_dir(folder)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        (output, served.join().unwrap())
    })
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr].concat()).into_owned()
}

#[test]
fn openssl_accepts_server_keys_of_every_kind() {
    let service = Service::start();
    let parsec = blocking(&service);
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    authority(folder);
    let keys = [
        parsec.generate("p256", ecdsa_p256()).unwrap(),
        parsec.generate("p384", ecdsa_p384()).unwrap(),
        parsec.generate("pss", rsa().bits(2048)).unwrap(),
    ];
    for key in &keys {
        let chain = certified(folder, key);
        let config = ServerConfig::builder()
            .identity(&chain, key.clone())
            .unwrap()
            .alpn(&["h2", "http/1.1"])
            .build()
            .unwrap();
        for (option, version) in [("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")] {
            let name = "client.example.org";
            let (output, accepted) = meet(
                folder,
                &config,
                &[
                    option,
                    "-verify_hostname",
                    name,
                    "-servername",
                    name,
                    "-alpn",
                    "http/1.1",
                ],
            );
            let log = text(&output);
            assert!(log.contains("hello"), "{} {version}: {log}", key.name());
            let accepted = accepted.unwrap();
            assert_eq!(accepted.version, Some(version));
            assert_eq!(accepted.alpn.as_deref(), Some(&b"http/1.1"[..]));
            assert_eq!(accepted.requested.as_deref(), Some(name));
            assert_eq!(accepted.peers, 0);
        }
    }
}

#[test]
fn a_pkcs1_key_serves_tls_1_2_and_is_refused_for_tls_1_3_with_the_reason() {
    let service = Service::start();
    let parsec = blocking(&service);
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    authority(folder);
    let key = parsec.generate("pkcs1", rsa().bits(2048).pkcs1()).unwrap();
    let chain = certified(folder, &key);
    let builder = || {
        ServerConfig::builder()
            .identity(&chain, key.clone())
            .unwrap()
    };
    let error = builder().build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotSupported);
    assert!(error.to_string().contains("PKCS #1"), "{error}");
    let only = builder().versions(Version::Tls12, Version::Tls12);
    let (output, accepted) = meet(folder, &only.build().unwrap(), &[]);
    assert!(text(&output).contains("hello"), "{}", text(&output));
    assert_eq!(accepted.unwrap().version, Some("TLSv1.2"));
}

#[test]
fn client_certificates_are_required_or_optional() {
    let service = Service::start();
    let parsec = blocking(&service);
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    authority(folder);
    let key = parsec.generate("web-tls", ecdsa_p256()).unwrap();
    let chain = certified(folder, &key);
    let ca = fs::read(folder.join("ca.pem")).unwrap();
    let builder = || {
        ServerConfig::builder()
            .identity(&chain, key.clone())
            .unwrap()
            .client_roots_pem(&ca)
            .unwrap()
    };
    let required = builder().build().unwrap();
    let optional = builder().client_certificates_optional().build().unwrap();
    let own = ["-cert", "server.pem", "-key", "server.key"];
    for version in ["-tls1_2", "-tls1_3"] {
        let with = [&[version][..], &own].concat();
        for config in [&required, &optional] {
            // OpenSSL also sends the authority's certificate.
            assert!(meet(folder, config, &with).1.unwrap().peers > 0);
        }
        assert_eq!(meet(folder, &optional, &[version]).1.unwrap().peers, 0);
        let error = meet(folder, &required, &[version]).1.err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Protocol);
        assert!(error.advice().contains("needs a certificate"), "{error}");
    }
    // Another authority's certificate is refused even where none is required.
    let other = tempfile::tempdir().unwrap();
    authority(other.path());
    let foreign = ["server.pem", "server.key"].map(|name| other.path().join(name));
    let [certificate, private] = [&foreign[0], &foreign[1]].map(|path| path.to_str().unwrap());
    let with = ["-cert", certificate, "-key", private];
    let error = meet(folder, &optional, &with).1.err().unwrap();
    assert!(error.advice().contains("authorities"), "{error}");
}

#[test]
fn the_requested_name_and_the_client_s_schemes_select_the_certificate() {
    let service = Service::start();
    let parsec = blocking(&service);
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    authority(folder);
    let ecdsa = parsec.generate("ecdsa", ecdsa_p256()).unwrap();
    let pss = parsec.generate("pss", rsa().bits(2048)).unwrap();
    let config = [ecdsa, pss]
        .into_iter()
        .fold(ServerConfig::builder(), |builder, key| {
            let chain = certified(folder, &key);
            builder.identity(&chain, key).unwrap()
        })
        .build()
        .unwrap();
    for (schemes, shown) in [
        ("ECDSA+SHA256", "Peer signature type: ECDSA"),
        ("RSA-PSS+SHA256", "Peer signature type: RSA-PSS"),
    ] {
        let (output, accepted) = meet(folder, &config, &["-sigalgs", schemes]);
        let log = text(&output);
        assert!(log.contains(shown), "{schemes}: {log}");
        accepted.unwrap();
    }
    assert!(ServerConfig::builder().build().is_err());
}
