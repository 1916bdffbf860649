// {{ banner }}

//! {{ summary }}{% if blocking %} Blocking.{% else %} Async.{% endif %}

// IMPORTS

{% if !methods.is_empty() %}
#[uniffi::export{% if !blocking %}(async_runtime = "tokio"){% endif %}]
impl {{ object }} {
{%- for method in methods %}
{%- for line in method.doc %}
    /// {{ line }}
{%- endfor %}
{%- if blocking %}
    ///
    /// Waits for the response on the caller's thread.
{%- endif %}
    #[uniffi::method(default(timeout_ms = None))]
    pub {% if !blocking %}async {% endif %}fn {{ method.name }}(&self, {{ method.parameters|join(", ") }}) -> Result<{{ method.returns }}, Failure> {
{%- if blocking %}
        let handle = self.blocking(timeout_ms);
        caught(move || {
            {{ method.body }}
        })
{%- else %}
        let handle = self.asynchronous(timeout_ms);
        caught_async(async move {
            {{ method.body }}
        })
        .await
{%- endif %}
    }
{% endfor %}
}
{% endif %}
