{% for line in doc -%}
/// {{ line }}
{% endfor -%}
#[derive({{ derives }})]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde({% if has_default %}default, {% endif %}deny_unknown_fields))]
pub struct {{ name }} {
{%- for field in fields %}
{%- for line in field.doc %}
    /// {{ line }}
{%- endfor %}
{%- if let Some(serde) = field.serde %}
    #[cfg_attr(feature = "serde", serde({{ serde }}))]
{%- endif %}
    pub {{ field.name }}: {{ field.type_name }},
{%- endfor %}
}

message!({{ name }} = wire::{{ wire }} { {% for field in fields %}{{ field.name }}: {% if field.optional %}optional{% else %}mandatory{% endif %}, {% endfor %} });
{%- if is_flags %}

flags!({{ name }} {
{%- for field in fields %}
    {{ field.name }} = "{{ field.kebab }}";
{%- endfor %}
});
{%- endif %}
