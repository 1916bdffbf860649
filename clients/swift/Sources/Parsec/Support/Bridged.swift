import Foundation

/// A value that crosses the binding as one of its types.
protocol Bridged {
    associatedtype Native

    init(native: Native)
    var native: Native { get }
}

/// A value that crosses as it is.
protocol BridgedAsIs: Bridged where Native == Self {}

extension BridgedAsIs {
    init(native: Self) { self = native }
    var native: Self { self }
}

extension Bool: BridgedAsIs {}
extension UInt32: BridgedAsIs {}
extension UInt64: BridgedAsIs {}
extension String: BridgedAsIs {}
extension Data: BridgedAsIs {}

extension Array: Bridged where Element: Bridged {
    init(native: [Element.Native]) { self = native.map(Element.init(native:)) }
    var native: [Element.Native] { map(\.native) }
}

extension Optional: Bridged where Wrapped: Bridged {
    init(native: Wrapped.Native?) { self = native.map(Wrapped.init(native:)) }
    var native: Wrapped.Native? { self?.native }
}
