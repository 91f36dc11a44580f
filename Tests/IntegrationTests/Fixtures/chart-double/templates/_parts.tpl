{{/* Members of a mapping without those that are empty, written one after the other. */}}
{{- define "double.pruned" -}}
{{- if not (kindIs "map" .) }}{{ fail "a mapping is needed here" }}{{ end -}}
{{- range $name, $value := . }}
{{- if kindIs "map" $value }}
{{- $value = include "double.pruned" $value | fromYaml }}
{{- end }}
{{- if $value }}
{{ dict $name $value | toYaml }}
{{- end }}
{{- end }}
{{- end }}

{{/* Text of pruned members, cut at both ends. */}}
{{- define "double.cut" -}}
{{ include "double.pruned" . | trim }}
{{- end }}

{{- define "double.instance" -}}
{{- $v := .Values -}}
apiVersion: kubecfg.dev/v1alpha1
kind: AppInstance
metadata:
  name: {{ default .Release.Name $v.nameOverride }}
  namespace: {{ default .Release.Namespace $v.namespaceOverride }}
spec:
  pause: {{ $v.pause }}
  imagePullSecrets: {{ nindent 2 (toYaml $v.imagePullSecrets) }}
  package:
    image: "{{ default "us-docker.pkg.dev/influxdb2-artifacts/clustered/influxdb" $v.fullnameOverride }}:{{ default .Chart.AppVersion $v.image.tag }}"
    apiVersion: influxdata.com/v1alpha1
    spec:
{{- with $v.hostingEnvironment }}
      hostingEnvironment:
{{- if hasKey . "aws" }}
        aws: {{ include "double.cut" .aws | nindent 10 }}
{{- else if hasKey . "openshift" }}
        openshift: {{ include "double.cut" .openshift | nindent 10 }}
{{- else if hasKey . "gke" }}
        gke: {{ include "double.cut" .gke | nindent 10 }}
{{- end }}
{{- end }}
      catalog:
        dsn:
          valueFrom:
            secretKeyRef:
              name: {{ required "catalog.dsn.SecretName is missing" $v.catalog.dsn.SecretName }}
              key: {{ required "catalog.dsn.SecretKey is missing" $v.catalog.dsn.SecretKey }}
{{- if or $v.images.overrides $v.images.registryOverride }}
      images:
{{- if $v.images.overrides }}
        overrides: {{ nindent 8 (toYaml $v.images.overrides) }}
{{- end }}
{{- if $v.images.registryOverride }}
        registryOverride: {{ $v.images.registryOverride }}
{{- end }}
{{- end }}
      objectStore:
        bucket: {{ required "objectStore.bucket is missing" $v.objectStore.bucket }}
{{- if hasKey $v.objectStore "s3" }}
        s3: {{ include "double.cut" $v.objectStore.s3 | nindent 10 }}
{{- else if hasKey $v.objectStore "azure" }}
        azure: {{ include "double.cut" $v.objectStore.azure | nindent 10 }}
{{- else if hasKey $v.objectStore "google" }}
        google: {{ include "double.cut" $v.objectStore.google | nindent 10 }}
{{- end }}
      ingesterStorage: {{ include "double.cut" $v.ingesterStorage | nindent 8 }}
      monitoringStorage: {{ include "double.cut" $v.monitoringStorage | nindent 8 }}
      ingress: {{ include "double.cut" $v.ingress | nindent 8 }}
{{- with include "double.pruned" $v.components | fromYaml }}
      components: {{ toYaml . | trim | nindent 8 }}
{{- end }}
{{- with include "double.pruned" $v.resources | fromYaml }}
      resources: {{ toYaml . | trim | nindent 8 }}
{{- end }}
      admin:
        users: {{ required "admin.users is missing" $v.admin.users | toYaml | nindent 8 }}
        dsn: {{ required "admin.dsn is missing" $v.admin.dsn | toYaml | nindent 10 }}
        identityProvider: {{ required "admin.identityProvider is missing" $v.admin.identityProvider }}
        jwksEndpoint: {{ required "admin.jwksEndpoint is missing" $v.admin.jwksEndpoint }}
{{- if $v.useCustomEgress }}
      egress:
        customCertificates: {{ nindent 12 (toYaml $v.egress.customCertificates) }}
{{- end }}
{{- if $v.featureFlags }}
      featureFlags: {{ nindent 6 (toYaml $v.featureFlags) }}
{{- end }}
{{- if $v.observability.serviceMonitor }}
      observability:
        serviceMonitor:
          interval: {{ required "the interval is missing" $v.observability.serviceMonitor.interval }}
          scrapeTimeout: {{ required "the scrapeTimeout is missing" $v.observability.serviceMonitor.scrapeTimeout }}
{{- end }}
{{ end }}
