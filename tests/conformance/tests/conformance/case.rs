//! A running case.

use parsec_client::{Endpoint, Error, ErrorKind, ProviderId};
use parsec_tests_conformance::model::{Case, ProviderName, Saved, Step};

use crate::{async_client, blocking_client};

/// A case on a provider.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub(crate) case: Case,
    pub(crate) provider: ProviderId,
    pub(crate) endpoint: Endpoint,
}

/// The blocking or the async client.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Which {
    Blocking,
    Async,
}

impl Which {
    pub(crate) fn suffix(self) -> &'static str {
        match self {
            Self::Blocking => "",
            Self::Async => ", async",
        }
    }
}

/// The expected result of a case.
#[derive(Debug, Clone)]
pub(crate) enum Expectation {
    Passes,
    /// The case does not run.
    Skip(String),
    /// It must fail, because the devices of this family do not support it.
    NotSupported(&'static str),
    /// It must fail, because it is listed as failing.
    KnownFailure(String),
}

impl Expectation {
    /// Returns the result for the report, unless the case passes.
    pub(crate) fn reason(&self) -> String {
        match self {
            Self::Passes => String::new(),
            Self::Skip(reason) => format!("skipped: {reason}"),
            Self::NotSupported(family) => format!("skipped: not on {family}"),
            Self::KnownFailure(reason) => format!("known-failing: {reason}"),
        }
    }

    /// Returns the prefix that the runner prints before the name of a test that must fail.
    pub(crate) fn kind(&self) -> String {
        match self {
            Self::Passes | Self::Skip(_) => String::new(),
            Self::NotSupported(family) => format!("not on {family}"),
            Self::KnownFailure(_) => self.reason(),
        }
    }
}

/// The reason why a step failed.
pub(crate) struct Wrong {
    text: String,
    kind: Option<ErrorKind>,
}

impl Run {
    /// Returns the application's name. Each case has its own, so that cases are isolated.
    pub(crate) fn application(&self, of: &str, client: &str) -> String {
        format!("{of}-{}-{}{client}", self.case.id, self.provider.number())
    }

    /// Runs the case and returns its result for the report.
    pub(crate) fn judge(&self, which: Which, expected: &Expectation) -> Result<String, String> {
        let wrong = self.steps(which).err();
        match (expected, wrong) {
            (Expectation::Passes | Expectation::Skip(_), None) => Ok("passed".into()),
            (Expectation::Passes | Expectation::Skip(_), Some(wrong)) => Err(wrong.text),
            (Expectation::NotSupported(_), Some(wrong)) => match wrong.kind {
                Some(ErrorKind::NotSupported) => Ok(expected.reason()),
                _ => Err(wrong.text),
            },
            (Expectation::KnownFailure(_), Some(_)) => Ok(expected.reason()),
            (Expectation::NotSupported(family), None) => Err(format!(
                "it passes, although it is listed as not supported on {family}"
            )),
            (Expectation::KnownFailure(reason), None) => Err(format!(
                "it passes: remove it from known-failing/rust.txt ({reason})"
            )),
        }
    }

    fn steps(&self, which: Which) -> Result<(), Wrong> {
        let mut saved = Saved::new();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        for (index, step) in self.case.steps.iter().enumerate() {
            let answer = runtime.block_on(async {
                match which {
                    Which::Blocking => blocking_client::step(self, step, &saved).await,
                    Which::Async => async_client::step(self, step, &saved).await,
                }
            });
            let kept = check(step, answer, &saved).map_err(|wrong| Wrong {
                text: format!("step {}, {:?}: {}", index + 1, step.verb, wrong.text),
                ..wrong
            })?;
            if let (Some(name), Some(bytes)) = (&step.common.save, kept) {
                saved.insert(name.clone(), bytes);
            }
        }
        Ok(())
    }

    /// Returns the provider of a step.
    pub(crate) fn provider_of(&self, step: &Step) -> ProviderId {
        match step.common.on {
            None => self.provider,
            Some(ProviderName::Core) => ProviderId::Core,
            Some(ProviderName::Software) => ProviderId::Software,
            Some(ProviderName::Pkcs11) => ProviderId::Pkcs11,
            Some(ProviderName::Tpm) => ProviderId::Tpm,
            Some(ProviderName::SecondPkcs11) => ProviderId::SecondPkcs11,
        }
    }
}

/// The result of a step: its value, the client's error, or another failure.
pub(crate) enum Ended {
    Well(Vec<u8>),
    Badly(Error),
    Otherwise(String),
}

impl From<Error> for Ended {
    fn from(error: Error) -> Self {
        Self::Badly(error)
    }
}

impl From<String> for Ended {
    fn from(text: String) -> Self {
        Self::Otherwise(text)
    }
}

fn check(step: &Step, ended: Ended, saved: &Saved) -> Result<Option<Vec<u8>>, Wrong> {
    let wrong = |text: String, kind| Err(Wrong { text, kind });
    let common = &step.common;
    match (ended, common.fails.as_deref()) {
        (Ended::Otherwise(text), _) => wrong(text, None),
        (Ended::Badly(error), Some(kind)) if error.kind().name() == kind => Ok(None),
        (Ended::Badly(error), expected) => {
            let expected = expected.map(|kind| format!(", and not {kind}"));
            let text = format!(
                "{}{}: {error}",
                error.kind().name(),
                expected.unwrap_or_default()
            );
            wrong(text, Some(error.kind()))
        }
        (Ended::Well(_), Some(kind)) => wrong(format!("it succeeds; expected {kind}"), None),
        (Ended::Well(answer), None) => {
            let get = |bytes: &parsec_tests_conformance::model::Bytes| {
                bytes.get(saved).map(<[u8]>::to_vec)
            };
            let other = |text: String| Wrong { text, kind: None };
            if let Some(is) = &common.is {
                let is = get(is).map_err(other)?;
                if answer != is {
                    let text = format!("{}, and not {}", hex::encode(answer), hex::encode(is));
                    return wrong(text, None);
                }
            }
            if let Some(is_not) = &common.is_not
                && answer == get(is_not).map_err(other)?
            {
                return wrong(format!("{} again", hex::encode(answer)), None);
            }
            Ok(Some(answer))
        }
    }
}
