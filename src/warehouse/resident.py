"""Resident dbt and Delta maintenance: pays Python's imports and dbt's parse once.

Protocol: one JSON object per line on standard input, `{"id", "command", ...}`; answers are lines with the same
id, `{"id", "ok", ...}`, after any number of progress lines `{"id", "progress": {...}}`. dbt's own output goes to
standard error. The guard at the end is required: dbt spawns processes that import this file again.
"""

import gc
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lake"))


def main() -> int:
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def send(message: dict) -> None:
        out.write(json.dumps(message, default=str) + "\n")
        out.flush()

    # What importing and parsing make stays for good: looking for garbage in it costs a tenth of the time.
    gc.disable()
    from dbt.cli.main import dbtRunner

    state = {"manifest": None, "request": None}

    def forward(event) -> None:
        if event.info.name == "NodeFinished":
            info = event.data.node_info
            send({"id": state["request"], "progress": {"node": info.unique_id, "status": info.node_status}})
        elif event.info.level == "error":
            print(event.info.msg, file=sys.stderr)

    # dbt's loggers format every event before they look at its level: some thousand a run.
    without_loggers = ["--log-level", "none", "--log-level-file", "none"]

    def dbt(arguments: list) -> dict:
        result = dbtRunner(manifest=state["manifest"], callbacks=[forward]).invoke([*without_loggers, *arguments])
        if arguments[0] == "parse" and result.success:
            state["manifest"] = result.result
        nodes = [
            {
                "id": r.node.unique_id,
                "name": r.node.name,
                "resourceType": str(r.node.resource_type),
                "schema": getattr(r.node, "schema", None),
                "partitionBy": (getattr(r.node, "config", None) or {}).get("partition_by"),
                "reach": (getattr(r.node, "config", None) or {}).get("reach"),
                "materialized": (getattr(r.node, "config", None) or {}).get("materialized"),
                "severity": str((getattr(r.node, "config", None) or {}).get("severity", "")).lower(),
                "testedModel": (getattr(r.node, "attached_node", None) or "").split(".")[-1] or None,
                "status": str(r.status),
                "message": r.message,
                "failures": r.failures,
                "seconds": r.execution_time,
                "compiled": getattr(r.node, "compiled_code", None) if str(r.status) in ("fail", "error", "warn") else None,
            }
            for r in getattr(result.result, "results", None) or []
            if hasattr(r, "node")
        ]
        return {"ok": result.success, "nodes": nodes, "error": str(result.exception) if result.exception else None}

    def query(sql: str) -> dict:
        """Reads rows from the run's in-memory database, e.g. the rows that failed a test."""
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager

        cursor = DuckDBConnectionManager.env().handle().cursor()
        cursor.execute(sql)
        columns = [column[0] for column in cursor._cursor.description]
        return {"ok": True, "columns": columns, "rows": [list(row) for row in cursor.fetchall()]}

    parsed = dbt(["parse", "--no-write-json", "--vars", os.environ.get("SILLAGE_DBT_VARS", "{}")])
    gc.freeze()
    gc.enable()
    send({"id": 0, **parsed})
    if not parsed["ok"]:
        return 1
    for line in sys.stdin:
        if not line.strip():
            continue
        request = json.loads(line)
        state["request"] = request["id"]
        try:
            if request["command"] == "dbt":
                answer = dbt(request["arguments"])
            elif request["command"] == "query":
                answer = query(request["sql"])
            else:
                import maintenance

                answer = {"ok": True, "result": maintenance.handle(request)}
        except Exception as error:  # one bad request must not end the process
            answer = {"ok": False, "error": f"{type(error).__name__}: {error}"}
        send({"id": request["id"], **answer})
    return 0


if __name__ == "__main__":
    sys.exit(main())
