// Grantor
// SPDX-License-Identifier: Apache-2.0

/// A text that a CEL expression puts together: fixed words, and what expressions give.
///
/// Interpolation adds fixed words; `\(cel: x)` adds the string that the expression `x` gives.
struct CELText: Sendable, ExpressibleByStringInterpolation {
    private enum Piece {
        case words(String)
        case expression(String)
    }

    private var pieces: [Piece] = []

    init(stringLiteral value: String) {
        append(value)
    }

    init(stringInterpolation: Interpolation) {
        self = stringInterpolation.text
    }

    private init() {}

    /// The expression that gives the text.
    var expression: String {
        guard !pieces.isEmpty else { return CEL.literal("") }
        return pieces.map { piece in
            switch piece {
            case .words(let words): CEL.literal(words)
            case .expression(let expression): expression
            }
        }.joined(separator: " + ")
    }

    private mutating func append(_ words: String) {
        guard !words.isEmpty else { return }
        if case .words(let before)? = pieces.last {
            pieces[pieces.count - 1] = .words(before + words)
        } else {
            pieces.append(.words(words))
        }
    }

    private mutating func append(_ text: CELText) {
        for piece in text.pieces {
            switch piece {
            case .words(let words): append(words)
            case .expression: pieces.append(piece)
            }
        }
    }

    /// What the compiler makes of an interpolated literal.
    struct Interpolation: StringInterpolationProtocol {
        fileprivate var text = CELText()

        init(literalCapacity: Int, interpolationCount: Int) {}

        mutating func appendLiteral(_ literal: String) {
            text.append(literal)
        }

        mutating func appendInterpolation(_ words: String) {
            text.append(words)
        }

        mutating func appendInterpolation(_ inner: CELText) {
            text.append(inner)
        }

        mutating func appendInterpolation(cel expression: String) {
            text.pieces.append(.expression(expression))
        }
    }
}
