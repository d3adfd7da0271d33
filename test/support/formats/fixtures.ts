/** Schemas, and messages of them that other implementations wrote: Python's fastavro 1.13 and protobuf 7. */

export const avroSchema = {"type": "record", "name": "Order", "namespace": "acme", "fields": [{"name": "id", "type": "string"}, {"name": "big", "type": "long"}, {"name": "small", "type": "int"}, {"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 12, "scale": 2}}, {"name": "fee", "type": {"type": "fixed", "name": "Fee", "size": 8, "logicalType": "decimal", "precision": 18, "scale": 4}}, {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}}, {"name": "at_us", "type": {"type": "long", "logicalType": "timestamp-micros"}}, {"name": "local", "type": {"type": "long", "logicalType": "local-timestamp-micros"}}, {"name": "day", "type": {"type": "int", "logicalType": "date"}}, {"name": "clock", "type": {"type": "int", "logicalType": "time-millis"}}, {"name": "clock_us", "type": {"type": "long", "logicalType": "time-micros"}}, {"name": "ref", "type": {"type": "string", "logicalType": "uuid"}}, {"name": "status", "type": {"type": "enum", "name": "Status", "symbols": ["NEW", "PAID"]}}, {"name": "note", "type": ["null", "string"]}, {"name": "mixed", "type": ["null", "int", "string", {"type": "record", "name": "M", "fields": [{"name": "x", "type": "double"}]}]}, {"name": "tags", "type": {"type": "array", "items": "string"}}, {"name": "attrs", "type": {"type": "map", "values": "long"}}, {"name": "to", "type": {"type": "record", "name": "Address", "fields": [{"name": "street", "type": "string"}, {"name": "geo", "type": {"type": "array", "items": "float"}}]}}, {"name": "raw", "type": "bytes"}, {"name": "ok", "type": "boolean"}, {"name": "next", "type": ["null", "Order"]}, {"name": "ratio", "type": "double"}]} as const;

/** fastavro.schemaless_writer */
export const avroHex =
  '104f52442dc3bc2d3181808080808080200504fb2e0000000000000001f6a1abfef962018ac0fffaffa089068cb502bee0b252024837663963326261342d653838662d343766382d613566322d30633164346530613763313102020a780a22792206000000000000f83f04026102620004026b02026c0300025304cdcc8c3f000020c0000400ff0102104f52442dc3bc2d3181808080808080200504fb2e0000000000000001f6a1abfef962018ac0fffaffa089068cb502bee0b252024837663963326261342d653838662d343766382d613566322d3063316434653061376331310200020a0000025304cdcc8c3f000020c0000400ff01009a9999999999b93f9a9999999999b93f';

export const protoFile = `syntax = "proto3";
package acme.shop;
import "google/protobuf/timestamp.proto";
import "google/protobuf/wrappers.proto";
import "google/protobuf/struct.proto";
import "google/protobuf/duration.proto";
import "google/protobuf/any.proto";

enum Status { STATUS_UNKNOWN = 0; PLACED = 1; PAID = 2; }

message Money { string currency = 1; int64 units = 2; sint32 nanos = 3; }

message Order {
  message Line { string sku = 1; uint32 quantity = 2; repeated int32 codes = 3; }
  string order_id = 1;
  int64 big = 2;
  uint64 huge = 3;
  Status status = 4;
  repeated Line lines = 5;
  map<string, int64> counts = 6;
  oneof payment { string card = 7; bytes token = 8; }
  google.protobuf.Timestamp placed_at = 9;
  google.protobuf.StringValue note = 10;
  google.protobuf.Struct extra = 11;
  google.protobuf.Duration took = 12;
  google.protobuf.Any any = 13;
  double ratio = 14;
  float weight = 15;
  bool gift = 16;
  optional int32 rank = 17;
  sfixed64 fixed = 18;
  Money total = 19;
  Order parent = 20;
  fixed32 f32 = 21;
  map<int32, Money> by_id = 22;
}
`;

/** SerializeToString(deterministic=True) */
export const protoHex =
  '0a084f52442dc3bc2d3110ffffffffffffffefff0118ffffffffffffffffff0120022a140a014110031a0d01ffffffffffffffffff01ac022a030a014232050a01781001320e0a017910feffffffffffffffff013a04343131314a0b0880e2cfaa0610959aef3a52005a3a0a1f0a0161121a32180a0911000000000000f03f0a0220010a0208000a031a01740a170a016212122a100a0e0a0163120911000000000000f83f620808011080cab5ee016a2e0a23747970652e676f6f676c65617069732e636f6d2f61636d652e73686f702e4d6f6e657912070a034555521005719a9999999999b93f7dcdcc8c3f8001018801009101fbffffffffffffff9a01090a03455552100c180da201030a0150ad0100286beeb20106080712021009';

/** protoc --descriptor_set_out: First, Order { order_id, at_ms, Inner inner { deep } } of the package tiny. */
export const descriptorHex =
  '0ab1010a0b736d616c6c2e70726f746f120474696e7922150a054669727374120c0a0161180120012809520161227d0a054f7264657212190a086f726465725f696418012001280952076f72646572496412130a0561745f6d73180220012803520461744d7312270a05696e6e657218032001280b32112e74696e792e4f726465722e496e6e65725205696e6e65721a1b0a05496e6e657212120a0464656570180120012809520464656570620670726f746f33';

export const tinyOrderHex = '0a03542d3110051a030a0164';
