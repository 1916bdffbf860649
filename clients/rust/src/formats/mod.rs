//! Keys in the formats that people have: which format a file has, and which key of the file is meant.

mod der;
mod jwk;
mod key_material;
mod known;
mod openssh;
mod pem;
mod pss;
mod refusal;
mod rsa;

use std::error::Error as _;

use base64ct::{Base64, Encoding as _};
use parsec_contracts::Zeroizing;

pub use self::key_material::KeyMaterial;
use self::pem::Block;
use self::refusal::{PassphraseMissing, malformed};
use crate::error::{Error, Result};
use crate::private_key::PrivateKey;
use crate::public_key::PublicKey;

const BYTE_ORDER_MARK: &[u8] = &[0xef, 0xbb, 0xbf];

/// Which key of a file is meant.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// The private key if there is one.
    Any,
    Public,
}

impl KeyMaterial {
    /// Reads the key of a file. If the file has a private and a public key, it returns the private
    /// one.
    ///
    /// - PEM and DER: PKCS #8 (RFC 5958) and encrypted PKCS #8 (PBES2, RFC 8018), `ECPrivateKey`
    ///   (RFC 5915), PKCS #1 (RFC 8017), `SubjectPublicKeyInfo` and certificates (RFC 5280).
    ///   Line lengths, indentation, headers and text around the blocks of PEM have no meaning.
    /// - PKCS #12 (RFC 7292), without its certificates.
    /// - Private and public keys of OpenSSH.
    /// - JSON Web Keys (RFC 7517).
    ///
    /// ```
    /// use parsec_client::KeyMaterial;
    ///
    /// let jwk = br#"{"kty":"oct","alg":"HS256","k":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"}"#;
    /// let KeyMaterial::Secret { bytes, kind } = KeyMaterial::parse(jwk, None)? else { panic!() };
    /// assert_eq!((bytes.len(), kind), (32, Some("hmac")));
    /// # Ok::<(), parsec_client::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if the data is not a key,
    /// has several keys, or is encrypted and the pass phrase is missing or wrong;
    /// [`ErrorKind::NotSupported`](crate::ErrorKind::NotSupported) for another format, with the
    /// command that converts it.
    pub fn parse(data: &[u8], passphrase: Option<&str>) -> Result<Self> {
        read(data, passphrase, Wanted::Any)
    }

    /// Returns whether the data is an encrypted key, which [`KeyMaterial::parse`] reads only with
    /// its pass phrase.
    pub fn needs_passphrase(data: &[u8]) -> bool {
        match Self::parse(data, None) {
            Ok(_) => false,
            Err(error) => error
                .source()
                .is_some_and(|source| source.is::<PassphraseMissing>()),
        }
    }
}

impl PrivateKey {
    /// Reads the private key of a file, in any format of [`KeyMaterial::parse`].
    ///
    /// # Errors
    ///
    /// As [`KeyMaterial::parse`], and
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for a public key or a
    /// symmetric key.
    pub fn parse(data: &[u8], passphrase: Option<&str>) -> Result<Self> {
        match read(data, passphrase, Wanted::Any)? {
            KeyMaterial::Private(key) => Ok(key),
            KeyMaterial::Public(_) => Err(Error::invalid(
                "the key is a public key, and a private key is needed",
                "import it as a public key, or give the private key",
            )),
            KeyMaterial::Secret { .. } => Err(symmetric()),
        }
    }

    /// Reads the private key of a text: PEM, a key of OpenSSH, or a JSON Web Key. For an encrypted
    /// one use [`PrivateKey::parse`].
    ///
    /// # Errors
    ///
    /// As [`PrivateKey::parse`].
    pub fn from_pem(text: &str) -> Result<Self> {
        Self::parse(text.as_bytes(), None)
    }

    /// Reads DER: PKCS #8 (RFC 5958), an `ECPrivateKey` that names its curve (RFC 5915), an
    /// `RSAPrivateKey` (RFC 8017), or PKCS #12 (RFC 7292). For an encrypted one use
    /// [`PrivateKey::parse`].
    ///
    /// # Errors
    ///
    /// As [`PrivateKey::parse`].
    pub fn from_der(der: &[u8]) -> Result<Self> {
        Self::parse(der, None)
    }
}

impl PublicKey {
    /// Reads the public key of a file, in any format of [`KeyMaterial::parse`]: also that of a
    /// certificate, of several the first.
    ///
    /// # Errors
    ///
    /// As [`KeyMaterial::parse`], and
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if the data has only a
    /// private key or a symmetric key.
    pub fn parse(data: &[u8]) -> Result<Self> {
        match read(data, None, Wanted::Public)? {
            KeyMaterial::Public(key) => Ok(key),
            KeyMaterial::Private(_) => Err(Error::invalid(
                "the key is a private key, and a public key is needed",
                "give the public key, as `openssl pkey -in KEY -pubout` writes it",
            )),
            KeyMaterial::Secret { .. } => Err(symmetric()),
        }
    }

    /// Reads the public key of a text: a `SubjectPublicKeyInfo` or certificate in PEM, a public key
    /// of OpenSSH, or a JSON Web Key.
    ///
    /// # Errors
    ///
    /// As [`PublicKey::parse`].
    pub fn from_pem(pem: &str) -> Result<Self> {
        Self::parse(pem.as_bytes())
    }

    /// Reads DER: a `SubjectPublicKeyInfo` (RFC 5280, section 4.1.2.7), PKCS #1's `RSAPublicKey`, or
    /// a certificate.
    ///
    /// # Errors
    ///
    /// As [`PublicKey::parse`].
    pub fn from_der(der: &[u8]) -> Result<Self> {
        Self::parse(der)
    }
}

fn symmetric() -> Error {
    Error::invalid(
        "the key is symmetric, and an asymmetric key is needed",
        "import its bytes",
    )
}

fn read(data: &[u8], passphrase: Option<&str>, wanted: Wanted) -> Result<KeyMaterial> {
    let key = read_with(data, passphrase, wanted)?;
    let is_given = passphrase.is_some_and(|passphrase| !passphrase.is_empty());
    if is_given && read_with(data, None, wanted).is_ok() {
        return Err(Error::invalid(
            "the key is not encrypted, but a pass phrase was given",
            "omit the pass phrase, or give the encrypted key",
        ));
    }
    Ok(key)
}

fn read_with(data: &[u8], passphrase: Option<&str>, wanted: Wanted) -> Result<KeyMaterial> {
    if let Some(error) = known::file(data) {
        return Err(error);
    }
    let data = data.strip_prefix(BYTE_ORDER_MARK).unwrap_or(data);
    if data.trim_ascii().is_empty() {
        return Err(malformed("is empty"));
    }
    // Text around PEM can be in any encoding.
    let text = Zeroizing::new(String::from_utf8_lossy(data).into_owned());
    if pem::is_pem(&text) {
        return of_blocks(pem::blocks(&text)?, passphrase, wanted);
    }
    match std::str::from_utf8(data) {
        Ok(text) if is_text(text) => of_text(text.trim(), passphrase),
        _ => der::read(data, passphrase),
    }
}

fn is_text(text: &str) -> bool {
    !text.contains(|c: char| c.is_control() && !c.is_whitespace())
}

/// Reads text other than PEM.
fn of_text(text: &str, passphrase: Option<&str>) -> Result<KeyMaterial> {
    if text.starts_with('{') {
        return jwk::read(text);
    }
    let lines = text.lines().map(str::trim);
    let mut lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let ssh: Vec<&str> = lines
        .clone()
        .filter(|line| openssh::is_public(line))
        .collect();
    match ssh.as_slice() {
        [] => {}
        [line] => return openssh::public(line).map(KeyMaterial::Public),
        several => {
            return Err(malformed(format_args!(
                "is a list of {} public keys: give one of them",
                several.len()
            )));
        }
    }
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c) || c.is_whitespace();
    if lines.all(|line| line.chars().all(is_base64)) {
        let characters = text.chars().filter(|c| !c.is_whitespace());
        let characters: Zeroizing<String> = Zeroizing::new(characters.collect());
        // DER begins with a sequence.
        if let Ok(der) = Base64::decode_vec(&characters).map(Zeroizing::new)
            && der.first() == Some(&0x30)
        {
            return der::read(&der, passphrase);
        }
    }
    Err(malformed("is text in no known format"))
}

/// Returns the key that is meant of the blocks of a PEM file.
fn of_blocks(
    blocks: Vec<Block<'_>>,
    passphrase: Option<&str>,
    wanted: Wanted,
) -> Result<KeyMaterial> {
    let of = |is: fn(&str) -> bool| -> Vec<&Block<'_>> {
        blocks.iter().filter(|block| is(block.label)).collect()
    };
    let private = of(|label| label.ends_with("PRIVATE KEY") && known::block(label).is_none());
    let public = of(|label| label.ends_with("PUBLIC KEY") && known::block(label).is_none());
    let certificates = of(|label| label.ends_with("CERTIFICATE"));
    let public_first = wanted == Wanted::Public && !(public.is_empty() && certificates.is_empty());
    if !private.is_empty() && !public_first {
        return only(&private, |block| of_block(block, passphrase));
    }
    if !public.is_empty() {
        return only(&public, |block| of_block(block, passphrase));
    }
    // The certificate of the key comes first, and its issuers follow.
    if let Some(block) = certificates.first() {
        return der::certificate(&block.decode()?).map(KeyMaterial::Public);
    }
    let refused = blocks.iter().find_map(|block| known::block(block.label));
    Err(refused.unwrap_or_else(|| {
        let labels: Vec<_> = blocks.iter().map(|block| block.label).collect();
        malformed(format_args!(
            "is PEM without a key; it has: {}",
            labels.join(", ")
        ))
    }))
}

/// Returns the key of blocks that all have the same one.
fn only(
    blocks: &[&Block<'_>],
    read: impl Fn(&Block<'_>) -> Result<KeyMaterial>,
) -> Result<KeyMaterial> {
    let mut found: Option<(KeyMaterial, usize)> = None;
    for block in blocks {
        let key = read(block)?;
        match &found {
            Some((first, line)) if *first != key => {
                return Err(malformed(format_args!(
                    "is one of several different keys, in lines {line} and {}: give one of them",
                    block.line
                )));
            }
            Some(_) => {}
            None => found = Some((key, block.line)),
        }
    }
    found
        .map(|(key, _)| key)
        .ok_or_else(|| malformed("is empty"))
}

fn of_block(block: &Block<'_>, passphrase: Option<&str>) -> Result<KeyMaterial> {
    if block.is_legacy_encrypted() {
        return Err(known::old_encryption(
            "the scheme of PEM that preceded PKCS #8 (`Proc-Type: 4,ENCRYPTED`)",
        ));
    }
    let bytes = block.decode()?;
    match block.label {
        "OPENSSH PRIVATE KEY" => openssh::private(&bytes, passphrase).map(KeyMaterial::Private),
        _ => der::read(&bytes, passphrase),
    }
}
