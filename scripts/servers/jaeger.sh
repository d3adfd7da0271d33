# Jaeger 1.42, all in one with spans in memory, built from its Go module (its releases are containers and tarballs).
# Spans come in by OTLP over HTTP; they are read through the query service's HTTP API.
jaeger_port=${AISHELL_JAEGER_PORT:-16686}
jaeger_otlp_port=${AISHELL_JAEGER_OTLP_PORT:-14318}
# Doors that nobody needs still want a number: this one and those after it.
jaeger_spare_port=${AISHELL_JAEGER_SPARE_PORT:-14320}
jaeger_version=v1.42.0
jaeger_binary=$cache/jaeger-$jaeger_version

jaeger_install() {
  [ -x "$jaeger_binary" ] && return 0
  command -v go >/dev/null || need_packages golang-go
  local built
  built=$(mktemp -d "$cache/jaeger.XXXXXX")
  GOBIN=$built nice -n 10 go install "github.com/jaegertracing/jaeger/cmd/all-in-one@$jaeger_version" >&2
  mv "$built/all-in-one" "$jaeger_binary"
  rm -rf "$built"
}

jaeger_start() {
  local spare=$jaeger_spare_port
  SPAN_STORAGE_TYPE=memory launch jaeger "$jaeger_binary" --memory.max-traces=20000 --log-level=warn \
    --query.http-server.host-port="127.0.0.1:$jaeger_port" --query.grpc-server.host-port="127.0.0.1:$spare" \
    --collector.otlp.enabled=true --collector.otlp.http.host-port="127.0.0.1:$jaeger_otlp_port" \
    --collector.otlp.grpc.host-port="127.0.0.1:$((spare + 1))" --collector.grpc-server.host-port="127.0.0.1:$((spare + 2))" \
    --collector.http-server.host-port="127.0.0.1:$((spare + 3))" --admin.http.host-port="127.0.0.1:$((spare + 4))" \
    --reporter.grpc.host-port="127.0.0.1:$((spare + 2))" --http-server.host-port="127.0.0.1:$((spare + 5))" \
    --processor.jaeger-compact.server-host-port="127.0.0.1:$((spare + 6))" \
    --processor.jaeger-binary.server-host-port="127.0.0.1:$((spare + 7))" \
    --processor.zipkin-compact.server-host-port="127.0.0.1:$((spare + 8))"
}

jaeger_ready() {
  curl -sf --max-time 5 "http://127.0.0.1:$jaeger_port/api/services" | grep -q '"data"' &&
    curl -sf --max-time 5 -H 'Content-Type: application/json' -d '{}' "http://127.0.0.1:$jaeger_otlp_port/v1/traces" >/dev/null
}

jaeger_env() {
  echo "AISHELL_JAEGER_URL=http://127.0.0.1:$jaeger_port"
  echo "AISHELL_JAEGER_OTLP_URL=http://127.0.0.1:$jaeger_otlp_port"
}
