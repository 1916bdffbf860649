{% for line in doc -%}
/// {{ line }}
{% endfor -%}
#[derive({{ derives }})]
pub struct {{ name }} {
{%- for field in fields %}
{%- for line in field.doc %}
    /// {{ line }}
{%- endfor %}
    pub {{ field.name }}: {{ field.type_name }},
{%- endfor %}
}

message!({{ name }} = wire::{{ wire }} { {% for field in fields %}{{ field.name }}: {% if field.optional %}optional{% else %}mandatory{% endif %}, {% endfor %} });
