//! `parsec encrypt` and `parsec decrypt`, with the algorithm of the key's policy.

use std::io::{Read, Write as _};

use parsec_client::blocking::{Client, Key};
use parsec_client::operations::{
    PsaAsymmetricDecrypt, PsaAsymmetricEncrypt, PsaCipherDecrypt, PsaCipherDecryptSetup,
    PsaCipherEncrypt, PsaCipherEncryptSetup,
};
use parsec_client::types::{
    Aead, AeadWithDefaultLengthTag, Algorithm, AsymmetricEncryption, Cipher,
};
use parsec_client::{Opcode, Secret, Zeroizing};

use super::wrong_key;
use crate::args::CryptArguments;
use crate::failure::Failure;
use crate::input;
use crate::sink::Sink;
use crate::streaming::{CipherStream, or_in_pieces, through};

pub(super) fn encrypt(client: &Client, arguments: &CryptArguments) -> Result<(), Failure> {
    let key = client.open(&arguments.name)?;
    let job = Job::new(client, &key, arguments)?;
    match key.attributes().key_policy.key_algorithm {
        Algorithm::Aead(alg) => job.seal(alg),
        Algorithm::Cipher(alg) => job.encrypt(alg),
        Algorithm::AsymmetricEncryption(alg) => job.encrypt_to(alg),
        _ => Err(wrong_key(&key, "encrypt")),
    }
}

pub(super) fn decrypt(client: &Client, arguments: &CryptArguments) -> Result<(), Failure> {
    let key = client.open(&arguments.name)?;
    let job = Job::new(client, &key, arguments)?;
    match key.attributes().key_policy.key_algorithm {
        Algorithm::Aead(alg) => job.open(alg),
        Algorithm::Cipher(alg) => job.decrypt(alg),
        Algorithm::AsymmetricEncryption(alg) => job.decrypt_from(alg),
        _ => Err(wrong_key(&key, "encrypt")),
    }
}

/// Returns whether the mode supports data in pieces: CCM needs the length in advance.
fn takes_pieces(alg: Aead) -> bool {
    let algorithm = match alg {
        Aead::AeadWithDefaultLengthTag(algorithm) => algorithm,
        Aead::AeadWithShortenedTag { aead_alg, .. } => aead_alg,
        _ => return false,
    };
    algorithm != AeadWithDefaultLengthTag::Ccm
}

/// Encryption or decryption of a file with a key.
struct Job<'a> {
    client: &'a Client,
    key: &'a Key,
    arguments: &'a CryptArguments,
    served: Vec<Opcode>,
}

impl<'a> Job<'a> {
    fn new(
        client: &'a Client,
        key: &'a Key,
        arguments: &'a CryptArguments,
    ) -> Result<Self, Failure> {
        Ok(Self {
            served: client.opcodes(key.provider())?,
            client,
            key,
            arguments,
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

    fn whole(&self) -> Result<Zeroizing<Vec<u8>>, Failure> {
        input::read(&self.arguments.file)
    }

    fn write(&self, bytes: &[u8]) -> Result<(), Failure> {
        let mut sink = Sink::open(&self.arguments.to, false)?;
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
        if !takes_pieces(alg) || !self.served.contains(&Opcode::PsaAeadEncryptSetup) {
            let sealed = key.encrypt_with_context(self.context(), &*self.whole()?);
            let sealed = or_in_pieces(sealed, || key.encrypt_stream(self.context(), None))?;
            return self.write(&sealed);
        }
        let mut input = self.source()?;
        let stream = key.encrypt_stream(self.context(), None)?;
        let mut sink = Sink::open(&self.arguments.to, false)?;
        through(stream, &mut input, &mut sink)?;
        sink.close()
    }

    /// Writes nothing before the tag is verified.
    fn open(&self, alg: Aead) -> Result<(), Failure> {
        let key = self.key.clone().into_symmetric_key()?;
        if !takes_pieces(alg) || !self.served.contains(&Opcode::PsaAeadDecryptSetup) {
            let opened = key.decrypt_with_context(self.context(), &*self.whole()?);
            let opened = or_in_pieces(opened, || key.decrypt_stream(self.context(), None))?;
            return self.write(&opened);
        }
        let mut input = self.source()?;
        let stream = key.decrypt_stream(self.context(), None)?;
        let mut sink = Sink::open(&self.arguments.to, true)?;
        through(stream, &mut input, &mut sink)?;
        sink.close()
    }

    fn encrypt(&self, alg: Cipher) -> Result<(), Failure> {
        self.expect_no_context()?;
        let (provider, key_name) = (self.key.provider(), self.name());
        let raw = self.client.raw();
        if !self.served.contains(&Opcode::PsaCipherEncryptSetup) {
            let input = PsaCipherEncrypt {
                key_name: key_name.clone(),
                alg,
                plaintext: Secret::from(self.whole()?),
            };
            let sealed = raw.psa_cipher_encrypt(provider, input);
            let setup = PsaCipherEncryptSetup { key_name, alg };
            let sealed = or_in_pieces(sealed, || raw.psa_cipher_encrypt_setup(provider, setup))?;
            return self.write(&sealed.ciphertext);
        }
        let mut input = self.source()?;
        let setup = PsaCipherEncryptSetup { key_name, alg };
        let stream = self.stream(raw.psa_cipher_encrypt_setup(provider, setup)?.stream);
        let mut sink = Sink::open(&self.arguments.to, false)?;
        stream.send_all(&mut input, &mut sink)?;
        stream.finish(&mut sink)?;
        sink.close()
    }

    fn decrypt(&self, alg: Cipher) -> Result<(), Failure> {
        self.expect_no_context()?;
        let (provider, key_name) = (self.key.provider(), self.name());
        let raw = self.client.raw();
        if !self.served.contains(&Opcode::PsaCipherDecryptSetup) {
            let input = PsaCipherDecrypt {
                key_name: key_name.clone(),
                alg,
                ciphertext: self.whole()?.to_vec(),
            };
            let opened = raw.psa_cipher_decrypt(provider, input);
            let setup = PsaCipherDecryptSetup { key_name, alg };
            let opened = or_in_pieces(opened, || raw.psa_cipher_decrypt_setup(provider, setup))?;
            return self.write(opened.plaintext.expose());
        }
        let mut input = self.source()?;
        let setup = PsaCipherDecryptSetup { key_name, alg };
        let stream = self.stream(raw.psa_cipher_decrypt_setup(provider, setup)?.stream);
        let mut sink = Sink::open(&self.arguments.to, false)?;
        stream.send_all(&mut input, &mut sink)?;
        stream.finish(&mut sink)?;
        sink.close()
    }

    fn encrypt_to(&self, alg: AsymmetricEncryption) -> Result<(), Failure> {
        let input = PsaAsymmetricEncrypt {
            key_name: self.name(),
            alg,
            plaintext: Secret::from(self.whole()?),
            salt: self.context(),
        };
        let raw = self.client.raw();
        let sealed = raw.psa_asymmetric_encrypt(self.key.provider(), input)?;
        self.write(&sealed.ciphertext)
    }

    fn decrypt_from(&self, alg: AsymmetricEncryption) -> Result<(), Failure> {
        let input = PsaAsymmetricDecrypt {
            key_name: self.name(),
            alg,
            ciphertext: self.whole()?.to_vec(),
            salt: self.context(),
        };
        let raw = self.client.raw();
        let opened = raw.psa_asymmetric_decrypt(self.key.provider(), input)?;
        self.write(opened.plaintext.expose())
    }
}
