//! What a file of cases may say. `schema.json` is made of these types.

use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

mod bytes;
mod spec;
mod verb;

pub use bytes::{Bytes, Pem, Saved};
pub use spec::{Spec, SpecParts, hash_named};
pub use verb::{PublicForm, Role, Verb};

/// A file of cases.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(title = "Conformance cases")]
pub struct File {
    /// For editors.
    #[serde(rename = "$schema")]
    pub schema: Option<String>,
    /// What a generated file was made of.
    pub generated: Option<String>,
    /// The cases.
    pub cases: Vec<Case>,
    /// Examples of contracts that cannot be cases.
    #[serde(default)]
    pub not_cases: Vec<NotCase>,
}

/// An example of a contract that cannot be a case.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NotCase {
    /// The operation.
    pub operation: String,
    /// The example's title.
    pub title: String,
    /// Why.
    pub reason: String,
}

/// The life of some keys, in steps.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Case {
    /// Unique among all files.
    #[schemars(regex(pattern = r"^[a-z0-9]+(-[a-z0-9]+)*$"))]
    pub id: String,
    /// What it shows, in a sentence.
    pub title: String,
    /// The only families of providers that it runs on.
    pub on: Option<Vec<Family>>,
    /// Families whose devices cannot do it, though nothing that they say tells.
    #[serde(default)]
    pub not_on: Vec<Family>,
    /// What a provider must say that it can do.
    #[serde(default)]
    pub needs: Vec<Need>,
    /// What it drives.
    #[serde(default)]
    pub layer: Layer,
    /// One after the other.
    #[schemars(length(min = 1))]
    pub steps: Vec<Step>,
}

/// A type of provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// Keys in software.
    Software,
    /// A PKCS #11 token.
    Pkcs11,
    /// A TPM.
    Tpm,
}

impl Family {
    /// Its name in the contracts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Software => "software",
            Self::Pkcs11 => "pkcs11",
            Self::Tpm => "tpm",
        }
    }
}

/// What a case drives.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// The calls that a developer in the language writes.
    #[default]
    Idiomatic,
    /// The generated layer of operations.
    Raw,
}

/// What a provider must say that it can do.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "NeedText")]
pub struct Need(String);

/// How a [`Need`] is written.
#[derive(Deserialize, JsonSchema)]
struct NeedText(
    #[schemars(regex(pattern = r"^(opcode|generate|import|derive):[a-z0-9_-]+$"))] String,
);

impl Need {
    /// As it was written.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// What is asked, and about what.
    pub fn parts(&self) -> (&str, &str) {
        self.0.split_once(':').unwrap_or((&self.0, ""))
    }
}

impl TryFrom<NeedText> for Need {
    type Error = String;

    fn try_from(NeedText(text): NeedText) -> Result<Self, String> {
        match text.split_once(':') {
            Some(("opcode" | "generate" | "import" | "derive", what)) if !what.is_empty() => {
                Ok(Self(text))
            }
            _ => Err(format!(
                "{text:?} is no need: write opcode:, generate:, import: or derive:"
            )),
        }
    }
}

/// A step of a case.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Step {
    /// What to do.
    #[serde(flatten)]
    pub verb: Verb,
    /// What steps of any verb may say.
    #[serde(flatten)]
    pub common: Common,
}

/// What steps of any verb may say.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Common {
    /// The application; `web` where nothing is said.
    #[serde(rename = "as")]
    pub application: Option<String>,
    /// Another provider, for this step.
    pub on: Option<ProviderName>,
    /// The kind of error that it must end with.
    pub fails: Option<String>,
    /// The name to keep the answer under.
    pub save: Option<String>,
    /// What the answer must be.
    pub is: Option<Bytes>,
    /// What the answer must not be.
    pub is_not: Option<Bytes>,
}

/// The members of [`Common`].
const COMMON: [&str; 6] = ["as", "on", "fails", "save", "is", "is-not"];

impl<'de> Deserialize<'de> for Step {
    /// Serde cannot refuse unknown members of a flattened structure: they are told apart here.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut members = Map::<String, Value>::deserialize(deserializer)?;
        let common: Map<_, _> = COMMON
            .iter()
            .filter_map(|name| members.remove_entry(*name))
            .collect();
        let written = Value::Object(members);
        let verb = Verb::deserialize(&written)
            .map_err(|error| D::Error::custom(format!("{error}, in {written}")))?;
        let common = Common::deserialize(Value::Object(common)).map_err(D::Error::custom)?;
        let step = Self { verb, common };
        let uses = &step.common;
        let answers_something = step.verb.answers();
        if !answers_something && (uses.save.is_some() || uses.is.is_some() || uses.is_not.is_some())
        {
            return Err(D::Error::custom(format!(
                "nothing is answered to {written}"
            )));
        }
        Ok(step)
    }
}

/// A provider of the test service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ProviderName {
    /// The service itself, 0.
    Core,
    /// 1.
    Software,
    /// 2.
    Pkcs11,
    /// 3.
    Tpm,
    /// 128.
    SecondPkcs11,
}
