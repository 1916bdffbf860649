//! The format of a case file. `schema.json` is generated from these types.

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
    /// JSON Schema reference, for editors.
    #[serde(rename = "$schema")]
    pub schema: Option<String>,
    /// The source of a generated file.
    pub generated: Option<String>,
    /// The cases.
    pub cases: Vec<Case>,
    /// Contract examples that cannot be cases.
    #[serde(default)]
    pub not_cases: Vec<NotCase>,
}

/// A contract example that cannot be a case.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NotCase {
    /// The operation.
    pub operation: String,
    /// The example's title.
    pub title: String,
    /// The reason.
    pub reason: String,
}

/// A test case: a sequence of steps.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Case {
    /// Unique among all files.
    #[schemars(regex(pattern = r"^[a-z0-9]+(-[a-z0-9]+)*$"))]
    pub id: String,
    /// The tested property, as a sentence.
    pub title: String,
    /// The families of providers that it runs on.
    pub on: Option<Vec<Family>>,
    /// Families whose devices do not support it, although the provider does not report that.
    #[serde(default)]
    pub not_on: Vec<Family>,
    /// Capabilities that the provider must report.
    #[serde(default)]
    pub needs: Vec<Need>,
    /// The layer under test.
    #[serde(default)]
    pub layer: Layer,
    /// The steps, in order.
    #[schemars(length(min = 1))]
    pub steps: Vec<Step>,
}

/// A family of providers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// Software keys.
    Software,
    /// A PKCS #11 token.
    Pkcs11,
    /// A TPM.
    Tpm,
}

impl Family {
    /// Returns its name in the contracts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Software => "software",
            Self::Pkcs11 => "pkcs11",
            Self::Tpm => "tpm",
        }
    }
}

/// The layer that a case tests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// The client's handles, called as a developer would.
    #[default]
    Idiomatic,
    /// The generated raw operations.
    Raw,
}

/// A capability that a provider must report.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "NeedText")]
pub struct Need(String);

/// The text form of a [`Need`].
#[derive(Deserialize, JsonSchema)]
struct NeedText(
    #[schemars(regex(pattern = r"^(opcode|generate|import|derive):[a-z0-9_-]+$"))] String,
);

impl Need {
    /// The original text.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// The capability and its subject.
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
                "{text:?} is not a need: write opcode:, generate:, import: or derive:"
            )),
        }
    }
}

/// A step of a case.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Step {
    /// The action of the step.
    #[serde(flatten)]
    pub verb: Verb,
    /// Members that every verb accepts.
    #[serde(flatten)]
    pub common: Common,
}

/// Members that every verb accepts.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Common {
    /// The application; default: `web`.
    #[serde(rename = "as")]
    pub application: Option<String>,
    /// Another provider, for this step only.
    pub on: Option<ProviderName>,
    /// The kind of the expected error.
    pub fails: Option<String>,
    /// The name under which the result is saved.
    pub save: Option<String>,
    /// The expected result.
    pub is: Option<Bytes>,
    /// A value that the result must not equal.
    pub is_not: Option<Bytes>,
}

/// The members of [`Common`].
const COMMON: [&str; 6] = ["as", "on", "fails", "save", "is", "is-not"];

impl<'de> Deserialize<'de> for Step {
    /// Serde cannot reject unknown members of a flattened struct, so they are separated here.
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
            return Err(D::Error::custom(format!("{written} has no result")));
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
