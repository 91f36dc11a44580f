// Grantor
// SPDX-License-Identifier: Apache-2.0

/// The page where a person enters the code; whoever opens it may be anybody.
enum VerificationPage {
    /// The form.
    static func form(action: String, userCode: String) -> String {
        frame(
            """
            <form method="post" action="\(escaped(action))">
            <p><label>Code <input name="user_code" value="\(escaped(userCode))" required autofocus></label></p>
            <p><label>User id <input name="user_id" size="40"></label></p>
            <p><button name="decision" value="approve">Log in</button> <button name="decision" value="deny">Deny</button></p>
            </form>
            """
        )
    }

    /// A line of text.
    static func message(_ text: String) -> String {
        frame("<p>\(escaped(text))</p>")
    }

    private static func frame(_ content: String) -> String {
        """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><title>Development identity provider</title></head>
        <body><h1>Development identity provider</h1>
        \(content)
        </body></html>

        """
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
