//! A certificate authority for tests.

use std::fs;
use std::path::Path;

use parsec_client::blocking::SigningKey;

use crate::openssl::openssl;

/// Creates a certificate authority and a server certificate.
pub(crate) fn authority(folder: &Path) {
    let run = |arguments: &[&str]| openssl(folder, arguments);
    let key = [
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
    ];
    let ca = [
        "req", "-x509", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=CA",
    ];
    run(&[&ca[..], &key[..]].concat());
    let server = [
        "req",
        "-keyout",
        "server.key",
        "-out",
        "server.csr",
        "-subj",
        "/CN=s",
    ];
    run(&[&server[..], &key[..]].concat());
    fs::write(folder.join("san"), "subjectAltName=DNS:localhost\n").unwrap();
    issue(folder, "server.csr", "server.pem", &["-extfile", "san"]);
}

fn issue(folder: &Path, csr: &str, certificate: &str, more: &[&str]) {
    let issue = ["x509", "-req", "-in", csr, "-out", certificate];
    let by = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"];
    openssl(folder, &[&issue[..], &by[..], more].concat());
}

/// Issues a certificate for a key of the service, from its request; returns the chain in PEM.
pub(crate) fn certified(folder: &Path, key: &SigningKey) -> Vec<u8> {
    let csr = key
        .to_csr(
            "CN=client,O=Example",
            &["client.example.org"],
            &[],
            &[],
            &[],
        )
        .unwrap();
    fs::write(folder.join("client.csr"), csr.to_pem()).unwrap();
    let output = openssl(
        folder,
        &["req", "-in", "client.csr", "-noout", "-verify", "-text"],
    );
    let output = String::from_utf8(output).unwrap();
    assert!(output.contains("client.example.org"), "{output}");
    issue(
        folder,
        "client.csr",
        "client.pem",
        &["-copy_extensions", "copy"],
    );
    fs::read(folder.join("client.pem")).unwrap()
}
