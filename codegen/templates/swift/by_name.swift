// {{ banner }}

import Foundation
import Parsec

extension Raw {
    /// Calls an operation by its name, with its input and output as JSON.
    func call(_ operation: String, _ input: Data, on provider: Provider) async throws -> Data {
        switch operation {
{%- for operation in operations %}
        case "{{ operation.name }}":
            return try await contractEncoder().encode(
                self.{{ operation.method }}(
                    {%- if !operation.empty %}contractDecoder().decode(Raw.{{ operation.message }}Request.self, from: input){% if !operation.core %}, {% endif %}{% endif -%}
                    {%- if !operation.core %}provider: provider{% endif -%}
                )
            )
{%- endfor %}
        default: throw UnknownOperation(name: operation)
        }
    }
}
