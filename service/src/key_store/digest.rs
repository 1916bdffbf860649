//! The digest of all rows. It detects rows that another program added, removed, exchanged or rolled
//! back.
//!
//! It is the sum of the authentication codes of all rows of all tables, and their number, encrypted
//! under the master key in a row of `meta`. Triggers of the writing connection update it in each
//! statement that changes a row, so it is part of the same transaction, and no code that changes a
//! table can forget it. The triggers are temporary: other programs do not have them.

use std::sync::Arc;

use arc_swap::ArcSwap;
use hmac::Mac as _;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension as _};

use super::cipher::{Cipher, RowMac};
use super::error::StoreError;
use super::schema;

/// The digest's name in `meta`, and the purpose it is encrypted for.
const NAME: &str = "rows";
/// 64-bit words of an authentication code.
const WORDS: usize = 4;

/// The number of all rows, and the sum of their authentication codes, word by word.
///
/// A writer that cannot read the sum cannot search for other rows with the same sum.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Digest {
    rows: u64,
    sum: [u64; WORDS],
}

impl Digest {
    /// Calculates the digest of the current rows.
    pub(super) fn of(store: &Connection, cipher: &Cipher) -> Result<Self, StoreError> {
        let mut digest = Self::default();
        for table in tables(store)? {
            digest.add_table(store, cipher, &table)?;
        }
        Ok(digest)
    }

    fn add_table(
        &mut self,
        store: &Connection,
        cipher: &Cipher,
        table: &Table,
    ) -> Result<(), StoreError> {
        // Never by an index: an index may be damaged although the rows are intact.
        let columns: Vec<_> = table.columns.iter().map(|name| quoted(name)).collect();
        let columns = columns.join(", ");
        let table_name = quoted(&table.name);
        let mut statement = store.prepare(&format!(
            "SELECT {columns} FROM main.{table_name} NOT INDEXED"
        ))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let mut code = RowCode::begin(cipher, &table.name);
            for index in 0..table.columns.len() {
                code.add(row.get_ref(index)?);
            }
            self.change(Change::Add, code.words());
        }
        Ok(())
    }

    /// Reads the stored digest, if there is one.
    pub(super) fn stored(store: &Connection, cipher: &Cipher) -> Result<Option<Self>, StoreError> {
        let sealed: Option<Vec<u8>> = store
            .prepare_cached("SELECT value FROM meta WHERE name = ?1")?
            .query_row([NAME], |row| row.get(0))
            .optional()?;
        sealed.map(|sealed| Self::open(cipher, &sealed)).transpose()
    }

    /// Stores the digest, replacing the previous one.
    pub(super) fn store(&self, store: &Connection, cipher: &Cipher) -> Result<(), StoreError> {
        store
            .prepare_cached("INSERT OR REPLACE INTO meta (name, value) VALUES (?1, ?2)")?
            .execute((NAME, self.seal(cipher)?))?;
        Ok(())
    }

    fn change(&mut self, change: Change, code: [u64; WORDS]) {
        let word = |word: u64, code: u64| match change {
            Change::Add => word.wrapping_add(code),
            Change::Remove => word.wrapping_sub(code),
        };
        self.rows = word(self.rows, 1);
        for (sum, code) in self.sum.iter_mut().zip(code) {
            *sum = word(*sum, code);
        }
    }

    fn seal(&self, cipher: &Cipher) -> Result<Vec<u8>, StoreError> {
        let words = std::iter::once(&self.rows).chain(&self.sum);
        let bytes: Vec<u8> = words.flat_map(|word| word.to_le_bytes()).collect();
        cipher.seal_for(NAME.as_bytes(), &bytes)
    }

    fn open(cipher: &Cipher, sealed: &[u8]) -> Result<Self, StoreError> {
        let opened = cipher.open_for(NAME.as_bytes(), sealed)?;
        let (words, rest) = opened.expose().as_chunks::<8>();
        let words: Vec<u64> = words.iter().copied().map(u64::from_le_bytes).collect();
        match (words.as_slice(), rest) {
            ([rows, sum @ ..], []) => Ok(Self {
                rows: *rows,
                sum: sum.try_into().map_err(|_| StoreError::Sealed)?,
            }),
            _ => Err(StoreError::Sealed),
        }
    }
}

/// Compares the rows with the stored digest; returns the fault, if there is one.
pub(super) fn difference(
    store: &Connection,
    cipher: &Cipher,
) -> Result<Option<String>, StoreError> {
    let stored = match Digest::stored(store, cipher) {
        Err(StoreError::Sealed) => {
            return Ok(Some(
                "the digest of its rows was changed or damaged".to_owned(),
            ));
        }
        stored => stored?,
    };
    let Some(stored) = stored else {
        return Ok(Some("the digest of its rows is missing".to_owned()));
    };
    let found = Digest::of(store, cipher)?;
    Ok(if found == stored {
        None
    } else if found.rows == stored.rows {
        Some("a row was changed or exchanged".to_owned())
    } else {
        Some(format!(
            "it holds {} rows, and {} were stored",
            found.rows, stored.rows
        ))
    })
}

/// Whether a row is added or removed.
#[derive(Debug, Clone, Copy)]
enum Change {
    Add,
    Remove,
}

/// The authentication code of a row: over the table's name and each value, with type and length in
/// front.
struct RowCode(RowMac);

impl RowCode {
    fn begin(cipher: &Cipher, table: &str) -> Self {
        let mut code = Self(cipher.row_mac());
        code.add(ValueRef::Text(table.as_bytes()));
        code
    }

    fn add(&mut self, value: ValueRef<'_>) {
        let number;
        let (kind, bytes): (u8, &[u8]) = match value {
            ValueRef::Null => (0, &[]),
            ValueRef::Integer(integer) => {
                number = integer.to_le_bytes();
                (1, &number)
            }
            ValueRef::Real(real) => {
                number = real.to_bits().to_le_bytes();
                (2, &number)
            }
            ValueRef::Text(text) => (3, text),
            ValueRef::Blob(blob) => (4, blob),
        };
        self.0.update(&[kind]);
        self.0.update(&(bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    fn words(self) -> [u64; WORDS] {
        let code = self.0.finalize().into_bytes();
        let mut words = [0; WORDS];
        for (word, bytes) in words.iter_mut().zip(code.as_chunks::<8>().0) {
            *word = u64::from_le_bytes(*bytes);
        }
        words
    }
}

/// A table whose rows are in the digest.
struct Table {
    name: String,
    columns: Vec<String>,
}

/// The tables whose rows are in the digest.
fn tables(store: &Connection) -> Result<Vec<Table>, StoreError> {
    let names = schema::row_tables(store)?;
    let table = |name: String| {
        let columns = columns(store, &name)?;
        Ok(Table { name, columns })
    };
    names.into_iter().map(table).collect()
}

fn columns(store: &Connection, table: &str) -> Result<Vec<String>, StoreError> {
    let mut statement =
        store.prepare("SELECT name FROM pragma_table_info(?1, 'main') ORDER BY cid")?;
    let columns = statement.query_map([table], |row| row.get(0))?;
    Ok(columns.collect::<Result<_, _>>()?)
}

/// Quotes a name for SQL. The schema was checked before, so the name contains no quotes.
fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

/// Installs the triggers that update the digest with each change of this connection.
pub(super) fn keep(store: &Connection, cipher: &Arc<ArcSwap<Cipher>>) -> Result<(), StoreError> {
    for (function, change) in [("rows_with", Change::Add), ("rows_without", Change::Remove)] {
        let cipher = Arc::clone(cipher);
        store.create_scalar_function(
            function,
            -1,
            FunctionFlags::SQLITE_UTF8,
            move |arguments| changed(&cipher.load(), change, arguments),
        )?;
    }
    // A replaced row is removed by the delete trigger.
    store.pragma_update(None, "recursive_triggers", true)?;
    for table in tables(store)? {
        store.execute_batch(&triggers(&table))?;
    }
    Ok(())
}

/// The triggers that add and remove the rows of a table.
fn triggers(table: &Table) -> String {
    let name = &table.name;
    let call = |function: &str, digest: &str, row: &str| {
        let columns = table
            .columns
            .iter()
            .map(|column| format!(", {row}.{}", quoted(column)));
        format!(
            "{function}({digest}, '{name}'{})",
            columns.collect::<String>()
        )
    };
    let with = |digest: &str| call("rows_with", digest, "NEW");
    let without = |digest: &str| call("rows_without", digest, "OLD");
    [
        ("INSERT", with("value")),
        ("DELETE", without("value")),
        ("UPDATE", with(&without("value"))),
    ]
    .map(|(event, value)| {
        format!(
            "CREATE TEMP TRIGGER digest_{event}_{name} AFTER {event} ON main.{} BEGIN
                 UPDATE meta SET value = {value} WHERE name = '{NAME}';
             END;",
            quoted(name)
        )
    })
    .concat()
}

/// The function that the triggers call: with the stored digest, the table's name, and the row's
/// values.
fn changed(
    cipher: &Cipher,
    change: Change,
    arguments: &Context<'_>,
) -> Result<Vec<u8>, rusqlite::Error> {
    let failed = |error: StoreError| rusqlite::Error::UserFunctionError(error.into());
    let sealed: Vec<u8> = arguments.get(0)?;
    let table: String = arguments.get(1)?;
    let mut digest = Digest::open(cipher, &sealed).map_err(failed)?;
    let mut code = RowCode::begin(cipher, &table);
    for index in 2..arguments.len() {
        code.add(arguments.get_raw(index));
    }
    digest.change(change, code.words());
    digest.seal(cipher).map_err(failed)
}
