// {{ banner }}

package org.parsec.client

{% if asserts -%}
import org.junit.jupiter.api.Assertions.assertNotNull
{% endif -%}
import org.junit.jupiter.api.Test
{%- for class in imports %}
import org.parsec.client.raw.{{ class }}
{%- endfor %}

/** The examples of the documentation. */
class {{ class }} {
{%- for test in tests %}
{%- if !loop.first %}
{% endif %}
    @Test
    fun {{ test.name }}() = {% if test.suspending %}runExample{% else %}runBlockingExample{% endif %}("{{ test.application }}"{% if let Some(provider) = test.provider %}, Provider.{{ provider }}{% endif %}) { parsec ->
{%- for line in test.lines %}
        {{ line }}
{%- endfor %}
    }
{%- endfor %}
}
