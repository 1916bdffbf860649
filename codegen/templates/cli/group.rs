// {{ banner }}

//! {{ title }} that call one method each.

use clap::Subcommand;
#[allow(unused_imports)]
use parsec_client::{AnySpec, Hash, Secret, types};

#[allow(unused_imports)]
use crate::args::client::ClientArguments;
#[allow(unused_imports)]
use crate::args::formats::{BytesForm, To};
#[allow(unused_imports)]
use crate::args::parse::{hash_function, kinds as kinds_parser};
#[allow(unused_imports)]
use crate::commands::kinds;
use crate::failure::Failure;
#[allow(unused_imports)]
use crate::generated::options::{NewKey, Placement};
#[allow(unused_imports)]
use crate::output::Readers;
use crate::session::Session;
#[allow(unused_imports)]
use crate::{confirm, input, printers, value};

/// {{ title }} that call one method each.
#[derive(Subcommand)]
pub(crate) enum {{ class }} {
{%- for command in commands %}
{%- for line in command.doc %}
    /// {{ line }}
{%- endfor %}
    #[command(name = "{{ command.name }}")]
    {{ command.variant }} {
{%- if command.is_of_key %}
        /// The name of the key
        #[arg(value_name = "KEY")]
        key: String,
{%- endif %}
{%- for field in command.fields() %}
{%- if let Some(doc) = &field.doc %}
        /// {{ doc }}
{%- endif %}
        {{ field.attributes }}
        {{ field.name }}: {{ field.field_type }},
{%- endfor %}
{%- if command.confirm.is_some() %}
        /// Do not ask for confirmation
        #[arg(long)]
        yes: bool,
{%- endif %}
    },
{%- endfor %}
}

impl {{ class }} {
    /// Calls the method and prints its result.
    pub(crate) fn run(&self, session: &Session) -> Result<(), Failure> {
        match self {
{%- for command in commands %}
            Self::{{ command.variant }} {
{%- if command.is_of_key %} key,{% endif %}
{%- for field in command.fields() %} {{ field.name }},{% endfor %}
{%- if command.confirm.is_some() %} yes,{% endif %} } => {
                let handle = {{ command.handle }};
{%- for argument in command.arguments %}
{%- if !argument.read.is_empty() %}
                {{ argument.read }}
{%- endif %}
{%- endfor %}
{%- if let Some(confirm) = command.confirm %}
                {{ confirm }}
{%- endif %}
                {{ command.call }}
                {{ command.print }}
            }
{%- endfor %}
        }
    }
}
