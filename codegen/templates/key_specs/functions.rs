// {{ banner }}

//! The specifications of new keys, by kind.
{% if uses_hashes %}
use parsec_contracts::types::Hash;
{% endif %}
{%- if !handles.is_empty() %}
use super::handles::{ {%- for handle in handles %}{{ handle }}, {% endfor -%} };
{%- endif %}
{%- if !options.is_empty() %}
use super::key_options::{ {%- for option in options %}{{ option }}, {% endfor -%} };
{%- endif %}
use super::kinds;
{%- if uses_hashes %}
use crate::kind::with_hash;
{%- endif %}
{%- if !handles.is_empty() %}
use crate::role_spec::RoleSpec;
{%- endif %}
{%- if !specs.is_empty() %}
use crate::spec::{ {%- for spec in specs %}{{ spec }}, {% endfor -%} };
{%- endif %}
{% for function in functions %}
{%- for line in function.doc %}
/// {{ line }}
{%- endfor %}
pub fn {{ function.name }}() -> {{ function.spec }} {
{%- if function.with.is_empty() %}
    {% if function.handle.is_some() %}RoleSpec{% else %}{{ function.spec }}{% endif %}::new(kinds::{{ function.kind }})
{%- else %}
    let kind = kinds::{{ function.kind }};
{%- for with in function.with %}
    let kind = kind.with({{ with }});
{%- endfor %}
    {% if function.handle.is_some() %}RoleSpec{% else %}{{ function.spec }}{% endif %}::new(kind)
{%- endif %}
}
{% endfor %}
