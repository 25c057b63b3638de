"""Loans, interest, transfers, payments, capital flow, liquidations and standing of accounts, however old."""

from leverline.history.flows import FlowRecord, Flows
from leverline.history.interest import Interest, InterestRecord
from leverline.history.liquidations import LiquidationCase, LiquidationOrder, Liquidations
from leverline.history.loans import LoanRecord, Loans
from leverline.history.outbox import CASES
from leverline.history.pages import EVER, Page, Window
from leverline.history.past.source import Source
from leverline.history.standing import Standing, StandingRecord
from leverline.history.store.reader import Query, Reader
from leverline.history.transfers import PaymentRecord, TransferRecord, Transfers


class PastFlows:
    """All flows."""

    def __init__(self, flows: Flows, reader: Reader | None) -> None:
        self.flows: Flows = flows
        self.source: Source = Source(flows.log, "flow", reader, is_covered=True)

    async def of(
        self, wallet_id: int, asset: str = "", kind: int = 0, from_id: int | None = None, since: int | None = None,
        until: int = EVER, limit: int = 500,
    ) -> list[FlowRecord]:  # fmt: skip
        """Return flows of a wallet, as `Flows.of` does."""
        known = self.flows.of(wallet_id, asset, kind, from_id, since, until, limit)
        columns = self.source.table.c
        conditions = ([columns.asset == asset] if asset else []) + ([columns.kind == kind] if kind else [])
        span = ("flow_id", from_id, since, until, limit)
        return await self.source.ascending(wallet_id, span, known, lambda flow: True, *conditions)


class PastLoans:
    """All loans and repayments."""

    def __init__(self, loans: Loans, reader: Reader | None) -> None:
        self.loans: Loans = loans
        self.source: Source = Source(loans.log, "loan", reader)

    async def page(self, wallet_id: int, is_borrow: bool, window: Window, asset: str = "") -> Page[LoanRecord]:
        """Return a page of a wallet's loans, or of its repayments, as `Loans.page` does."""
        columns = self.source.table.c
        conditions = [columns.is_borrow == is_borrow] + ([columns.asset == asset] if asset else [])
        known = self.loans.page(wallet_id, is_borrow, window, asset)
        return await self.source.page(wallet_id, window, known, *conditions)

    async def by_tran_id(self, wallet_id: int, is_borrow: bool, tran_id: int) -> list[LoanRecord]:
        """Return what one commit lent to a wallet, or let it repay, oldest first."""
        known = self.loans.by_tran_id(wallet_id, is_borrow, tran_id)
        cut = self.source.elsewhere(wallet_id, None)
        log = self.loans.log.logs.get(wallet_id)
        if cut is None or (log and log[0].tran_id < tran_id):
            return known
        assert self.source.reader is not None
        await self.source.reader.has(cut.time)
        columns = self.source.table.c
        where = (*self.source.of(wallet_id, cut), columns.is_borrow == is_borrow, columns.tran_id == tran_id)
        return [*await self.source.reader.records(Query(self.source.stream, where, cut.count)), *known]


class PastInterest:
    """All charges of interest."""

    def __init__(self, interest: Interest, reader: Reader | None) -> None:
        self.interest: Interest = interest
        self.source: Source = Source(interest.log, "interest", reader)

    async def page(self, wallet_id: int, window: Window, asset: str = "") -> Page[InterestRecord]:
        """Return a page of a wallet's charges, as `Interest.page` does."""
        columns = self.source.table.c
        conditions = [(columns.asset == asset) | (columns.paid_asset == asset)] if asset else []
        known = self.interest.page(wallet_id, window, asset)
        return await self.source.page(wallet_id, window, known, *conditions)


class PastTransfers:
    """All transfers, deposits and withdrawals."""

    def __init__(self, transfers: Transfers, reader: Reader | None) -> None:
        self.transfers: Transfers = transfers
        self.moved: Source = Source(transfers.transfers, "transfer", reader)
        self.paid: Source = Source(transfers.payments, "payment", reader)

    async def all_of(self, user_id: int, window: Window) -> Page[TransferRecord]:
        """Return a page of a user's transfers in all directions, as `Transfers.all_of` does."""
        return await self.moved.page(user_id, window, self.transfers.all_of(user_id, window))

    async def between(
        self, user_id: int, window: Window, source_kind: int, target_kind: int, source_pair: str = "",
        target_pair: str = "",
    ) -> Page[TransferRecord]:  # fmt: skip
        """Return a page of the transfers from one kind of wallet to another, as `Transfers.between` does."""
        columns = self.moved.table.c
        conditions = [columns.source_kind == source_kind, columns.target_kind == target_kind]
        conditions += [columns.source_pair == source_pair] if source_pair else []
        conditions += [columns.target_pair == target_pair] if target_pair else []
        known = self.transfers.between(user_id, window, source_kind, target_kind, source_pair, target_pair)
        return await self.moved.page(user_id, window, known, *conditions)

    async def of_wallet(
        self, wallet_id: int, window: Window, is_in: bool | None = None, asset: str = ""
    ) -> Page[TransferRecord]:
        """Return a page of the transfers into and out of a wallet, as `Transfers.of_wallet` does."""
        known = self.transfers.of_wallet(wallet_id, window, is_in, asset)
        wallet = self.transfers.wallets.get(wallet_id)
        if wallet is None:
            return known
        columns = self.moved.table.c
        came, went = columns.target == wallet_id, columns.source == wallet_id
        conditions = [came | went if is_in is None else came if is_in else went]
        conditions += [columns.asset == asset] if asset else []
        return await self.moved.page(wallet.user_id, window, known, *conditions)

    async def payments_of(self, user_id: int, is_deposit: bool, window: Window, asset: str = "") -> Page[PaymentRecord]:
        """Return a page of a user's deposits, or withdrawals, as `Transfers.payments_of` does."""
        columns = self.paid.table.c
        conditions = [columns.is_deposit == is_deposit] + ([columns.asset == asset] if asset else [])
        known = self.transfers.payments_of(user_id, is_deposit, window, asset)
        return await self.paid.page(user_id, window, known, *conditions)


class PastLiquidations:
    """All liquidations, and all orders that were traded in them."""

    def __init__(self, liquidations: Liquidations, reader: Reader | None) -> None:
        self.liquidations: Liquidations = liquidations
        self.cases: Source = Source(liquidations.cases, CASES, reader)
        self.orders: Source = Source(liquidations.orders, "liquidation_order", reader)

    async def cases_of(self, wallet_id: int, window: Window) -> Page[LiquidationCase]:
        """Return a page of an account's cases by the time of their start, newest first."""
        return await self.cases.page(wallet_id, window, self.liquidations.cases_of(wallet_id, window))

    async def orders_of(self, wallet_id: int, window: Window) -> Page[LiquidationOrder]:
        """Return a page of the orders traded in an account's liquidations, newest first."""
        return await self.orders.page(wallet_id, window, self.liquidations.orders_of(wallet_id, window))


class PastStanding:
    """All changes of margin accounts."""

    def __init__(self, standing: Standing, reader: Reader | None) -> None:
        self.standing: Standing = standing
        self.source: Source = Source(standing.log, "standing", reader)

    async def page(self, wallet_id: int, window: Window, kind: int = 0) -> Page[StandingRecord]:
        """Return a page of an account's changes, as `Standing.page` does."""
        conditions = [self.source.table.c.kind == kind] if kind else []
        return await self.source.page(wallet_id, window, self.standing.page(wallet_id, window, kind), *conditions)
