"""Maintenance of Delta tables by delta-rs: checkpoint, compact, vacuum.

`handle` takes one command, `{"operation", "table", ...}`, and returns a JSON-able result; `main` serves the same
over standard input and output, one JSON object per line, for use without the resident dbt process.
"""

import json
import sys


def checkpoint(table: str) -> dict:
    """Writes a checkpoint of the newest version; no row and no version changes."""
    from deltalake import DeltaTable

    delta = DeltaTable(table)
    delta.create_checkpoint()
    return {"version": delta.version()}


def compact(table: str, partitions: list | None = None, partition_column: str | None = None, target_bytes: int | None = None) -> dict:
    """Joins small files within their partition; `conflict` when another writer changed the same files meanwhile."""
    from deltalake import DeltaTable, WriterProperties
    from deltalake.exceptions import CommitFailedError

    filters = [(partition_column, "in", partitions)] if partition_column and partitions else None
    delta = DeltaTable(table)
    try:
        metrics = delta.optimize.compact(
            partition_filters=filters,
            target_size=target_bytes,
            writer_properties=WriterProperties(compression="ZSTD"),
        )
    except CommitFailedError as error:
        return {"conflict": str(error)}
    return {
        "version": delta.version(),
        "filesAdded": metrics["numFilesAdded"],
        "filesRemoved": metrics["numFilesRemoved"],
    }


def vacuum(table: str, keep_versions: list, retention_hours: float) -> dict:
    """Deletes files that neither the newest nor a kept version needs and that are older than the age limit."""
    from deltalake import DeltaTable

    delta = DeltaTable(table)
    deleted = delta.vacuum(
        retention_hours=retention_hours,
        dry_run=False,
        enforce_retention_duration=False,
        full=True,
        keep_versions=sorted(set(keep_versions)),
    )
    return {"deleted": len(deleted)}


OPERATIONS = {"checkpoint": checkpoint, "compact": compact, "vacuum": vacuum}
ENVELOPE = {"id", "command", "operation"}


def handle(command: dict) -> dict:
    """Runs one command; its other entries are the operation's arguments."""
    name = command.get("operation")
    if name not in OPERATIONS:
        raise ValueError(f"unknown operation {name!r}; expected one of {', '.join(sorted(OPERATIONS))}")
    return OPERATIONS[name](**{key: value for key, value in command.items() if key not in ENVELOPE})


def main() -> None:
    for line in sys.stdin:
        if not line.strip():
            continue
        request = json.loads(line)
        try:
            answer = {"ok": True, "result": handle(request)}
        except Exception as error:  # one bad request must not end the process
            answer = {"ok": False, "error": f"{type(error).__name__}: {error}"}
        print(json.dumps({"id": request.get("id"), **answer}), flush=True)


if __name__ == "__main__":
    main()
