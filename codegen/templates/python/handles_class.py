# {{ banner }}
"""{{ summary }}"""

{% for line in imports -%}
{{ line }}
{% endfor -%}
{% if let Some(bound) = type_variable %}
K = TypeVar("K", bound={{ bound }})
{% endif %}

class {{ class }}{{ bases }}:
{%- for line in doc %}
{{ line }}
{%- endfor %}
{%- if form == HandleForm::Key %}

    __slots__ = ()
{%- endif %}
{%- if form == HandleForm::Administrator %}

    def __init__(self, client: Connected) -> None:
        self._client = client
{%- endif %}
{%- for administrator in administrators %}

    @property
    def {{ administrator.name }}(self) -> {{ administrator.class }}:
        """{{ administrator.summary }}"""
        return {{ administrator.class }}(self)
{%- endfor %}
{%- for method in methods %}
{% for overload in method.overloads %}
    @overload
{%- for line in overload %}
{{ line }}
{%- endfor %}
{% endfor %}
{%- for line in method.signature %}
{{ line }}
{%- endfor %}
{%- for line in method.doc %}
{{ line }}
{%- endfor %}
{%- for line in method.body %}
{{ line }}
{%- endfor %}
{%- endfor %}


__all__ = ["{{ class }}"]
