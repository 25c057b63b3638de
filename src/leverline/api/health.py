"""Is it alive, is it ready, how is it doing: /healthz, /readyz, /metrics."""

from typing import Any, Final

from leverline.api.answer import Answer
from leverline.api.call import Call
from leverline.api.endpoint import Table
from leverline.api.errors import UNAVAILABLE

METRICS_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
table = Table()


@table.add("GET", "/healthz", tag="Operation")
def healthz(_call: Call) -> dict[str, Any]:
    """Answer as long as the process does."""
    return {"status": "ok"}


@table.add("GET", "/readyz", tag="Operation")
def readyz(call: Call) -> Answer:
    """Answer 200 when orders are taken, 503 while starting, stopping, or catching up with hours that were missed.

    A database of history that cannot be written is named; orders are taken until what waits for it is too much. Where
    a bug has ended the writing only a new start helps, and it is not ready at once.
    """
    if not call.services.is_ready:
        return Answer({"status": "not ready"}, UNAVAILABLE)
    if call.services.venue.is_behind:
        return Answer({"status": "catching up"}, UNAVAILABLE)
    writer = None if call.services.archive is None else call.services.archive.writer
    if writer is not None and (writer.is_broken or writer.is_full()):
        status = "history is not written" if writer.is_broken else "waiting for the database of history"
        return Answer({"status": status, "history": writer.fault}, UNAVAILABLE)
    if writer is not None and writer.fault:
        return Answer({"status": "ready", "history": writer.fault})
    return Answer({"status": "ready"})


@table.add("GET", "/metrics", produces="text/plain", tag="Operation")
async def metrics(call: Call) -> Answer:
    """Return the metrics for Prometheus."""
    return Answer(raw=await call.services.metrics.text(), content_type=METRICS_TYPE)
