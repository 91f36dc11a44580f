// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Conditions, each with what is wrong when it holds; the first that holds decides.
///
/// As an expression it gives a message, or the empty string when nothing is wrong. Later conditions may rely on the
/// earlier ones not to hold.
struct FaultChain {
    /// What follows from a condition.
    indirect enum Outcome {
        /// Nothing is wrong.
        case fine
        /// This is wrong.
        case fault(CELText)
        /// A closer look.
        case chain(FaultChain)
        /// A closer look at a value that has a name there.
        case bound(String, String, FaultChain)
        /// What another expression says.
        case expression(String)
    }

    private(set) var links: [(condition: String, outcome: Outcome)] = []
    /// What follows when no condition holds.
    var otherwise = Outcome.fine

    init() {}

    /// Adds that something is wrong when a condition holds.
    mutating func fault(_ condition: String, _ text: CELText) {
        links.append((condition, .fault(text)))
    }

    /// Adds what follows when a condition holds.
    mutating func when(_ condition: String, _ outcome: Outcome) {
        links.append((condition, outcome))
    }

    /// Adds a closer look when a condition holds.
    mutating func when(_ condition: String, _ build: (inout FaultChain) -> Void) {
        links.append((condition, .chain(FaultChain(build))))
    }

    /// Puts a chain together.
    init(_ build: (inout FaultChain) -> Void) {
        build(&self)
    }

    /// The expression, a condition on each line.
    func expression(indent: Int = 0) -> String {
        let padding = String(repeating: " ", count: indent)
        let lines = links.map { link in
            "\(link.condition) ? \(Self.text(link.outcome, indent: indent + 2))\n\(padding): "
        }
        return lines.joined() + Self.text(otherwise, indent: indent + 2)
    }

    private static func text(_ outcome: Outcome, indent: Int) -> String {
        switch outcome {
        case .fine: "''"
        case .fault(let text): text.expression
        case .expression(let expression): expression
        case .bound(let name, let value, let chain):
            CEL.binding(name, value, chain.expression(indent: indent))
        case .chain(let chain): "(\(chain.expression(indent: indent)))"
        }
    }
}

// MARK: - What several chains share

extension FaultChain {
    /// Adds that a value must be a string, with the advice to quote it when that is all it takes.
    mutating func requireString(_ value: String, at path: CELText) {
        let chain = FaultChain { chain in
            let scalar: CELText = ": \(cel: CEL.scalarText("v"))"
            chain.fault(CEL.isScalar("v"), CELText(.notQuoted, at: path, showing: scalar))
            chain.otherwise = .fault(CELText(.notString, at: path, showing: .typeName("v")))
        }
        when("type(\(value)) != string", .bound("v", value, chain))
    }

    /// Adds that a member must be there, a string, and not be blank.
    mutating func requireText(_ member: String, at path: CELText, missing rule: AdminRule) {
        fault(CEL.isMissing(member), CELText(rule, at: path))
        requireString(member, at: path)
        fault("!" + CEL.matches(member, #"[^\x00-\x20]"#), CELText(rule, at: path))
    }

    /// Adds that a value must be a mapping.
    mutating func requireMapping(_ value: String, at path: CELText, _ rule: AdminRule, _ fillings: CELText = "") {
        fault("type(\(value)) != map", CELText(rule, at: path, fillings, showing: .typeName(value)))
    }

    /// Adds that a mapping may have these members alone.
    mutating func refuseUnknownMembers(of value: String, at path: CELText, known: [String]) {
        let unknown = "\(value).filter(k, !(k in \(CEL.list(known)))).min()"
        let advice = NearName.advice(for: "k", among: known)
        let text = CELText(.unknownField, at: "\(path)\(cel: NearName.path(of: "k"))", "\(cel: advice)")
        when(
            "!\(value).all(k, k in \(CEL.list(known)))",
            .expression(CEL.binding("k", unknown, text.expression))
        )
    }
}
