// {{ banner }}

package org.parsec.client
{% for (doc, name, native) in choices %}
/** {{ doc }} */
public typealias {{ name }} = org.parsec.client.raw.{{ native }}
{% endfor %}
