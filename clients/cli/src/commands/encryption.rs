//! `parsec encrypt` and `parsec decrypt`, with the algorithm of the key's policy.

use std::io::{Read, Write as _};

use parsec_client::blocking::{Client, Key};
use parsec_client::operations::{
    PsaCipherDecrypt, PsaCipherDecryptSetup, PsaCipherEncrypt, PsaCipherEncryptSetup,
};
use parsec_client::types::{Aead, AeadWithDefaultLengthTag, Algorithm, Cipher};
use parsec_client::{Error, ErrorKind, Opcode, Secret, Zeroizing};

use super::wrong_key;
use crate::args::{BytesFormat, CryptArguments};
use crate::encoder::{Encoder, Form};
use crate::failure::Failure;
use crate::input;
use crate::streaming::{CipherStream, or_in_pieces, through, whole};

/// More bytes than the modulus of any RSA key has.
const LONGEST_MODULUS: u64 = 64 * 1024;

pub(super) fn encrypt(
    client: &Client,
    arguments: &CryptArguments,
    json: bool,
) -> Result<(), Failure> {
    let key = client.open(&arguments.name)?;
    let job = Job::new(client, &key, arguments, json)?;
    match key.attributes().key_policy.key_algorithm {
        Algorithm::Aead(alg) => job.seal(alg),
        Algorithm::Cipher(alg) => job.encrypt(alg),
        Algorithm::AsymmetricEncryption(_) => job.encrypt_to(),
        _ => Err(wrong_key(&key, "encrypt")),
    }
}

pub(super) fn decrypt(
    client: &Client,
    arguments: &CryptArguments,
    json: bool,
) -> Result<(), Failure> {
    let key = client.open(&arguments.name)?;
    let job = Job::new(client, &key, arguments, json)?;
    match key.attributes().key_policy.key_algorithm {
        Algorithm::Aead(alg) => job.open(alg),
        Algorithm::Cipher(alg) => job.decrypt(alg),
        Algorithm::AsymmetricEncryption(_) => job.decrypt_from(),
        _ => Err(wrong_key(&key, "decrypt")),
    }
}

/// Returns whether the mode needs the length in advance.
fn counts(alg: Aead) -> bool {
    let algorithm = match alg {
        Aead::AeadWithDefaultLengthTag(algorithm) => algorithm,
        Aead::AeadWithShortenedTag { aead_alg, .. } => aead_alg,
        _ => return true,
    };
    algorithm == AeadWithDefaultLengthTag::Ccm
}

/// Returns the length of the nonce and the tag together.
fn overhead(alg: Aead) -> u64 {
    match alg {
        Aead::AeadWithShortenedTag { tag_length, .. } => 12 + u64::from(tag_length),
        _ => 12 + 16,
    }
}

/// Encryption or decryption of a file with a key.
struct Job<'a> {
    client: &'a Client,
    key: &'a Key,
    arguments: &'a CryptArguments,
    form: Form,
    served: Vec<Opcode>,
}

impl<'a> Job<'a> {
    fn new(
        client: &'a Client,
        key: &'a Key,
        arguments: &'a CryptArguments,
        json: bool,
    ) -> Result<Self, Failure> {
        Ok(Self {
            served: client.opcodes(key.provider())?,
            client,
            key,
            arguments,
            form: Form::of(BytesFormat::Raw, json),
        })
    }

    fn name(&self) -> String {
        self.key.name().to_owned()
    }

    fn context(&self) -> Vec<u8> {
        self.arguments
            .context
            .clone()
            .unwrap_or_default()
            .into_bytes()
    }

    /// Fails if there is a context: only authenticated encryption and OAEP support one.
    fn expect_no_context(&self) -> Result<(), Failure> {
        match self.arguments.context {
            None => Ok(()),
            Some(_) => Err(Failure::Usage(
                "--context: the key's algorithm does not support a context; omit it".to_owned(),
            )),
        }
    }

    fn source(&self) -> Result<Box<dyn Read>, Failure> {
        input::open(&self.arguments.file)
    }

    /// Reads the input of a request; see [`whole`].
    fn whole<S>(
        &self,
        stream: impl FnOnce() -> Result<S, Error>,
    ) -> Result<Zeroizing<Vec<u8>>, Failure> {
        whole(&self.arguments.file, stream)
    }

    /// Reads a message of asymmetric encryption.
    fn short(&self) -> Result<Zeroizing<Vec<u8>>, Failure> {
        input::up_to(
            &self.arguments.file,
            LONGEST_MODULUS,
            "RSA encrypts only short messages; encrypt files with a key of the kind aes-256-gcm",
        )
    }

    /// Returns the length of the input for a stream; `None` if it must be known, and is not.
    fn stream_length(&self, alg: Aead, setup: Opcode) -> Option<Option<u64>> {
        if !self.served.contains(&setup) {
            return None;
        }
        match counts(alg) {
            true => input::length(&self.arguments.file).map(Some),
            false => Some(None),
        }
    }

    fn sink(&self, hold: bool) -> Result<Encoder, Failure> {
        Encoder::open(&self.arguments.to, self.form, hold)
    }

    fn write(&self, bytes: &[u8]) -> Result<(), Failure> {
        let mut sink = self.sink(false)?;
        sink.write_all(bytes)
            .map_err(|error| Failure::file("write to", "the output", &error))?;
        sink.close()
    }

    fn stream(&self, number: u64) -> CipherStream<'a> {
        CipherStream::new(self.client, self.key.provider(), number)
    }

    /// Writes nonce, ciphertext and tag.
    fn seal(&self, alg: Aead) -> Result<(), Failure> {
        let key = self.key.clone().into_symmetric_key()?;
        let Some(length) = self.stream_length(alg, Opcode::PsaAeadEncryptSetup) else {
            let stream = || key.encrypt_stream(self.context(), None);
            let sealed = key.encrypt_with_context(self.context(), &*self.whole(stream)?);
            return self.write(&or_in_pieces(sealed, stream)?);
        };
        let mut input = self.source()?;
        let stream = key.encrypt_stream(self.context(), length)?;
        let mut sink = self.sink(false)?;
        through(stream, &mut input, &mut sink)?;
        sink.close()
    }

    /// Writes nothing before the tag is verified.
    fn open(&self, alg: Aead) -> Result<(), Failure> {
        let key = self.key.clone().into_symmetric_key()?;
        let Some(length) = self.stream_length(alg, Opcode::PsaAeadDecryptSetup) else {
            let stream = || key.decrypt_stream(self.context(), None);
            let opened = key.decrypt_with_context(self.context(), &*self.whole(stream)?);
            return self.write(&or_in_pieces(opened, stream)?);
        };
        let length = length.map(|all| all.saturating_sub(overhead(alg)));
        let mut input = self.source()?;
        let stream = key.decrypt_stream(self.context(), length)?;
        let mut sink = self.sink(true)?;
        through(stream, &mut input, &mut sink)?;
        sink.close()
    }

    fn encrypt(&self, alg: Cipher) -> Result<(), Failure> {
        self.expect_no_context()?;
        let (provider, key_name) = (self.key.provider(), self.name());
        let raw = self.client.raw();
        if !self.served.contains(&Opcode::PsaCipherEncryptSetup) {
            let key = key_name.clone();
            let stream = || {
                let setup = PsaCipherEncryptSetup { key_name: key, alg };
                raw.psa_cipher_encrypt_setup(provider, setup)
            };
            let plaintext = Secret::from(self.whole(stream.clone())?);
            let input = PsaCipherEncrypt {
                key_name,
                alg,
                plaintext,
            };
            let sealed = raw.psa_cipher_encrypt(provider, input);
            return self.write(&or_in_pieces(sealed, stream)?.ciphertext);
        }
        let mut input = self.source()?;
        let setup = PsaCipherEncryptSetup { key_name, alg };
        let stream = self.stream(raw.psa_cipher_encrypt_setup(provider, setup)?.stream);
        let mut sink = self.sink(false)?;
        stream.send_all(&mut input, &mut sink)?;
        stream.finish(&mut sink)?;
        sink.close()
    }

    fn decrypt(&self, alg: Cipher) -> Result<(), Failure> {
        self.expect_no_context()?;
        let (provider, key_name) = (self.key.provider(), self.name());
        let raw = self.client.raw();
        if !self.served.contains(&Opcode::PsaCipherDecryptSetup) {
            let key = key_name.clone();
            let stream = || {
                let setup = PsaCipherDecryptSetup { key_name: key, alg };
                raw.psa_cipher_decrypt_setup(provider, setup)
            };
            let ciphertext = self.whole(stream.clone())?.to_vec();
            if ciphertext.is_empty() {
                return Err(undecryptable("the ciphertext is empty"));
            }
            let input = PsaCipherDecrypt {
                key_name,
                alg,
                ciphertext,
            };
            let opened = raw.psa_cipher_decrypt(provider, input);
            return self.write(or_in_pieces(opened, stream)?.plaintext.expose());
        }
        let mut input = self.source()?;
        let setup = PsaCipherDecryptSetup { key_name, alg };
        let stream = self.stream(raw.psa_cipher_decrypt_setup(provider, setup)?.stream);
        let mut sink = self.sink(false)?;
        stream.send_all(&mut input, &mut sink)?;
        stream.finish(&mut sink).map_err(|failure| match failure {
            // The only invalid argument is a ciphertext of the wrong length.
            Failure::Client(error) if error.kind() == ErrorKind::InvalidArgument => {
                undecryptable(&error.to_string())
            }
            other => other,
        })?;
        sink.close()
    }

    fn encrypt_to(&self) -> Result<(), Failure> {
        let key = self.key.clone().into_decryption_key()?;
        self.write(&key.encrypt_with_label(self.context(), &*self.short()?)?)
    }

    fn decrypt_from(&self) -> Result<(), Failure> {
        let key = self.key.clone().into_decryption_key()?;
        self.write(&key.decrypt_with_label(self.context(), &*self.short()?)?)
    }
}

fn undecryptable(why: &str) -> Failure {
    Failure::DecryptionFailed(format!("the ciphertext does not decrypt: {why}"))
}
