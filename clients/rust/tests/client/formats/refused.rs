//! Formats that the client recognizes and refuses, naming the command that converts them.

use parsec_client::{ErrorKind, KeyMaterial, PrivateKey};
use tempfile::TempDir;

use super::{ONE_LINE, make, p256, private, read};

#[track_caller]
fn refused(data: &[u8], what: &str, command: &str) {
    let error = KeyMaterial::parse(data, Some("secret")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotSupported, "{error}");
    let message = error.to_string();
    assert!(
        message.contains(what) && message.contains(command),
        "{message}"
    );
}

#[test]
fn other_formats_are_named_with_the_command_that_converts_them() {
    let utf16: Vec<u8> = ONE_LINE.encode_utf16().flat_map(u16::to_le_bytes).collect();
    refused(&utf16, "UTF-16", "iconv");
    refused(&[&[0xff, 0xfe], &utf16[..]].concat(), "UTF-16", "iconv");
    refused(
        b"PuTTY-User-Key-File-3: ssh-ed25519\r\n",
        "PuTTY",
        "puttygen",
    );
    refused(
        &[0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2],
        "Java keystore",
        "keytool -importkeystore",
    );
    refused(
        b"---- BEGIN SSH2 PUBLIC KEY ----\n",
        "RFC 4716",
        "ssh-keygen -i",
    );
    refused(b"<RSAKeyValue><Modulus>", "XML", "PEM");
    refused(&[0x1e, 0xf1, 0xb5, 0xb0], "PVK", "openssl rsa -inform PVK");
    let block =
        |label: &str| format!("-----BEGIN {label}-----\n\nAAAA\n=abcd\n-----END {label}-----\n");
    refused(
        block("PGP PRIVATE KEY BLOCK").as_bytes(),
        "PGP",
        "gpg --export-secret-keys",
    );
    refused(
        block("PGP PUBLIC KEY BLOCK").as_bytes(),
        "PGP",
        "gpg --export-ssh-key",
    );
    refused(block("PKCS7").as_bytes(), "PKCS #7", "openssl pkcs7");
    refused(block("TSS2 PRIVATE KEY").as_bytes(), "TPM", "generate");
    refused(block("DSA PRIVATE KEY").as_bytes(), "DSA", "use RSA");
}

#[test]
fn old_encryption_is_refused_and_the_command_converts_it() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let key = p256(folder);
    let ways = [
        (
            "ec -in key.pem -aes128 -passout pass:secret -out old.pem",
            "Proc-Type",
        ),
        (
            "pkcs8 -topk8 -in key.pem -v1 PBE-SHA1-3DES -passout pass:secret -out old.pem",
            "other than PBES2",
        ),
    ];
    for (way, what) in ways {
        make(folder, way);
        refused(
            &read(folder, "old.pem"),
            what,
            "openssl pkey -in KEY -aes256 -out NEW",
        );
        make(
            folder,
            "pkey -in old.pem -passin pass:secret -aes256 -passout pass:secret -out new.pem",
        );
        let new = PrivateKey::parse(&read(folder, "new.pem"), Some("secret")).unwrap();
        assert_eq!(new, key);
    }
    make(folder, "req -new -key key.pem -subj /CN=web -out web.csr");
    refused(&read(folder, "web.csr"), "signing request", "openssl req");
    assert_eq!(private(folder, "key.pem"), key);
}
