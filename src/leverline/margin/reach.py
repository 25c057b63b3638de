"""How far prices may move, and interest may grow, before an account can change its band (derived; rule 2.3).

A level stands between two thresholds. Let f = worth − T × owed be what separates it from one of them. Prices that all
move by at most the share m, each in the direction that hurts, take at most m × S from f, where S sums over tokens the
larger of

    A ÷ L               on a fall: held − T × owed      on a rise: T × owed − held
    C ÷ L               on a fall: held − T × owed      on a rise: T × owed − min(held, owed)
    Pro                 on a fall: held − owed          on a rise: owed − held + T × MMR × owed

(values; what is negative counts 0). The collateral value of a token is concave in its price: it moves at most as what
is held, in Pro less what is owed, and at least as what is matched by its own debt. MMR is the last bracket's, the
highest. An open order's loss compares collateral values of two tokens; it moves at most as what is held of them. So,
with

    m = (f − roundings − headroom for interest) ÷ S

nothing crosses while all prices stay within their share m and interest within its headroom. Towards the better band
likewise, with the directions exchanged.
"""

from typing import Final

from leverline.kernel.numbers import INDEX_ONE, RATIO_ONE, amount_down, mul_div_down, mul_div_up
from leverline.ledger.wallet import CROSS
from leverline.margin.account import EXCESSIVE, PRO, MarginAccount
from leverline.margin.bands import Bands
from leverline.margin.levels import ASSETS, EQUITY, level_form
from leverline.margin.order_effects import OrderEffect, open_effects
from leverline.margin.sheet import Line, Sheet
from leverline.margin.triggers import TriggerIndex
from leverline.market.index_board import USDT
from leverline.market.settlement import BNB

HEADROOM_SHIFT: Final = 10
"""A debt may grow by 2⁻¹⁰ of its value through interest before its account is valued again."""
ROUNDING_UNITS: Final = 64
"""Units of value kept back per token, order and unit of threshold: far above what all roundings can add up to."""
MOVE_MAX: Final = 8 * RATIO_ONE
"""No interval reaches further than this many times the price."""
ANY_MOVE: Final = 1 << 62
"""Stands for a direction in which no move can hurt or help."""
RATIO_SHIFT: Final = 39
"""2³⁹ is below a ratio of one, so that a threshold shifted by it is no smaller than its whole part."""


class Reach:
    """Sets the triggers and interest limits of one account after another."""

    def __init__(self, triggers: TriggerIndex, bands: Bands, protection: int) -> None:
        self.triggers: TriggerIndex = triggers
        self.bands: Bands = bands
        self.protection: int = protection

    def watch(self, account: MarginAccount, sheet: Sheet, worth: int, owed: int, status: int) -> None:
        """Watch an indebted account that was just found to be in `status`, above the liquidation threshold.

        So near a threshold that roundings may decide, any move of any token counts, in whichever direction.
        """
        form = level_form(account, self.bands.parameters.regime)
        self._clear(account, sheet)
        worse = self.bands.threshold(account, status + 1)
        gap = worth - mul_div_up(worse, owed, RATIO_ONE) - _roundings(account, sheet, worse)
        gap -= _set_headroom(account, sheet, worse, gap)
        _set_interest_limits(account, sheet)
        share = _share(sheet, form, worse, gap)
        for position in range(sheet.size):
            line = sheet.lines[position]
            if line.fall:
                line.move_down = share
            if line.rise:
                line.move_up = share
        if share == 0:
            _hold_still(sheet)
        if status != EXCESSIVE:
            better = self.bands.threshold(account, status)
            gap = mul_div_down(better, owed, RATIO_ONE) - worth - _roundings(account, sheet, better)
            share = _share(sheet, form, better, gap)
            for position in range(sheet.size):
                line = sheet.lines[position]
                if line.fall and share < line.move_up:
                    line.move_up = share
                if line.rise and share < line.move_down:
                    line.move_down = share
            if share == 0:
                _hold_still(sheet)
        self._put(account, sheet)

    def _clear(self, account: MarginAccount, sheet: Sheet) -> None:
        """Forget what the sheet's lines say of the account before, and note what its open orders can do."""
        effects = open_effects(sheet, self.protection) if account.mode == PRO and account.orders else []
        for effect in effects:
            sheet.line(effect.given)
            sheet.line(effect.received)
        for position in range(sheet.size):
            line = sheet.lines[position]
            line.headroom = 0
            line.order_value = 0
            line.move_down = ANY_MOVE
            line.move_up = ANY_MOVE
        if effects:
            self._note_order_values(sheet, effects)

    def _note_order_values(self, sheet: Sheet, effects: list[OrderEffect]) -> None:
        """Note how far the open-order loss can depend on each token's price."""
        for effect in effects:
            given = sheet.line(effect.given)
            received = sheet.line(effect.received)
            given.order_value += abs(given.held_value)
            effect.apply(sheet)
            received.order_value += abs(received.held_value)
        for effect in effects:
            effect.undo(sheet)

    def _put(self, account: MarginAccount, sheet: Sheet) -> None:
        """Turn the moves of each token into trigger prices."""
        for position in range(sheet.size):
            line = sheet.lines[position]
            asset = line.asset
            if asset.symbol != USDT:
                price = asset.price
                down, up = line.move_down, line.move_up
                low = price - mul_div_down(price, down, RATIO_ONE) if down < RATIO_ONE else 0
                high = price + mul_div_down(price, up, RATIO_ONE) if up != ANY_MOVE else 0
                self.triggers.put(account, asset, low, high)


def _hold_still(sheet: Sheet) -> None:
    """Let no price move unseen: within the roundings of a threshold even a move that helps may cross it."""
    for position in range(sheet.size):
        line = sheet.lines[position]
        line.move_down = 0
        line.move_up = 0


def _roundings(account: MarginAccount, sheet: Sheet, threshold: int) -> int:
    """Return more than all roundings of values can amount to."""
    return ROUNDING_UNITS * (sheet.size + len(account.orders)) * ((threshold >> RATIO_SHIFT) + 5)


def _owed_weight(line: Line, is_pro: bool, threshold: int, value: int) -> int:
    """Return what a debt of `value` takes from f, rounded up: T × debt, or in Pro T × MMR × debt beside its value."""
    if not is_pro:
        return mul_div_up(threshold, value, RATIO_ONE)
    brackets = line.asset.parameters.pro_brackets
    highest = brackets[len(brackets) - 1].maintenance_rate if brackets else 0
    return mul_div_up(threshold * highest, value, RATIO_ONE * RATIO_ONE)


def _set_headroom(account: MarginAccount, sheet: Sheet, threshold: int, gap: int) -> int:
    """Set by how much each debt may grow in value; return how much of the gap that takes.

    None at all where it would take the whole gap, where a family's other accounts depend on it, or an order's loss.
    """
    is_pro = account.mode == PRO
    if sheet.family is not None or (is_pro and account.orders):
        return 0
    total = 0
    for position in range(sheet.size):
        line = sheet.lines[position]
        if line.owed_value:
            line.headroom = (line.owed_value >> HEADROOM_SHIFT) + 2
            total += line.headroom
    if account.trader.is_bnb_interest and account.kind == CROSS:
        total += _add_bnb_headroom(sheet, total)
    taken = _pro_weight(sheet, threshold) + total if is_pro else mul_div_up(threshold, total, RATIO_ONE)
    if taken < gap:
        return taken
    for position in range(sheet.size):
        sheet.lines[position].headroom = 0
    return 0


def _add_bnb_headroom(sheet: Sheet, total: int) -> int:
    """Let interest paid in BNB raise the debt in BNB by `total`; return that, 0 where the account has no BNB."""
    for position in range(sheet.size):
        line = sheet.lines[position]
        if line.asset.symbol == BNB:
            line.headroom += total
            return total
    return 0


def _pro_weight(sheet: Sheet, threshold: int) -> int:
    """Return what the headroom of all debts takes from f by way of their maintenance margin."""
    taken = 0
    for position in range(sheet.size):
        line = sheet.lines[position]
        if line.headroom:
            taken += _owed_weight(line, True, threshold, line.headroom)
    return taken


def _set_interest_limits(account: MarginAccount, sheet: Sheet) -> None:
    """Turn each headroom into the posted interest at which the account must be valued again; none beyond the sheet."""
    for other in account.holdings.values():
        other.interest_limit = 0
    for position in range(sheet.size):
        line = sheet.lines[position]
        holding = line.holding
        if holding is not None:
            room = line.headroom
            if room and line.price_owed != INDEX_ONE:
                room = amount_down(room - 1, line.price_owed) if line.price_owed else 0
            holding.interest_limit = holding.interest + room


def _share(sheet: Sheet, form: int, threshold: int, gap: int) -> int:
    """Set what each token's move can take from the distance to a threshold; return the share m that is safe."""
    total = 0
    for position in range(sheet.size):
        line = sheet.lines[position]
        line.fall = line.rise = line.order_value
        if line.asset.symbol != USDT:
            _expose(line, form, threshold)
            total += line.fall if line.fall > line.rise else line.rise
    if gap <= 0:
        return 0
    if total == 0 or gap >= total * 8:
        return MOVE_MAX
    return mul_div_down(gap, RATIO_ONE, total)


def _expose(line: Line, form: int, threshold: int) -> None:
    """Add to `fall` and `rise` what the token's own price can take, its debt grown by the headroom."""
    held = line.held_value
    owed = line.owed_value
    if owed == 0 and line.headroom == 0:
        line.fall += held
        return
    grown = owed + line.headroom
    if form == EQUITY:
        line.fall += max(held - owed, 0)
        line.rise += max(grown - held, 0) + _owed_weight(line, True, threshold, grown)
        return
    weight = _owed_weight(line, False, threshold, grown)
    lightest = weight - _owed_weight(line, False, threshold, line.headroom) - 2 if line.headroom else weight
    line.fall += max(held - lightest, 0)
    line.rise += max(weight - (held if form == ASSETS else min(held, owed)), 0)
