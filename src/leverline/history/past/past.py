"""The past of a venue, by the questions that the histories in memory answer."""

from leverline.history.history import History
from leverline.history.past.candles import PastCandles
from leverline.history.past.conversions import PastConversions
from leverline.history.past.liquidation_loans import PastLiquidationLoans
from leverline.history.past.market import PastAggregates, PastMarketTrades
from leverline.history.past.money import (
    PastFlows,
    PastInterest,
    PastLiquidations,
    PastLoans,
    PastStanding,
    PastTransfers,
)
from leverline.history.past.order_lists import PastLists
from leverline.history.past.orders import PastAmendments, PastMatches, PastOrders, PastTrades
from leverline.history.past.public import PastFund, PastParameterChanges, PastRates, PastRestraints
from leverline.history.store.reader import Reader


class Past:
    """All of it; without a `reader` as far as memory reaches. Questions may raise HistoryUnavailable."""

    def __init__(self, history: History, reader: Reader | None = None) -> None:
        self.orders: PastOrders = PastOrders(history.orders, reader)
        self.order_lists: PastLists = PastLists(history.order_lists, reader)
        self.amendments: PastAmendments = PastAmendments(history.amendments, reader)
        self.account_trades: PastTrades = PastTrades(history.account_trades, reader)
        self.prevented: PastMatches = PastMatches(history.prevented, reader)
        self.flows: PastFlows = PastFlows(history.flows, reader)
        self.loans: PastLoans = PastLoans(history.loans, reader)
        self.interest: PastInterest = PastInterest(history.interest, reader)
        self.transfers: PastTransfers = PastTransfers(history.transfers, reader)
        self.conversions: PastConversions = PastConversions(history.conversions, reader)
        self.liquidation_loans: PastLiquidationLoans = PastLiquidationLoans(history.liquidation_loans, reader)
        self.liquidations: PastLiquidations = PastLiquidations(history.liquidations, reader)
        self.standing: PastStanding = PastStanding(history.standing, reader)
        self.rates: PastRates = PastRates(history.rates, reader)
        self.restraints: PastRestraints = PastRestraints(history.restraints, reader)
        self.fund: PastFund = PastFund(history.fund, reader)
        self.parameter_changes: PastParameterChanges = PastParameterChanges(history.parameter_changes, reader)
        self.trades: PastMarketTrades = PastMarketTrades(history.trades, reader)
        self.aggregates: PastAggregates = PastAggregates(history.aggregates, reader)
        self.candles: PastCandles = PastCandles(history.candles, reader)
