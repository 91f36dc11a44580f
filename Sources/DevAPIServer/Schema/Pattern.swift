// Grantor
// SPDX-License-Identifier: Apache-2.0

/// A regular expression in the dialect of RE2 (Go's `regexp`), matched in time linear in the text.
///
/// Swift's `Regex` backtracks, so that `(a+)+$` from somebody's definition could hang the server, and it is another
/// dialect. This one runs all alternatives side by side (Thompson's construction), as Go does. Understood are literals,
/// `.`, classes with POSIX and Perl names and general categories (`\pL`, `\p{Lu}`), groups, alternation, greedy and lazy
/// repetition, `^ $ \A \z \b \B`, and the flags `i`, `s`, `m`, `U`. Not understood are scripts (`\p{Greek}`) and `\Q..\E`.
struct Pattern: Sendable {
    /// Why an expression cannot be compiled.
    struct Failure: Error, Sendable, Hashable {
        /// What is wrong, in the words of Go's `regexp/syntax`.
        let message: String
    }

    /// A position between two characters that an expression can demand.
    enum Assertion: Sendable {
        case textStart, textEnd, lineStart, lineEnd, wordBoundary, noWordBoundary
    }

    /// One step of the automaton.
    enum Instruction: Sendable {
        /// Consumes one character of a class.
        case take(CharacterClass)
        /// Consumes exactly this character.
        case scalar(UInt32)
        /// Goes on at two places.
        case split(Int, Int)
        /// Goes on elsewhere.
        case jump(Int)
        /// Goes on where the assertion holds.
        case check(Assertion)
        /// The expression matches.
        case accept
    }

    /// The greatest number of instructions of an expression.
    static let maximumSize = 10_000
    /// The greatest amount of work for one text, in instructions; a text that needs more does not match.
    static let maximumWork = 20_000_000

    private let program: [Instruction]

    /// Compiles an expression.
    ///
    /// - Throws: `Failure`.
    init(_ text: String) throws(Failure) {
        var parser = PatternParser(text)
        var compiler = PatternCompiler()
        try compiler.emit(try parser.parse())
        compiler.program.append(.accept)
        program = compiler.program
    }

    /// Whether the expression matches somewhere in a text.
    func matches(_ text: String) -> Bool {
        var current = ThreadSet(capacity: program.count)
        var next = ThreadSet(capacity: program.count)
        var stack: [Int] = []
        var work = 0
        var previous: UInt32?
        var scalars = text.unicodeScalars.makeIterator()
        var scalar = scalars.next()?.value
        while true {
            if follow(0, into: &current, stack: &stack, previous: previous, scalar: scalar) { return true }
            guard let value = scalar else { return false }
            let upcoming = scalars.next()?.value
            next.removeAll()
            for thread in current.threads {
                let taken =
                    switch program[thread] {
                    case .scalar(let wanted): wanted == value
                    case .take(let characters): characters.contains(value)
                    default: false
                    }
                if taken, follow(thread + 1, into: &next, stack: &stack, previous: value, scalar: upcoming) {
                    return true
                }
            }
            work += current.threads.count + 1
            if work > Self.maximumWork { return false }
            swap(&current, &next)
            previous = value
            scalar = upcoming
        }
    }

    /// Adds what can be reached without consuming anything; tells whether that is the end of the expression.
    private func follow(
        _ start: Int,
        into set: inout ThreadSet,
        stack: inout [Int],
        previous: UInt32?,
        scalar: UInt32?
    ) -> Bool {
        stack.append(start)
        while let index = stack.popLast() {
            guard set.visit(index) else { continue }
            switch program[index] {
            case .accept:
                stack.removeAll(keepingCapacity: true)
                return true
            case .jump(let target): stack.append(target)
            case .split(let first, let second):
                stack.append(second)
                stack.append(first)
            case .check(let assertion):
                if assertion.holds(previous: previous, scalar: scalar) { stack.append(index + 1) }
            case .take, .scalar: set.threads.append(index)
            }
        }
        return false
    }

    /// The threads that wait for a character, each once.
    private struct ThreadSet {
        var threads: [Int] = []
        private var marks: [UInt32]
        private var generation: UInt32 = 1

        init(capacity: Int) {
            marks = Array(repeating: 0, count: capacity)
        }

        mutating func removeAll() {
            threads.removeAll(keepingCapacity: true)
            generation &+= 1
        }

        mutating func visit(_ index: Int) -> Bool {
            if marks[index] == generation { return false }
            marks[index] = generation
            return true
        }
    }
}

extension Pattern.Assertion {
    /// Whether it holds between two characters; `nil` stands for the ends of the text.
    func holds(previous: UInt32?, scalar: UInt32?) -> Bool {
        switch self {
        case .textStart: previous == nil
        case .textEnd: scalar == nil
        case .lineStart: previous == nil || previous == 0x0A
        case .lineEnd: scalar == nil || scalar == 0x0A
        case .wordBoundary: Self.isWord(previous) != Self.isWord(scalar)
        case .noWordBoundary: Self.isWord(previous) == Self.isWord(scalar)
        }
    }

    private static func isWord(_ scalar: UInt32?) -> Bool {
        scalar.map(CharacterClass.word.contains) ?? false
    }
}
