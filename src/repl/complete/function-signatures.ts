/** What the functions of a statement take and give; made by scripts/function-signatures.ts from DuckDB's catalogue. */

export const signatures = `
  abs(x); acos(x) -> DOUBLE; acosh(x) -> DOUBLE; add([bigint], [bigint]); age(timestamp, [timestamp]) ->
  INTERVAL; aggregate(list, function_name, ...); alias(expr) -> VARCHAR; any_value(any) of a group; apply(list,
  lambda(x)) -> ANY[]; approx_count_distinct(any) -> BIGINT of a group; approx_quantile(x, pos) of a group;
  approx_top_k(val, k) -> ANY[] of a group; arbitrary(any) of a group; arg_max(any, val, [bigint]) of a group;
  arg_max_null(any, val) of a group; arg_max_nulls_last(any, val, [N]) of a group; arg_min(any, val, [bigint])
  of a group; arg_min_null(any, val) of a group; arg_min_nulls_last(any, val, [N]) of a group; argmax(any, val,
  [bigint]) of a group; argmin(any, val, [bigint]) of a group; array_agg(t) -> T[] of a group; array_aggr(list,
  function_name, ...); array_aggregate(list, function_name, ...); array_append(arr, el); array_apply(list,
  lambda(x)) -> ANY[]; array_cat(...) -> ANY[]; array_concat(...) -> ANY[]; array_contains(list, element) ->
  BOOLEAN; array_cosine_distance(array1, array2); array_cosine_similarity(array1, array2);
  array_cross_product(array, array); array_distance(array1, array2); array_distinct(list) -> T[];
  array_dot_product(array1, array2); array_extract(string, index); array_filter(list, lambda(x)) -> ANY[];
  array_grade_up(list, [varchar], [varchar]) -> ANY[]; array_has(list, element) -> BOOLEAN; array_has_all(list1,
  list2) -> BOOLEAN; array_has_any(list1, list2) -> BOOLEAN; array_indexof(list, element) -> INTEGER;
  array_inner_product(array1, array2); array_intersect(list1, list2) -> T[]; array_length(list, [dimension]) ->
  BIGINT; array_negative_dot_product(array1, array2); array_negative_inner_product(array1, array2);
  array_pop_back(arr); array_pop_front(arr); array_position(list, element) -> INTEGER; array_prepend(el, arr);
  array_push_back(arr, e); array_push_front(arr, e); array_reduce(list, lambda(x,y), [initial_value]);
  array_resize(list, size[, [value]]) -> ANY[]; array_reverse(l); array_reverse_sort(list, [varchar]) -> ANY[];
  array_select(value_list, index_list) -> T[]; array_slice(list, begin, end, [step]); array_sort(list,
  [varchar], [varchar]) -> ANY[]; array_to_json(...) -> JSON; array_to_string(arr, sep);
  array_to_string_comma_default(arr, sep); array_transform(list, lambda(x)) -> ANY[]; array_unique(list) ->
  UBIGINT; array_value(...) -> ARRAY; array_where(value_list, mask_list) -> T[]; array_zip(...) -> STRUCT[];
  ascii(string) -> INTEGER; asin(x) -> DOUBLE; asinh(x) -> DOUBLE; atan(x) -> DOUBLE; atan2(y, x) -> DOUBLE;
  atanh(x) -> DOUBLE; avg(x) of a group; bar(x, min, max, [width]) -> VARCHAR; base64(blob) -> VARCHAR;
  bin(string) -> VARCHAR; bit_and(bigint) of a group; bit_count(x); bit_length(bit) -> BIGINT; bit_or(bigint) of
  a group; bit_position(substring, bitstring) -> INTEGER; bit_xor(bigint) of a group; bitstring(bitstring,
  length) -> BIT; bitstring_agg(bigint, [bigint], [bigint]) -> BIT of a group; bool_and(boolean) -> BOOLEAN of a
  group; bool_or(boolean) -> BOOLEAN of a group; can_cast_implicitly(source_type, target_type) -> BOOLEAN;
  cardinality(map, ...) -> UBIGINT; cast_to_type(param, type); cbrt(x) -> DOUBLE; ceil(x); ceiling(x);
  century(ts) -> BIGINT; char_length(bit) -> BIGINT; character_length(bit) -> BIGINT; chr(code_point) ->
  VARCHAR; combine(aggregate_state<?>, any) -> AGGREGATE_STATE<?>; concat(value, ...); concat_ws(separator,
  string, ...) -> VARCHAR; constant_or_null(any, any, ...); contains(string, search_string) -> BOOLEAN; corr(y,
  x) -> DOUBLE of a group; cos(x) -> DOUBLE; cosh(x) -> DOUBLE; cot(x) -> DOUBLE; count([any]) -> BIGINT of a
  group; count_if(boolean) -> HUGEINT of a group; count_star() -> BIGINT of a group; countif(boolean) -> HUGEINT
  of a group; covar_pop(y, x) -> DOUBLE of a group; covar_samp(y, x) -> DOUBLE of a group;
  create_sort_key(parameters..., ...) -> BLOB; cume_dist() -> DOUBLE of a group; current_date() -> DATE;
  current_localtime() -> TIME; current_localtimestamp() -> TIMESTAMP; damerau_levenshtein(s1, s2) -> BIGINT;
  date_add(date, interval); date_diff(part, startdate, enddate) -> BIGINT; date_part(ts, date); date_sub(part,
  startdate, enddate) -> BIGINT; date_trunc(part, timestamp); datediff(part, startdate, enddate) -> BIGINT;
  datepart(ts, date); datesub(part, startdate, enddate) -> BIGINT; datetrunc(part, timestamp); day(ts) ->
  BIGINT; dayname(ts) -> VARCHAR; dayofmonth(ts) -> BIGINT; dayofweek(ts) -> BIGINT; dayofyear(ts) -> BIGINT;
  days_in_month(date); decade(ts) -> BIGINT; decode(blob, [varchar]) -> VARCHAR; degrees(x) -> DOUBLE;
  dense_rank() -> BIGINT of a group; divide(bigint, bigint); editdist3(s1, s2) -> BIGINT; element_at(map, key)
  -> V[]; encode(string) -> BLOB; ends_with(string, search_string) -> BOOLEAN; entropy(x) -> DOUBLE of a group;
  enum_code(enum); enum_first(enum) -> VARCHAR; enum_last(enum) -> VARCHAR; enum_range(enum) -> VARCHAR[];
  enum_range_boundary(start, end) -> VARCHAR[]; epoch(temporal) -> DOUBLE; epoch_ms(temporal);
  epoch_ns(temporal) -> BIGINT; epoch_us(temporal) -> BIGINT; equi_width_bins(min, max, bin_count,
  nice_rounding) -> ANY[]; era(ts) -> BIGINT; error(message) -> "NULL"; even(x) -> DOUBLE; exp(x) -> DOUBLE;
  factorial(x) -> HUGEINT; favg(x) -> DOUBLE of a group; fdiv(x, y); fill(t) -> T of a group; filter(list,
  lambda(x)) -> ANY[]; finalize(aggregate_state<?>) -> INVALID; first(any) of a group; first_value(t) -> T of a
  group; flatten(nested_list) -> T[]; floor(x); fmod(x, y); format(format, ...) -> VARCHAR;
  format_bytes(integer) -> VARCHAR; formatreadabledecimalsize(integer) -> VARCHAR; formatreadablesize(integer)
  -> VARCHAR; from_base64(string) -> BLOB; from_binary(value) -> BLOB; from_hex(value) -> BLOB; from_json(json,
  varchar); from_json_strict(json, varchar); fsum(double) -> DOUBLE of a group; gamma(x) -> DOUBLE; gcd(x, y);
  gen_random_uuid() -> UUID; generate_series(start, [stop], [step]); generate_subscripts(arr, dim); geomean(x);
  geometric_mean(x); get_bit(bitstring, index) -> INTEGER; get_current_time() -> TIME WITH TIME ZONE;
  get_current_timestamp() -> TIMESTAMP WITH TIME ZONE; get_type(expression) -> TYPE; grade_up(list, [varchar],
  [varchar]) -> ANY[]; greatest(any, ...); greatest_common_divisor(x, y); group_concat(str, [varchar]) ->
  VARCHAR of a group; hamming(s1, s2) -> BIGINT; hash(value, ...) -> UBIGINT; hex(blob) -> VARCHAR;
  histogram(source, [col_name], [bin_count], [technique]); histogram_exact(any, bins) -> MAP of a group;
  hour(ts) -> BIGINT; icu_sort_key(varchar, varchar) -> VARCHAR; ilike_escape(string, like_specifier,
  escape_character) -> BOOLEAN; instr(string, search_string) -> BIGINT; is_histogram_other_bin(val) -> BOOLEAN;
  isfinite(x) -> BOOLEAN; isinf(x) -> BOOLEAN; isnan(x) -> BOOLEAN; isodow(ts) -> BIGINT; isoyear(ts) -> BIGINT;
  jaccard(s1, s2) -> DOUBLE; jaro_similarity(s1, s2, [score_cutoff]) -> DOUBLE; jaro_winkler_similarity(s1, s2,
  [score_cutoff]) -> DOUBLE; json(x); json_array(...) -> JSON; json_array_length(json, [varchar]);
  json_contains(json, json) -> BOOLEAN; json_each(json, [varchar]) as rows; json_exists(json, varchar);
  json_extract(json, bigint); json_extract_path(json, bigint); json_extract_path_text(json, bigint);
  json_extract_string(json, bigint); json_group_array(x); json_group_object(n, v); json_group_structure(x);
  json_keys(json, [varchar]); json_merge_patch(json, json, ...) -> JSON; json_object(...) -> JSON;
  json_pretty(json) -> VARCHAR; json_quote(...) -> JSON; json_structure(json) -> JSON; json_transform(json,
  varchar); json_transform_strict(json, varchar); json_tree(json, [varchar]) as rows; json_type(json,
  [varchar]); json_valid(json) -> BOOLEAN; json_value(json, bigint); julian(ts) -> DOUBLE; kahan_sum(double) ->
  DOUBLE of a group; kurtosis(x) -> DOUBLE of a group; kurtosis_pop(x) -> DOUBLE of a group; lag(t, bigint, t)
  -> T of a group; last(any) of a group; last_day(ts) -> DATE; last_value(t) -> T of a group; lcase(string) ->
  VARCHAR; lcm(x, y); lead(t, bigint, t) -> T of a group; least(any, ...); least_common_multiple(x, y);
  left(string, count) -> VARCHAR; left_grapheme(string, count) -> VARCHAR; len(bit) -> BIGINT; length(bit) ->
  BIGINT; length_grapheme(string) -> BIGINT; levenshtein(s1, s2) -> BIGINT; lgamma(x) -> DOUBLE;
  like_escape(string, like_specifier, escape_character) -> BOOLEAN; list(t) -> T[] of a group; list_aggr(list,
  function_name, ...); list_aggregate(list, function_name, ...); list_any_value(l); list_append(l, e);
  list_apply(list, lambda(x)) -> ANY[]; list_approx_count_distinct(l); list_avg(l); list_bit_and(l);
  list_bit_or(l); list_bit_xor(l); list_bool_and(l); list_bool_or(l); list_cat(...) -> ANY[]; list_concat(...)
  -> ANY[]; list_contains(list, element) -> BOOLEAN; list_cosine_distance(list1, list2);
  list_cosine_similarity(list1, list2); list_count(l); list_distance(list1, list2); list_distinct(list) -> T[];
  list_dot_product(list1, list2); list_element(list, index); list_entropy(l); list_extract(list, index);
  list_filter(list, lambda(x)) -> ANY[]; list_first(l); list_grade_up(list, [varchar], [varchar]) -> ANY[];
  list_has(list, element) -> BOOLEAN; list_has_all(list1, list2) -> BOOLEAN; list_has_any(list1, list2) ->
  BOOLEAN; list_histogram(l); list_indexof(list, element) -> INTEGER; list_inner_product(list1, list2);
  list_intersect(list1, list2) -> T[]; list_kurtosis(l); list_kurtosis_pop(l); list_last(l); list_mad(l);
  list_max(l); list_median(l); list_min(l); list_mode(l); list_negative_dot_product(list1, list2);
  list_negative_inner_product(list1, list2); list_pack([any], ...); list_position(list, element) -> INTEGER;
  list_prepend(e, l); list_product(l); list_reduce(list, lambda(x,y), [initial_value]); list_resize(list, size[,
  [value]]) -> ANY[]; list_reverse(l); list_reverse_sort(list, [varchar]) -> ANY[]; list_select(value_list,
  index_list) -> T[]; list_sem(l); list_skewness(l); list_slice(list, begin, end, [step]); list_sort(list,
  [varchar], [varchar]) -> ANY[]; list_stddev_pop(l); list_stddev_samp(l); list_string_agg(l); list_sum(l);
  list_transform(list, lambda(x)) -> ANY[]; list_unique(list) -> UBIGINT; list_value([any], ...);
  list_var_pop(l); list_var_samp(l); list_where(value_list, mask_list) -> T[]; list_zip(...) -> STRUCT[];
  listagg(str, [varchar]) -> VARCHAR of a group; ln(x) -> DOUBLE; log(b, [x]) -> DOUBLE; log10(x) -> DOUBLE;
  log2(x) -> DOUBLE; lower(string) -> VARCHAR; lpad(string, count, character) -> VARCHAR; ltrim(string,
  [characters]) -> VARCHAR; mad(x) of a group; make_date(year, [month], [day]) -> DATE; make_time(hour, minute,
  seconds) -> TIME; make_timestamp(year, [month], [day], [hour], [minute], [seconds]) -> TIMESTAMP;
  make_timestamp_ms(nanos) -> TIMESTAMP; make_timestamp_ns(nanos) -> TIMESTAMP_NS; make_timestamptz(bigint,
  [bigint], [bigint], [bigint], [bigint], [double], [varchar]) -> TIMESTAMP WITH TIME ZONE; map([keys],
  [values]); map_concat(...) -> LIST; map_contains(map, key) -> BOOLEAN; map_contains_entry(map, key, value);
  map_contains_value(map, value); map_entries(map) -> STRUCT("key" K, "value" V)[]; map_extract(map, key) ->
  V[]; map_extract_value(map, key) -> V; map_from_entries(map) -> MAP(K, V); map_keys(map) -> K[];
  map_values(map) -> V[]; max(any, [bigint]) of a group; max_by(any, val, [bigint]) of a group; md5(blob) ->
  VARCHAR; md5_number(blob) -> UHUGEINT; md5_number_lower(param); md5_number_upper(param); mean(x) of a group;
  median(x) of a group; microsecond(ts) -> BIGINT; millennium(ts) -> BIGINT; millisecond(ts) -> BIGINT; min(any,
  [bigint]) of a group; min_by(any, val, [bigint]) of a group; minute(ts) -> BIGINT; mismatches(s1, s2) ->
  BIGINT; mod(bigint, bigint); mode(x) of a group; month(ts) -> BIGINT; monthname(ts) -> VARCHAR;
  multiply(bigint, bigint); nanosecond(tsns) -> BIGINT; nextafter(x, y); nfc_normalize(string) -> VARCHAR;
  normalized_interval(interval) -> INTERVAL; not_ilike_escape(string, like_specifier, escape_character) ->
  BOOLEAN; not_like_escape(string, like_specifier, escape_character) -> BOOLEAN; now() -> TIMESTAMP WITH TIME
  ZONE; nth_value(t, bigint) -> T of a group; ntile(bigint) -> BIGINT of a group; nullif(a, b);
  octet_length(bitstring) -> BIGINT; ord(string) -> INTEGER; parse_dirname(path, [separator]) -> VARCHAR;
  parse_dirpath(path, [separator]) -> VARCHAR; parse_filename(string, [trim_extension], [separator]) -> VARCHAR;
  parse_formatted_bytes(string) -> UBIGINT; parse_path(path, [separator]) -> VARCHAR[]; percent_rank() -> DOUBLE
  of a group; pg_size_pretty(bytes); pg_typeof(expression); pi() -> DOUBLE; position(string, search_string) ->
  BIGINT; pow(x, y) -> DOUBLE; power(x, y) -> DOUBLE; prefix(string, search_string) -> BOOLEAN; printf(format,
  ...) -> VARCHAR; product(double) -> DOUBLE of a group; quantile(x, [pos]) of a group; quantile_cont(x, pos) of
  a group; quantile_disc(x, [pos]) of a group; quarter(ts) -> BIGINT; radians(x) -> DOUBLE; random() -> DOUBLE;
  range(start, [stop], [step]); rank() -> BIGINT of a group; rank_dense() -> BIGINT of a group; reduce(list,
  lambda(x,y), [initial_value]); regexp_escape(string) -> VARCHAR; regexp_extract(string, regex, [group],
  [options]) -> VARCHAR; regexp_extract_all(string, regex, [group], [options]) -> VARCHAR[];
  regexp_full_match(string, regex, [varchar]) -> BOOLEAN; regexp_matches(string, regex, [options]) -> BOOLEAN;
  regexp_replace(string, regex, replacement, [options]) -> VARCHAR; regexp_split_to_array(string, regex,
  [options]) -> VARCHAR[]; regexp_split_to_table(text, pattern); regr_avgx(y, x) -> DOUBLE of a group;
  regr_avgy(y, x) -> DOUBLE of a group; regr_count(y, x) -> UINTEGER of a group; regr_intercept(y, x) -> DOUBLE
  of a group; regr_r2(y, x) -> DOUBLE of a group; regr_slope(y, x) -> DOUBLE of a group; regr_sxx(y, x) ->
  DOUBLE of a group; regr_sxy(y, x) -> DOUBLE of a group; regr_syy(y, x) -> DOUBLE of a group; repeat(blob,
  count); repeat_row(num_rows, ...) as rows; replace(string, source, target) -> VARCHAR; reservoir_quantile(x,
  quantile, [sample_size]) of a group; reverse(string) -> VARCHAR; right(string, count) -> VARCHAR;
  right_grapheme(string, count) -> VARCHAR; round(x, [precision]); round_even(x, n); roundbankers(x, n);
  row(...) -> STRUCT; row_number() -> BIGINT of a group; row_to_json(...) -> JSON; rpad(string, count,
  character) -> VARCHAR; rtrim(string, [characters]) -> VARCHAR; second(ts) -> BIGINT; sem(x) -> DOUBLE of a
  group; set_bit(bitstring, index, new_value) -> BIT; sha1(blob) -> VARCHAR; sha256(blob) -> VARCHAR; sign(x) ->
  TINYINT; signbit(x) -> BOOLEAN; sin(x) -> DOUBLE; sinh(x) -> DOUBLE; skewness(x) -> DOUBLE of a group;
  split(string, separator) -> VARCHAR[]; split_part(string, delimiter, position); sqrt(x) -> DOUBLE;
  starts_with(string, search_string) -> BOOLEAN; stddev(x) -> DOUBLE of a group; stddev_pop(x) -> DOUBLE of a
  group; stddev_samp(x) -> DOUBLE of a group; str_split(string, separator) -> VARCHAR[]; str_split_regex(string,
  regex, [options]) -> VARCHAR[]; strftime(data, format) -> VARCHAR; string_agg(str, [varchar]) -> VARCHAR of a
  group; string_split(string, separator) -> VARCHAR[]; string_split_regex(string, regex, [options]) ->
  VARCHAR[]; string_to_array(string, separator) -> VARCHAR[]; strip_accents(string) -> VARCHAR; strlen(string)
  -> BIGINT; strpos(string, search_string) -> BIGINT; strptime(text, format) -> TIMESTAMP; struct_concat(...) ->
  STRUCT; struct_contains(struct, 'entry') -> BOOLEAN; struct_extract(struct, 'entry');
  struct_extract_at(struct, 'entry'); struct_has(struct, 'entry') -> BOOLEAN; struct_indexof(struct, 'entry') ->
  INTEGER; struct_insert(...) -> STRUCT; struct_keys(struct) -> VARCHAR[]; struct_pack(...) -> STRUCT;
  struct_position(struct, 'entry') -> INTEGER; struct_update(...) -> STRUCT; struct_values(struct) -> STRUCT;
  substr(string, start, [length]) -> VARCHAR; substring(string, start, [length]) -> VARCHAR;
  substring_grapheme(string, start, [length]) -> VARCHAR; subtract(bigint, [bigint]); suffix(string,
  search_string) -> BOOLEAN; sum(bigint) of a group; sum_no_overflow(bigint) of a group; sumkahan(double) ->
  DOUBLE of a group; switch(key, [map], [value]) -> V; tan(x) -> DOUBLE; tanh(x) -> DOUBLE;
  time_bucket(bucket_width, timestamp, [origin]); timezone(ts, [time with time zone]); timezone_hour(ts) ->
  BIGINT; timezone_minute(ts) -> BIGINT; to_base(number, radix, [min_length]) -> VARCHAR; to_base64(blob) ->
  VARCHAR; to_binary(string) -> VARCHAR; to_centuries(integer) -> INTERVAL; to_days(integer) -> INTERVAL;
  to_decades(integer) -> INTERVAL; to_hex(blob) -> VARCHAR; to_hours(integer) -> INTERVAL; to_json(...) -> JSON;
  to_microseconds(integer) -> INTERVAL; to_millennia(integer) -> INTERVAL; to_milliseconds(double) -> INTERVAL;
  to_minutes(integer) -> INTERVAL; to_months(integer) -> INTERVAL; to_quarters(integer) -> INTERVAL;
  to_seconds(double) -> INTERVAL; to_timestamp(sec) -> TIMESTAMP WITH TIME ZONE; to_weeks(integer) -> INTERVAL;
  to_years(integer) -> INTERVAL; today() -> DATE; transaction_timestamp() -> TIMESTAMP WITH TIME ZONE;
  translate(string, from, to) -> VARCHAR; trim(string, [characters]) -> VARCHAR; trunc(x, [integer]);
  try_strptime(text, format) -> TIMESTAMP; typeof(expression) -> VARCHAR; ucase(string) -> VARCHAR; unbin(value)
  -> BLOB; unhex(value) -> BLOB; unicode(string) -> INTEGER; union_extract(union, tag); union_tag(union);
  union_value(...) -> UNION; unnest(any) as rows; unpivot_list(...) -> LIST; upper(string) -> VARCHAR;
  url_decode(string) -> VARCHAR; url_encode(string) -> VARCHAR; uuid() -> UUID; uuid_extract_timestamp(uuid) ->
  TIMESTAMP WITH TIME ZONE; uuid_extract_version(uuid) -> UINTEGER; uuidv4() -> UUID; uuidv7() -> UUID;
  var_pop(x) -> DOUBLE of a group; var_samp(x) -> DOUBLE of a group; variance(x) -> DOUBLE of a group;
  variant_extract(variant, uinteger) -> VARIANT; variant_typeof(input_variant) -> VARCHAR; wavg(value, weight);
  week(ts) -> BIGINT; weekday(ts) -> BIGINT; weekofyear(ts) -> BIGINT; weighted_avg(value, weight); xor(left,
  right); year(ts) -> BIGINT; yearweek(ts) -> BIGINT;
`;
