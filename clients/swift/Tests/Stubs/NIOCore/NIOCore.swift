// Declarations of swift-nio that the TLS sample uses. The sources of that package are not available where the
// tests run; these are our own, with the same names and types and only as much behavior as the test needs.

/// A connection.
public protocol Channel: AnyObject, Sendable {
    /// The event loop of the connection.
    var eventLoop: any EventLoop { get }
}

/// A thread that runs the callbacks of connections.
public protocol EventLoop: AnyObject, Sendable {}

extension EventLoop {
    /// Runs async code, and returns the future of its result.
    public func makeFutureWithTask<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) -> EventLoopFuture<Value> {
        EventLoopFuture(Task { try await body() })
    }

    /// A future that failed.
    public func makeFailedFuture<Value: Sendable>(_ error: any Error) -> EventLoopFuture<Value> {
        EventLoopFuture(Task { throw error })
    }
}

/// A result that is available later.
public final class EventLoopFuture<Value: Sendable>: Sendable {
    private let task: Task<Value, any Error>

    init(_ task: Task<Value, any Error>) { self.task = task }

    /// Waits for the result.
    public func get() async throws -> Value { try await task.value }
}

/// Bytes.
public struct ByteBuffer: Sendable, Hashable {
    /// The bytes.
    public let readableBytesView: [UInt8]

    /// Creates a buffer with these bytes.
    public init<Bytes: Sequence>(bytes: Bytes) where Bytes.Element == UInt8 { readableBytesView = Array(bytes) }
}
