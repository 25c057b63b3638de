"""The stop of everything: pairs only cancel, nobody borrows, nobody is liquidated, until it is ended (rule 13.7)."""

from leverline.kernel.events import EventLog
from leverline.lending.desk import LendingDesk
from leverline.liquidation.process import Liquidator
from leverline.market.events import PairStatusChanged, TradingStopped
from leverline.market.exchange import Exchange
from leverline.market.pair import Pair
from leverline.market.terms import CANCEL_ONLY, DELISTED, DELISTING, HALTED


class TradingStop:
    """Remembers what each pair was, and puts it back."""

    def __init__(self, log: EventLog, exchange: Exchange, desk: LendingDesk, liquidator: Liquidator) -> None:
        self.log: EventLog = log
        self.exchange: Exchange = exchange
        self.desk: LendingDesk = desk
        self.liquidator: Liquidator = liquidator
        self.is_stopped: bool = False
        self.statuses: dict[str, int] = {}
        """What each pair that the stop has closed was before."""

    def stop(self) -> None:
        """Let all pairs but halted ones only cancel; said once more, it closes what was opened by hand meanwhile.

        What is delisted takes no orders as it is.
        """
        for pair in self.exchange.pairs.values():
            if pair.status not in (CANCEL_ONLY, HALTED, DELISTING, DELISTED):
                self.statuses[pair.symbol] = pair.status
                self._set_status(pair, CANCEL_ONLY)
        if not self.is_stopped:
            self._follow(True)

    def resume(self) -> None:
        """Put back every pair that still is as the stop has left it."""
        for symbol, status in self.statuses.items():
            pair = self.exchange.pairs[symbol]
            if pair.status == CANCEL_ONLY:
                self._set_status(pair, status)
        self.statuses = {}
        self._follow(False)

    def forget(self, symbol: str) -> None:
        """Let a pair stay what an operator has made it by hand."""
        if symbol in self.statuses:
            del self.statuses[symbol]

    def _set_status(self, pair: Pair, status: int) -> None:
        """Set and report a pair's status."""
        pair.status = status
        self.log.emit(PairStatusChanged(pair.symbol, status))

    def _follow(self, is_stopped: bool) -> None:
        """Stop borrowing and liquidation too, or end that."""
        self.is_stopped = is_stopped
        self.log.emit(TradingStopped(is_stopped))
        self.desk.stop_with_trading(is_stopped)
        self.liquidator.pauses.set_with_trading(is_stopped)
        if not is_stopped:
            self.liquidator.go_on()
