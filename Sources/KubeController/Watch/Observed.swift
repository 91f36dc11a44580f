// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// An object as it was seen at one version.
public struct Observed<Object: Sendable>: Sendable {
    /// Its name.
    public let key: NamespacedName
    /// Its version; opaque.
    public let resourceVersion: String
    /// What was kept of it, or why it could not be read.
    public let content: Result<Object, DecodingFailure>

    /// Creates an observation.
    public init(key: NamespacedName, resourceVersion: String, content: Result<Object, DecodingFailure>) {
        self.key = key
        self.resourceVersion = resourceVersion
        self.content = content
    }

    /// Creates an observation of an object that could be read.
    public init(key: NamespacedName, resourceVersion: String, _ object: Object) {
        self.init(key: key, resourceVersion: resourceVersion, content: .success(object))
    }
}

/// Why an object that the API server sent cannot be read; the object is there all the same.
public struct DecodingFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// One line for people that begins with "cannot"; it quotes no value.
    public let message: String

    /// Creates a failure.
    public init(_ message: String) {
        self.message = message
    }

    /// The message.
    public var description: String { message }
}

extension Observed {
    /// Reads an object that an API server sent or returned; `nil` when it has no name.
    ///
    /// `managedFields` are dropped before, so that a type that keeps its JSON does not keep them.
    ///
    /// - Parameters:
    ///   - json: The object.
    ///   - decode: Takes what is needed from it; what it throws becomes the `DecodingFailure`.
    public init?(json: JSONValue, decode: (JSONValue) throws -> Object) {
        guard var object = json.object, var metadata = object["metadata"]?.object,
            let name = metadata["name"]?.string, !name.isEmpty
        else { return nil }
        let key = NamespacedName(namespace: metadata["namespace"]?.string, name: name)
        let version = metadata["resourceVersion"]?.string ?? ""
        if metadata["managedFields"] != nil {
            metadata["managedFields"] = nil
            object["metadata"] = .object(metadata)
        }
        do {
            self.init(key: key, resourceVersion: version, try decode(.object(object)))
        } catch let error as FieldError {
            // The field and the kind of fault, never the value: it may be a secret.
            let failure = DecodingFailure("cannot read \(key): \(error.path): \(error.kind.words)")
            self.init(key: key, resourceVersion: version, content: .failure(failure))
        } catch {
            let failure = DecodingFailure("cannot read \(key): \(type(of: error))")
            self.init(key: key, resourceVersion: version, content: .failure(failure))
        }
    }
}
