{{/* The name of the chart. */}}
{{- define "grantor.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* The name of the objects: that of the release, with that of the chart unless it is in there. */}}
{{- define "grantor.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 46 | trimSuffix "-" }}
{{- else }}
{{- $name := include "grantor.name" . }}
{{- if contains $name .Release.Name }}
{{- .Release.Name | trunc 46 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 46 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}

{{- define "grantor.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "grantor.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- required "serviceAccount.name is required when serviceAccount.create is false" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{/* What tells the pods of this release from others; never changes. */}}
{{- define "grantor.selectorLabels" -}}
app.kubernetes.io/name: {{ include "grantor.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* The pod of `helm test`; its name is another, so that no Service and no budget takes it for an operator. */}}
{{- define "grantor.testLabels" -}}
app.kubernetes.io/name: {{ include "grantor.name" . }}-test
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "grantor.labels" -}}
{{ include "grantor.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "grantor.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end -}}
{{- end }}

{{/* The arguments that tell how identity providers are reached, for the operator and for who examines it. */}}
{{- define "grantor.fetchArgs" -}}
- --cluster-domain={{ .Values.operator.clusterDomain }}
{{- range .Values.operator.denyAddresses }}
- --deny-address={{ . }}
{{- end }}
{{- if .Values.extraCA.configMapName }}
- --extra-ca-file=/etc/grantor/extra-ca/{{ .Values.extraCA.key }}
{{- end }}
{{- if .Values.proxy.keys }}
- --key-proxy=environment
{{- end }}
{{- end }}

{{/* The arguments that tell what is looked after. */}}
{{- define "grantor.watchArgs" -}}
{{- with .Values.watch.selector }}
- {{ printf "--selector=%s" . | quote }}
{{- end }}
{{- with .Values.watch.shard }}
- --shard={{ . }}
{{- end }}
{{- if ne .Values.store "crd" }}
- --store={{ .Values.store }}
{{- end }}
{{- with .Values.source }}
- --source={{ . }}
{{- end }}
{{- range .Values.watch.namespaces }}
- --namespace={{ . }}
{{- end }}
{{- end }}

{{/* The variables of a proxy; nothing when there is none. */}}
{{- define "grantor.proxyEnv" -}}
{{- $secret := .Values.proxy.secretName }}
{{- if or .Values.proxy.httpProxy .Values.proxy.httpsProxy $secret }}
{{- range $name, $value := dict "HTTP_PROXY" .Values.proxy.httpProxy "HTTPS_PROXY" .Values.proxy.httpsProxy }}
{{- if $secret }}
- name: {{ $name }}
  valueFrom:
    secretKeyRef:
      name: {{ $secret }}
      key: {{ $name }}
      optional: true
{{- else if $value }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}
{{- with .Values.proxy.noProxy }}
- name: NO_PROXY
  value: {{ . | quote }}
{{- end }}
{{- end }}
{{- end }}

{{/* Where the operator may connect to. */}}
{{- define "grantor.egress" -}}
- ports:
  - port: 53
    protocol: UDP
  - port: 53
    protocol: TCP
- to:
  - ipBlock:
      cidr: 0.0.0.0/0
      except: [169.254.0.0/16]
  - ipBlock:
      cidr: ::/0
      except: ["fe80::/10"]
  ports:
  {{- range .Values.networkPolicy.egress.ports }}
  - port: {{ . }}
    protocol: TCP
  {{- end }}
{{- with .Values.networkPolicy.egress.extra }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Refuses values that the schema cannot judge, each with what to do. */}}
{{- define "grantor.check" -}}
{{- if and (gt (int .Values.replicas) 1) (not .Values.leaderElection.enabled) }}
{{- fail "replicas is more than 1 and leaderElection.enabled is false: two operators would write the same objects; enable it, or set replicas to 1" }}
{{- end }}
{{- if and .Values.metrics.serviceMonitor.enabled .Values.metrics.podMonitor.enabled }}
{{- fail "metrics.serviceMonitor.enabled and metrics.podMonitor.enabled are both true: every sample would be there twice; enable one of them" }}
{{- end }}
{{- if and (eq (toString .Values.admission.mode) "webhook") (has .Values.ports.webhook (list .Values.ports.metrics .Values.ports.health)) }}
{{- fail "ports.webhook is that of metrics or health: give three different ports" }}
{{- end }}
{{- if eq .Values.ports.metrics .Values.ports.health }}
{{- fail "ports.metrics and ports.health are the same: give two different ports" }}
{{- end }}
{{- if and (not .Values.watch.namespaces) (has "configmap" (list .Values.store .Values.source)) }}
{{- fail "store or source is configmap and watch.namespaces is empty: ConfigMaps are looked after in single namespaces; name them" }}
{{- end }}
{{- if and (has (toString .Values.admission.mode) (list "webhook" "policy")) (eq (include "grantor.source" .) "configmap") }}
{{- fail (printf "admission.mode is %s and AppInstances are found in ConfigMaps, which it does not look into: leave it at \"off\"" .Values.admission.mode) }}
{{- end }}
{{- if and (eq (toString .Values.admission.mode) "policy") (semverCompare "<1.30.0-0" .Capabilities.KubeVersion.Version) }}
{{- fail (printf "admission.mode is \"policy\", which needs Kubernetes 1.30 or newer, and this is %s: use \"webhook\", or leave it at \"off\"" .Capabilities.KubeVersion.Version) }}
{{- end }}
{{- if and .Values.proxy.keys (not (or .Values.proxy.httpProxy .Values.proxy.httpsProxy .Values.proxy.secretName)) }}
{{- fail "proxy.keys is true and there is no proxy: set proxy.httpsProxy, or proxy.secretName" }}
{{- end }}
{{- end }}

{{/* Where AppInstances are found. */}}
{{- define "grantor.source" -}}
{{- default .Values.store .Values.source }}
{{- end }}

{{/* The rules of the watched namespaces: those of the file, without what a ConfigMap takes the place of. */}}
{{- define "grantor.watchedRules" -}}
{{- $source := include "grantor.source" . }}
{{- $rules := list }}
{{- range .Files.Get "files/rbac/watched.yaml" | fromYamlArray }}
{{- $isSource := and (eq $source "configmap") (has "kubecfg.dev" .apiGroups) }}
{{- $isStore := and (eq $.Values.store "configmap") (has "grantor.dev" .apiGroups) }}
{{- if not (or $isSource $isStore) }}
{{- $rules = append $rules . }}
{{- end }}
{{- end }}
{{- toYaml $rules }}
{{- end }}
