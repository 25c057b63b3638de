"""The past of a venue, by the questions that the histories in memory answer."""

from leverline.history.history import History
from leverline.history.past.candles import PastCandles
from leverline.history.past.money import PastFlows, PastInterest, PastLiquidations, PastLoans, PastTransfers
from leverline.history.past.orders import PastMatches, PastOrders, PastTrades
from leverline.history.store.reader import Reader


class Past:
    """All of it; without a `reader` as far as memory reaches. Questions may raise HistoryUnavailable."""

    def __init__(self, history: History, reader: Reader | None = None) -> None:
        self.orders: PastOrders = PastOrders(history.orders, reader)
        self.account_trades: PastTrades = PastTrades(history.account_trades, reader)
        self.prevented: PastMatches = PastMatches(history.prevented, reader)
        self.flows: PastFlows = PastFlows(history.flows, reader)
        self.loans: PastLoans = PastLoans(history.loans, reader)
        self.interest: PastInterest = PastInterest(history.interest, reader)
        self.transfers: PastTransfers = PastTransfers(history.transfers, reader)
        self.liquidations: PastLiquidations = PastLiquidations(history.liquidations, reader)
        self.candles: PastCandles = PastCandles(history.candles, reader)
