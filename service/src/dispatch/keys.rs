//! Operations on keys that need only the store, and no provider.

use parsec_contracts::operations::{
    GetKeyAttributes, GetKeyAttributesOutput, RenameKey, RenameKeyOutput,
};
use parsec_contracts::types::KeyLifetime;
use parsec_contracts::{CreatesKey, Status};
use parsec_provider::KeyContext;

use super::{Answer, Call, Refusal};
use crate::key_store::{Expiry, Rename};

impl Call<'_> {
    /// Returns a key's attributes.
    pub(crate) fn get_key_attributes(&self, body: &[u8]) -> Answer {
        let (_, [key]) = self.begin_with::<GetKeyAttributes, 1>(body)?;
        let key = key.ok_or_else(|| Refusal::of(Status::PsaErrorDoesNotExist))?;
        let lifetime = match self.store.expiry(key.id)? {
            Expiry::Never => None,
            Expiry::WithSession(_) => Some(KeyLifetime::Connection),
            // A lifetime names only one end: the time, because it can be compared.
            Expiry::At(time) | Expiry::WithSessionOrAt(_, time) => {
                Some(KeyLifetime::ExpiresAt { time })
            }
        };
        self.end(GetKeyAttributesOutput {
            attributes: key.attributes,
            lifetime,
            is_missing: self.store.is_missing(key.id)?,
        })
    }

    /// Renames a key.
    pub(crate) fn rename_key(&self, body: &[u8]) -> Answer {
        let (input, _) = self.begin_with::<RenameKey, 1>(body)?;
        self.noted.new_key(&input.new_key_name);
        let owner = self.caller.identity()?;
        self.clear_expired(owner, &input.new_key_name)?;
        let renamed = self.store.rename(
            owner,
            &self.instance.key_space,
            &input.key_name,
            &input.new_key_name,
        )?;
        match renamed {
            Rename::Renamed => self.end(RenameKeyOutput {}),
            Rename::NoSuchKey => Err(Refusal::of(Status::PsaErrorDoesNotExist)),
            Rename::NameTaken => Err(Refusal::of(Status::PsaErrorAlreadyExists)),
        }
    }

    /// When a new key expires.
    pub(super) fn expiry_of(&self, input: &impl CreatesKey) -> Result<Expiry, Refusal> {
        match input.lifetime() {
            None => Ok(Expiry::Never),
            Some(KeyLifetime::Connection) => Ok(Expiry::WithSession(self.session.number())),
            Some(KeyLifetime::ExpiresAt { time }) if *time > crate::key_store::now() => {
                Ok(Expiry::At(*time))
            }
            Some(KeyLifetime::ExpiresAt { .. }) => Err(Refusal::because(
                Status::PsaErrorInvalidArgument,
                "lifetime: the time has passed; it is in seconds since 1970, UTC",
            )),
            Some(_) => Err(Refusal::of(Status::PsaErrorNotSupported)),
        }
    }

    /// When a copy expires: at the earlier of its own lifetime and that of its source.
    pub(super) fn expiry_of_copy(
        &self,
        requested: Expiry,
        source: &KeyContext,
    ) -> Result<Expiry, Refusal> {
        let bound = self.store.expiry(source.id)?;
        if let (Some(own), Some(sources)) = (requested.session(), bound.session())
            && own != sources
        {
            return Err(Refusal::because(
                Status::PsaErrorInvalidArgument,
                "lifetime: the source expires with another connection, and a key can expire with only \
                 one; copy it on that connection, or omit the lifetime",
            ));
        }
        let time = [requested.time(), bound.time()].into_iter().flatten().min();
        Ok(Expiry::of(requested.session().or(bound.session()), time))
    }
}
