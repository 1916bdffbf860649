// {{ banner }}

import Foundation
import Parsec
import Testing

@Suite("examples: {{ title }}")
struct {{ class }} {
{%- for test in tests %}
{%- if !loop.first %}
{% endif %}
    @Test
    func {{ test.name }}() async throws {
        let parsec = try await Services.example("{{ test.application }}"{% if let Some(provider) = test.provider %}, on: .{{ provider }}{% endif %})
{%- for line in test.lines %}
        {{ line }}
{%- endfor %}
    }
{%- endfor %}
}
