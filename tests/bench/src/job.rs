//! Operations to measure.

use std::path::Path;

use anyhow::{Result, bail};
use clap::ValueEnum;
use parsec_contracts::frame::flags;
use parsec_contracts::operations::{
    ListKeys, Ping, PsaDestroyKey, PsaGenerateKey, PsaGenerateRandom, PsaHashCompute, PsaSignHash,
};
use parsec_contracts::types::{Hash, KeyAttributes};
use parsec_contracts::{Operation, ServedBy, Status};
use parsec_harness::{Auth, Wire, keys, request};

const HASH: [u8; 32] = [0x5a; 32];
const ECDSA_KEY: &str = "parsec-bench-ecdsa";
const RSA_KEY: &str = "parsec-bench-rsa";

/// An operation with fixed inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Job {
    /// A round trip only.
    Ping,
    /// Listing the caller's keys.
    ListKeys,
    /// 32 random bytes.
    Random,
    /// SHA-256 over 1 KiB.
    Hash,
    /// An ECDSA P-256 signature.
    SignP256,
    /// Verification of an ECDSA P-256 signature.
    VerifyP256,
    /// An RSA 2048 PKCS#1 v1.5 signature.
    SignRsa2048,
}

impl Job {
    /// The name on the command line and in the report.
    pub(crate) fn name(self) -> String {
        self.to_possible_value()
            .map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// Creates the keys that it needs.
    pub(crate) fn prepare(self, socket: &Path) -> Result<()> {
        self.clean_up(socket)?;
        match self.key() {
            Some((name, attributes)) => expect_success(socket, keys::generate(name, attributes)),
            None => Ok(()),
        }
    }

    /// Deletes its keys.
    pub(crate) fn clean_up(self, socket: &Path) -> Result<()> {
        let Some((name, _)) = self.key() else {
            return Ok(());
        };
        let key_name = name.to_owned();
        match status(socket, PsaDestroyKey { key_name })? {
            Status::Success | Status::PsaErrorDoesNotExist => Ok(()),
            other => bail!("{name} cannot be removed: {other}"),
        }
    }

    /// Returns the encoded request.
    pub(crate) fn request(self, socket: &Path) -> Result<Vec<u8>> {
        Ok(match self {
            Self::Ping => encoded(Ping {}),
            Self::ListKeys => encoded(ListKeys {}),
            Self::Random => encoded(PsaGenerateRandom { size: 32 }),
            Self::Hash => encoded(PsaHashCompute {
                alg: Hash::Sha256,
                input: vec![0; 1024],
            }),
            Self::SignP256 => encoded(keys::sign(ECDSA_KEY, &HASH)),
            Self::VerifyP256 => {
                let sign = keys::sign(ECDSA_KEY, &HASH);
                let reply = Wire::connect(socket)?.call(1, &Auth::me(), 0, sign)?;
                let signature = reply.output::<PsaSignHash>()?.signature;
                encoded(keys::verify(ECDSA_KEY, &HASH, &signature))
            }
            Self::SignRsa2048 => encoded(PsaSignHash {
                key_name: RSA_KEY.to_owned(),
                alg: keys::rsa_sha256(),
                hash: HASH.to_vec(),
            }),
        })
    }

    fn key(self) -> Option<(&'static str, KeyAttributes)> {
        match self {
            Self::SignP256 | Self::VerifyP256 => Some((ECDSA_KEY, keys::ecdsa_p256())),
            Self::SignRsa2048 => Some((RSA_KEY, keys::rsa(2048))),
            Self::Ping | Self::ListKeys | Self::Random | Self::Hash => None,
        }
    }
}

fn provider<O: Operation>() -> u8 {
    u8::from(O::OPCODE.served_by() == ServedBy::Crypto)
}

fn encoded<O: Operation>(operation: O) -> Vec<u8> {
    // The connection is kept.
    request(provider::<O>(), &Auth::me(), flags::EXTENSIONS, operation)
}

fn status<O: Operation>(socket: &Path, operation: O) -> Result<Status> {
    let mut wire = Wire::connect(socket)?;
    let reply = wire.call(provider::<O>(), &Auth::me(), 0, operation)?;
    Ok(reply.status())
}

fn expect_success(socket: &Path, operation: PsaGenerateKey) -> Result<()> {
    match status(socket, operation)? {
        Status::Success => Ok(()),
        other => bail!("the key cannot be created: {other}"),
    }
}
