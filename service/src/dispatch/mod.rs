//! The processing of a request on its worker: decode, check, find keys, check their policies, call the
//! provider, store the new key. The generated `dispatch` selects these steps for each opcode.

mod access;
mod keys;
mod streams;
mod work;

use std::sync::Arc;

use parsec_contracts::{
    Body as _, CallerKind, CreatesKey, Opcode, Operation, Status, StreamPart, UsesKeys, Zeroizing,
    policy as key_policy,
};
use parsec_provider::{CreatedKey, KeyContext, Provider, ProviderError};
use serde::Serialize;

use crate::audit::NoteTaker;
use crate::generated::dispatch::CoreOperations;
use crate::identity::Identity;
use crate::instance::Instance;
use crate::key_space::Destroyed;
use crate::key_store::{Insert, KeyStore};
use crate::limits::ClientAccount;
use crate::policy::Policy;
pub(crate) use crate::refusal::Refusal;
use crate::sessions::Session;
pub(crate) use work::Work;

type Answer = Result<Zeroizing<Vec<u8>>, Refusal>;

/// The caller, and whether it understands extensions.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) identity: Option<Identity>,
    pub(crate) is_admin: bool,
    pub(crate) extensions: bool,
}

impl Caller {
    /// The identity; an error if the caller has none.
    pub(crate) fn identity(&self) -> Result<&Identity, Refusal> {
        self.identity
            .as_ref()
            .ok_or_else(|| Refusal::of(Status::NotAuthenticated))
    }

    /// Refuses administrators' operations to other callers.
    pub(crate) fn may_call(&self, opcode: Opcode) -> Result<(), Refusal> {
        if opcode.caller() != CallerKind::Administrator {
            return Ok(());
        }
        self.identity()?;
        if !self.is_admin {
            return Err(Refusal::of(Status::AdminOperation));
        }
        Ok(())
    }
}

/// The configured limits of every operation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// The maximum length of a response.
    pub(crate) response: usize,
    /// Whether keys for deprecated primitives may be generated.
    pub(crate) allow_deprecated: bool,
}

impl Bounds {
    /// Returns the response, unless it is too long.
    fn within(self, body: Zeroizing<Vec<u8>>) -> Answer {
        if body.len() > self.response.saturating_add(RESPONSE_OVERHEAD) {
            return Err(self.too_large());
        }
        Ok(body)
    }

    /// The refusal of a response that is too long.
    pub(crate) fn too_large(self) -> Refusal {
        Refusal::because(
            Status::ResponseTooLarge,
            format!(
                "the response would be longer than the {} bytes that buffer_size_limit allows",
                self.response
            ),
        )
    }
}

/// A request for a core operation.
pub(crate) struct CoreCall<'a> {
    pub(crate) opcode: Opcode,
    pub(crate) caller: &'a Caller,
    pub(crate) core: &'a dyn CoreOperations,
    pub(crate) bounds: Bounds,
    pub(crate) noted: &'a NoteTaker,
}

impl CoreCall<'_> {
    /// Decodes and checks the input, and returns the response of `serve`.
    pub(crate) fn answer<O: Operation + Serialize>(
        &self,
        body: &[u8],
        serve: impl FnOnce(&dyn CoreOperations, &Caller, &O) -> Result<O::Output, Refusal>,
    ) -> Answer {
        let input = O::decode(body)?;
        if O::OPCODE.caller() != CallerKind::Anyone {
            self.caller.identity()?;
        }
        input.check()?;
        if O::OPCODE.caller() == CallerKind::Administrator {
            self.noted
                .detail(serde_json::to_value(&input).unwrap_or_default());
        }
        let body = serve(self.core, self.caller, &input)?.encode();
        if O::OPCODE.caller() == CallerKind::Anyone {
            // Its length follows from the configuration, and without it no client can begin.
            return Ok(body);
        }
        self.bounds.within(body)
    }
}

/// A request for an operation of a provider.
pub(crate) struct Call<'a> {
    pub(crate) opcode: Opcode,
    pub(crate) caller: &'a Caller,
    /// The provider that serves it.
    pub(crate) instance: &'a Instance,
    pub(crate) store: &'a KeyStore,
    /// The state of the connection.
    pub(crate) session: &'a Session,
    pub(crate) bounds: Bounds,
    /// The account that the request counts against.
    pub(crate) client: &'a Arc<ClientAccount>,
    /// The policy in effect.
    pub(crate) policy: &'a Policy,
    /// Notes for the audit log.
    pub(crate) noted: &'a NoteTaker,
}

/// Whether the provider serves the operation: it is an operation of the provider, or one that the
/// service serves for every provider. Stream operations need a provider that can begin a stream.
pub(crate) fn serves(own: &[Opcode], opcode: Opcode) -> bool {
    match opcode.stream_part() {
        Some(StreamPart::Continue | StreamPart::End) => own
            .iter()
            .any(|one| one.stream_part() == Some(StreamPart::Begin)),
        _ => opcode.is_handled_by_service() || own.contains(&opcode),
    }
}

impl Call<'_> {
    fn provider(&self) -> &dyn Provider {
        &*self.instance.provider
    }

    /// An operation without keys.
    pub(crate) fn plain<O: Operation>(
        &self,
        body: &[u8],
        serve: impl FnOnce(&dyn Provider, &O) -> Result<O::Output, ProviderError>,
    ) -> Answer {
        let input: O = self.begin(body)?;
        self.allow(&input, None)?;
        self.allow_question(body)?;
        self.end(serve(self.provider(), &input)?)
    }

    /// An operation that uses `N` existing keys, some of which may be optional.
    pub(crate) fn use_keys<O: UsesKeys<N>, const N: usize>(
        &self,
        body: &[u8],
        serve: impl FnOnce(
            &dyn Provider,
            [Option<&KeyContext>; N],
            &O,
        ) -> Result<O::Output, ProviderError>,
    ) -> Answer {
        let (input, keys) = self.begin_with::<O, N>(body)?;
        self.end(serve(
            self.provider(),
            keys.each_ref().map(Option::as_ref),
            &input,
        )?)
    }

    /// An operation that creates a key.
    pub(crate) fn create_key<O: CreatesKey>(
        &self,
        body: &[u8],
        make: impl FnOnce(&dyn Provider, &O) -> Result<CreatedKey, ProviderError>,
    ) -> Answer {
        let input: O = self.begin(body)?;
        self.store_new(&input, None, || Ok(make(self.provider(), &input)?))
    }

    /// An operation that creates a key from `N` existing ones.
    pub(crate) fn create_key_from<O: CreatesKey + UsesKeys<N>, const N: usize>(
        &self,
        body: &[u8],
        make: impl FnOnce(
            &dyn Provider,
            [Option<&KeyContext>; N],
            &O,
        ) -> Result<CreatedKey, ProviderError>,
    ) -> Answer {
        let (input, keys) = self.begin_with::<O, N>(body)?;
        let keys = keys.each_ref().map(Option::as_ref);
        let source = input.copy_of().and_then(|index| keys.get(index).copied()?);
        self.store_new(&input, source, || Ok(make(self.provider(), keys, &input)?))
    }

    /// Creates a key and stores it, unless its name is in use. A copy of `source` expires with it.
    fn store_new(
        &self,
        input: &impl CreatesKey,
        source: Option<&KeyContext>,
        make: impl FnOnce() -> Result<CreatedKey, Refusal>,
    ) -> Answer {
        let owner = self.caller.identity()?;
        let name = input.key_name();
        self.noted.new_key(name);
        self.noted
            .algorithm(input.attributes().key_policy.key_algorithm);
        self.refuse_deprecated(input)?;
        let mut expiry = self.expiry_of(input)?;
        if let Some(source) = source {
            expiry = self.expiry_of_copy(expiry, source)?;
        }
        self.allow(input, Some(input.attributes()))?;
        if self.store.exists(owner, &self.instance.key_space, name)? {
            return Err(Refusal::of(Status::PsaErrorAlreadyExists));
        }
        let permit = self.client.reserve_key(self.store)?;
        self.clear_expired(owner, name)?;
        let created = make()?;
        // The size of an imported key may be known only now.
        if let Err(refusal) = self.allow(input, Some(&created.attributes)) {
            self.undo(created);
            return Err(refusal);
        }
        // A copy may expire with the connection of its source, which is marked already.
        if expiry.session() == Some(self.session.number()) {
            self.session.hold_key();
        }
        let object = self.provider().object(&created.material);
        let inserted = self.client.store_key(permit, || {
            let object = object.as_deref();
            let key_space = &self.instance.key_space;
            match source.map(|source| source.id) {
                Some(source) => self
                    .store
                    .insert_copy(source, owner, key_space, name, &created, expiry, object),
                None => self
                    .store
                    .insert(owner, key_space, name, &created, expiry, object)
                    .map(Some),
            }
        });
        match inserted {
            Ok(Some(Insert::Inserted(_))) => Ok(Zeroizing::default()),
            // Another request took the name meanwhile.
            Ok(Some(Insert::NameTaken)) => {
                self.undo(created);
                Err(Refusal::of(Status::PsaErrorAlreadyExists))
            }
            // The source of a copy was deleted meanwhile.
            Ok(None) => {
                self.undo(created);
                Err(Refusal::of(Status::PsaErrorDoesNotExist))
            }
            Err(error) => {
                self.undo(created);
                Err(error.into())
            }
        }
    }

    /// Deletes an expired key of that name that was not cleaned up yet.
    fn clear_expired(&self, owner: &Identity, name: &str) -> Result<(), Refusal> {
        let Some(expired) = self.store.load(owner, &self.instance.key_space, name)? else {
            return Ok(());
        };
        // Another request may have deleted it, and even created a new one.
        if self.store.expiry(expired.id)?.is_expired() {
            let forgotten = self
                .instance
                .space(self.store)
                .retire(&expired, || self.provider().forget(&expired))?;
            if let Some(forgotten) = forgotten {
                self.noted.replaced_expired();
                if let Err(error) = forgotten {
                    tracing::warn!(%error, "an expired key stays on its device for now");
                }
            }
        }
        Ok(())
    }

    /// An operation that destroys a key.
    pub(crate) fn destroy_key<O: UsesKeys<1>>(
        &self,
        body: &[u8],
        destroy: impl FnOnce(&dyn Provider, &KeyContext, &O) -> Result<O::Output, ProviderError>,
    ) -> Answer {
        let (input, keys) = self.begin_with::<O, 1>(body)?;
        let [Some(key)] = keys else {
            return Err(Refusal::of(Status::PsaErrorDoesNotExist));
        };
        let space = self.instance.space(self.store);
        let destroyed = space.destroy(&key, || destroy(self.provider(), &key, &input))?;
        if matches!(destroyed, Destroyed::NoSuchKey) {
            return Err(Refusal::of(Status::PsaErrorDoesNotExist));
        }
        self.noted.deletes();
        match destroyed {
            Destroyed::Done(output) => self.end(output),
            Destroyed::PartLeft | Destroyed::NoSuchKey => Ok(Zeroizing::default()),
        }
    }

    /// The first steps of an operation without existing keys.
    fn begin<O: Operation>(&self, body: &[u8]) -> Result<O, Refusal> {
        let input = self.check(body)?;
        self.check_operation()?;
        Ok(input)
    }

    /// The first steps of an operation that uses `N` existing keys; returns the keys. Their names are noted
    /// first, so that the audit log has them for every refusal.
    fn begin_with<O: UsesKeys<N>, const N: usize>(
        &self,
        body: &[u8],
    ) -> Result<(O, [Option<KeyContext>; N]), Refusal> {
        let input: O = self.check(body)?;
        for name in input.key_names().into_iter().flatten() {
            self.noted.key(name);
        }
        self.check_operation()?;
        let keys = self.find_all(&input)?;
        Ok((input, keys))
    }

    /// Decodes the request, and checks the identity, whether the provider serves it, and the contract's
    /// rules, in the published order.
    fn check<O: Operation>(&self, body: &[u8]) -> Result<O, Refusal> {
        let input = O::decode(body)?;
        if O::OPCODE.caller() != CallerKind::Anyone {
            self.caller.identity()?;
        }
        if !serves(self.provider().opcodes(), self.opcode) {
            return Err(Refusal::wrong_provider(self.opcode));
        }
        input.check()?;
        if input.response_length() > self.bounds.response as u64 {
            return Err(self.bounds.too_large());
        }
        if let Some(algorithm) = input.algorithm() {
            self.noted.algorithm(algorithm);
        }
        Ok(input)
    }

    fn end(&self, output: impl parsec_contracts::Body) -> Answer {
        self.bounds.within(output.encode())
    }

    /// Finds the keys that the input names, and checks the input against their policies.
    fn find_all<O: UsesKeys<N>, const N: usize>(
        &self,
        input: &O,
    ) -> Result<[Option<KeyContext>; N], Refusal> {
        let mut keys = [const { None }; N];
        for (key, name) in keys.iter_mut().zip(input.key_names()) {
            *key = name.map(|name| self.find(name)).transpose()?;
        }
        for (index, key) in keys.iter().enumerate() {
            if let Some(key) = key {
                // The request's algorithm is more specific than the policy's, which may leave the hash open.
                if input.algorithm().is_none() {
                    self.noted
                        .algorithm(key.attributes.key_policy.key_algorithm);
                }
                input.check_policy(index, &key.attributes)?;
                self.allow(input, Some(&key.attributes))?;
            }
        }
        if keys.iter().all(Option::is_none) {
            self.allow(input, None)?;
        }
        Ok(keys)
    }

    fn find(&self, name: &str) -> Result<KeyContext, Refusal> {
        self.store
            .find(self.caller.identity()?, &self.instance.key_space, name)?
            .ok_or_else(|| Refusal::of(Status::PsaErrorDoesNotExist))
    }

    /// Refuses to generate a key for a deprecated primitive. Importing is allowed, to read old data.
    fn refuse_deprecated(&self, input: &impl CreatesKey) -> Result<(), Refusal> {
        if self.bounds.allow_deprecated || !key_policy::is_deprecated(input.attributes()) {
            return Ok(());
        }
        let imported = [
            Opcode::PsaImportKey,
            Opcode::ImportVolatileKey,
            Opcode::UnwrapKey,
        ];
        if imported.contains(&self.opcode) {
            tracing::warn!("a key for a deprecated primitive is imported");
            return Ok(());
        }
        Err(Refusal::of(Status::DeprecatedPrimitive))
    }

    /// Removes the provider's key again, because it was not stored.
    fn undo(&self, created: CreatedKey) {
        let key = KeyContext {
            id: parsec_provider::KeyId(0),
            attributes: created.attributes,
            material: created.material,
        };
        self.instance.space(self.store).take_back(&key);
    }
}

/// The protobuf overhead of a response.
const RESPONSE_OVERHEAD: usize = 64;

/// The key, if the contract requires it in this case.
pub(crate) fn required(key: Option<&KeyContext>) -> Result<&KeyContext, ProviderError> {
    key.ok_or_else(|| {
        ProviderError::new(
            Status::PsaErrorInvalidArgument,
            "the operation needs a key in this variant",
        )
    })
}
