//! Streams: operations on data in pieces.

use parsec_contracts::operations::{
    PsaAeadDecryptSetup, PsaAeadEncryptSetup, PsaHashSetup, PsaMacSignSetup, PsaMacVerifySetup,
    StreamAbort, StreamFinish, StreamUpdate, StreamVerify,
};
use parsec_contracts::types::{Aead, AeadWithDefaultLengthTag, Algorithm, Hash};
use parsec_contracts::{Opcode, Operation, ProviderId, Secret, Zeroizing};

use super::sealed::{NONCE, fresh_nonce, tag_length};
use super::{Core, KeyCore, Role};
use crate::error::{Error, Result};
use crate::transport::Transport;

/// Bytes per request: well below the service's limit.
const PIECE: usize = 256 * 1024;

/// A stream of the service, with its own connection.
pub(crate) struct StreamCore<T: Transport> {
    core: Core<T>,
    provider: ProviderId,
    key_name: Option<String>,
    state: State,
}

enum State {
    /// The nonce is not complete, which decryption needs to start.
    AwaitsNonce {
        begin: PsaAeadDecryptSetup,
        tag: usize,
        held: Zeroizing<Vec<u8>>,
    },
    /// The stream is open.
    Open {
        number: u64,
        end: End,
        /// The nonce, which precedes the output.
        first: Vec<u8>,
    },
    Ended,
}

/// How a stream ends.
enum End {
    /// With the remaining output of the service.
    Finish,
    /// By comparison with the caller's expected value.
    Expect(Vec<u8>),
    /// By comparison with the last bytes of the input.
    Tag {
        length: usize,
        held: Zeroizing<Vec<u8>>,
    },
}

impl<T: Transport> Core<T> {
    /// Starts a hash of data in pieces; software goes first, as in [`Core::hash`].
    pub(crate) async fn hash_stream(&self, alg: Hash) -> Result<StreamCore<T>> {
        let mut providers = self.candidates(&[Opcode::PsaHashSetup]).await?;
        providers.reverse();
        let core = self.with_own_connections();
        let (provider, begun) = core
            .first_that_can_of(&providers, || PsaHashSetup { alg })
            .await?;
        Ok(StreamCore {
            core,
            provider,
            key_name: None,
            state: State::open(begun.stream, End::Finish),
        })
    }
}

impl<T: Transport> KeyCore<T> {
    fn stream(&self, state: State) -> StreamCore<T> {
        StreamCore {
            core: self.core.with_own_connections(),
            provider: self.provider,
            key_name: Some(self.owned_name()),
            state,
        }
    }

    /// Starts a stream on the connection that carried its first request.
    async fn begin<O: Operation>(
        &self,
        input: O,
        state: impl FnOnce(O::Output) -> State,
    ) -> Result<StreamCore<T>> {
        let mut stream = self.stream(State::Ended);
        let begun = stream.core.call(self.provider, input).await;
        stream.state = state(self.named(begun)?);
        Ok(stream)
    }

    pub(crate) async fn mac_stream(&self) -> Result<StreamCore<T>> {
        let Algorithm::Mac(alg) = self.attributes.key_policy.key_algorithm else {
            return Err(self.not_for(Role::Mac));
        };
        let key_name = self.owned_name();
        self.begin(PsaMacSignSetup { key_name, alg }, |begun| {
            State::open(begun.stream, End::Finish)
        })
        .await
    }

    pub(crate) async fn mac_verify_stream(&self, code: &[u8]) -> Result<StreamCore<T>> {
        let Algorithm::Mac(alg) = self.attributes.key_policy.key_algorithm else {
            return Err(self.not_for(Role::Mac));
        };
        let key_name = self.owned_name();
        self.begin(PsaMacVerifySetup { key_name, alg }, |begun| {
            State::open(begun.stream, End::Expect(code.to_vec()))
        })
        .await
    }

    pub(crate) async fn encrypt_stream(
        &self,
        context: &[u8],
        length: Option<u64>,
    ) -> Result<StreamCore<T>> {
        let nonce = fresh_nonce()?;
        self.encrypt_from(&nonce, nonce.to_vec(), context, length)
            .await
    }

    /// Encrypts with a nonce of the caller, which does not precede the output.
    pub(crate) async fn encrypt_stream_with_nonce(
        &self,
        nonce: &[u8],
        context: &[u8],
    ) -> Result<StreamCore<T>> {
        self.encrypt_from(nonce, Vec::new(), context, None).await
    }

    async fn encrypt_from(
        &self,
        nonce: &[u8],
        first: Vec<u8>,
        context: &[u8],
        length: Option<u64>,
    ) -> Result<StreamCore<T>> {
        let alg = self.aead()?;
        let input = PsaAeadEncryptSetup {
            key_name: self.owned_name(),
            alg,
            nonce: nonce.to_vec(),
            additional_data: context.to_vec(),
            plaintext_length: self.known_length(alg, length)?,
        };
        self.begin(input, |begun| State::Open {
            number: begun.stream,
            end: End::Finish,
            first,
        })
        .await
    }

    pub(crate) async fn decrypt_stream(
        &self,
        context: &[u8],
        length: Option<u64>,
    ) -> Result<StreamCore<T>> {
        let alg = self.aead()?;
        // Fail now, not at the first piece.
        self.named(
            self.core
                .must_serve(self.provider, Opcode::PsaAeadDecryptSetup)
                .await,
        )?;
        Ok(self.stream(State::AwaitsNonce {
            begin: PsaAeadDecryptSetup {
                key_name: self.owned_name(),
                alg,
                nonce: Vec::new(),
                additional_data: context.to_vec(),
                plaintext_length: self.known_length(alg, length)?,
            },
            tag: tag_length(alg),
            held: Zeroizing::default(),
        }))
    }

    fn aead(&self) -> Result<Aead> {
        match self.attributes.key_policy.key_algorithm {
            Algorithm::Aead(alg) => Ok(alg),
            _ => Err(self.not_for(Role::Symmetric)),
        }
    }

    /// Returns the length for CCM, which puts it into its first block.
    fn known_length(&self, alg: Aead, length: Option<u64>) -> Result<u64> {
        let counts = matches!(
            alg,
            Aead::AeadWithDefaultLengthTag(AeadWithDefaultLengthTag::Ccm)
                | Aead::AeadWithShortenedTag {
                    aead_alg: AeadWithDefaultLengthTag::Ccm,
                    ..
                }
        );
        match length {
            None if counts => Err(Error::invalid(
                "CCM needs the length of the plaintext at the start",
                "give the length, or use a key for AES-GCM",
            )
            .with_key_name(&self.name)),
            other => Ok(other.unwrap_or_default()),
        }
    }
}

impl State {
    fn open(number: u64, end: End) -> Self {
        Self::Open {
            number,
            end,
            first: Vec::new(),
        }
    }
}

impl<T: Transport> StreamCore<T> {
    /// Processes a piece of any length and returns the output that is ready.
    pub(crate) async fn update(&mut self, piece: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let result = self.update_inner(piece).await;
        self.settle(result)
    }

    /// Ends the stream: checks the tag, if there is one, and returns the rest of the output, the
    /// hash or the code.
    pub(crate) async fn finish(&mut self) -> Result<Zeroizing<Vec<u8>>> {
        let result = self.finish_inner().await;
        let result = self.settle(result);
        self.state = State::Ended;
        result
    }

    /// Ends the stream without a result.
    pub(crate) async fn abort(&mut self) -> Result<()> {
        let State::Open { number: stream, .. } = std::mem::replace(&mut self.state, State::Ended)
        else {
            return Ok(());
        };
        let aborted = self.core.call(self.provider, StreamAbort { stream }).await;
        aborted.map(drop).map_err(|error| self.named(error))
    }

    /// After an error the service has closed the stream.
    fn settle<R>(&mut self, result: Result<R>) -> Result<R> {
        result.map_err(|error| {
            self.state = State::Ended;
            self.named(error)
        })
    }

    fn named(&self, error: Error) -> Error {
        match &self.key_name {
            Some(name) => error.with_key_name(name),
            None => error,
        }
    }

    async fn update_inner(&mut self, piece: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let (number, ready, mut out) = match &mut self.state {
            State::Ended => return Err(ended()),
            State::AwaitsNonce { held, .. } => {
                held.extend_from_slice(piece);
                if held.len() < NONCE {
                    return Ok(Zeroizing::default());
                }
                let rest = self.begin_decryption().await?;
                return Box::pin(self.update_inner(&rest)).await;
            }
            State::Open { number, end, first } => {
                let out = Zeroizing::new(std::mem::take(first));
                (*number, end.ready(piece), out)
            }
        };
        // Pieces are not buffered: input is sent to the service immediately.
        for piece in ready.chunks(PIECE) {
            let input = StreamUpdate {
                stream: number,
                input: Secret::from(piece),
            };
            let output = self.core.call(self.provider, input).await?.output;
            out.extend_from_slice(output.expose());
        }
        Ok(out)
    }

    /// Starts decryption once the nonce is complete, and returns the input that follows the nonce.
    async fn begin_decryption(&mut self) -> Result<Zeroizing<Vec<u8>>> {
        let State::AwaitsNonce { begin, tag, held } =
            std::mem::replace(&mut self.state, State::Ended)
        else {
            return Err(ended());
        };
        let (nonce, rest) = held.split_at(NONCE);
        let begin = PsaAeadDecryptSetup {
            nonce: nonce.to_vec(),
            ..begin
        };
        let begun = self.core.call(self.provider, begin).await?;
        let end = End::Tag {
            length: tag,
            held: Zeroizing::default(),
        };
        self.state = State::open(begun.stream, end);
        Ok(Zeroizing::new(rest.to_vec()))
    }

    async fn finish_inner(&mut self) -> Result<Zeroizing<Vec<u8>>> {
        let (stream, end, first) = match std::mem::replace(&mut self.state, State::Ended) {
            State::Ended => return Err(ended()),
            State::AwaitsNonce { .. } => return Err(truncated()),
            State::Open { number, end, first } => (number, end, first),
        };
        let ends_with_tag = matches!(end, End::Tag { .. });
        let expected = match end {
            End::Finish => {
                let output = self
                    .core
                    .call(self.provider, StreamFinish { stream })
                    .await?
                    .output;
                return Ok(Zeroizing::new([&first[..], output.expose()].concat()));
            }
            End::Expect(expected) => expected,
            End::Tag { length, held } if held.len() < length => {
                // The stream fails in any case, even if the service cannot be reached to abort it.
                let _ = self.core.call(self.provider, StreamAbort { stream }).await;
                return Err(truncated());
            }
            End::Tag { held, .. } => held.to_vec(),
        };
        let verify = StreamVerify { stream, expected };
        let verified = self.core.call(self.provider, verify).await;
        let output = match ends_with_tag {
            true => verified.map_err(|error| error.reported_for(Opcode::PsaAeadDecrypt)),
            false => verified,
        }?
        .output;
        Ok(Zeroizing::new(output.into_vec()))
    }
}

impl End {
    /// Returns the bytes to send now: kept-back bytes and the piece, without the last ones.
    fn ready(&mut self, piece: &[u8]) -> Zeroizing<Vec<u8>> {
        let Self::Tag { length, held } = self else {
            return Zeroizing::new(piece.to_vec());
        };
        held.extend_from_slice(piece);
        let ready = held.len().saturating_sub(*length);
        let rest = Zeroizing::new(held[ready..].to_vec());
        let mut out = std::mem::replace(held, rest);
        out.truncate(ready);
        out
    }
}

fn ended() -> Error {
    Error::invalid("the stream has ended", "start another for more data")
}

fn truncated() -> Error {
    Error::decryption_failed("the ciphertext is shorter than its nonce and tag")
        .with_operation(Opcode::PsaAeadDecrypt)
}
