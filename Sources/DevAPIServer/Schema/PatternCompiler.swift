// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Turns the tree of an expression into the program of an automaton.
struct PatternCompiler {
    /// The tree that the parser builds.
    indirect enum Node {
        case empty
        case take(CharacterClass)
        case scalar(UInt32)
        case check(Pattern.Assertion)
        case sequence([Node])
        case choice([Node])
        /// Between `least` and `most` times; without `most`, any number.
        case repeated(Node, least: Int, most: Int?)
    }

    /// The instructions so far.
    var program: [Pattern.Instruction] = []

    /// Appends the instructions of a tree.
    ///
    /// - Throws: `Pattern.Failure` when the program would be too large.
    mutating func emit(_ node: Node) throws(Pattern.Failure) {
        guard program.count < Pattern.maximumSize else {
            throw Pattern.Failure(message: "expression too large")
        }
        switch node {
        case .empty: break
        case .take(let characters): program.append(.take(characters))
        case .scalar(let scalar): program.append(.scalar(scalar))
        case .check(let assertion): program.append(.check(assertion))
        case .sequence(let nodes):
            for node in nodes { try emit(node) }
        case .choice(let nodes): try emitChoice(nodes)
        case .repeated(let node, let least, let most): try emitRepetition(node, least, most)
        }
    }

    private mutating func emitChoice(_ nodes: [Node]) throws(Pattern.Failure) {
        var ends: [Int] = []
        for (index, node) in nodes.enumerated() {
            if index == nodes.count - 1 {
                try emit(node)
            } else {
                let split = program.count
                program.append(.accept)
                try emit(node)
                ends.append(program.count)
                program.append(.accept)
                program[split] = .split(split + 1, program.count)
            }
        }
        for end in ends { program[end] = .jump(program.count) }
    }

    private mutating func emitRepetition(_ node: Node, _ least: Int, _ most: Int?) throws(Pattern.Failure) {
        // A repetition of nothing must not loop: it never grows the program, so that no bound would stop it.
        let start = program.count
        for _ in 0..<least {
            try emit(node)
            if program.count == start { return }
        }
        guard let most else {
            let split = program.count
            program.append(.accept)
            try emit(node)
            program.append(.jump(split))
            program[split] = .split(split + 1, program.count)
            return
        }
        var splits: [Int] = []
        for _ in least..<max(least, most) {
            splits.append(program.count)
            program.append(.accept)
            let body = program.count
            try emit(node)
            if program.count == body { break }
        }
        for split in splits { program[split] = .split(split + 1, program.count) }
    }
}
