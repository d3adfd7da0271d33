# Certificates for the test servers: an authority of their own, and a server certificate for localhost and 127.0.0.1.
# Leaves ca.pem, server.pem and server.key in the folder given.
make_certificates() {
  local folder=$1
  [ -f "$folder/server.pem" ] && return 0
  need_packages openssl
  mkdir -p "$folder"
  openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj '/CN=aishell test authority' \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign \
    -keyout "$folder/ca.key" -out "$folder/ca.pem" 2>/dev/null
  openssl req -newkey rsa:2048 -nodes -subj '/CN=localhost' -keyout "$folder/server.key" -out "$folder/server.csr" 2>/dev/null
  openssl x509 -req -in "$folder/server.csr" -CA "$folder/ca.pem" -CAkey "$folder/ca.key" -CAcreateserial -days 3650 \
    -extfile <(printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n') -out "$folder/server.pem" 2>/dev/null
  rm -f "$folder/server.csr" "$folder/ca.key"
  chmod 600 "$folder/server.key"
}
