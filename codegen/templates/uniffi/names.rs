// {{ banner }}

//! Error kinds and providers.

use parsec_client as contracts;

use crate::convert::Convert;

/// The kind of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum FailureKind {
{%- for kind in kinds %}
{%- for line in self::doc_lines(kind.doc) %}
    /// {{ line }}
{%- endfor %}
    {{ self::variant_name(kind.name) }},
{%- endfor %}
}

impl Convert<FailureKind> for contracts::ErrorKind {
    fn convert(self) -> FailureKind {
        match self {
{%- for kind in kinds %}
            Self::{{ self::variant_name(kind.name) }} => FailureKind::{{ self::variant_name(kind.name) }},
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
{%- for line in self::doc_lines(provider.description) %}
    /// {{ line }}
{%- endfor %}
    {{ self::variant_name(provider.name) }},
{%- endfor %}
}

impl Convert<contracts::ProviderId> for ProviderId {
    fn convert(self) -> contracts::ProviderId {
        match self {
{%- for provider in providers %}
            Self::{{ self::variant_name(provider.name) }} => contracts::ProviderId::{{ self::variant_name(provider.name) }},
{%- endfor %}
        }
    }
}

impl Convert<ProviderId> for contracts::ProviderId {
    fn convert(self) -> ProviderId {
        match self {
{%- for provider in providers %}
            Self::{{ self::variant_name(provider.name) }} => ProviderId::{{ self::variant_name(provider.name) }},
{%- endfor %}
            // The binding and the contracts have the same version.
            _ => unreachable!("the binding lacks this provider"),
        }
    }
}
