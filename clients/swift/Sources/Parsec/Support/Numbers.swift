extension UInt32 {
    /// Converts a number, or throws an error that names the argument.
    init(checking number: Int, _ name: String) throws(ParsecError) {
        guard let number = UInt32(exactly: number) else {
            throw .invalid("\(name): must be from 0 to \(UInt32.max), not \(number)")
        }
        self = number
    }

    /// Converts several numbers.
    static func all(checking numbers: [Int], _ name: String) throws(ParsecError) -> [UInt32] {
        var checked: [UInt32] = []
        for number in numbers { checked.append(try UInt32(checking: number, name)) }
        return checked
    }
}
