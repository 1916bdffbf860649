//! `parsec encrypt` and `parsec decrypt`: as the key's policy says.

use std::io::{Read, Write as _};

use parsec_client::blocking::{Client, Key};
use parsec_client::operations::{
    PsaAeadDecrypt, PsaAeadDecryptSetup, PsaAeadEncrypt, PsaAeadEncryptSetup, PsaAsymmetricDecrypt,
    PsaAsymmetricEncrypt, PsaCipherDecrypt, PsaCipherDecryptSetup, PsaCipherEncrypt,
    PsaCipherEncryptSetup,
};
use parsec_client::types::{
    Aead, AeadWithDefaultLengthTag, Algorithm, AsymmetricEncryption, Cipher,
};
use parsec_client::{Opcode, Secret, Zeroizing};

use crate::args::CryptArguments;
use crate::failure::Failure;
use crate::input;
use crate::output;
use crate::streaming::{Sink, Stream, fill, source};

/// Bytes of the nonce that stands before what was sealed.
const NONCE: usize = 12;

pub(super) fn encrypt(client: &Client, arguments: &CryptArguments) -> Result<(), Failure> {
    let key = client.open(&arguments.name)?;
    let call = Call::new(client, &key, arguments)?;
    match key.attributes().key_policy.key_algorithm {
        Algorithm::Aead(alg) => call.seal(alg),
        Algorithm::Cipher(alg) => call.encrypt(alg),
        Algorithm::AsymmetricEncryption(alg) => call.encrypt_to(alg),
        _ => Err(no_encryption(&arguments.name)),
    }
}

pub(super) fn decrypt(client: &Client, arguments: &CryptArguments) -> Result<(), Failure> {
    let key = client.open(&arguments.name)?;
    let call = Call::new(client, &key, arguments)?;
    match key.attributes().key_policy.key_algorithm {
        Algorithm::Aead(alg) => call.open(alg),
        Algorithm::Cipher(alg) => call.decrypt(alg),
        Algorithm::AsymmetricEncryption(alg) => call.decrypt_from(alg),
        _ => Err(no_encryption(&arguments.name)),
    }
}

fn no_encryption(name: &str) -> Failure {
    Failure::Usage(format!(
        "{} does not encrypt; its policy is for something else, which `parsec key show` tells",
        output::printable(name)
    ))
}

/// Whether data can come in pieces: CCM has to know the length beforehand.
fn takes_pieces(alg: Aead) -> bool {
    let algorithm = match alg {
        Aead::AeadWithDefaultLengthTag(algorithm) => algorithm,
        Aead::AeadWithShortenedTag { aead_alg, .. } => aead_alg,
        _ => return false,
    };
    algorithm != AeadWithDefaultLengthTag::Ccm
}

fn tag_length(alg: Aead) -> usize {
    match alg {
        Aead::AeadWithShortenedTag { tag_length, .. } => tag_length as usize,
        _ => 16,
    }
}

struct Call<'a> {
    client: &'a Client,
    key: &'a Key,
    arguments: &'a CryptArguments,
    served: Vec<Opcode>,
}

impl<'a> Call<'a> {
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

    /// The context has a place in authenticated encryption and in OAEP alone.
    fn expect_no_context(&self) -> Result<(), Failure> {
        match self.arguments.context {
            None => Ok(()),
            Some(_) => Err(Failure::Usage(
                "--context: this algorithm has no place for one; leave it out".to_owned(),
            )),
        }
    }

    fn source(&self) -> Result<Box<dyn Read>, Failure> {
        source(&self.arguments.file)
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

    fn stream(&self, number: u64) -> Stream<'a> {
        Stream::new(self.client, self.key.provider(), number)
    }

    /// Nonce, ciphertext, tag.
    fn seal(&self, alg: Aead) -> Result<(), Failure> {
        let provider = self.key.provider();
        let nonce = self.client.random(NONCE)?.to_vec();
        if !takes_pieces(alg) || !self.served.contains(&Opcode::PsaAeadEncryptSetup) {
            let input = PsaAeadEncrypt {
                key_name: self.name(),
                alg,
                nonce: nonce.clone(),
                additional_data: self.context(),
                plaintext: Secret::from(self.whole()?),
            };
            let sealed = self.client.raw().psa_aead_encrypt(provider, input)?;
            return self.write(&[nonce, sealed.ciphertext].concat());
        }
        let mut input = self.source()?;
        let setup = PsaAeadEncryptSetup {
            key_name: self.name(),
            alg,
            nonce: nonce.clone(),
            additional_data: self.context(),
            plaintext_length: 0,
        };
        let raw = self.client.raw();
        let stream = self.stream(raw.psa_aead_encrypt_setup(provider, setup)?.stream);
        let mut sink = Sink::open(&self.arguments.to, false)?;
        sink.write_all(&nonce)
            .map_err(|error| Failure::file("write to", "the output", &error))?;
        stream.pump(&mut input, &mut sink, 0)?;
        stream.finish(&mut sink)?;
        sink.close()
    }

    /// Nothing is put out before the tag is known to be right.
    fn open(&self, alg: Aead) -> Result<(), Failure> {
        let provider = self.key.provider();
        let mut input = self.source()?;
        let mut nonce = vec![0; NONCE];
        if fill(&mut *input, &mut nonce)? < NONCE {
            return Err(Failure::Negative(format!(
                "the input is too short: what was encrypted begins with a nonce of {NONCE} bytes"
            )));
        }
        if !takes_pieces(alg) || !self.served.contains(&Opcode::PsaAeadDecryptSetup) {
            let mut ciphertext = Vec::new();
            input
                .read_to_end(&mut ciphertext)
                .map_err(|error| Failure::file("read", &self.arguments.file, &error))?;
            let request = PsaAeadDecrypt {
                key_name: self.name(),
                alg,
                nonce,
                additional_data: self.context(),
                ciphertext,
            };
            let opened = self.client.raw().psa_aead_decrypt(provider, request)?;
            return self.write(opened.plaintext.expose());
        }
        let setup = PsaAeadDecryptSetup {
            key_name: self.name(),
            alg,
            nonce,
            additional_data: self.context(),
            plaintext_length: 0,
        };
        let raw = self.client.raw();
        let stream = self.stream(raw.psa_aead_decrypt_setup(provider, setup)?.stream);
        let mut sink = Sink::open(&self.arguments.to, true)?;
        let tag = stream.pump(&mut input, &mut sink, tag_length(alg))?;
        stream.verify(&tag, &mut sink)?;
        sink.close()
    }

    fn encrypt(&self, alg: Cipher) -> Result<(), Failure> {
        self.expect_no_context()?;
        let (provider, key_name) = (self.key.provider(), self.name());
        let raw = self.client.raw();
        if !self.served.contains(&Opcode::PsaCipherEncryptSetup) {
            let plaintext = Secret::from(self.whole()?);
            let input = PsaCipherEncrypt {
                key_name,
                alg,
                plaintext,
            };
            return self.write(&raw.psa_cipher_encrypt(provider, input)?.ciphertext);
        }
        let mut input = self.source()?;
        let setup = PsaCipherEncryptSetup { key_name, alg };
        let stream = self.stream(raw.psa_cipher_encrypt_setup(provider, setup)?.stream);
        let mut sink = Sink::open(&self.arguments.to, false)?;
        stream.pump(&mut input, &mut sink, 0)?;
        stream.finish(&mut sink)?;
        sink.close()
    }

    fn decrypt(&self, alg: Cipher) -> Result<(), Failure> {
        self.expect_no_context()?;
        let (provider, key_name) = (self.key.provider(), self.name());
        let raw = self.client.raw();
        if !self.served.contains(&Opcode::PsaCipherDecryptSetup) {
            let ciphertext = self.whole()?.to_vec();
            let input = PsaCipherDecrypt {
                key_name,
                alg,
                ciphertext,
            };
            let plain = raw.psa_cipher_decrypt(provider, input)?.plaintext;
            return self.write(plain.expose());
        }
        let mut input = self.source()?;
        let setup = PsaCipherDecryptSetup { key_name, alg };
        let stream = self.stream(raw.psa_cipher_decrypt_setup(provider, setup)?.stream);
        let mut sink = Sink::open(&self.arguments.to, false)?;
        stream.pump(&mut input, &mut sink, 0)?;
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
