"""DuckDB as a peer: one JSON request a line on standard input, one JSON reply a line on standard output.

Requests: {"do": "run", "statements": [...]} or {"do": "query", "sql": "..."}; a reply has "error", or "ms" (statement
text to last row, rows as Python values) and "rows".
"""

import glob
import json
import os
import sys
import time

import duckdb
import duckdb_extension_mysql_scanner
import duckdb_extension_postgres_scanner
import duckdb_extension_tpch

connection = duckdb.connect(config={"allow_unsigned_extensions": "true"})
connection.execute("SET threads = 2")
for package in (duckdb_extension_postgres_scanner, duckdb_extension_mysql_scanner, duckdb_extension_tpch):
    folder = os.path.dirname(package.__file__)
    (extension,) = glob.glob(folder + "/**/*.duckdb_extension*", recursive=True)
    connection.execute(f"LOAD '{extension}'")

for line in sys.stdin:
    request = json.loads(line)
    try:
        if request["do"] == "run":
            for statement in request["statements"]:
                connection.execute(statement)
            reply = {}
        else:
            began = time.perf_counter()
            rows = connection.execute(request["sql"]).fetchall()
            reply = {"ms": (time.perf_counter() - began) * 1000, "rows": rows}
    except Exception as error:
        reply = {"error": str(error)}
    print(json.dumps(reply, default=str), flush=True)
