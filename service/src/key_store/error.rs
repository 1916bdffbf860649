//! Errors of the key store. Paths and causes are for the operator only.

use std::io;
use std::path::{Path, PathBuf};

use parsec_contracts::Status;
use parsec_provider::ProviderError;
use rusqlite::ErrorCode;

/// Why the key store cannot be opened or used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    #[error("{what} {path}: {source}{}", advice(.source))]
    File {
        what: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    #[error("{path} cannot be written: {why}")]
    NotWritable { path: PathBuf, why: String },
    #[error("{path} is in use by another service; two services cannot share one key store")]
    InUse { path: PathBuf },
    #[error("{path} can be read by others (mode {mode:04o}); run `chmod 600 {path}`", path = path.display())]
    Exposed { path: PathBuf, mode: u32 },
    #[error("{path} does not hold a key of 32 bytes; restore it from a backup")]
    MasterKeyLength { path: PathBuf },
    #[error(
        "the master key {path} is missing, but {store} holds keys that need it; restore it from \
         a backup"
    )]
    MasterKeyMissing { path: PathBuf, store: PathBuf },
    #[error(
        "the master key's credential {path} is missing; add `LoadCredential=` for it to the unit, \
         or make one: `head -c 32 /dev/urandom`"
    )]
    CredentialMissing { path: PathBuf },
    #[error(
        "the key store {path} is missing or empty, but its master key {master_key} is there; \
         restore the store from a backup, or move the master key away to start with a new store"
    )]
    Lost { path: PathBuf, master_key: PathBuf },
    #[error(
        "{path} belongs to the user {owner}, and this is run by the user {user}; run it as that \
         user, or run `chown {user} {path}`",
        path = path.display()
    )]
    NotOurs {
        path: PathBuf,
        owner: u32,
        user: u32,
    },
    #[error(
        "the master key {path} is sealed to a TPM; set `seal_master_key = true` in [key_store]"
    )]
    MasterKeySealed { path: PathBuf },
    #[error("the master key {path} cannot be sealed or unsealed: {why}")]
    Unsealable { path: PathBuf, why: String },
    #[error(
        "the master key {path} is not the one that {store} was made with, or the store is damaged; \
         restore both from one backup"
    )]
    MasterKeyWrong { path: PathBuf, store: PathBuf },
    #[error("{path} is not a key store, or is damaged ({source}); restore it from a backup")]
    Unreadable {
        path: PathBuf,
        source: rusqlite::Error,
    },
    #[error(
        "{path} is the database of another program; move it away or set another `path` in \
         [key_store]"
    )]
    Foreign { path: PathBuf },
    #[error("{path} is damaged ({verdict}); restore it from a backup")]
    Damaged { path: PathBuf, verdict: String },
    #[error(
        "other users can write to the folder {path} (mode {mode:04o}), and so replace its files; \
         run `chmod go-w {path}`",
        path = path.display()
    )]
    OpenFolder { path: PathBuf, mode: u32 },
    #[error(
        "{path} has version {found} of the key store, and this service knows {known}; use a newer \
         service"
    )]
    Newer {
        path: PathBuf,
        found: usize,
        known: usize,
    },
    #[error("there is a {what} at {path}; it is replaced only with --replace, and then kept aside")]
    Occupied { what: &'static str, path: PathBuf },
    #[error(
        "the master key {path} is a credential, which only systemd writes; run this with a \
         configuration whose `master_key_file` is the file that the credential comes from, while \
         the service is stopped"
    )]
    CredentialFixed { path: PathBuf },
    #[error("key {id} does not open, so nothing was changed; `store check` lists all such keys")]
    DamagedKey { id: i64 },
    #[error("the store was given a new master key")]
    Rekeyed,
    #[error("a row of the key store was changed or damaged: its material does not open")]
    Sealed,
    #[error("a row of the key store has attributes that cannot be read")]
    Attributes,
    #[error("the operating system returned no random bytes")]
    Random,
    #[error("{path} is empty: no service has used it yet")]
    Empty { path: PathBuf },
    #[error("the database failed: {0}")]
    Database(#[from] rusqlite::Error),
}

/// Advice for errors whose system message has none.
fn advice(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::NotFound => {
            "; check that the service's user may read and write there"
        }
        _ => "",
    }
}

impl StoreError {
    /// An error of the TPM.
    pub(super) fn unsealable(path: &Path, error: &ProviderError) -> Self {
        Self::Unsealable {
            path: path.to_owned(),
            why: error.message().to_owned(),
        }
    }

    /// The status of a request that fails with this error.
    pub(crate) fn status(&self) -> Status {
        match self {
            _ if self.is_full() => Status::PsaErrorInsufficientStorage,
            // The key itself is damaged, not the store around it.
            Self::Sealed | Self::Attributes => Status::PsaErrorDataCorrupt,
            _ => Status::KeyInfoManagerError,
        }
    }

    /// Whether the disk is full.
    fn is_full(&self) -> bool {
        match self {
            Self::Database(error) => error.sqlite_error_code() == Some(ErrorCode::DiskFull),
            _ => false,
        }
    }

    pub(super) fn damaged(path: &Path, verdict: impl Into<String>) -> Self {
        Self::Damaged {
            path: path.to_owned(),
            verdict: verdict.into(),
        }
    }

    /// Adds the path of the file to an error of SQLite.
    pub(super) fn of(self, path: &Path) -> Self {
        match self {
            Self::Database(source) => Self::Unreadable {
                path: path.to_owned(),
                source,
            },
            other => other,
        }
    }

    pub(super) fn file(what: &'static str, path: &Path, source: io::Error) -> Self {
        Self::File {
            what,
            path: path.to_owned(),
            source,
        }
    }
}
