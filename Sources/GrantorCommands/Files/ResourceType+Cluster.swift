// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

extension ResourceType {
    /// `Job` of `batch/v1`.
    static let jobs = ResourceType(group: "batch", version: "v1", kind: "Job", plural: "jobs")
    /// `Pod` of the core group.
    static let pods = ResourceType(group: "", version: "v1", kind: "Pod", plural: "pods")
    /// The question who one is.
    static let selfSubjectReviews = review("authentication.k8s.io", "SelfSubjectReview", "selfsubjectreviews")
    /// The question what one may do.
    static let selfSubjectAccessReviews = review(
        "authorization.k8s.io",
        "SelfSubjectAccessReview",
        "selfsubjectaccessreviews"
    )
    /// The question what somebody may do.
    static let subjectAccessReviews = review(
        "authorization.k8s.io",
        "SubjectAccessReview",
        "subjectaccessreviews"
    )

    private static func review(_ group: String, _ kind: String, _ plural: String) -> ResourceType {
        ResourceType(group: group, version: "v1", kind: kind, plural: plural, isNamespaced: false)
    }
}
