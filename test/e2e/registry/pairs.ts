/** Pairs of schemas, an older and a newer one, for every rule by which registries judge; some several versions long. */

export interface SchemaPair {
  readonly what: string;
  readonly type: 'AVRO' | 'JSON' | 'PROTOBUF';
  readonly before: string;
  readonly after: string;
}

const record = (fields: string, more = ''): string => `{"type":"record","name":"Thing"${more},"fields":[${fields}]}`;
const field = (name: string, type: string, more = ''): string => `{"name":"${name}","type":${type}${more}}`;
const [id, long] = [field('id', '"int"'), field('id', '"long"')];
const avro = (what: string, before: string, after: string): SchemaPair => ({ what, type: 'AVRO', before, after });
const colours = (symbols: string, more = '') => record(field('c', `{"type":"enum","name":"Colour","symbols":[${symbols}]${more}}`));

const avroPairs: readonly SchemaPair[] = [
  avro('nothing changes', record(id), record(id)),
  avro('a field with a default is added', record(id), record(`${id},${field('n', '"string"', ',"default":""')}`)),
  avro('a field without a default is added', record(id), record(`${id},${field('n', '"string"')}`)),
  avro('a field with a default is removed', record(`${id},${field('n', '"string"', ',"default":""')}`), record(id)),
  avro('a field without a default is removed', record(`${id},${field('n', '"string"')}`), record(id)),
  avro('int becomes long', record(id), record(long)),
  avro('long becomes int', record(long), record(id)),
  avro('int becomes double', record(id), record(field('id', '"double"'))),
  avro('float becomes double', record(field('x', '"float"')), record(field('x', '"double"'))),
  avro('double becomes float', record(field('x', '"double"')), record(field('x', '"float"'))),
  avro('string becomes bytes', record(field('x', '"string"')), record(field('x', '"bytes"'))),
  avro('string becomes int', record(field('x', '"string"')), record(id.replace('"id"', '"x"'))),
  avro('a type becomes optional', record(id), record(field('id', '["null","int"]'))),
  avro('a type becomes required', record(field('id', '["null","int"]')), record(id)),
  avro('a union gets a branch', record(field('x', '["null","int"]')), record(field('x', '["null","int","string"]'))),
  avro('a union loses a branch', record(field('x', '["null","int","string"]')), record(field('x', '["null","int"]'))),
  avro('a union is put in another order', record(field('x', '["null","int"]')), record(field('x', '["int","null"]'))),
  avro('a label is added', colours('"RED"'), colours('"RED","BLUE"')),
  avro('a label is removed', colours('"RED","BLUE"'), colours('"RED"')),
  avro('a label is added where there is a default', colours('"RED"', ',"default":"RED"'), colours('"RED","BLUE"', ',"default":"RED"')),
  avro('a record is renamed', record(id), record(id).replace('Thing', 'Other')),
  avro('a record is renamed with an alias', record(id), record(id, ',"aliases":["Thing"]').replace('"name":"Thing"', '"name":"Other"')),
  avro('a record moves to another namespace', record(id, ',"namespace":"a"'), record(id, ',"namespace":"b"')),
  avro('a field is renamed', record(id), record(field('key', '"int"'))),
  avro('a field is renamed with an alias', record(id), record(field('key', '"int"', ',"aliases":["id"]'))),
  avro('an array of int becomes one of long', record(field('x', '{"type":"array","items":"int"}')), record(field('x', '{"type":"array","items":"long"}'))),
  avro('a map of string becomes one of int', record(field('x', '{"type":"map","values":"string"}')), record(field('x', '{"type":"map","values":"int"}'))),
  avro('fixed of another size', record(field('x', '{"type":"fixed","name":"F","size":4}')), record(field('x', '{"type":"fixed","name":"F","size":8}'))),
  avro('a member of a record inside changes', record(field('x', `{"type":"record","name":"In","fields":[${id}]}`)), record(field('x', `{"type":"record","name":"In","fields":[${field('id', '"string"')}]}`))),
  avro('a recursive record gets a field', record(`${id},${field('next', '["null","Thing"]')}`), record(`${id},${field('next', '["null","Thing"]')},${field('n', '"int"', ',"default":0')}`)),
  avro('an array becomes a single value', record(field('x', '{"type":"array","items":"int"}')), record(field('x', '"int"'))),
  avro('a logical type is added', record(long), record(field('id', '{"type":"long","logicalType":"timestamp-millis"}'))),
];

const object = (properties: string, more = ''): string => `{"$schema":"http://json-schema.org/draft-07/schema#","type":"object","properties":{${properties}}${more}}`;
const json = (what: string, before: string, after: string): SchemaPair => ({ what, type: 'JSON', before, after });
const closed = ',"additionalProperties":false';
const jsonPairs: readonly SchemaPair[] = [
  json('nothing changes', object('"a":{"type":"string"}'), object('"a":{"type":"string"}')),
  json('an optional property in an open model', object('"a":{"type":"string"}'), object('"a":{"type":"string"},"b":{"type":"integer"}')),
  json('an optional property in a closed model', object('"a":{"type":"string"}', closed), object('"a":{"type":"string"},"b":{"type":"integer"}', closed)),
  json('a property goes from an open model', object('"a":{"type":"string"},"b":{"type":"integer"}'), object('"a":{"type":"string"}')),
  json('a property goes from a closed model', object('"a":{"type":"string"},"b":{"type":"integer"}', closed), object('"a":{"type":"string"}', closed)),
  json('a property becomes required', object('"a":{"type":"string"}'), object('"a":{"type":"string"}', ',"required":["a"]')),
  json('a property becomes optional', object('"a":{"type":"string"}', ',"required":["a"]'), object('"a":{"type":"string"}')),
  json('a required property is added to a closed model', object('"a":{"type":"string"}', closed), object('"a":{"type":"string"},"b":{"type":"string"}', `,"required":["b"]${closed}`)),
  json('string becomes integer', object('"a":{"type":"string"}'), object('"a":{"type":"integer"}')),
  json('integer becomes number', object('"a":{"type":"integer"}'), object('"a":{"type":"number"}')),
  json('number becomes integer', object('"a":{"type":"number"}'), object('"a":{"type":"integer"}')),
  json('maxLength gets shorter', object('"a":{"type":"string","maxLength":10}'), object('"a":{"type":"string","maxLength":5}')),
  json('maxLength gets longer', object('"a":{"type":"string","maxLength":5}'), object('"a":{"type":"string","maxLength":10}')),
  json('maxLength is added', object('"a":{"type":"string"}'), object('"a":{"type":"string","maxLength":10}')),
  json('minimum rises', object('"a":{"type":"integer","minimum":1}'), object('"a":{"type":"integer","minimum":5}')),
  json('maximum is taken away', object('"a":{"type":"integer","maximum":5}'), object('"a":{"type":"integer"}')),
  json('a label is added', object('"a":{"type":"string","enum":["x"]}'), object('"a":{"type":"string","enum":["x","y"]}')),
  json('a label is removed', object('"a":{"type":"string","enum":["x","y"]}'), object('"a":{"type":"string","enum":["x"]}')),
  json('a model is closed', object('"a":{"type":"string"}'), object('"a":{"type":"string"}', closed)),
  json('a model is opened', object('"a":{"type":"string"}', closed), object('"a":{"type":"string"}')),
  json('elements of another type', object('"a":{"type":"array","items":{"type":"string"}}'), object('"a":{"type":"array","items":{"type":"integer"}}')),
  json('more elements are demanded', object('"a":{"type":"array","items":{"type":"string"},"minItems":1}'), object('"a":{"type":"array","items":{"type":"string"},"minItems":2}')),
  json('a pattern is added', object('"a":{"type":"string"}'), object('"a":{"type":"string","pattern":"^x"}')),
  json('a member inside gets another type', object('"a":{"type":"object","properties":{"b":{"type":"string"}}}'), object('"a":{"type":"object","properties":{"b":{"type":"boolean"}}}')),
  json('multipleOf is added', object('"a":{"type":"integer"}'), object('"a":{"type":"integer","multipleOf":5}')),
  json('a property gets a description', object('"a":{"type":"string"}'), object('"a":{"type":"string","description":"x"}')),
];

const message = (body: string, more = ''): string => `syntax = "proto3";\npackage shop;\nmessage Thing {\n${body}\n}\n${more}`;
const proto = (what: string, before: string, after: string): SchemaPair => ({ what, type: 'PROTOBUF', before, after });
const one = 'int32 id = 1;';
const protoPairs: readonly SchemaPair[] = [
  proto('nothing changes', message(one), message(one)),
  proto('a field is added', message(one), message(`${one} string name = 2;`)),
  proto('a field goes, unreserved', message(`${one} string name = 2;`), message(one)),
  proto('a field goes, its number and name reserved', message(`${one} string name = 2;`), message(`reserved 2; reserved "name"; ${one}`)),
  proto('a field is renamed', message(one), message('int32 key = 1;')),
  proto('a field gets another number', message(one), message('int32 id = 2;')),
  proto('int32 becomes string', message(one), message('string id = 1;')),
  proto('int32 becomes int64', message(one), message('int64 id = 1;')),
  proto('one becomes many', message(one), message('repeated int32 id = 1;')),
  proto('a message is added', message(one), message(one, 'message More { int32 x = 1; }')),
  proto('a message inside gets a field', message('In in = 1; message In { int32 x = 1; }'), message('In in = 1; message In { int32 x = 1; int32 y = 2; }')),
  proto('a label is added', message('State s = 1; enum State { NEW = 0; }'), message('State s = 1; enum State { NEW = 0; OLD = 1; }')),
  proto('a label is renumbered', message('State s = 1; enum State { NEW = 0; OLD = 1; }'), message('State s = 1; enum State { NEW = 0; OLD = 2; }')),
  proto('string becomes bytes', message('string x = 1;'), message('bytes x = 1;')),
];

export const pairs: readonly SchemaPair[] = [...avroPairs, ...jsonPairs, ...protoPairs];
