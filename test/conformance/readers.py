"""Other implementations of Delta Lake behind one line protocol: reads and writes tables for the conformance tests.

Values are returned as text that does not depend on the engine: timestamps and dates as microseconds and ISO
dates, decimals with their scale, everything else as it prints.
"""

import datetime
import functools
import glob
import json
import os
import sys

import deltalake
import duckdb
import polars as pl

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "src", "lake"))
import maintenance

EPOCH = datetime.datetime(1970, 1, 1)


@functools.cache
def connection() -> duckdb.DuckDBPyConnection:
    import duckdb_extension_delta

    folder = list(duckdb_extension_delta.__path__)[0]
    (extension,) = glob.glob(f"{folder}/extensions/v{duckdb.__version__}/delta.duckdb_extension")
    db = duckdb.connect()
    db.execute(f"LOAD '{extension}'")
    return db


def plain(value):
    if isinstance(value, datetime.datetime):
        return str((value.replace(tzinfo=None) - EPOCH) // datetime.timedelta(microseconds=1))
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)


def listed(columns, rows) -> list:
    return [{name: plain(value) for name, value in zip(columns, row)} for row in rows]


def read(engine: str, table: str, version: int | None = None, where: str = "true") -> list:
    if engine == "duckdb":
        result = connection().execute(f"SELECT * FROM delta_scan(?) WHERE {where}", [table])
        return listed([column[0] for column in result.description], result.fetchall())
    if engine == "polars":
        frame = pl.scan_delta(table, version=version).filter(pl.sql_expr(where)).collect()
    else:
        query = deltalake.QueryBuilder().register("t", deltalake.DeltaTable(table, version=version))
        frame = pl.DataFrame(query.execute(f"SELECT * FROM t WHERE {where}").read_all())
    return listed(frame.columns, frame.rows())


def frame_of(rows: list) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema={"id": pl.Int64, "label": pl.String, "day": pl.String, "amount": pl.String})
    return frame.with_columns(
        pl.col("day").str.to_date(),
        pl.col("amount").cast(pl.Decimal(18, 2)),
        (pl.col("id") * 1_500_001).cast(pl.Datetime("us")).alias("at"),
    )


def write(engine: str, table: str, rows: list, mode: str = "append", partition_by: list | None = None, predicate: str | None = None) -> dict:
    frame = frame_of(rows)
    if engine == "polars":
        options = {"partition_by": partition_by} if partition_by else {}
        frame.write_delta(table, mode=mode, delta_write_options=options)
    else:
        deltalake.write_deltalake(table, frame, mode=mode, partition_by=partition_by, predicate=predicate)
    return {}


def delete(table: str, predicate: str) -> dict:
    return deltalake.DeltaTable(table).delete(predicate)


COMMANDS = {"read": read, "write": write, "delete": delete, "maintenance": lambda **command: maintenance.handle(command)}

for line in sys.stdin:
    request = json.loads(line)
    name = request.pop("command")
    try:
        answer = {"ok": True, "result": COMMANDS[name](**request)}
    except Exception as error:
        answer = {"ok": False, "error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
