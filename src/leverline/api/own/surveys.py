"""Views of all accounts at once, made by a forked copy of the venue and kept for some seconds for all who ask."""

import asyncio
import time
from collections.abc import Callable
from typing import Any, Final

import msgspec

from leverline.api.call import Call
from leverline.api.errors import UNAVAILABLE, WireError
from leverline.engine.engine import Engine
from leverline.ledger.reconciliation import Reconciliation, reconcile
from leverline.margin.account import MarginAccount
from leverline.margin.ladder import PriceLadder, Rung
from leverline.margin.survey import ProductSurvey, Standing, Survey
from leverline.market.depth_within import depth_within
from leverline.venue.child_work import ChildFailed, ask_child
from leverline.venue.venue import Venue

Maker = Callable[[Engine], dict[str, Any]]
FRESH_SECONDS: Final = 3.0
"""A view that is no older is shown again: a fork holds everybody up for some milliseconds."""
CHILD_SECONDS: Final = 8.0
"""A copy that takes longer is ended: who asked has waited long enough."""
KEPT_MAX: Final = 16
ROWS_MAX: Final = 10_000
"""So many accounts, those nearest to their liquidation, are listed; the counts are of all."""
PERCENTS: Final = [1, 2, 3, 5, 7, 10, 15, 20, 25, 30, 40, 50]
"""The falls of the price ladder."""


class Surveys:
    """Views by name."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue
        self._turn = asyncio.Lock()
        """Who asks for what another is being answered has it at the same time."""
        self._kept: dict[str, tuple[float, dict[str, Any]]] = {}

    async def get(self, name: str, make: Maker) -> dict[str, Any]:
        """Return a view with the time and the number of the commands that it is of. Raises -1001."""
        async with self._turn:
            kept = self._kept.get(name)
            if kept is not None and time.monotonic() - kept[0] < FRESH_SECONDS:
                return kept[1]
            view = await self._made(make)
            if len(self._kept) >= KEPT_MAX:
                self._kept.clear()
            self._kept[name] = time.monotonic(), view
            return view

    async def _made(self, make: Maker) -> dict[str, Any]:
        """Return a fresh view. Raises -1001."""
        try:
            said = await ask_child(self._venue, lambda engine: encoded(engine, make), CHILD_SECONDS)
        except ChildFailed as fault:
            raise WireError(-1001, f"The view could not be made: {fault}.", UNAVAILABLE) from fault
        view: dict[str, Any] = msgspec.json.decode(said)
        return view


def surveys_of(call: Call) -> Surveys:
    """Return the one keeper of views of this venue."""
    caches = call.services.caches
    if "surveys" not in caches:
        caches["surveys"] = Surveys(call.services.venue)
    found: Surveys = caches["surveys"]
    return found


def encoded(engine: Engine, make: Maker) -> bytes:
    """In the copy: return a view as JSON. Numbers of the core may be beyond 64 bits and go as texts."""
    return msgspec.json.encode({"time": engine.time, "sequence": engine.commands_applied, **make(engine)})


def survey(engine: Engine) -> dict[str, Any]:
    """Return how all margin accounts stand: sums by product, and rows of those nearest to their liquidation."""
    risk = engine.core.risk
    found = Survey(engine.core.ledger, risk.valuer, risk.bands)
    return {
        "products": {str(mode): product_fields(product) for mode, product in found.products.items()},
        "total": len(found.standings),
        "rows": [standing_fields(each) for each in found.standings[:ROWS_MAX]],
    }


def product_fields(product: ProductSurvey) -> dict[str, Any]:
    """Return a product's sums; amounts as texts of whole units."""
    return {
        "accounts": product.accounts,
        "indebted": product.indebted,
        "locked": product.locked,
        "assets": str(product.assets),
        "liabilities": str(product.liabilities),
        "collateral": str(product.collateral),
        "statuses": {str(status): count for status, count in product.statuses.items()},
        "counts": product.counts,
        "debts": [str(each) for each in product.debts],
    }


def standing_fields(standing: Standing) -> dict[str, Any]:
    """Return one account; amounts and ratios as texts of whole units."""
    account = standing.account
    return {
        "walletId": account.wallet_id,
        "mode": account.mode,
        "status": account.status,
        "isLocked": account.is_locked,
        "level": str(standing.level),
        "threshold": str(standing.threshold),
        "room": str(standing.room),
        "assets": str(standing.assets),
        "liabilities": str(standing.liabilities),
        "collateral": str(standing.collateral),
    }


def ladder_maker(only: str) -> Maker:
    """Return what makes the price ladder of a fall of one asset, or of all for an empty `only`."""

    def make(engine: Engine) -> dict[str, Any]:
        core = engine.core
        ladder = PriceLadder(core.risk.valuer, core.risk.bands, core.board.assets, PERCENTS, only)
        for wallet in core.ledger.wallets:
            if isinstance(wallet, MarginAccount) and wallet.debts:
                ladder.add(wallet)
        depths = depth_within(core.exchange, core.parameters.liquidation.price_band)
        return {
            "inLiquidation": rung_fields(ladder.in_liquidation),
            "rungs": [rung_fields(rung) for rung in ladder.rungs],
            "depth": {asset: [str(depth.bids), str(depth.asks)] for asset, depth in depths.items()},
        }

    return make


def rung_fields(rung: Rung) -> dict[str, Any]:
    """Return one rung; amounts as texts of whole units."""
    return {
        "percent": rung.percent,
        "accounts": {str(mode): count for mode, count in rung.accounts.items()},
        "debts": {str(mode): str(value) for mode, value in rung.debts.items()},
        "held": {asset: str(value) for asset, value in rung.held.items()},
        "owed": {asset: str(value) for asset, value in rung.owed.items()},
    }


def reconciliation(engine: Engine) -> dict[str, Any]:
    """Return where every unit of every asset is."""
    return {"assets": {asset: reconciliation_fields(each) for asset, each in reconcile(engine.core.ledger).items()}}


def reconciliation_fields(each: Reconciliation) -> dict[str, Any]:
    """Return one asset; amounts as texts of whole units."""
    return {
        "holders": each.holders,
        "lines": [[line.layer, line.owner, line.bucket, str(line.amount)] for line in each.lines],
        "differences": {layer: str(amount) for layer, amount in each.differences.items()},
    }
