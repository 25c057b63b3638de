"""A venue in a process of its own, as a user starts it."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.described import check_described

LISTENING = re.compile(r"listening on (http://127\.0\.0\.1:\d+)")
START_SECONDS_MAX = 240
ANSWER_SECONDS_MAX = 120
"""A machine that does much else at once is slow."""
READY_SECONDS_MAX = 120
STOP_SECONDS_MAX = 20
END_SECONDS_MAX = 180
"""Where a test needs the venue's orderly end."""


class RunningVenue:
    """One served venue: its address and what a test does to it from outside."""

    def __init__(
        self, url: str, process: "subprocess.Popen[bytes] | None" = None, folder: Path | None = None,
        options: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        self.url = url
        self.process = process
        self.folder = folder
        self.options = options
        self.http = httpx.Client(
            base_url=url, timeout=ANSWER_SECONDS_MAX, trust_env=False, event_hooks={"response": [held]}
        )  # fmt: skip

    def sandbox(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the sandbox to do or tell something; fails the test on a refusal."""
        answer = self.http.request(method, f"/sandbox/v1/{path}", json=body)
        assert answer.is_success, f"{method} {path} {body}: {answer.status_code} {answer.text}"
        return answer.json()

    def start_again(self, is_killed: bool = False) -> None:
        """End the process, by SIGKILL or as asked by SIGTERM, and serve its folder at the same address."""
        assert self.process is not None
        assert self.folder is not None
        self.process.kill() if is_killed else self.process.terminate()
        status = self.process.wait(timeout=END_SECONDS_MAX)
        assert is_killed or status == 0, f"ended by SIGTERM with {status}"
        self.serve_again()

    def serve_again(self) -> None:
        """Serve the folder of a process that has ended at the same address."""
        assert self.folder is not None
        port = self.url.rsplit(":", 1)[1]
        earlier = len(list(self.folder.glob("output*.txt")))
        (self.folder / "output.txt").rename(self.folder / f"output-{earlier}.txt")
        self.process = start(self.folder, port, *self.options)
        read_address(self.process, self.folder / "output.txt")
        self.wait_for_market()

    def end(self) -> None:
        """Stop the process as asked by SIGTERM and wait for its end, however long its last snapshot takes."""
        assert self.process is not None
        self.process.terminate()
        assert self.process.wait(timeout=END_SECONDS_MAX) == 0

    def create_user(self, funds: dict[str, str], vip_level: int = 0, **others: str) -> dict[str, str]:
        """Create a user with funds; return `userId`, `apiKey` and `secretKey`."""
        created: dict[str, str] = self.sandbox("POST", "users", {"funds": funds, "vipLevel": vip_level, **others})
        return created

    def wait_for_market(self, symbol: str = "BTCUSDT") -> None:
        """Wait, for a bounded time, until makers quote both sides of a pair."""
        end = time.monotonic() + READY_SECONDS_MAX
        book: Any = {}
        while time.monotonic() < end:
            book = self.http.get("/api/v3/depth", params={"symbol": symbol, "limit": 5}).json()
            if book.get("bids") and book.get("asks"):
                return
            time.sleep(0.2)
        raise AssertionError(f"no two-sided book of {symbol} after {READY_SECONDS_MAX} s: {book}")


def held(answer: httpx.Response) -> None:
    """Hold an answer against its description."""
    answer.read()
    asked, kind = answer.request, answer.headers.get("content-type", "")
    check_described(asked.method, asked.url.path, answer.status_code, kind, answer.content)


@contextmanager
def serve_venue(folder: Path, *options: str) -> Iterator[RunningVenue]:
    """Serve a venue on a free port while the context lasts; its data and output stay in the folder."""
    process = start(folder, "0", *options)
    try:
        venue = RunningVenue(read_address(process, folder / "output.txt"), process, folder, options)
    except BaseException:
        stop(process)
        raise
    try:
        with venue.http:
            venue.wait_for_market()
            yield venue
    finally:
        assert venue.process is not None
        stop(venue.process)


def start(folder: Path, port: str, *options: str) -> subprocess.Popen[bytes]:
    """Start a venue's process on a folder; what it says is the folder's output from now on."""
    seed = os.environ["LEVERLINE_SEED"]
    command = [sys.executable, "-m", "leverline", "serve", "--port", port, "--data", str(folder / "data")]
    command += ["--seed", seed, "--market", "simulated", *options]
    with (folder / "output.txt").open("w", encoding="utf-8") as output:
        return subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)


def read_address(process: subprocess.Popen[bytes], output: Path) -> str:
    """Return the address that the venue prints once it listens, waiting for a bounded time."""
    end = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < end and process.poll() is None:
        if found := LISTENING.search(output.read_text(encoding="utf-8")):
            return found[1]
        time.sleep(0.1)
    raise AssertionError(f"the venue did not start ({process.poll()}):\n{output.read_text(encoding='utf-8')[-4000:]}")


def stop(process: subprocess.Popen[bytes]) -> None:
    """Stop the venue, and if it does not stop, end it."""
    process.terminate()
    try:
        process.wait(timeout=STOP_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
