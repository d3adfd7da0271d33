# Apicurio Registry 3.3, a schema registry with Confluent's API under /apis/ccompat/v7, from Maven Central; runs on JDK 25
# and keeps everything in memory. The management port (health, metrics) is always moved too: by default it is 9000.
apicurio_port=${AISHELL_APICURIO_PORT:-18081}
apicurio_management_port=${AISHELL_APICURIO_MANAGEMENT_PORT:-18082}
apicurio_version=3.3.3
apicurio_home=$cache/apicurio-registry-$apicurio_version

apicurio_install() {
  need_packages curl
  [ -f "$apicurio_home/quarkus-run.jar" ] && return 0
  command -v mvn >/dev/null || need_packages maven
  local fetched
  fetched=$(mktemp -d "$cache/apicurio.XXXXXX")
  mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy \
    -Dartifact="io.apicurio:apicurio-registry-app:$apicurio_version:tar.gz:all" -DoutputDirectory="$fetched" >&2
  mkdir "$fetched/app"
  tar -xzf "$fetched/apicurio-registry-app-$apicurio_version-all.tar.gz" -C "$fetched/app"
  rm -rf "$apicurio_home"
  mv "$fetched/app" "$apicurio_home"
  rm -rf "$fetched"
}

apicurio_start() {
  local java
  java=$(java_home 25)/bin/java
  QUARKUS_HTTP_HOST=127.0.0.1 QUARKUS_HTTP_PORT=$apicurio_port \
    QUARKUS_MANAGEMENT_HOST=127.0.0.1 QUARKUS_MANAGEMENT_PORT=$apicurio_management_port \
    launch apicurio "$java" -Xmx256m -Xss512k -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -jar "$apicurio_home/quarkus-run.jar"
}

apicurio_ready() { curl -fsS --max-time 3 "http://127.0.0.1:$apicurio_port/apis/ccompat/v7/subjects" 2>/dev/null | grep -q '^\['; }

apicurio_env() { echo "AISHELL_REGISTRY_URL=http://127.0.0.1:$apicurio_port/apis/ccompat/v7"; }
