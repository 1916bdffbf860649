// {{ banner }}

//! {{ handle.summary }}{% if !blocking %} Async.{% else %} Blocking.{% endif %}

// IMPORTS
{% for line in doc %}
/// {{ line }}
{%- endfor %}
{%- if !example.is_empty() %}
///
{%- for line in example %}
/// {{ line }}
{%- endfor %}
{%- endif %}
{%- if handle.form == HandleForm::Administrator %}
#[derive(Clone, Copy)]
pub struct {{ class }}<'a> {
    core: &'a Core<{{ transport }}>,
}

impl<'a> {{ class }}<'a> {
    pub(crate) fn new(core: &'a Core<{{ transport }}>) -> Self {
        Self { core }
    }
{%- else if handle.form == HandleForm::Client %}
#[derive(Clone)]
pub struct {{ class }} {
    pub(crate) core: Core<{{ transport }}>,
}
{% include "rust_client/handles_client.rs" %}
impl {{ class }} {
{%- else if handle.form == HandleForm::Stream %}
pub struct {{ class }} {
    core: StreamCore<{{ transport }}>,
}

impl {{ class }} {
    pub(crate) fn new(core: StreamCore<{{ transport }}>) -> Self {
        Self { core }
    }
{%- else %}
#[derive(Clone)]
pub struct {{ class }} {
    pub(crate) core: KeyCore<{{ transport }}>,
{%- if has_public_key %}
    public_key: PublicKey,
{%- endif %}
}
{% include "rust_client/handles_key.rs" %}
impl {{ class }} {
{%- endif %}
{%- for method in methods %}
{%- for line in method.doc %}
    /// {{ line }}
{%- endfor %}
{%- if let Some(feature) = method.feature %}
    #[cfg(feature = "{{ feature }}")]
{%- endif %}
    pub {% if !blocking %}async {% endif %}fn {{ method.name }}{{ method.generics }}({{ method.receiver }}, {% for parameter in method.parameters %}{{ parameter }}, {% endfor %}) -> Result<{{ method.returns }}> {
        {{ method.body }}
    }
{% endfor %}
}

impl fmt::Debug for {{ class }}{% if handle.form == HandleForm::Administrator %}<'_>{% endif %} {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
{%- if handle.form == HandleForm::Key %}
        f.debug_struct("{{ class }}")
            .field("name", &self.name())
            .field("provider", &self.provider())
            .field("attributes", self.attributes())
            .finish_non_exhaustive()
{%- else if handle.form == HandleForm::Client %}
        f.debug_struct("{{ class }}")
            .field("endpoint", &self.endpoint())
            .field("authentication", self.authentication())
            .finish_non_exhaustive()
{%- else %}
        f.debug_struct("{{ class }}").finish_non_exhaustive()
{%- endif %}
    }
}
