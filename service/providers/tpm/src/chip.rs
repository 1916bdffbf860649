//! The chip: one connection, one session, one storage key, and the keys that are loaded.

use std::num::NonZeroUsize;
use std::str::FromStr as _;
use std::sync::Arc;

use lru::LruCache;
use parsec_contracts::Secret;
use parsec_provider::{Counters, Journal, KeyContext, KeyId, ProviderError, admit};
use tss_esapi::attributes::SessionAttributesBuilder;
use tss_esapi::constants::response_code::Tss2ResponseCodeKind as Kind;
use tss_esapi::constants::tss::{TPM2_LOADED_SESSION_FIRST, TPM2_TRANSIENT_FIRST};
use tss_esapi::constants::{CapabilityType, CommandCode, PropertyTag, SessionType, StartupType};
use tss_esapi::handles::{AuthHandle, KeyHandle, ObjectHandle, SessionHandle};
use tss_esapi::interface_types::algorithm::HashingAlgorithm;
use tss_esapi::interface_types::resource_handles::Hierarchy;
use tss_esapi::interface_types::session_handles::{AuthSession, PolicySession};
use tss_esapi::structures::{
    Auth, CapabilityData, Public, PublicParameters, SensitiveData, SymmetricDefinition,
};
use tss_esapi::tcti_ldr::TctiNameConf;
use tss_esapi::{Context, Error};

use crate::blob::{Blob, new_auth};
use crate::error::{failed, kind};
use crate::registers::Registers;
use crate::watch::Watch;
use crate::{Settings, reach, registers, storage_key};

/// Slots that are not for keys at rest: the storage key's, and one for the command at work.
const RESERVED_SLOTS: u32 = 2;
/// Handles that are asked for at once; chips have room for fewer.
const MOST_HANDLES: u32 = 64;

/// Which way parameters are encrypted: a command takes part only if its first parameter is of
/// sized bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encrypted {
    /// What goes to the chip.
    Command,
    /// What comes from it as well.
    Both,
    /// What comes from it alone.
    Response,
}

/// A key in the chip.
#[derive(Debug, Clone, Copy)]
struct Loaded {
    handle: KeyHandle,
    /// The registers that it is bound to.
    registers: Registers,
}

/// An open connection.
pub(crate) struct Chip {
    context: Context,
    session: AuthSession,
    storage_key: KeyHandle,
    loaded: LruCache<KeyId, Loaded>,
    journal: Arc<dyn Journal>,
    counters: Arc<Counters>,
    watch: Arc<Watch>,
    lost: bool,
}

impl Chip {
    /// Connects, makes the storage key, and opens the session that all commands share.
    pub(crate) fn open(
        settings: &Settings,
        journal: Arc<dyn Journal>,
        counters: Arc<Counters>,
        watch: Arc<Watch>,
    ) -> Result<Self, ProviderError> {
        let tcti = TctiNameConf::from_str(&settings.tcti).map_err(|error| {
            ProviderError::invalid_argument(format!(
                "tcti: {:?} is no way to a TPM; write for example \"device:/dev/tpmrm0\"",
                settings.tcti
            ))
            .with_source(error)
        })?;
        let is_shared = matches!(tcti, TctiNameConf::Tabrmd(_));
        let mut context = Context::new(tcti).map_err(reach::unreachable(&settings.tcti))?;
        watch.begin();
        begin(&mut context)?;
        if !is_shared {
            clear(&mut context)?;
        }
        let owner =
            Auth::try_from(settings.owner_auth.expose()).map_err(failed("owner_hierarchy_auth"))?;
        context
            .tr_set_auth(ObjectHandle::from(AuthHandle::Owner), owner)
            .map_err(failed("owner_hierarchy_auth"))?;
        let endorsement = Auth::try_from(settings.endorsement_auth.expose())
            .map_err(failed("endorsement_hierarchy_auth"))?;
        context
            .tr_set_auth(ObjectHandle::from(AuthHandle::Endorsement), endorsement)
            .map_err(failed("endorsement_hierarchy_auth"))?;
        watch.begin_long();
        let storage_key = storage_key::find(&mut context, settings.storage_key_handle)?;
        watch.begin();
        let session = start_session(&mut context, storage_key.handle, SessionType::Hmac)
            .map_err(failed("opening a session with the TPM"))?;
        // Chips have three slots at least (TPM 2.0 PC Client profile, 4.8).
        let slots = context
            .get_tpm_property(PropertyTag::HrTransientMin)
            .map_err(failed("asking how many keys the TPM can hold"))?
            .unwrap_or(3);
        let keys = slots.saturating_sub(RESERVED_SLOTS) as usize;
        let mut chip = Self {
            context,
            session,
            storage_key: storage_key.handle,
            journal,
            loaded: LruCache::new(NonZeroUsize::new(keys).unwrap_or(NonZeroUsize::MIN)),
            counters,
            watch,
            lost: false,
        };
        chip.admit()?;
        if !chip.journal.is_read_only() {
            chip.storage_key = storage_key::keep(&mut chip.context, &storage_key)?;
        }
        Ok(chip)
    }

    /// Refuses another chip than the one that the service's keys are bound to.
    fn admit(&mut self) -> Result<(), ProviderError> {
        let journal = Arc::clone(&self.journal);
        let device = storage_key::device(&mut self.context, self.storage_key)?;
        admit(&*journal, &device, |material| self.owns(material))
    }

    /// Whether the chip made that key; `None` for a public key, which any chip can load.
    fn owns(&mut self, material: &Secret) -> Result<Option<bool>, ProviderError> {
        let Ok(blob) = Blob::decode(material) else {
            return Ok(None);
        };
        if blob.private.is_none() {
            return Ok(None);
        }
        match self.load_blob(blob) {
            Ok(handle) => self.flush(handle.into()).map(|()| Some(true)),
            Err(error) if error.is_key_missing() => Ok(Some(false)),
            Err(error) => Err(error),
        }
    }

    /// The key that others are kept under.
    pub(crate) fn storage_key(&self) -> KeyHandle {
        self.storage_key
    }

    /// Makes an object under the storage key: a key pair, or what `sensitive` holds.
    pub(crate) fn create(
        &mut self,
        doing: &'static str,
        template: Public,
        sensitive: Option<SensitiveData>,
    ) -> Result<Blob, ProviderError> {
        let auth = new_auth()?;
        let parent = self.storage_key;
        let made = self.run_long(doing, Encrypted::Both, |context| {
            let auth = Some(auth.clone());
            context.create(parent, template, auth, sensitive, None, None)
        })?;
        Ok(Blob {
            auth,
            public: made.out_public,
            private: Some(made.out_private),
            registers: Registers::default(),
        })
    }

    /// Runs a command that needs no authorisation.
    pub(crate) fn plainly<T>(
        &mut self,
        doing: &'static str,
        run: impl FnOnce(&mut Context) -> Result<T, Error>,
    ) -> Result<T, ProviderError> {
        self.try_plainly(run).map_err(failed(doing))
    }

    /// The same, for those who tell the chip's answers apart.
    pub(crate) fn try_plainly<T>(
        &mut self,
        run: impl FnOnce(&mut Context) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.watch.begin();
        let result = self.context.execute_without_session(run);
        self.note(&result);
        result
    }

    /// Runs a command in the session.
    pub(crate) fn run<T>(
        &mut self,
        doing: &'static str,
        encrypted: Encrypted,
        run: impl FnOnce(&mut Context) -> Result<T, Error>,
    ) -> Result<T, ProviderError> {
        self.try_run(encrypted, run).map_err(failed(doing))
    }

    /// The same for a command that makes a key.
    pub(crate) fn run_long<T>(
        &mut self,
        doing: &'static str,
        encrypted: Encrypted,
        run: impl FnOnce(&mut Context) -> Result<T, Error>,
    ) -> Result<T, ProviderError> {
        let watch = Arc::clone(&self.watch);
        self.run(doing, encrypted, |context| {
            watch.begin_long();
            run(context)
        })
    }

    /// The same, for those who tell the chip's answers apart.
    pub(crate) fn try_run<T>(
        &mut self,
        encrypted: Encrypted,
        run: impl FnOnce(&mut Context) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.try_run_with(encrypted, None, run)
    }

    /// The same with a second session, for commands that need two authorisations.
    pub(crate) fn try_run_with<T>(
        &mut self,
        encrypted: Encrypted,
        second: Option<AuthSession>,
        run: impl FnOnce(&mut Context) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.try_run_in((self.session, second), encrypted, run)
    }

    /// The same in a first session of the caller's.
    fn try_run_in<T>(
        &mut self,
        (first, second): (AuthSession, Option<AuthSession>),
        encrypted: Encrypted,
        run: impl FnOnce(&mut Context) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let (attributes, _) = SessionAttributesBuilder::new()
            .with_continue_session(true)
            .with_decrypt(matches!(encrypted, Encrypted::Command | Encrypted::Both))
            .with_encrypt(matches!(encrypted, Encrypted::Response | Encrypted::Both))
            .build();
        let (_, all) = SessionAttributesBuilder::new()
            .with_continue_session(true)
            .with_decrypt(true)
            .with_encrypt(true)
            .build();
        self.context
            .tr_sess_set_attributes(first, attributes, all)?;
        self.watch.begin();
        let result = self
            .context
            .execute_with_sessions((Some(first), second, None), run);
        self.note(&result);
        result
    }

    fn note<T>(&mut self, result: &Result<T, Error>) {
        self.lost |= result.as_ref().is_err_and(is_over);
    }

    /// Runs a command with a key, which is loaded if it is not.
    pub(crate) fn with_key<T>(
        &mut self,
        key: &KeyContext,
        doing: &'static str,
        encrypted: Encrypted,
        run: impl FnOnce(&mut Context, KeyHandle) -> Result<T, Error>,
    ) -> Result<T, ProviderError> {
        self.try_with_key(key, encrypted, run)?
            .map_err(failed(doing))
    }

    /// The same, for those who tell the chip's answers apart.
    pub(crate) fn try_with_key<T>(
        &mut self,
        key: &KeyContext,
        encrypted: Encrypted,
        run: impl FnOnce(&mut Context, KeyHandle) -> Result<T, Error>,
    ) -> Result<Result<T, Error>, ProviderError> {
        let loaded = self.loaded(key)?;
        self.run_loaded(loaded, encrypted, run)
    }

    /// Runs a command with a key that is loaded, under its policy if it has one.
    fn run_loaded<T>(
        &mut self,
        Loaded { handle, registers }: Loaded,
        encrypted: Encrypted,
        run: impl FnOnce(&mut Context, KeyHandle) -> Result<T, Error>,
    ) -> Result<Result<T, Error>, ProviderError> {
        if registers.is_empty() {
            return Ok(self.try_run(encrypted, |context| run(context, handle)));
        }
        let selection = registers.selection()?;
        let session = self
            .policy_session(|context, _, session| registers::policy(context, session, selection))?;
        let result = self.try_run_in((session, None), encrypted, |context| run(context, handle));
        self.end_session(session)?;
        Ok(result)
    }

    /// Gives back what a blob has sealed, which is loaded for that alone.
    pub(crate) fn unseal(&mut self, blob: Blob) -> Result<Secret, ProviderError> {
        let registers = blob.registers;
        let handle = self.load_blob(blob)?;
        let loaded = Loaded { handle, registers };
        let unseal = |context: &mut Context, handle: KeyHandle| context.unseal(handle.into());
        let secret = self.run_loaded(loaded, Encrypted::Response, unseal);
        self.flush(handle.into())?;
        let secret = secret?.map_err(failed("unsealing a secret"))?;
        Ok(Secret::from(secret.value()))
    }

    /// Puts a key into the chip.
    pub(crate) fn load(&mut self, key: &KeyContext) -> Result<KeyHandle, ProviderError> {
        Ok(self.loaded(key)?.handle)
    }

    fn loaded(&mut self, key: &KeyContext) -> Result<Loaded, ProviderError> {
        if let Some(loaded) = self.loaded.get(&key.id) {
            self.counters.count_hit();
            return Ok(*loaded);
        }
        self.counters.count_miss();
        if self.loaded.len() == self.loaded.cap().get()
            && let Some((_, oldest)) = self.loaded.pop_lru()
        {
            self.flush(oldest.handle.into())?;
        }
        let blob = Blob::decode(&key.material)?;
        let registers = blob.registers;
        let handle = self.load_blob(blob).inspect_err(|error| {
            if error.is_key_missing() {
                self.journal.missed(key.id);
            }
        })?;
        self.journal.found(key.id);
        let loaded = Loaded { handle, registers };
        self.loaded.put(key.id, loaded);
        Ok(loaded)
    }

    /// Puts a key into the chip beside another that has to stay. The caller flushes it.
    pub(crate) fn load_beside(&mut self, key: &KeyContext) -> Result<KeyHandle, ProviderError> {
        self.load_blob(Blob::decode(&key.material)?)
    }

    pub(crate) fn load_blob(&mut self, blob: Blob) -> Result<KeyHandle, ProviderError> {
        let Blob {
            auth,
            public,
            private,
            ..
        } = blob;
        let handle = match private {
            Some(private) => {
                let parent = self.storage_key;
                let loaded = self.try_run(Encrypted::Command, |context| {
                    context.load(parent, private, public)
                });
                loaded.map_err(|error| match kind(&error) {
                    Some(Kind::Integrity) => not_of_this_chip().with_source(error),
                    _ => failed("loading the key")(error),
                })?
            }
            None => self.plainly("loading the public key", |context| {
                context.load_external_public(public, Hierarchy::Null)
            })?,
        };
        self.context
            .tr_set_auth(handle.into(), auth)
            .map_err(failed("loading the key"))?;
        Ok(handle)
    }

    /// A session in which a policy is fulfilled, with the help of our own if that takes an
    /// authorisation. The caller ends it.
    pub(crate) fn policy_session(
        &mut self,
        fulfil: impl FnOnce(&mut Context, AuthSession, PolicySession) -> Result<(), Error>,
    ) -> Result<AuthSession, ProviderError> {
        let doing = "opening a session with the TPM";
        self.watch.begin();
        let started = start_session(&mut self.context, self.storage_key, SessionType::Policy);
        self.note(&started);
        let session = started.map_err(failed(doing))?;
        let policy = PolicySession::try_from(session).map_err(failed(doing))?;
        let own = self.session;
        self.watch.begin();
        let fulfilled = self
            .context
            .execute_without_session(|context| fulfil(context, own, policy));
        self.note(&fulfilled);
        if let Err(error) = fulfilled {
            self.end_session(session)?;
            return Err(failed("fulfilling the key's policy")(error));
        }
        Ok(session)
    }

    /// A second session, for commands with two keys.
    pub(crate) fn second_session(&mut self) -> Result<AuthSession, ProviderError> {
        self.watch.begin();
        let started = start_session(&mut self.context, self.storage_key, SessionType::Hmac);
        self.note(&started);
        started.map_err(failed("opening a session with the TPM"))
    }

    pub(crate) fn end_session(&mut self, session: AuthSession) -> Result<(), ProviderError> {
        self.flush(SessionHandle::from(session).into())
    }

    /// Puts a public key into the chip and takes it out again.
    pub(crate) fn try_load_public(&mut self, public: Public) -> Result<(), Error> {
        self.try_plainly(|context| {
            let handle = context.load_external_public(public, Hierarchy::Null)?;
            context.flush_context(handle.into())
        })
    }

    /// Takes a key out of the chip.
    pub(crate) fn unload(&mut self, key: KeyId) -> Result<(), ProviderError> {
        match self.loaded.pop(&key) {
            Some(loaded) => self.flush(loaded.handle.into()),
            None => Ok(()),
        }
    }

    pub(crate) fn flush(&mut self, handle: ObjectHandle) -> Result<(), ProviderError> {
        self.plainly("making room in the TPM", |context| {
            context.flush_context(handle)
        })
    }

    /// Whether the chip has keys with these parameters.
    pub(crate) fn can(&mut self, parameters: PublicParameters) -> Result<bool, ProviderError> {
        self.watch.begin();
        match self
            .context
            .execute_without_session(|context| context.test_parms(parameters))
        {
            Ok(()) => Ok(true),
            Err(error) if kind(&error).is_some() => Ok(false),
            Err(error) => Err(failed("asking what the TPM can do")(error)),
        }
    }

    /// Whether the chip has that command.
    pub(crate) fn has_command(&mut self, command: CommandCode) -> Result<bool, ProviderError> {
        let code = u32::from(command);
        let (found, _) = self.plainly("asking what the TPM can do", |context| {
            context.get_capability(CapabilityType::Command, code, 1)
        })?;
        Ok(match found {
            CapabilityData::Commands(list) => list
                .iter()
                .any(|attributes| u32::from(attributes.command_index()) == code & 0xffff),
            _ => false,
        })
    }

    /// Whether the chip was reset or is gone, so that nothing that was open is any more.
    pub(crate) fn is_lost(&self) -> bool {
        self.lost
    }
}

/// The chip cannot load the key: another one made it, or this one before it was cleared.
fn not_of_this_chip() -> ProviderError {
    ProviderError::key_missing(
        "the key is missing from the TPM: it was made by another one, or by this one before its \
         owner hierarchy was cleared; the key is kept and works again with its own TPM",
    )
}

/// A chip that has just got power wants to be told; mostly the firmware has done it.
fn begin(context: &mut Context) -> Result<(), ProviderError> {
    match context.startup(StartupType::Clear) {
        Err(error) if kind(&error).is_none() => Err(failed("starting the TPM")(error)),
        _ => Ok(()),
    }
}

/// Takes out what a program before us left when it was killed: without a resource manager a chip
/// has one user at a time, and the kernel's shows us nothing but our own.
fn clear(context: &mut Context) -> Result<(), ProviderError> {
    for first in [TPM2_TRANSIENT_FIRST, TPM2_LOADED_SESSION_FIRST] {
        let (found, _) = context
            .get_capability(CapabilityType::Handles, first, MOST_HANDLES)
            .map_err(failed("asking what is loaded in the TPM"))?;
        let CapabilityData::Handles(handles) = found else {
            continue;
        };
        if !handles.is_empty() {
            let count = handles.len();
            tracing::info!(
                count,
                "the TPM holds what a program has left; it is taken out"
            );
        }
        for handle in handles.into_inner() {
            context
                .tr_from_tpm_public(handle)
                .and_then(|object| context.flush_context(object))
                .map_err(failed("making room in the TPM"))?;
        }
    }
    Ok(())
}

/// Whether the error says that the chip was reset or is gone: nothing that was open is any more.
fn is_over(error: &Error) -> bool {
    match kind(error) {
        None => matches!(error, Error::Tss2Error(_)),
        Some(kind) => matches!(
            kind,
            Kind::Initialize
                | Kind::ReferenceH0
                | Kind::ReferenceH1
                | Kind::ReferenceH2
                | Kind::ReferenceS0
                | Kind::ReferenceS1
                | Kind::Handle
        ),
    }
}

/// A session that only the chip with the storage key can have opened.
fn start_session(
    context: &mut Context,
    storage_key: KeyHandle,
    session_type: SessionType,
) -> Result<AuthSession, Error> {
    context
        .execute_without_session(|context| {
            context.start_auth_session(
                Some(storage_key),
                None,
                None,
                session_type,
                SymmetricDefinition::AES_128_CFB,
                HashingAlgorithm::Sha256,
            )
        })?
        .ok_or(Error::WrapperError(
            tss_esapi::WrapperErrorKind::WrongValueFromTpm,
        ))
}
