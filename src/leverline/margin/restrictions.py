"""Margin restricted assets: closed for longs by an operator, or over the cap of collateral (rules 13.8, 4.5)."""

from leverline.kernel.events import EventLog
from leverline.margin.events import CollateralCapReached, LongRestricted
from leverline.margin.transfer_limits import TransferLimits
from leverline.market.asset import Asset


class Restrictions:
    """Which assets are restricted, each since when."""

    def __init__(self, log: EventLog, catalogue: dict[str, Asset], transfers: TransferLimits) -> None:
        self.log: EventLog = log
        self.catalogue: dict[str, Asset] = catalogue
        self.transfers: TransferLimits = transfers
        self.long_closed: dict[str, int] = {}
        """Assets that an operator closed for longs."""
        self.at_cap: dict[str, int] = {}
        """Assets that were found over their cap at the last judgement; what is decided by is the cap itself."""

    def restrict(self, symbol: str, is_restricted: bool) -> None:
        """Close an asset for longs, or open it again."""
        if is_restricted:
            self.long_closed[symbol] = self.log.time
        else:
            del self.long_closed[symbol]
        self.log.emit(LongRestricted(symbol, is_restricted))

    def is_over_cap(self, asset: Asset) -> bool:
        """Whether all margin accounts together hold more of an asset than its cap, or expect to."""
        return asset.price_held > 0 and not self.transfers.fits_cap(asset, 0)

    def judge(self) -> None:
        """Report the assets that went over their cap, or came back, since the last judgement."""
        for symbol, asset in self.catalogue.items():
            is_over = self.is_over_cap(asset)
            if is_over == (symbol in self.at_cap):
                continue
            if is_over:
                self.at_cap[symbol] = self.log.time
            else:
                del self.at_cap[symbol]
            self.log.emit(CollateralCapReached(symbol, is_over))
