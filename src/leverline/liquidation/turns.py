"""Whose turn comes first: the lowest A ÷ L, then the lowest wallet id (rule 11.1)."""

from functools import cmp_to_key

from leverline.liquidation.judge import Judge
from leverline.margin.account import MarginAccount
from leverline.rulebook.bands import is_riskier


class _Turn:
    """An account with its A and L."""

    def __init__(self, account: MarginAccount, assets: int, liabilities: int) -> None:
        self.account: MarginAccount = account
        self.assets: int = assets
        self.liabilities: int = liabilities


def in_order(accounts: list[MarginAccount], judge: Judge) -> list[MarginAccount]:
    """Return the accounts in order of their turn, levels compared by cross products."""
    turns: list[_Turn] = []
    for account in accounts:
        view = judge.view(account)
        turns.append(_Turn(account, view.assets, view.liabilities))
    turns.sort(key=cmp_to_key(_compare))
    return [turn.account for turn in turns]


def _compare(first: _Turn, second: _Turn) -> int:
    """Return −1 where `first` comes before `second`, else 1."""
    if is_riskier(first.assets, first.liabilities, second.assets, second.liabilities):
        return -1
    if is_riskier(second.assets, second.liabilities, first.assets, first.liabilities):
        return 1
    return -1 if first.account.wallet_id < second.account.wallet_id else 1
