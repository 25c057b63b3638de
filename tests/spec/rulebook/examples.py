"""Worked examples: what a YAML file may say, and how its quantities become the core's integers.

An example has `name`, `rule` (one or more numbers), `function` (the function it works out, by its full name), `given` (its
arguments by name), `expect` and `source`. With `scenario` it is worked out by a function of `scenarios.py`, which leads
through several functions of the rule book, `function` being the one it is about.

Every number carries its unit as a tag, so that nothing passes through a float:

    !amount 1.5        amount, book price or value, 10⁻⁸
    !ratio 1.25        ratio, rate or index price, 10⁻¹²
    !percent 0.02      ratio given in per cent
    !exact 0.5         carry, 10⁻²⁰
    !int 3             plain count
    !time 13:55        microseconds since midnight
    !flag yes          truth
    !none              no value
    !tiers [[limit, ratio], …]                                       collateral tiers (rule 4.1)
    !brackets [[leverage, limit, IMR %, MMR %, maintenance amount], …]   Pro brackets (rule 6.3)
    !isolated [[IR, base limit, quote limit], …]                     isolated tiers (rule 7.2)
    !levels [[price, quantity], …]                                   book levels, best first
    !classic 5         bands of that leverage, !family 10 ratios of that isolated family, !pro bands: as shipped
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from leverline.kernel.decimals import parse_amount, parse_decimal, parse_ratio
from leverline.kernel.time import HOUR, MINUTE, SECOND
from leverline.parameters.loader import load_scheme
from leverline.rulebook.parameters import (
    CollateralTier,
    IsolatedTier,
    ProBracket,
    RateCurve,
)

FOLDER = Path(__file__).parent
EXACT_DECIMALS = 20
