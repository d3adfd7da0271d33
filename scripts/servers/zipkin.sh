# Zipkin 3.6.1 with spans in memory: the executable jar from Maven Central.
zipkin_port=${AISHELL_ZIPKIN_PORT:-19411}
zipkin_version=3.6.1
zipkin_jar=$cache/zipkin-$zipkin_version.jar

zipkin_install() {
  [ -f "$zipkin_jar" ] && return 0
  command -v mvn >/dev/null || need_packages maven
  local fetched
  fetched=$(mktemp -d "$cache/zipkin.XXXXXX")
  mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy \
    -Dartifact="io.zipkin:zipkin-server:$zipkin_version:jar:exec" -DoutputDirectory="$fetched" >&2
  mv "$fetched"/zipkin-server-*.jar "$zipkin_jar"
  rm -rf "$fetched"
}

zipkin_start() {
  STORAGE_TYPE=mem launch zipkin "$(java_home 17)/bin/java" -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -jar "$zipkin_jar" \
    --armeria.ports[0].ip=127.0.0.1 --armeria.ports[0].port="$zipkin_port" --armeria.ports[0].protocols[0]=http
}

zipkin_ready() {
  curl -sf --max-time 5 "http://127.0.0.1:$zipkin_port/health" | grep -q '"UP"'
}

zipkin_env() {
  echo "AISHELL_ZIPKIN_URL=http://127.0.0.1:$zipkin_port"
}
