// Grantor
// SPDX-License-Identifier: Apache-2.0

public import YAMLSource

/// Something that a person should know about an edit: what had to be written anew, or which comment went.
public struct YAMLEditingNote: Hashable, Sendable {
    /// Where it stood in the text before the edit.
    public let mark: Mark
    /// One sentence without a full stop.
    public let message: String

    /// Creates a note.
    public init(_ message: String, at mark: Mark) {
        self.mark = mark
        self.message = message
    }
}
