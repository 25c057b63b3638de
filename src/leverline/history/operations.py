"""What operators did: every command that no user and no market gives, also where it was refused."""

from typing import Any, Final

import msgspec

from leverline.engine.codec import command_to_dict
from leverline.engine.commands import (
    AnnounceDelisting,
    ChangeParameters,
    ExcludeSource,
    GrantPermission,
    HouseDeposit,
    IncludeSource,
    LiftBorrowBar,
    PauseLiquidation,
    RestrictAsset,
    ResumeBorrowing,
    ResumeLiquidation,
    ResumeTrading,
    SetPairStatus,
    SetVipLevel,
    StopTrading,
    SupplyPool,
    SuspendUser,
    TakeOverAccount,
    TopUpFund,
    WaiveLiquidationLoan,
    WithdrawDelisting,
    WithdrawParameterChange,
)
from leverline.engine.commit import Commit
from leverline.history.logs import RecordLog
from leverline.history.policy import HistoryPolicy

OPERATIONS: Final = frozenset(
    {
        GrantPermission, SetVipLevel, SuspendUser, LiftBorrowBar, SetPairStatus, HouseDeposit, SupplyPool, TopUpFund,
        ResumeBorrowing, ChangeParameters, WithdrawParameterChange, WaiveLiquidationLoan, RestrictAsset,
        PauseLiquidation, ResumeLiquidation, TakeOverAccount, StopTrading, ResumeTrading, ExcludeSource, IncludeSource,
        AnnounceDelisting, WithdrawDelisting,
    }
)  # fmt: skip
PUBLIC: Final = 0
"""The one owner of operations."""


class OperationRecord(msgspec.Struct, array_like=True, gc=False):
    """One command of an operator, or of the house in an operator's name."""

    sequence: int
    """Of its commit."""
    time: int
    command: str
    details: str
    """Its words as JSON."""
    user_id: int
    """Whom it was about; 0 for nobody."""
    refusal: str
    """Empty where it was done."""


class Operations:
    """The newest commands of operators."""

    def __init__(self, policy: HistoryPolicy) -> None:
        most = policy.public_records
        self.log: RecordLog[OperationRecord] = RecordLog(OperationRecord, most, most)

    def add(self, commit: Commit) -> None:
        """Note the command of a commit."""
        words: dict[str, Any] = command_to_dict(commit.command)
        name = words.pop("command")
        refusal = "" if commit.refusal is None else commit.refusal.name
        details = msgspec.json.encode(words).decode()
        record = OperationRecord(commit.sequence, commit.time, name, details, words.get("user_id", 0), refusal)
        self.log.add(PUBLIC, record)

    def save(self) -> bytes:
        """Return all records as bytes."""
        return self.log.save()

    def load(self, data: bytes) -> None:
        """Know the records that `save` made `data` of."""
        self.log.load(data)
