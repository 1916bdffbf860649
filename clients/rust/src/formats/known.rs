//! Formats that the client recognizes but does not read, each with a command that converts it.

use super::refusal::{convertible, unsupported};
use crate::error::Error;

/// Returns the error for a file of a known format, from its first bytes.
pub(super) fn file(data: &[u8]) -> Option<Error> {
    let starts = |magic: &[u8]| data.starts_with(magic);
    if starts(&[0xff, 0xfe])
        || starts(&[0xfe, 0xff])
        || starts(b"-\0-\0-\0")
        || starts(b"\0-\0-\0-")
    {
        return Some(convertible(
            "is text in UTF-16",
            "`iconv -f UTF-16 -t UTF-8 KEY -o NEW`",
        ));
    }
    if starts(b"PuTTY-User-Key-File-") {
        return Some(convertible(
            "is a PuTTY key (.ppk)",
            "`puttygen KEY -O private-openssh-new -o NEW`",
        ));
    }
    if starts(&[0xfe, 0xed, 0xfe, 0xed]) || starts(&[0xce, 0xce, 0xce, 0xce]) {
        return Some(convertible(
            "is a Java keystore (JKS or JCEKS)",
            "`keytool -importkeystore -srckeystore KEY -destkeystore NEW -deststoretype PKCS12`",
        ));
    }
    if starts(&[0x1e, 0xf1, 0xb5, 0xb0]) {
        return Some(convertible(
            "is a Microsoft private key (PVK)",
            "`openssl rsa -inform PVK -in KEY -out NEW`",
        ));
    }
    if starts(&[0x07, 0x02, 0, 0]) || starts(&[0x06, 0x02, 0, 0]) {
        return Some(convertible(
            "is a Microsoft key blob",
            "`openssl rsa -inform MS\\ PRIVATEKEYBLOB -in KEY -out NEW`",
        ));
    }
    if starts(b"SSH PRIVATE KEY FILE FORMAT 1.1") {
        return Some(unsupported("version 1 of SSH"));
    }
    let text = data.trim_ascii_start();
    if text.starts_with(b"---- BEGIN SSH2 ") {
        return Some(convertible(
            "is a public key of SSH's own format (RFC 4716)",
            "`ssh-keygen -i -m RFC4716 -f KEY > NEW`",
        ));
    }
    if text.starts_with(b"<RSAKeyValue") || text.starts_with(b"<ECKeyValue") {
        return Some(convertible(
            "is XML (RFC 3275)",
            "export it from its program as PEM, such as with .NET's `ExportPkcs8PrivateKeyPem`",
        ));
    }
    None
}

/// Returns the error for a PEM block with this label.
pub(super) fn block(label: &str) -> Option<Error> {
    Some(match label {
        "DSA PRIVATE KEY" | "DSA PUBLIC KEY" => unsupported("DSA"),
        "PGP PRIVATE KEY BLOCK" => convertible(
            "is a PGP key",
            "`gpg --export-secret-keys ID | openpgp2ssh ID > NEW`, of the Debian package monkeysphere",
        ),
        "PGP PUBLIC KEY BLOCK" => convertible("is a PGP key", "`gpg --export-ssh-key ID > NEW`"),
        "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => convertible(
            "is a certificate signing request",
            "`openssl req -in KEY -pubkey -noout -out NEW` writes its public key",
        ),
        "PKCS7" | "CMS" => convertible(
            "is PKCS #7",
            "`openssl pkcs7 -in KEY -print_certs -out NEW` writes its certificates",
        ),
        "TSS2 PRIVATE KEY" => convertible(
            "is wrapped by a TPM and cannot leave it",
            "no program can; generate a new key with the TPM provider",
        ),
        _ => return None,
    })
}

/// Returns the error for a key that is encrypted with a scheme that precedes PBES2.
pub(super) fn old_encryption(scheme: &str) -> Error {
    convertible(
        format_args!("is encrypted with {scheme}"),
        "`openssl pkey -in KEY -aes256 -out NEW` (with OpenSSL 3 also `-provider default -provider \
         legacy` for DES, RC2 or MD5)",
    )
}
