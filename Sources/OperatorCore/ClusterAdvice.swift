// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeClient

/// What to do when the API server does not let the work begin.
public enum ClusterAdvice {
    /// What is wrong and what to do, in one line.
    public static func text(for code: KubeError.Code) -> String {
        switch code {
        case .unauthorized, .credentialUnavailable:
            "the API server does not accept who asks: renew the credentials"
        case .forbidden: "the operator may not read the API: give it the role of deploy/"
        case .tlsFailed: "the API server's certificate is not accepted: check certificate-authority"
        default: "the API server does not answer: check that it runs at that address"
        }
    }
}
