// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeCore

/// Everything that the operator asks of the API server, in one table.
///
/// The roles that `grantor rbac` prints, those of deploy/ and of the chart, and the table of docs/operations.md are made
/// from it or compared with it. There is no verb that writes AppInstances, and without the webhook none on Secrets.
/// The discovery documents that are read beside it are open to everybody who is authenticated (`system:discovery`).
public enum PermissionTable {
    /// The rules, sorted by place and group.
    public static let rules: [PermissionRule] = [
        PermissionRule(
            .appInstances,
            ["get", "list", "watch"],
            because: "the admin block; get before anything is taken back"
        ),
        PermissionRule(
            .adminAccesses,
            ["create", "delete", "list", "watch"],
            because: "one per AppInstance; deleted when the admin block is gone"
        ),
        PermissionRule(.adminAccesses, subresource: "status", ["patch"], because: "the report"),
        PermissionRule(
            .adminGrants,
            ["create", "delete", "get", "list", "patch", "watch"],
            because: "the grants; get when one is there that no watch told of yet"
        ),
        PermissionRule(
            .configMaps,
            ["create", "delete", "get", "list", "patch", "watch"],
            because: "the keys ConfigMap; CA bundles"
        ),
        PermissionRule(.events, ["create", "patch"], because: "the story"),
        PermissionRule(
            .leases,
            ["create", "get", "list", "update", "watch"],
            in: .home,
            because: "which replica works"
        ),
    ]

    /// What the webhook takes besides; without it none of this.
    public static let webhookRules: [PermissionRule] = [
        PermissionRule(
            .secrets,
            ["list", "patch", "watch"],
            named: webhookSecret,
            in: .webhookHome,
            because: "the certificate of the webhook"
        ),
        PermissionRule(
            .secrets,
            ["create"],
            in: .webhookHome,
            because: "the same; creation cannot be narrowed to a name"
        ),
        PermissionRule(
            .validatingWebhookConfigurations,
            ["list", "patch", "watch"],
            named: webhookConfiguration,
            in: .webhookCluster,
            because: "which certificate of the webhook to trust"
        ),
    ]

    /// The Secret with the certificate of the webhook, unless another is named.
    public static let webhookSecret = "grantor-webhook-certificate"
    /// The ValidatingWebhookConfiguration, unless another is named.
    public static let webhookConfiguration = "grantor"
}
