# Apache Kafka 4.1, one KRaft node (broker and controller), from Maven Central. Three doors: plain text, SASL without
# TLS and SASL inside TLS; over SASL both PLAIN and SCRAM sign in as aishell / aishell-test, and the role "reader",
# same password, may only read. An authorizer runs, so that rights can be looked at; whoever comes in by the plain door
# may do everything. AISHELL_KAFKA_NODE, with a number, and AISHELL_KAFKA_VOTERS make it a further broker of another's
# cluster, for what happens when leaders move.
# shellcheck source=support/certificates.sh
. "$here/servers/support/certificates.sh"
kafka_port=${AISHELL_KAFKA_PORT:-19092}
kafka_controller_port=${AISHELL_KAFKA_CONTROLLER_PORT:-19093}
kafka_sasl_port=${AISHELL_KAFKA_SASL_PORT:-19094}
kafka_tls_port=${AISHELL_KAFKA_TLS_PORT:-19095}
kafka_node=${AISHELL_KAFKA_NODE:-1}
kafka_voters=${AISHELL_KAFKA_VOTERS:-1@127.0.0.1:$kafka_controller_port}
kafka_version=4.1.0
kafka_home=$cache/kafka-$kafka_version

kafka_install() {
  need_packages openssl
  [ -f "$kafka_home/kafka_2.13-$kafka_version.jar" ] && return 0
  command -v mvn >/dev/null || need_packages maven
  local fetched
  fetched=$(mktemp -d "$cache/kafka.XXXXXX")
  cat >"$fetched/pom.xml" <<XML
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>aishell</groupId><artifactId>kafka-server</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>$kafka_version</version></dependency>
  </dependencies>
</project>
XML
  mvn -q -B -f "$fetched/pom.xml" dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$fetched/libs" >&2
  rm -rf "$kafka_home"
  mv "$fetched/libs" "$kafka_home"
  rm -rf "$fetched"
}

kafka_java() {
  local java
  java=$(java_home 17)/bin/java
  "$java" "$@"
}

kafka_start() {
  make_certificates "$data/tls"
  cat "$data/tls/server.key" "$data/tls/server.pem" >"$data/tls/keystore.pem"
  chmod 600 "$data/tls/keystore.pem"
  local plain='org.apache.kafka.common.security.plain.PlainLoginModule required user_aishell="aishell-test" user_reader="aishell-test";'
  local scram='org.apache.kafka.common.security.scram.ScramLoginModule required;'
  local roles=broker,controller doors=",CONTROLLER://127.0.0.1:$kafka_controller_port"
  if [ "$kafka_node" != 1 ]; then roles=broker doors=; fi
  cat >"$data/server.properties" <<CONF
process.roles=$roles
node.id=$kafka_node
controller.quorum.voters=$kafka_voters
listeners=PLAIN://127.0.0.1:$kafka_port,SASL://127.0.0.1:$kafka_sasl_port,TLS://127.0.0.1:$kafka_tls_port$doors
advertised.listeners=PLAIN://127.0.0.1:$kafka_port,SASL://127.0.0.1:$kafka_sasl_port,TLS://127.0.0.1:$kafka_tls_port
listener.security.protocol.map=PLAIN:PLAINTEXT,SASL:SASL_PLAINTEXT,TLS:SASL_SSL,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAIN
controller.listener.names=CONTROLLER
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512
listener.name.sasl.plain.sasl.jaas.config=$plain
listener.name.tls.plain.sasl.jaas.config=$plain
listener.name.sasl.scram-sha-256.sasl.jaas.config=$scram
listener.name.tls.scram-sha-256.sasl.jaas.config=$scram
listener.name.sasl.scram-sha-512.sasl.jaas.config=$scram
listener.name.tls.scram-sha-512.sasl.jaas.config=$scram
ssl.keystore.type=PEM
ssl.keystore.location=$data/tls/keystore.pem
ssl.truststore.type=PEM
ssl.truststore.location=$data/tls/ca.pem
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS;User:aishell
log.dirs=$data/log
num.partitions=1
auto.create.topics.enable=false
# Tests write records with the times of their story; by age the broker would delete them within minutes.
log.retention.ms=-1
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
message.max.bytes=16777216
replica.fetch.max.bytes=16777216
log.cleaner.enable=${AISHELL_KAFKA_CLEANER:-false}
log.cleaner.backoff.ms=200
CONF
  if [ ! -d "$data/log" ]; then
    kafka_java -Xmx256m -cp "$kafka_home/*" kafka.tools.StorageTool format -c "$data/server.properties" -t AAAAAAAAQACAAAAAAAAAAA \
      --add-scram 'SCRAM-SHA-256=[name=aishell,password=aishell-test]' --add-scram 'SCRAM-SHA-512=[name=aishell,password=aishell-test]' \
      --add-scram 'SCRAM-SHA-256=[name=reader,password=aishell-test]' --add-scram 'SCRAM-SHA-512=[name=reader,password=aishell-test]' \
      >>"$AISHELL_SERVERS/data/kafka.log" 2>&1
  fi
  launch kafka "$(java_home 17)/bin/java" -Xmx512m -Xss512k -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$kafka_home/*" kafka.Kafka "$data/server.properties"
}

# A metadata request (key 3, version 1, no topics) in Kafka's own protocol; the answer must list one broker or more.
kafka_ready() {
  local brokers
  brokers=$(timeout 3 bash -c '
    exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
    printf "\0\0\0\023\0\003\0\001\0\0\0\001\0\005ready\0\0\0\0" >&3
    head -c 12 <&3 | od -An -tu1 -j 8 -N 4' _ "$kafka_port" 2>/dev/null | tr -d ' ')
  [ -n "$brokers" ] && [ "$brokers" -ge 1 ]
}

kafka_env() {
  echo "AISHELL_KAFKA_BROKERS=127.0.0.1:$kafka_port"
  echo "AISHELL_KAFKA_SASL_BROKERS=127.0.0.1:$kafka_sasl_port"
  echo "AISHELL_KAFKA_TLS_BROKERS=127.0.0.1:$kafka_tls_port"
  echo "AISHELL_KAFKA_CA=$AISHELL_SERVERS/data/kafka/tls/ca.pem"
}
