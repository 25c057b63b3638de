"""A venue under measurement: started as a user starts it, with users who hold funds in their cross accounts."""

import hashlib
import hmac
import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import httpx

LEVERLINE = Path(sys.executable).with_name("leverline")
START_SECONDS = 180
LEADERS = (
    "BTC", "ETH", "BNB", "SOL", "XRP", "DOGE", "ADA", "TRX", "LINK", "AVAX", "LTC", "DOT", "BCH", "UNI", "NEAR", "APT",
    "ETC", "FIL", "ARB", "OP",
)  # fmt: skip
PAIRS = [f"{asset}USDT" for asset in LEADERS]


@dataclass
class Trader:
    """A user with an API key."""

    key: str
    secret: str

    def sign(self, **words):
        """Return the signed query of a request."""
        words["timestamp"] = int(time.time() * 1000)
        words["recvWindow"] = 60000
        query = urlencode(words)
        return query + "&signature=" + hmac.new(self.secret.encode(), query.encode(), hashlib.sha256).hexdigest()

    def sign_socket(self, number, method, **words):
        """Return the text of a signed request of the WebSocket API."""
        words |= {"apiKey": self.key, "timestamp": int(time.time() * 1000), "recvWindow": 60000}
        text = "&".join(f"{name}={words[name]}" for name in sorted(words))
        words["signature"] = hmac.new(self.secret.encode(), text.encode(), hashlib.sha256).hexdigest()
        return json.dumps({"id": number, "method": method, "params": words}).encode()


class RunningVenue:
    """`leverline serve` in a process of its own."""

    def __init__(self, folder, *words, **settings):
        self.log = Path(folder, "serve.log").open("w")  # noqa: SIM115
        command = [str(LEVERLINE), "serve", "--port", "0", "--data", str(Path(folder, "data")), *words]
        environment = {**os.environ, "LEVERLINE_LIMITS__FACTOR": "0", **settings}
        began = time.perf_counter()
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log, text=True, env=environment)
        self.base = self._address()
        self.start_seconds = time.perf_counter() - began
        self.http = httpx.Client(base_url=self.base, timeout=30)

    def _address(self):
        """Return the address that the venue prints when it listens."""
        for line in self.process.stdout:
            found = re.search(r"listening on (http://\S+)", line)
            if found:
                return found[1]
        raise SystemExit(f"the venue did not start: see {self.log.name}")

    @property
    def port(self):
        return int(self.base.rpartition(":")[2])

    def sandbox(self, method, path, body=None):
        """Ask the sandbox for something and return its answer."""
        return self.http.request(method, f"/sandbox/v1/{path}", json=body).raise_for_status().json()

    def spot_trader(self, usdt):
        """Return a new user with so many USDT in his spot wallet."""
        made = self.http.post("/sandbox/v1/users", json={"funds": {"USDT": str(usdt)}}).raise_for_status().json()
        return Trader(made["apiKey"], made["secretKey"])

    def trader(self, usdt):
        """Return a new user with so many USDT in his cross account."""
        trader = self.spot_trader(usdt)
        query = trader.sign(type="MAIN_MARGIN", asset="USDT", amount=str(usdt))
        self.http.post(f"/sapi/v1/asset/transfer?{query}", headers={"X-MBX-APIKEY": trader.key}).raise_for_status()
        return trader

    def cpu_seconds(self):
        """Return the processor time that the venue has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def history_lag(self):
        """Return how many seconds the oldest commit has waited that is not in the history's database."""
        return float(re.search(r"^leverline_history_lag_seconds (\S+)", self.http.get("/metrics").text, re.M)[1])

    def stop(self):
        """Stop it cleanly."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        self.http.close()
