// {{ banner }}

//! Functions of the core that call one operation each.

// IMPORTS

impl<T: Transport> KeyCore<T> {
{%- for function in functions %}
{%- if function.is_of_key %}
{%- for line in function.doc %}
    /// {{ line }}
{%- endfor %}
    pub(crate) async fn {{ function.name }}(&self, {% for parameter in function.parameters %}{{ parameter }}, {% endfor %}) -> Result<{{ function.returns }}> {
        {{ function.body }}
    }
{% endif %}
{%- endfor %}
}

impl<T: Transport> Core<T> {
{%- for function in functions %}
{%- if !function.is_of_key %}
{%- for line in function.doc %}
    /// {{ line }}
{%- endfor %}
    pub(crate) async fn {{ function.name }}(&self, {% for parameter in function.parameters %}{{ parameter }}, {% endfor %}) -> Result<{{ function.returns }}> {
        {{ function.body }}
    }
{% endif %}
{%- endfor %}
}
