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
    """Answer 200 when orders are taken, 503 while starting or stopping."""
    is_ready = call.services.is_ready
    return Answer({"status": "ready" if is_ready else "not ready"}, 200 if is_ready else UNAVAILABLE)


@table.add("GET", "/metrics", produces="text/plain", tag="Operation")
def metrics(call: Call) -> Answer:
    """Return the metrics for Prometheus."""
    return Answer(raw=call.services.metrics.text(), content_type=METRICS_TYPE)
