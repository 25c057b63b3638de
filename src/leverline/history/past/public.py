"""What everybody may know: rates, changed figures, the insurance fund's ledger, what held users back; however old."""

from sqlalchemy import ColumnElement

from leverline.history.fund import PUBLIC, DeficitRecord, FundLedger, FundPayment, FundRecord, WriteOffRecord
from leverline.history.interest import RateRecord, Rates
from leverline.history.outbox import RATES
from leverline.history.pages import EVER, Page, Window
from leverline.history.parameter_changes import ParameterChangeRecord, ParameterChanges
from leverline.history.past.source import Source
from leverline.history.restraints import RestraintRecord, Restraints
from leverline.history.store.reader import ALL, Query, Reader
from leverline.history.store.schema import STREAMS


class PastFund:
    """All of the insurance fund's public records."""

    def __init__(self, fund: FundLedger, reader: Reader | None) -> None:
        self.fund: FundLedger = fund
        self.movements: Source = Source(fund.movements, "fund", reader)
        self.payments: Source = Source(fund.payments, "fund_payment", reader)
        self.deficits: Source = Source(fund.deficits, "deficit", reader)
        self.write_offs: Source = Source(fund.write_offs, "write_off", reader)

    async def page(self, window: Window, asset: str = "") -> Page[FundRecord]:
        """Return a page of movements, as `FundLedger.page` does."""
        conditions: list[ColumnElement[bool]] = [self.movements.table.c.asset == asset] if asset else []
        return await self.movements.page(PUBLIC, window, self.fund.page(window, asset), *conditions)

    async def payments_page(self, window: Window) -> Page[FundPayment]:
        """Return a page of payments, newest first."""
        return await self.payments.page(PUBLIC, window, self.fund.payments_page(window))

    async def deficits_page(self, window: Window) -> Page[DeficitRecord]:
        """Return a page of deficits, newest first."""
        return await self.deficits.page(PUBLIC, window, self.fund.deficits_page(window))

    async def write_offs_page(self, window: Window) -> Page[WriteOffRecord]:
        """Return a page of write-offs, newest first."""
        return await self.write_offs.page(PUBLIC, window, self.fund.write_offs_page(window))


class PastRestraints:
    """All that ever held users back."""

    def __init__(self, restraints: Restraints, reader: Reader | None) -> None:
        self.restraints: Restraints = restraints
        self.source: Source = Source(restraints.log, "restraint", reader)

    async def page(self, owner: int, window: Window) -> Page[RestraintRecord]:
        """Return a page of a user's records, or of the public's, newest first."""
        return await self.source.page(owner, window, self.restraints.page(owner, window))


class PastParameterChanges:
    """All changes of the rule set's figures."""

    def __init__(self, known: ParameterChanges, reader: Reader | None) -> None:
        self.known: ParameterChanges = known
        self.records: Source = Source(known.log, "parameter_change", reader)

    async def page(self, window: Window) -> Page[ParameterChangeRecord]:
        """Return a page, newest first."""
        return await self.records.page(PUBLIC, window, self.known.page(window))


class PastRates:
    """All hourly rates."""

    def __init__(self, rates: Rates, reader: Reader | None) -> None:
        self.rates: Rates = rates
        self.reader: Reader | None = reader

    async def within(self, asset: str, since: int = 0, until: int = EVER) -> list[RateRecord]:
        """Return an asset's rates of the hours that begin in a window, as `Rates.within` does."""
        known = self.rates.within(asset, since, until)
        oldest = self.rates.oldest(asset)
        if self.reader is None or oldest is None or since >= oldest:
            return known
        await self.reader.has(oldest)
        columns = STREAMS[RATES].table.c
        where = (columns.asset == asset, columns.time >= since, columns.time <= until, columns.time < oldest)
        return [*known, *await self.reader.records(Query(RATES, where, ALL, "time", is_descending=True))]
