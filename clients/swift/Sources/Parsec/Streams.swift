public import Foundation
import ParsecBinding

/// Data that comes out of the service while other data goes in, piece by piece.
///
/// Reading drives it: a piece is taken from the source when the next one is asked for. Letting go of
/// the iterator ends it in the service. It can be read once, and one reader at a time.
public struct ProcessedData<Source: AsyncSequence & Sendable>: AsyncSequence, Sendable
where Source.Element: DataProtocol {
    /// A piece; none is empty.
    public typealias Element = Data

    let source: Source
    let open: @Sendable () async throws(ParsecError) -> ParsecBinding.NativeStream

    /// Begins to read.
    public func makeAsyncIterator() -> Iterator {
        Iterator(source: source.makeAsyncIterator(), open: open)
    }

    /// Reads what comes out.
    public struct Iterator: AsyncIteratorProtocol {
        private var source: Source.AsyncIterator
        private let open: () async throws(ParsecError) -> ParsecBinding.NativeStream
        private var stream: OpenStream?
        private var isOver = false

        init(source: Source.AsyncIterator, open: @escaping () async throws(ParsecError) -> ParsecBinding.NativeStream) {
            self.source = source
            self.open = open
        }

        /// The next piece, or `nil` after the last one.
        ///
        /// - Throws: what the source throws, or a ``ParsecError``: ``ParsecError/invalidSignature(_:)``
        ///   at the end means that all pieces before it are worth nothing.
        public mutating func next() async throws -> Data? {
            while !isOver {
                let piece = try await step()
                if !piece.isEmpty { return piece }
            }
            return nil
        }

        private mutating func step() async throws -> Data {
            do {
                let stream = try await opened()
                if let piece = try await source.next() {
                    return try await stream.update(Data(piece))
                }
                isOver = true
                return try await stream.finish()
            } catch {
                isOver = true
                stream?.abort()
                throw error
            }
        }

        private mutating func opened() async throws(ParsecError) -> OpenStream {
            if let stream { return stream }
            let stream = OpenStream(native: try await open())
            self.stream = stream
            return stream
        }
    }
}

/// A stream of the service, which ends with its last holder.
final class OpenStream: Sendable {
    private let native: ParsecBinding.NativeStream

    init(native: ParsecBinding.NativeStream) { self.native = native }

    deinit { native.abort() }

    func update(_ piece: Data) async throws(ParsecError) -> Data {
        let native = native
        return try await Calls.run { try await native.update(piece: piece) }
    }

    func finish() async throws(ParsecError) -> Data {
        let native = native
        return try await Calls.run { try await native.finish() }
    }

    func abort() { native.abort() }

    /// Takes all pieces of a source, and gives what comes out at the end.
    func consume<Source: AsyncSequence>(_ source: Source) async throws -> Data where Source.Element: DataProtocol {
        for try await piece in source { _ = try await update(Data(piece)) }
        return try await finish()
    }
}

extension Client {
    /// A hash of data in pieces, made by the service.
    ///
    /// - Throws: what the source throws, or a ``ParsecError``.
    public func hash<Source: AsyncSequence & Sendable>(
        pieces: Source, with function: Contract.Hash = .sha256
    ) async throws -> Data where Source.Element: DataProtocol {
        let (native, function) = (native, function.native)
        let stream = try await Calls.run { try await native.hashStream(hash: function) }
        return try await OpenStream(native: stream).consume(pieces)
    }
}

extension SealingKey {
    /// Encrypts data in pieces: what comes out, one piece behind the other, is what
    /// ``SealedBox/combined`` would hold.
    ///
    /// ```swift
    /// for try await piece in vault.seal(pieces: file) { try output.write(contentsOf: piece) }
    /// ```
    ///
    /// - Parameters:
    ///   - pieces: the data, of any lengths.
    ///   - data: what is authenticated with it and not encrypted.
    ///   - byteCount: how many bytes there will be, which `AES.CCM` must know.
    public func seal<Source: AsyncSequence & Sendable>(
        pieces: Source, authenticating data: some DataProtocol = Data(), byteCount: UInt64? = nil
    ) -> ProcessedData<Source> where Source.Element: DataProtocol {
        anyKey.processed(pieces) { [data = Data(data)] native in
            try await native.encryptStream(associatedData: data, length: byteCount)
        }
    }

    /// Decrypts data in pieces. Nothing is known to be unchanged before the last one has come out:
    /// until then keep what you read to yourself.
    ///
    /// - Parameters:
    ///   - pieces: what sealing gave, of any lengths.
    ///   - data: what is authenticated with it and not encrypted.
    ///   - byteCount: how many bytes will come out, which `AES.CCM` must know.
    public func open<Source: AsyncSequence & Sendable>(
        pieces: Source, authenticating data: some DataProtocol = Data(), byteCount: UInt64? = nil
    ) -> ProcessedData<Source> where Source.Element: DataProtocol {
        anyKey.processed(pieces) { [data = Data(data)] native in
            try await native.decryptStream(associatedData: data, length: byteCount)
        }
    }
}

extension MACKey {
    /// The authentication code of data in pieces.
    ///
    /// - Throws: what the source throws, or a ``ParsecError``.
    public func authenticationCode<Source: AsyncSequence & Sendable>(
        forPieces pieces: Source
    ) async throws -> Data where Source.Element: DataProtocol {
        let stream = try await anyKey.run { native in try await native.computeStream() }
        return try await OpenStream(native: stream).consume(pieces)
    }

    /// Whether a code is that of data in pieces.
    ///
    /// - Throws: what the source throws, or a ``ParsecError``.
    public func isValidAuthenticationCode<Source: AsyncSequence & Sendable>(
        _ code: some DataProtocol, authenticatingPieces pieces: Source
    ) async throws -> Bool where Source.Element: DataProtocol {
        let code = Data(code)
        let stream = try await anyKey.run { native in try await native.verifyStream(code: code) }
        do {
            _ = try await OpenStream(native: stream).consume(pieces)
            return true
        } catch ParsecError.invalidSignature {
            return false
        }
    }
}

extension AnyKey {
    fileprivate func processed<Source: AsyncSequence & Sendable>(
        _ source: Source,
        _ open: @escaping @Sendable (ParsecBinding.NativeKey) async throws -> ParsecBinding.NativeStream
    ) -> ProcessedData<Source> where Source.Element: DataProtocol {
        ProcessedData(source: source) { () async throws(ParsecError) in try await self.run(open) }
    }
}
