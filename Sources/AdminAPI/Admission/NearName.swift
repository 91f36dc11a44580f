// Grantor
// SPDX-License-Identifier: Apache-2.0

/// What CEL can say about a name that somebody probably meant.
///
/// CEL has no edit distance, and a policy must not refuse what the rules only warn about. So it knows names that differ
/// from a known one in case, in one character between words, or in a final s: `Suggestion` takes all of these for near.
enum NearName {
    /// Whether the name that a variable holds is near a known one.
    static func isNear(_ name: String, _ known: String) -> String {
        let letters = "\(name).lowerAscii().findAll(\(CEL.pattern(#"[a-z0-9\x{80}-\x{10ffff}]+"#))).join('')"
        let word = known.lowercased()
        var forms = [word, word + "s"]
        if word.hasSuffix("s") { forms.append(String(word.dropLast())) }
        return "\(name).size() <= \(known.utf8.count + 1) && \(letters) in \(CEL.list(forms))"
    }

    /// Whether the name is near one of several.
    static func isNear(_ name: String, anyOf known: [String]) -> String {
        known.map { "(\(isNear(name, $0)))" }.joined(separator: " || ")
    }

    /// The known name that a name is near, or the empty string.
    static func nearest(to name: String, among known: [String]) -> String {
        "(\(known.map { "\(isNear(name, $0)) ? \(CEL.literal($0)) : " }.joined())'')"
    }

    /// The advice that a message ends in: `: did you mean users?`.
    static func advice(for name: String, among known: [String]) -> String {
        let advice = known.map { "\(isNear(name, $0)) ? \(CEL.literal(": did you mean \($0)?")) : " }.joined()
        return "(\(advice)'')"
    }

    /// What a path goes on with for a member of that name (`AdminReader.shownPath`): `.name`, `[a/b]` or nothing.
    static func path(of name: String) -> String {
        let plain = CEL.matches(name, "^[A-Za-z0-9_$-]+$")
        let isShowable = "\(name).size() <= \(AdminReader.maximumShownName) && \(CEL.isShowable(name))"
        return "(!(\(isShowable)) ? '' : \(plain) ? '.' + \(name) : '[' + \(name) + ']')"
    }
}
