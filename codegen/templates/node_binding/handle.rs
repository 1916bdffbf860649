// {{ banner }}

//! {{ summary }}

// IMPORTS

#[napi]
impl {{ class }} {
{%- for method in methods %}
{%- for line in method.doc %}
    /// {{ line }}
{%- endfor %}
    {%- if method.parameters.len() > 4 %}
    #[allow(clippy::too_many_arguments, reason = "one for each argument in JavaScript")]
    {%- endif %}
    #[napi(catch_unwind)]
    pub fn {{ method.name }}<'env>(&self, env: &'env Env, {% for parameter in method.parameters %}{{ parameter }}, {% endfor %}call: Option<&Call>) -> Result<PromiseRaw<'env, {{ method.returns }}>> {
{%- for line in method.before %}
        {{ line }}
{%- endfor %}
        {{ method.body }}
    }
{% endfor %}
}
