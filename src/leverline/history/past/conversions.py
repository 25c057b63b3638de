"""Small exchanges of accounts with the house, however old."""

from typing import Final

from leverline.history.conversions import Conversions, DebtExchangeRecord, DustRecord, by_command
from leverline.history.pages import Page, Window
from leverline.history.past.source import Source
from leverline.history.store.reader import Query, Reader

ROWS_AT_ONCE: Final = 500


class PastConversions:
    """All of them. A command's balances may be in memory in part only."""

    def __init__(self, conversions: Conversions, reader: Reader | None) -> None:
        self.conversions: Conversions = conversions
        self.dust: Source = Source(conversions.dust, "dust", reader)
        self.debts: Source = Source(conversions.debts, "debt_exchange", reader)

    async def conversions_of(self, wallet_id: int, since: int, until: int, limit: int) -> list[list[DustRecord]]:
        """Return the balances that a wallet gave, as `Conversions.conversions_of` does."""
        known = self.conversions.dust_of(wallet_id, since, until)
        cut, reader = self.dust.elsewhere(wallet_id, since), self.dust.reader
        if cut is None or reader is None:
            return by_command(known)[:limit]
        await reader.has(cut.time)
        time = self.dust.table.c.time
        where = (*self.dust.of(wallet_id, cut), time >= since, time <= until)
        offset = 0
        while len(by_command(known)) <= limit:  # one more than asked for: then those asked for are whole
            query = Query(self.dust.stream, where, ROWS_AT_ONCE, by="time", is_descending=True, offset=offset)
            older = await reader.records(query)
            known = [*reversed(older), *known]
            offset += ROWS_AT_ONCE
            if len(older) < ROWS_AT_ONCE:
                break
        return by_command(known)[:limit]

    async def exchanges_of(self, wallet_id: int, window: Window) -> Page[DebtExchangeRecord]:
        """Return a page of the debts that a wallet paid, newest first."""
        return await self.debts.page(wallet_id, window, self.conversions.exchanges_of(wallet_id, window))
