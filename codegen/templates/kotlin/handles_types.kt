// {{ banner }}

package org.parsec.client
{% for (doc, name) in types %}
/** {{ doc|join(" ") }} */
public typealias {{ name }} = org.parsec.client.raw.{{ name }}
{% endfor %}
