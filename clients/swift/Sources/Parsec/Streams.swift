public import Foundation
import ParsecBinding

/// The output of a stream: encrypted or decrypted data, piece by piece.
///
/// The source is read on demand, when the next piece of output is requested. Releasing the iterator
/// ends the stream in the service. The output can be read once, by one reader.
public struct ProcessedData<Source: AsyncSequence & Sendable>: AsyncSequence, Sendable
where Source.Element: DataProtocol {
    /// A piece, never empty.
    public typealias Element = Data

    let source: Source
    let open: @Sendable () async throws -> ParsecBinding.NativeStream

    /// Creates the iterator over the output.
    public func makeAsyncIterator() -> Iterator {
        Iterator(source: source.makeAsyncIterator(), open: open)
    }

    /// An iterator over the output.
    public struct Iterator: AsyncIteratorProtocol {
        private var source: Source.AsyncIterator
        private let open: () async throws -> ParsecBinding.NativeStream
        private var stream: OpenStream?
        private var isFinished = false

        init(source: Source.AsyncIterator, open: @escaping () async throws -> ParsecBinding.NativeStream) {
            self.source = source
            self.open = open
        }

        /// The next piece, or `nil` after the last one.
        ///
        /// - Throws: errors of the source, or a ``ParsecError``. ``ParsecError/decryptionFailed(_:)`` at the
        ///   end means that all previous pieces are invalid.
        public mutating func next() async throws -> Data? {
            while !isFinished {
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
                isFinished = true
                return try await stream.finish()
            } catch {
                isFinished = true
                stream?.abort()
                throw error
            }
        }

        private mutating func opened() async throws -> OpenStream {
            if let stream { return stream }
            let stream = OpenStream(native: try await open())
            self.stream = stream
            return stream
        }
    }
}

/// A stream of the service. It ends when the object is released.
final class OpenStream: Sendable {
    private let native: ParsecBinding.NativeStream

    init(native: ParsecBinding.NativeStream) { self.native = native }

    deinit { native.abort() }

    func update(_ piece: Data) async throws -> Data {
        let native = native
        return try await Calls.run { try await native.update(piece: piece) }
    }

    func finish() async throws -> Data {
        let native = native
        return try await Calls.run { try await native.finish() }
    }

    func abort() { native.abort() }

    /// Sends all pieces of a source, and returns the result.
    func consume<Source: AsyncSequence>(_ source: Source) async throws -> Data where Source.Element: DataProtocol {
        for try await piece in source { _ = try await update(Data(piece)) }
        return try await finish()
    }
}

extension Client {
    /// Hashes data in pieces in the service.
    ///
    /// - Throws: errors of the source, or a ``ParsecError``.
    public func hash<Source: AsyncSequence & Sendable>(
        pieces: Source, with function: Contract.Hash = .sha256
    ) async throws -> Data where Source.Element: DataProtocol {
        let (native, function) = (native, function.native)
        let stream = try await Calls.run { try await native.hashStream(hash: function) }
        return try await OpenStream(native: stream).consume(pieces)
    }
}

extension SealingKey {
    /// Encrypts data in pieces. The concatenated output has the format of ``SealedBox/combined``.
    ///
    /// ```swift
    /// for try await piece in vault.seal(pieces: file) { try output.write(contentsOf: piece) }
    /// ```
    ///
    /// - Parameters:
    ///   - pieces: the message, in pieces of any length.
    ///   - data: associated data, which is authenticated and not encrypted.
    ///   - byteCount: length of the message in bytes; required for `AES.CCM`.
    public func seal<Source: AsyncSequence & Sendable>(
        pieces: Source, authenticating data: some DataProtocol = Data(), byteCount: UInt64? = nil
    ) -> ProcessedData<Source> where Source.Element: DataProtocol {
        anyKey.processed(pieces) { [data = Data(data)] native in
            try await native.encryptStream(associatedData: data, length: byteCount)
        }
    }

    /// Decrypts data in pieces. The output is verified only when the last piece was read: do not use any
    /// of it before.
    ///
    /// - Parameters:
    ///   - pieces: the output of `seal`, in pieces of any length.
    ///   - data: associated data, the same as for `seal`.
    ///   - byteCount: length of the message in bytes; required for `AES.CCM`.
    public func open<Source: AsyncSequence & Sendable>(
        pieces: Source, authenticating data: some DataProtocol = Data(), byteCount: UInt64? = nil
    ) -> ProcessedData<Source> where Source.Element: DataProtocol {
        anyKey.processed(pieces) { [data = Data(data)] native in
            try await native.decryptStream(associatedData: data, length: byteCount)
        }
    }
}

extension MACKey {
    /// Computes the authentication code of data in pieces.
    ///
    /// - Throws: errors of the source, or a ``ParsecError``.
    public func authenticationCode<Source: AsyncSequence & Sendable>(
        forPieces pieces: Source
    ) async throws -> Data where Source.Element: DataProtocol {
        let stream = try await anyKey.run { native in try await native.computeStream() }
        return try await OpenStream(native: stream).consume(pieces)
    }

    /// Verifies the authentication code of data in pieces.
    ///
    /// - Throws: errors of the source, or a ``ParsecError``.
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
        ProcessedData(source: source) { try await self.run(open) }
    }
}
