"""Which products a country may use (rule 12.1): `data/jurisdictions.toml`, a list of our own that an operator edits."""

import tomllib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from leverline.identity.faults import Fault, IdentityFault, IdentityStartFault


class Product(StrEnum):
    """What a country may be refused."""

    REGISTRATION = "registration"
    MARGIN = "margin"
    PRO = "pro"


@dataclass(frozen=True, slots=True)
class Jurisdictions:
    """Known country codes (ISO 3166-1, two letters) and what is refused to which of them."""

    countries: frozenset[str]
    refused: dict[str, frozenset[Product]]

    def allows(self, country: str, product: Product) -> bool:
        """Whether people of `country` may use `product`; nobody who may not register may use anything."""
        refused = self.refused.get(country, frozenset())
        return country in self.countries and product not in refused and Product.REGISTRATION not in refused

    def require(self, country: str, product: Product) -> None:
        """Raise COUNTRY_UNKNOWN or JURISDICTION_REFUSED unless `country` may use `product`."""
        if country not in self.countries:
            raise IdentityFault(Fault.COUNTRY_UNKNOWN, f"{country[:20]!r} is no two-letter country code")
        if not self.allows(country, product):
            raise IdentityFault(Fault.JURISDICTION_REFUSED, f"{product} is not offered in {country}")


def load_jurisdictions(folder: Path) -> Jurisdictions:
    """Read `jurisdictions.toml` of `folder`. Raises IdentityStartFault naming what is wrong in it."""
    file = folder / "jurisdictions.toml"
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
        countries = frozenset(document["countries"]["codes"].split())
        refused = {code: _refused(code, row, countries) for code, row in document["refused"].items()}
    except (OSError, KeyError, ValueError) as fault:
        raise IdentityStartFault(f"{file.name}: {fault}") from fault
    return Jurisdictions(countries, refused)


def _refused(code: str, row: dict[str, Any], countries: frozenset[str]) -> frozenset[Product]:
    """Return what one row refuses; a row names a known country, a date and a source."""
    if code not in countries or not isinstance(row["as_of"], date) or not row["source"]:
        raise ValueError(f"{code}: not a listed country, or without as_of and source")
    return frozenset(Product(name) for name in row["refuses"])
