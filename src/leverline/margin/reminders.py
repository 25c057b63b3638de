"""When margin calls are to be repeated (rule 10.1)."""

import heapq

from leverline.margin.account import FOREVER, MarginAccount


class Reminders:
    """The margin calls that last, by the time of their next notice; derived from `MarginAccount.called_at`."""

    def __init__(self, interval: int) -> None:
        self.interval: int = interval
        self.accounts: dict[int, MarginAccount] = {}
        """Accounts with a reminder, by wallet id."""
        self.heap: list[tuple[int, int]] = []
        """(due time, wallet id); dead where the account was called at another time or not at all."""

    @property
    def next_due(self) -> int:
        """Time of the next reminder, FOREVER when there is none."""
        heap = self.heap
        while heap and not self._is_alive(heap[0]):
            heapq.heappop(heap)
        return heap[0][0] if heap else FOREVER

    def renew(self, interval: int) -> None:
        """Repeat calls after another interval from their last notice on."""
        self.interval = interval
        called = [account for account in self.accounts.values() if account.called_at > 0]
        self.heap = [(account.called_at + interval, account.wallet_id) for account in called]
        heapq.heapify(self.heap)

    def add(self, account: MarginAccount) -> None:
        """Repeat the call of `account` one interval after its last notice."""
        self.accounts[account.wallet_id] = account
        heapq.heappush(self.heap, (account.called_at + self.interval, account.wallet_id))

    def take_due(self, time: int) -> list[MarginAccount]:
        """Return the accounts whose reminder is due by `time`, by due time, then id; each once."""
        found: list[MarginAccount] = []
        heap = self.heap
        while heap and heap[0][0] <= time:
            entry = heapq.heappop(heap)
            if self._is_alive(entry):
                account = self.accounts[entry[1]]
                account.called_at = time
                found.append(account)
        return found

    def _is_alive(self, entry: tuple[int, int]) -> bool:
        """Whether a reminder still stands."""
        account = self.accounts[entry[1]]
        return account.called_at > 0 and account.called_at + self.interval == entry[0]
