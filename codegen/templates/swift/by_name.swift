// {{ banner }}

import Foundation
import Parsec

extension Raw {
    /// Calls an operation by its name, with its input and output as JSON.
    func call(_ operation: String, _ input: Data, on provider: Provider) async throws -> Data {
        switch operation {
{%- for operation in operations %}
        case "{{ operation.name }}":
{%- if !operation.empty %}
            let request = try contractDecoder().decode({{ operation.message }}Request.self, from: input)
{%- endif %}
            return try await contractEncoder().encode({{ operation.method }}(
                {%- if !operation.empty %}request{% if !operation.core %}, {% endif %}{% endif -%}
                {%- if !operation.core %}provider: provider{% endif -%}
            ))
{%- endfor %}
        default: throw UnknownOperation(name: operation)
        }
    }
}
