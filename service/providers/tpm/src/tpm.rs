//! An open connection to a TPM: its session, storage key and loaded keys.

use std::num::NonZeroUsize;
use std::str::FromStr as _;
use std::sync::Arc;

use lru::LruCache;
use parsec_provider::{Counters, Journal, KeyId, ProviderError, admit};
use tss_esapi::attributes::SessionAttributesBuilder;
use tss_esapi::constants::response_code::Tss2ResponseCodeKind as ResponseKind;
use tss_esapi::constants::tss::{TPM2_LOADED_SESSION_FIRST, TPM2_TRANSIENT_FIRST};
use tss_esapi::constants::{CapabilityType, CommandCode, PropertyTag, SessionType, StartupType};
use tss_esapi::handles::{AuthHandle, KeyHandle, ObjectHandle, SessionHandle};
use tss_esapi::interface_types::algorithm::HashingAlgorithm;
use tss_esapi::interface_types::session_handles::{AuthSession, PolicySession};
use tss_esapi::structures::{
    Auth, CapabilityData, Public, PublicParameters, SensitiveData, SymmetricDefinition,
};
use tss_esapi::tcti_ldr::TctiNameConf;
use tss_esapi::{Context, Error};

use parsec_contracts::quoted;

use crate::blob::{Blob, new_auth};
use crate::error::{failed, kind};
use crate::loaded_key::LoadedKey;
use crate::registers::Registers;
use crate::watch::Watch;
use crate::{Settings, reach, storage_key};

/// Slots that are not available to keys: for the storage key, and for the current command.
const RESERVED_SLOTS: u32 = 2;
/// The maximum number of handles to list; TPMs have fewer slots.
const MAX_HANDLES: u32 = 64;

/// The direction of parameter encryption. A command only supports it if its first parameter is a
/// sized buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encrypted {
    /// Parameters sent to the TPM.
    Command,
    /// Parameters in both directions.
    Both,
    /// Parameters returned by the TPM.
    Response,
}

/// An open connection to a TPM.
pub(crate) struct Tpm {
    pub(crate) context: Context,
    session: AuthSession,
    pub(crate) storage_key: KeyHandle,
    pub(crate) loaded: LruCache<KeyId, LoadedKey>,
    pub(crate) journal: Arc<dyn Journal>,
    pub(crate) counters: Arc<Counters>,
    watch: Arc<Watch>,
    lost: bool,
}

impl Tpm {
    /// Connects, creates the storage key, and opens the session for all commands.
    pub(crate) fn open(
        settings: &Settings,
        journal: Arc<dyn Journal>,
        counters: Arc<Counters>,
        watch: Arc<Watch>,
    ) -> Result<Self, ProviderError> {
        let tcti = TctiNameConf::from_str(&settings.tcti).map_err(|error| {
            ProviderError::invalid_argument(format!(
                "tcti: {} is not a TPM interface; use for example \"device:/dev/tpmrm0\"",
                quoted(&settings.tcti)
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
        // TPMs have at least three slots (TPM 2.0 PC Client profile, 4.8).
        let slots = context
            .get_tpm_property(PropertyTag::HrTransientMin)
            .map_err(failed("querying the number of key slots of the TPM"))?
            .unwrap_or(3);
        let keys = slots.saturating_sub(RESERVED_SLOTS) as usize;
        let mut tpm = Self {
            context,
            session,
            storage_key: storage_key.handle,
            journal,
            loaded: LruCache::new(NonZeroUsize::new(keys).unwrap_or(NonZeroUsize::MIN)),
            counters,
            watch,
            lost: false,
        };
        let device = storage_key::device(&mut tpm.context, tpm.storage_key)?;
        let journal = Arc::clone(&tpm.journal);
        admit(&*journal, &device, |material| tpm.owns(material))?;
        if !tpm.journal.is_read_only() {
            tpm.storage_key = storage_key::keep(&mut tpm.context, &storage_key)?;
        }
        Ok(tpm)
    }

    /// The parent of all keys.
    pub(crate) fn storage_key(&self) -> KeyHandle {
        self.storage_key
    }

    /// Creates an object under the storage key: a key pair, or an object that contains `sensitive`.
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

    /// Runs a command without authorization.
    pub(crate) fn without_session<T>(
        &mut self,
        doing: &'static str,
        run: impl FnOnce(&mut Context) -> Result<T, Error>,
    ) -> Result<T, ProviderError> {
        self.try_without_session(run).map_err(failed(doing))
    }

    /// Like [`Tpm::without_session`], for callers that handle the TPM's errors.
    pub(crate) fn try_without_session<T>(
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

    /// Like [`Tpm::run`], for a command that generates a key.
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

    /// Like [`Tpm::run`], for callers that handle the TPM's errors.
    pub(crate) fn try_run<T>(
        &mut self,
        encrypted: Encrypted,
        run: impl FnOnce(&mut Context) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.try_run_with(encrypted, None, run)
    }

    /// Like [`Tpm::try_run`], with a second session, for commands with two authorizations.
    pub(crate) fn try_run_with<T>(
        &mut self,
        encrypted: Encrypted,
        second: Option<AuthSession>,
        run: impl FnOnce(&mut Context) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.try_run_in((self.session, second), encrypted, run)
    }

    /// Like [`Tpm::try_run`], in a given first session.
    pub(crate) fn try_run_in<T>(
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

    /// Opens a session and satisfies a policy in it, with the main session if that needs an
    /// authorization. The caller ends it.
    pub(crate) fn policy_session(
        &mut self,
        satisfy: impl FnOnce(&mut Context, AuthSession, PolicySession) -> Result<(), Error>,
    ) -> Result<AuthSession, ProviderError> {
        let doing = "opening a session with the TPM";
        self.watch.begin();
        let started = start_session(&mut self.context, self.storage_key, SessionType::Policy);
        self.note(&started);
        let session = started.map_err(failed(doing))?;
        let policy = PolicySession::try_from(session).map_err(failed(doing))?;
        let own = self.session;
        self.watch.begin();
        let satisfied = self
            .context
            .execute_without_session(|context| satisfy(context, own, policy));
        self.note(&satisfied);
        if let Err(error) = satisfied {
            self.end_session(session)?;
            return Err(failed("satisfying the key's policy")(error));
        }
        Ok(session)
    }

    /// Opens a second session, for commands with two keys.
    pub(crate) fn second_session(&mut self) -> Result<AuthSession, ProviderError> {
        self.watch.begin();
        let started = start_session(&mut self.context, self.storage_key, SessionType::Hmac);
        self.note(&started);
        started.map_err(failed("opening a session with the TPM"))
    }

    pub(crate) fn end_session(&mut self, session: AuthSession) -> Result<(), ProviderError> {
        self.flush(SessionHandle::from(session).into())
    }

    pub(crate) fn flush(&mut self, handle: ObjectHandle) -> Result<(), ProviderError> {
        self.without_session("flushing an object from the TPM", |context| {
            context.flush_context(handle)
        })
    }

    /// Whether the TPM supports keys with these parameters.
    pub(crate) fn can(&mut self, parameters: PublicParameters) -> Result<bool, ProviderError> {
        self.watch.begin();
        match self
            .context
            .execute_without_session(|context| context.test_parms(parameters))
        {
            Ok(()) => Ok(true),
            Err(error) if kind(&error).is_some() => Ok(false),
            Err(error) => Err(failed("querying the capabilities of the TPM")(error)),
        }
    }

    /// Whether the TPM supports the command.
    pub(crate) fn has_command(&mut self, command: CommandCode) -> Result<bool, ProviderError> {
        let code = u32::from(command);
        let (found, _) = self
            .without_session("querying the capabilities of the TPM", |context| {
                context.get_capability(CapabilityType::Command, code, 1)
            })?;
        Ok(match found {
            CapabilityData::Commands(list) => list
                .iter()
                .any(|attributes| u32::from(attributes.command_index()) == code & 0xffff),
            _ => false,
        })
    }

    /// Whether the TPM was reset or is gone, so that all handles are invalid.
    pub(crate) fn is_lost(&self) -> bool {
        self.lost
    }
}

/// Starts the TPM after power-on; mostly, the firmware has done it.
fn begin(context: &mut Context) -> Result<(), ProviderError> {
    match context.startup(StartupType::Clear) {
        Err(error) if kind(&error).is_none() => Err(failed("starting the TPM")(error)),
        _ => Ok(()),
    }
}

/// Flushes what a killed program left in the TPM: without a resource manager, a TPM has one user at
/// a time, and the kernel's resource manager only shows our own objects.
fn clear(context: &mut Context) -> Result<(), ProviderError> {
    for first in [TPM2_TRANSIENT_FIRST, TPM2_LOADED_SESSION_FIRST] {
        let (found, _) = context
            .get_capability(CapabilityType::Handles, first, MAX_HANDLES)
            .map_err(failed("listing the objects in the TPM"))?;
        let CapabilityData::Handles(handles) = found else {
            continue;
        };
        if !handles.is_empty() {
            let count = handles.len();
            tracing::info!(
                count,
                "flushing objects that another program left in the TPM"
            );
        }
        for handle in handles.into_inner() {
            context
                .tr_from_tpm_public(handle)
                .and_then(|object| context.flush_context(object))
                .map_err(failed("flushing an object from the TPM"))?;
        }
    }
    Ok(())
}

/// Whether the error means that the TPM was reset or is gone.
fn is_over(error: &Error) -> bool {
    match kind(error) {
        None => matches!(error, Error::Tss2Error(_)),
        Some(kind) => matches!(
            kind,
            ResponseKind::Initialize
                | ResponseKind::ReferenceH0
                | ResponseKind::ReferenceH1
                | ResponseKind::ReferenceH2
                | ResponseKind::ReferenceS0
                | ResponseKind::ReferenceS1
                | ResponseKind::Handle
        ),
    }
}

/// Opens a session that is salted with the storage key, which only the right TPM can do.
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
