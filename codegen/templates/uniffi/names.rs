// {{ banner }}

//! Error kinds and providers.

use parsec_client as contracts;

use crate::convert::Convert;

/// The kind of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum FailureKind {
{%- for kind in kinds %}
{%- for line in super::rust::doc_lines(kind.doc) %}
    /// {{ line }}
{%- endfor %}
    {{ super::rust::variant_name(kind.name) }},
{%- endfor %}
}

impl Convert<FailureKind> for contracts::ErrorKind {
    fn convert(self) -> FailureKind {
        match self {
{%- for kind in kinds %}
            Self::{{ super::rust::variant_name(kind.name) }} => FailureKind::{{ super::rust::variant_name(kind.name) }},
{%- endfor %}
            // The binding and the contracts have the same version.
            _ => unreachable!("the binding lacks this kind"),
        }
    }
}

/// A provider, which holds keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum ProviderId {
{%- for provider in providers %}
{%- for line in super::rust::doc_lines(provider.description) %}
    /// {{ line }}
{%- endfor %}
    {{ super::rust::variant_name(provider.name) }},
{%- endfor %}
}

impl Convert<contracts::ProviderId> for ProviderId {
    fn convert(self) -> contracts::ProviderId {
        match self {
{%- for provider in providers %}
            Self::{{ super::rust::variant_name(provider.name) }} => contracts::ProviderId::{{ super::rust::variant_name(provider.name) }},
{%- endfor %}
        }
    }
}

impl Convert<ProviderId> for contracts::ProviderId {
    fn convert(self) -> ProviderId {
        match self {
{%- for provider in providers %}
            Self::{{ super::rust::variant_name(provider.name) }} => ProviderId::{{ super::rust::variant_name(provider.name) }},
{%- endfor %}
            // The binding and the contracts have the same version.
            _ => unreachable!("the binding lacks this provider"),
        }
    }
}
