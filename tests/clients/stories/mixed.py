"""One client trades at random for a while, through restarts of the venue; what it met goes out at the end.

A refusal by the venue is a part of trading and is counted by its code; while the venue is away the bot waits for it.
Anything else that goes wrong ends the script. Every act is done once at first, then by chance.
Arguments: library, base URL, key, secret, seconds, seed.
"""

import random
import re
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Callable
from typing import Any

from mixed_bot import ISOLATED, PAIRS, SPOT, Bot
from mixed_calls import CALLS, MARGIN
from report import observe

CODE = re.compile(r"-\d{4,5}")
AWAY = {"ConnectionError", "Timeout", "NetworkError", "RequestTimeout", "ExchangeNotAvailable"}
"""Names of the errors, or of what they inherit, for a venue that does not answer."""
AWAY_SECONDS_MAX = 240


class Session:
    """A bot at work, and what it met."""

    def __init__(self, bot: Bot, base_url: str) -> None:
        self.bot = bot
        self.base_url = base_url
        self.met: Counter[str] = Counter()
        self.done: Counter[str] = Counter()

    def run(self, seconds: float) -> None:
        """Do every act once, then act until the time is over, and leave no order behind."""
        end = time.monotonic() + seconds
        while not all(self.bot.prices.values()):
            self.go_on(self.bot.refresh)
        acts = [act for _, act in self.bot.acts]
        weights = [weight for weight, _ in self.bot.acts]
        for act in [*acts, *acts]:
            self.go_on(act)
        while time.monotonic() < end:
            self.go_on(self.bot.rng.choices(acts, weights)[0])
        for act in self.endings():
            self.go_on(act)

    def endings(self) -> list[Callable[[], Any]]:
        """Return what cancels every order that may rest."""
        ask = self.bot.ask
        places: list[tuple[str, dict[str, str]]] = [(f"{path}/openOrders", {}) for path in (SPOT, MARGIN)]
        everywhere = [(path, {"symbol": pair, **more}) for path, more in places for pair in PAIRS]
        everywhere += [(f"{MARGIN}/openOrders", {"symbol": pair, "isIsolated": "TRUE"}) for pair in ISOLATED]
        return [lambda path=path, words=words: ask("DELETE", path, **words) for path, words in everywhere]

    def go_on(self, act: Callable[[], Any]) -> None:
        """Act once, whatever the venue says to it."""
        try:
            act()
        except Exception as fault:
            kind = kind_of(fault)
            self.met[kind] += 1
            if kind == "away":
                self.wait()
        else:
            self.met["done"] += 1
            self.done[act.__name__] += 1

    def wait(self) -> None:
        """Wait, for a bounded time, until the venue answers again."""
        end = time.monotonic() + AWAY_SECONDS_MAX
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"{self.base_url}/api/v3/ping", timeout=5):
                    return
            except OSError:
                time.sleep(0.3)
        raise TimeoutError(f"the venue did not come back in {AWAY_SECONDS_MAX} s")


def kind_of(fault: Exception) -> str:
    """Return the venue's code of a refusal, the library's name for it, or `away`; raises any other fault again."""
    words = " ".join(str(word) for word in (fault, getattr(fault, "error_code", ""), getattr(fault, "code", "")))
    names = {kind.__name__ for kind in type(fault).__mro__}
    found = CODE.search(words)
    if "-1016" in words or "503" in words:
        return "away"
    if "-1000" in words or "-1001" in words:
        raise fault
    if found:
        return found[0]
    if names & AWAY:
        return "away"
    if names & {"ExchangeError", "ClientError"}:  # the SDK leaves the code of a 409 out
        return type(fault).__name__
    raise fault


if __name__ == "__main__":
    library, base_url, key, secret, seconds, seed = sys.argv[1:]
    session = Session(Bot(CALLS[library](base_url, key, secret), random.Random(f"{seed} {library}")), base_url)
    session.run(float(seconds))
    observe("traded", library=library, met=dict(session.met), done=dict(session.done))
