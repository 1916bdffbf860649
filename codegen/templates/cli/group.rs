// {{ banner }}

//! {{ title }} that call one method each.

use clap::Subcommand;
use parsec_client::blocking::Client;
#[allow(unused_imports)]
use parsec_client::{AnySpec, Hash, ProviderId, Secret, types};

#[allow(unused_imports)]
use crate::args::parse::{hash_function, kinds as kinds_parser, provider_name};
#[allow(unused_imports)]
use crate::commands::kinds;
use crate::failure::Failure;
#[allow(unused_imports)]
use crate::value;

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
{%- for argument in command.arguments %}
        /// {{ argument.doc }}
        {{ argument.attributes }}
        {{ argument.field }}: {{ argument.field_type }},
{%- endfor %}
    },
{%- endfor %}
}

impl {{ class }} {
    /// Calls the method and prints its result.
    pub(crate) fn run(&self, client: &Client, json: bool) -> Result<(), Failure> {
        match self {
{%- for command in commands %}
            Self::{{ command.variant }} {
{%- if command.is_of_key %} key,{% endif %}
{%- for argument in command.arguments %} {{ argument.field }},{% endfor %} } => {
                let handle = {{ command.handle }};
{%- for argument in command.arguments %}
                {{ argument.read }}
{%- endfor %}
                {{ command.call }}
                {{ command.print }}
            }
{%- endfor %}
        }
    }
}
