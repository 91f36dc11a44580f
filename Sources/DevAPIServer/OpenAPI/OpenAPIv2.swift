// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// The document of OpenAPI 2, which clients since Kubernetes 1.27 do without.
///
/// They ask for it as protobuf when version 3 lacks something, and go on without it when it is not acceptable.
enum OpenAPIv2 {
    /// An empty document in JSON, or 406.
    static func answer(accept: String?) -> HTTPAnswer {
        guard ResponseForm(accept: accept) != nil else { return HTTPAnswer(.notAcceptable) }
        return HTTPAnswer(
            json: [
                "swagger": "2.0",
                "info": ["title": "Kubernetes", "version": .string(ServerVersion.gitVersion)],
                "paths": [:],
                "definitions": [:],
            ]
        )
    }
}
