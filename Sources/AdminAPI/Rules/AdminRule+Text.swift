// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

extension AdminRule {
    /// The words, without field and kind.
    var text: RuleText {
        switch self {
        case .adminNotMapping: "must be a mapping with identityProvider, jwksEndpoint and users"
        case .unknownField: "this field is not known, and the package refuses it{}"
        case .notString: "must be a string"
        case .notQuoted: "must be a string: put it in quotes"
        case .notQuotedInSource: "must be a string; `{}` is {} {} in YAML: quote it"
        case .providerMissing: "name the identity provider, such as keycloak, auth0 or azure"
        case .entraSpelling: "Microsoft Entra ID must be spelled exactly \"azure\""
        case .providerSpelling: "must be spelled exactly \"{}\""
        case .providerIsYAMLWord: "the Helm chart writes it without quotes, where YAML takes it for a Boolean or null"
        case .providerMalformed:
            "must begin with a letter and hold letters, digits, '.', '_' and '-' alone (at most 128)"
        case .providerUnknown: "this provider is not known: did you mean {}?"
        default: endpointText ?? userText ?? referenceText
        }
    }

    private var endpointText: RuleText? {
        switch self {
        case .endpointMissing: "give the URL of the identity provider's key set (jwks_uri of its discovery document)"
        case .endpointLineBreak:
            "has a line break inside the URL, as pasted from documentation: write it on one line"
        case .endpointPlaceholder: "the placeholder {} from the documentation is still to be replaced"
        case .endpointTooLong: RuleText("may be at most \(HTTPURL.maximumLength) bytes long")
        case .endpointNotAbsolute: "must be an absolute URL, beginning with https://"
        case .endpointNotHTTPS: "must be an https URL"
        case .endpointNoHost: "has no host"
        case .endpointBadHost: "has a host that is neither a DNS name nor an IP address"
        case .endpointBadPort: "has a port that is not between 1 and 65535"
        case .endpointUserInfo: "must not hold a user name or password"
        case .endpointFragment: "must not have a fragment (#...)"
        case .endpointBadCharacter: "holds a character that a URL may not hold; percent-encode it"
        case .endpointInsecure:
            """
            must be https; http is permitted for loopback and services of the cluster (*.svc) alone, unless the \
            AdminAccess says allowInsecureEndpoint: true
            """
        case .endpointOuterSpace:
            "has white space or a line break around the URL (use |- rather than |); it is used without"
        case .endpointOfEntra: "is an endpoint of Microsoft Entra ID, but identityProvider is not azure"
        case .endpointDiscovery: "is a discovery document: better give the key set that its jwks_uri names{}"
        case .endpointAllTenants: "names all tenants ({}) rather than yours: give the tenant id"
        case .endpointNotEntra:
            "is not the usual https://login.microsoftonline.com/TENANT/discovery/v2.0/keys of Entra ID"
        case .endpointNotAuth0: "is not the usual https://TENANT/.well-known/jwks.json of Auth0"
        case .endpointNotKeycloak:
            "is not the usual https://HOST/realms/REALM/protocol/openid-connect/certs of Keycloak"
        default: nil
        }
    }

    private var userText: RuleText? {
        switch self {
        case .usersMissing: "list the users, at least one"
        case .usersNotList: "must be a list of users"
        case .usersTooMany: RuleText("must have at most \(AdminRules.maximumUsers) items, and has {}")
        case .usersEmpty: "must list at least one user"
        case .userNotMapping: "must be a mapping with id, firstName, lastName and email"
        case .nobodyAdmin: "nobody is in group Admin: at least one user must be (leave out userGroups, or add Admin)"
        case .userFieldMisspelt: "this field is not known: did you mean {}?"
        case .userFieldUnknown: "this field is not known and does nothing"
        case .idMissing: "give the user's id at the identity provider"
        case .idTooLong: RuleText("may be at most \(AdminRules.maximumIDLength) bytes long")
        case .idOuterSpace: "must not have white space around it"
        case .idControlCharacter: "must not hold control characters"
        case .idInvisible: "holds an invisible character, which is compared like any other"
        case .idDuplicate: "is the id of users[{}] too"
        case .idNotEntra:
            "must be the user's object id (OID), a GUID such as 00000000-0000-4000-8000-000000000000"
        case .idNotKeycloak: "is no Keycloak user id: that is a UUID, or begins with f: for federated users"
        case .idNotAuth0: "is no Auth0 user id: that has the form connection|id"
        case .nameMissing: "every user needs one; it may be made up"
        case .nameTooLong: RuleText("may be at most \(AdminRules.maximumNameLength) bytes long")
        case .emailShape: "does not look like an e-mail address"
        case .groupsNotList: "must be a list of groups; leave it out for Admin"
        case .groupsEmpty: "must name at least one group; leave it out for Admin"
        case .groupsTooMany: RuleText("must have at most \(AdminRules.maximumGroups) items, and has {}")
        case .groupUnknown: RuleText("supported values: \(Self.groupNames){}")
        case .groupRepeated: "is named before"
        default: nil
        }
    }

    private static let groupNames =
        AdminUser.Group.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")

    /// The words about references to Secrets and ConfigMaps.
    private var referenceText: RuleText {
        switch self {
        case .sourceNotMapping: "must be a mapping with value or valueFrom"
        case .sourceMissing: "exactly one of value and valueFrom must be set"
        case .sourceBoth: "value and valueFrom must not both be set"
        case .sourceEmpty: "must not be empty"
        case .referenceNotMapping: "must be a mapping with {}"
        case .referenceMissing: "exactly one of {} must be set"
        case .referenceOneMissing: "{} must be set"
        case .referenceBoth: "{} must not both be set"
        case .targetNotMapping: "must be a mapping with name and key"
        case .targetNameMissing: "name the object"
        case .targetKeyMissing: "name the key"
        case .optionalNotBoolean: "must be a Boolean"
        case .signingKeyNotMapping:
            "must be a mapping with id, privateKey and publicKey; leave it out to have one generated"
        case .signingKeyPartMissing: "must be set; leave out internalSigningKey to have one generated"
        case .certificatesNotMapping: "must be a mapping with valueFrom"
        case .certificatesMissing: "name a ConfigMap and a key"
        case .bundleMissing: "there is no such ConfigMap in the namespace"
        case .bundleKeyMissing: "the ConfigMap has no such key{}"
        case .bundleNotPEM: "the entry holds no PEM certificate that can be read"
        default: ""
        }
    }
}
