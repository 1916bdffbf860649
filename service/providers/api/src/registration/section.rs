//! A section of the configuration.

use std::fmt;
use std::path::{Path, PathBuf};

use parsec_contracts::{Secret, Zeroizing};

use super::place::{Place, SettingError};

/// A section of the configuration: its settings by key.
#[derive(Debug)]
pub struct Section {
    place: Place,
    folder: Option<PathBuf>,
    settings: Vec<Setting>,
}

#[derive(Debug)]
struct Setting {
    key: String,
    line: usize,
    value: SettingValue,
}

/// The value of a setting.
#[derive(Clone)]
pub enum SettingValue {
    /// A string, which may be a secret.
    Text(Zeroizing<String>),
    /// An integer.
    Integer(i64),
    /// A boolean.
    Boolean(bool),
    /// A list.
    List(Vec<Self>),
    /// A value of another type, which no setting has.
    Other,
}

impl fmt::Debug for SettingValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text(_) => "a string",
            Self::Integer(_) => "an integer",
            Self::Boolean(_) => "a boolean",
            Self::List(_) => "a list",
            Self::Other => "another value",
        })
    }
}

impl Section {
    /// An empty section that begins at this place. Relative paths in it begin in the folder.
    pub fn new(place: Place, folder: Option<&Path>) -> Self {
        Self {
            place,
            folder: folder.map(Path::to_owned),
            settings: Vec::new(),
        }
    }

    /// Adds a setting.
    pub fn insert(&mut self, key: impl Into<String>, line: usize, value: SettingValue) {
        self.settings.push(Setting {
            key: key.into(),
            line,
            value,
        });
    }

    /// The keys of its settings.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.settings.iter().map(|setting| setting.key.as_str())
    }

    /// The place of a setting, or of the section if it lacks the setting.
    pub fn place(&self, key: &str) -> Place {
        Place {
            line: self
                .find(key)
                .map_or(self.place.line, |setting| setting.line),
            ..self.place.clone()
        }
    }

    /// An error in a setting.
    pub fn wrong(&self, key: &str, message: impl Into<String>) -> SettingError {
        self.place(key).wrong(message)
    }

    /// An error of the section, which lacks a setting.
    pub fn lacks(&self, message: impl Into<String>) -> SettingError {
        self.place.wrong(message)
    }

    /// A string.
    ///
    /// # Errors
    ///
    /// If the setting is not a string; the same holds for the other types below. The value is in no
    /// error.
    pub fn text(&self, key: &str) -> Result<Option<&str>, SettingError> {
        match self.value(key) {
            None => Ok(None),
            Some(SettingValue::Text(text)) => Ok(Some(text)),
            Some(_) => Err(self.wrong(
                key,
                format!("`{key}` is a string: write it in quotation marks"),
            )),
        }
    }

    /// A string that is a secret.
    ///
    /// # Errors
    ///
    /// As [`Section::text`].
    pub fn secret(&self, key: &str) -> Result<Option<Secret>, SettingError> {
        let text = self.text(key)?;
        Ok(text.map(|text| Secret::from(text.as_bytes())))
    }

    /// A path. A relative one begins in the folder of the configuration.
    ///
    /// # Errors
    ///
    /// As [`Section::text`].
    pub fn path(&self, key: &str) -> Result<Option<PathBuf>, SettingError> {
        let text = self.text(key)?;
        Ok(text.map(|path| match &self.folder {
            Some(folder) => folder.join(path),
            None => path.into(),
        }))
    }

    /// A boolean.
    ///
    /// # Errors
    ///
    /// As [`Section::text`].
    pub fn boolean(&self, key: &str) -> Result<Option<bool>, SettingError> {
        match self.value(key) {
            None => Ok(None),
            Some(SettingValue::Boolean(boolean)) => Ok(Some(*boolean)),
            Some(_) => Err(self.wrong(key, format!("`{key}` is `true` or `false`"))),
        }
    }

    /// An integer that is not negative and fits its type.
    ///
    /// # Errors
    ///
    /// As [`Section::text`].
    pub fn integer<T: TryFrom<i64>>(&self, key: &str) -> Result<Option<T>, SettingError> {
        match self.value(key) {
            None => Ok(None),
            Some(SettingValue::Integer(integer)) => match T::try_from(*integer) {
                Ok(integer) => Ok(Some(integer)),
                Err(_) => Err(self.wrong(key, format!("`{key}` is out of range"))),
            },
            Some(_) => Err(self.wrong(key, format!("`{key}` is an integer"))),
        }
    }

    /// A list of integers that are not negative.
    ///
    /// # Errors
    ///
    /// As [`Section::text`].
    pub fn integers(&self, key: &str) -> Result<Option<Vec<u32>>, SettingError> {
        let wrong = || self.wrong(key, format!("`{key}` is a list of integers such as [0, 7]"));
        match self.value(key) {
            None => Ok(None),
            Some(SettingValue::List(values)) => {
                let integer = |value: &SettingValue| match value {
                    SettingValue::Integer(integer) => u32::try_from(*integer).map_err(|_| wrong()),
                    _ => Err(wrong()),
                };
                Ok(Some(values.iter().map(integer).collect::<Result<_, _>>()?))
            }
            Some(_) => Err(wrong()),
        }
    }

    fn find(&self, key: &str) -> Option<&Setting> {
        self.settings.iter().find(|setting| setting.key == key)
    }

    fn value(&self, key: &str) -> Option<&SettingValue> {
        self.find(key).map(|setting| &setting.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section() -> Section {
        let place = Place {
            file: "config.toml".to_owned(),
            line: 7,
        };
        let mut section = Section::new(place, Some(Path::new("/etc/parsec")));
        section.insert("pin", 8, SettingValue::Text("73519".to_owned().into()));
        section.insert("slot", 9, SettingValue::Integer(-3));
        section.insert("is_shared", 10, SettingValue::Boolean(true));
        section
    }

    #[test]
    fn a_relative_path_begins_beside_the_configuration() {
        let path = section().path("pin").unwrap();
        assert_eq!(path, Some("/etc/parsec/73519".into()));
        assert_eq!(section().path("no_such_key").unwrap(), None);
    }

    #[test]
    fn a_wrong_type_is_an_error_with_its_line_and_without_the_value() {
        let section = section();
        let output = [
            section.boolean("pin").unwrap_err(),
            section.integer::<u64>("pin").unwrap_err(),
            section.integers("pin").unwrap_err(),
            section.text("slot").unwrap_err(),
            section.integer::<u64>("slot").unwrap_err(),
            section.lacks("it needs a `library`"),
        ]
        .map(|error| error.to_string());
        assert_eq!(
            output,
            [
                "config.toml:8: `pin` is `true` or `false`",
                "config.toml:8: `pin` is an integer",
                "config.toml:8: `pin` is a list of integers such as [0, 7]",
                "config.toml:9: `slot` is a string: write it in quotation marks",
                "config.toml:9: `slot` is out of range",
                "config.toml:7: it needs a `library`",
            ]
        );
        assert!(!format!("{section:?}").contains("73519"));
    }
}
