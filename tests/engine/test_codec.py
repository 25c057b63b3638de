"""Commands and events as plain dictionaries: nothing is lost, and what is no command is refused by name."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.engine.world import CAROL, World

from leverline.engine import commands
from leverline.engine.codec import (
    COMMAND_CLASSES,
    CommandFault,
    command_from_dict,
    command_to_dict,
    event_to_dict,
)
from leverline.engine.commands import (
    AdvanceTime,
    AmendOrder,
    AnnounceDelisting,
    Borrow,
    CancelAllOrders,
    CancelOrder,
    CancelOrderList,
    ChangeParameters,
    CloseAccount,
    ClosePosition,
    Command,
    ConvertDust,
    CoolOff,
    Deposit,
    DisableIsolated,
    ExchangeSmallDebts,
    ExcludeSource,
    GrantPermission,
    HouseDeposit,
    IncludeSource,
    LiftBorrowBar,
    MassQuote,
    OpenMarginAccount,
    PauseLiquidation,
    PlaceOrder,
    PlaceOrderList,
    PublishPrices,
    RegisterUser,
    Repay,
    RepayAll,
    RepayLiquidationLoan,
    ReplaceOrder,
    RestrictAsset,
    ResumeBorrowing,
    ResumeLiquidation,
    ResumeTrading,
    SellOut,
    SetBnbSwitches,
    SetIsolatedTier,
    SetLeverage,
    SetPairStatus,
    SetVipLevel,
    StopTrading,
    SupplyPool,
    SuspendUser,
    SwitchMode,
    TakeOverAccount,
    TopUpFund,
    Transfer,
    WaiveLiquidationLoan,
    Withdraw,
    WithdrawDelisting,
    WithdrawParameterChange,
)

ORDER = PlaceOrder(3, 1, "BTCUSDT", True, 5, 11, 12, 0, 13, 2, 1, 3, False, 4, "mine", 7, 1_000_000)
SAMPLES: list[Command] = [
    AdvanceTime(),
    RegisterUser(1, 2, 3),
    GrantPermission(1, 2, False),
    SetVipLevel(1, -1),
    SuspendUser(1, True),
    LiftBorrowBar(1),
    SetBnbSwitches(1, True, False),
    Deposit(1, "BTC", 5, "deposit 17"),
    Withdraw(1, "BTC", 5, "withdrawal 18"),
    OpenMarginAccount(1, 2, "BTCUSDT"),
    DisableIsolated(1, "BTCUSDT"),
    Transfer(1, "BTC", 5, 0, 2, "", "BTCUSDT"),
    SetLeverage(1, 3),
    SetIsolatedTier(1, "BTCUSDT", 8_500_000_000_000),
    SwitchMode(1, 1, 5),
    Borrow(1, 2, "BTC", 5, "BTCUSDT"),
    Repay(1, 2, "BTC", 0, "BTCUSDT"),
    ORDER,
    CancelOrder(1, 0, "BTCUSDT", 0, "mine", 2),
    AmendOrder(1, 0, "BTCUSDT", 0, 5, "mine", "other"),
    CancelAllOrders(1, 0, "BTCUSDT"),
    ReplaceOrder(7, ORDER, True, "mine", 1),
    PlaceOrderList(1, [ORDER, ORDER], "both"),
    CancelOrderList(1, 0, "BTCUSDT", 0, "both"),
    CloseAccount(1, 2, "BTCUSDT"),
    ConvertDust(1, 1, ["DOGE", "ETH"]),
    ExchangeSmallDebts(1, ["ETH"]),
    RepayLiquidationLoan(1, "USDC", 5),
    WaiveLiquidationLoan(1, 5),
    MassQuote(5, 0, "BTCUSDT", [(10, 1), (9, 2)], [(11, 10**20)]),
    PublishPrices("house", [("BTC", 60_000, 1), ("ETH", 3_000, 2)]),
    SetPairStatus("BTCUSDT", 2),
    HouseDeposit("BTC", 5),
    SupplyPool("BTC", -5),
    TopUpFund("USDT", 5),
    ResumeBorrowing(),
    PauseLiquidation(2),
    ResumeLiquidation(2),
    TakeOverAccount(1, 2, "BTCUSDT"),
    StopTrading(),
    ResumeTrading(),
    ExcludeSource("kraken", "BTC"),
    IncludeSource("kraken", "BTC"),
    ChangeParameters("c1", [("asset.BTC.rank", "2"), ("asset.BTC.borrow_limits", "1;2")], 10**15),
    WithdrawParameterChange("c1"),
    RestrictAsset("BTC", True),
    RepayAll(1, 2, "BTCUSDT"),
    ClosePosition(1, "ETH", "USDT"),
    SellOut(1, 2, "BTCUSDT"),
    AnnounceDelisting("ETH", False, 7, 5, 6),
    WithdrawDelisting("ETH"),
    CoolOff(1, 7),
]


def name_of(value: object) -> str:
    """Return the class name for the report of a run."""
    return type(value).__name__


def test_every_command_has_a_sample() -> None:
    """A new command comes with a sample here."""
    assert sorted(type(sample).__name__ for sample in SAMPLES) == sorted(COMMAND_CLASSES)
    assert sorted(COMMAND_CLASSES) == sorted(
        name for name, value in vars(commands).items() if isinstance(value, type) and value is not Command
    )


@pytest.mark.parametrize("command", SAMPLES, ids=name_of)
def test_a_command_written_as_json_and_read_back_is_the_same(command: Command) -> None:
    """Dictionary, JSON text, dictionary, command, dictionary: each field keeps its value and its type."""
    record = command_to_dict(command)
    read = command_from_dict(json.loads(json.dumps(record)))
    assert type(read) is type(command)
    assert command_to_dict(read) == record
    for name in record.keys() - {"command", "order", "orders"}:
        assert getattr(read, name) == getattr(command, name)
        assert type(getattr(read, name)) is type(getattr(command, name))


@pytest.mark.parametrize("command", SAMPLES, ids=name_of)
def test_a_field_too_many_is_named(command: Command) -> None:
    """A misspelt field is not passed over in silence."""
    with pytest.raises(CommandFault, match=rf"{type(command).__name__}: unknown field 'colour'"):
        command_from_dict({**command_to_dict(command), "colour": 1})


NEEDED = [sample for sample in SAMPLES if len(command_to_dict(sample)) > 1]


@pytest.mark.parametrize("command", NEEDED, ids=name_of)
def test_a_missing_field_is_named(command: Command) -> None:
    """The first parameter of every command is needed."""
    record = command_to_dict(command)
    name = next(key for key in record if key != "command")
    del record[name]
    with pytest.raises(CommandFault, match=rf"{type(command).__name__}.*{name}"):
        command_from_dict(record)


def cases_of_wrong_types() -> list[tuple[Command, str, object]]:
    """Return each field of each command with values of other types than its own."""
    others: tuple[object, ...] = (1, 1.5, "1", None, True, [1], {"command": "AdvanceTime"})
    return [
        (command, name, other)
        for command in NEEDED
        for name, value in command_to_dict(command).items()
        if name != "command"
        for other in others
        if type(other) is not type(value)
    ]


def test_a_value_of_a_wrong_type_is_a_fault_that_names_the_command() -> None:
    """No float passes for an amount, no truth for a number, no number for a truth, nothing for an order."""
    for command, name, other in cases_of_wrong_types():
        with pytest.raises(CommandFault) as caught:
            command_from_dict({**command_to_dict(command), name: other})
        assert type(command).__name__ in str(caught.value) or "AdvanceTime" in repr(other), (name, other)


MALFORMED: list[tuple[Any, str]] = [
    (None, "no such command: None"),
    ([], r"no such command: \[\]"),
    ({}, "no such command: None"),
    ({"command": "Rob"}, "no such command: 'Rob'"),
    ({"command": ["Deposit"]}, "no such command"),
    ({"command": "Command"}, "no such command: 'Command'"),
    ({"command": "PlaceOrder", 7: 1, "b": 2}, "PlaceOrder: unknown field 7"),
    ({"command": "Deposit", "user_id": 1.0, "asset": "BTC", "amount": 1}, "Deposit: .*float"),
    ({"command": "MassQuote", "user_id": 1, "kind": 0, "pair": "B", "bids": [[1]], "asks": []}, "MassQuote: bids"),
    ({"command": "MassQuote", "user_id": 1, "kind": 0, "pair": "B", "bids": [[1, 2.0]], "asks": []}, "a row is"),
    ({"command": "MassQuote", "user_id": 1, "kind": 0, "pair": "B", "bids": 3, "asks": []}, "a list of rows"),
    ({"command": "PublishPrices", "source": "a", "prices": [["BTC", "1", 1]]}, "PublishPrices: prices: a row is"),
    ({"command": "ExchangeSmallDebts", "user_id": 1, "assets": "ETH"}, "ExchangeSmallDebts: assets: a list is needed"),
    ({"command": "ExchangeSmallDebts", "user_id": 1, "assets": ["ETH", 2]}, "assets: a int, not a str: 2"),
    ({"command": "ReplaceOrder", "order_id": 1, "order": {"command": "AdvanceTime"}}, "ReplaceOrder: order: not an"),
    ({"command": "ReplaceOrder", "order_id": 1, "order": None}, "ReplaceOrder"),
]


@pytest.mark.parametrize(("record", "words"), MALFORMED, ids=[str(number) for number in range(len(MALFORMED))])
def test_what_is_no_command_is_a_fault_that_says_why(record: Any, words: str) -> None:
    """Only CommandFault is raised, whatever was handed in."""
    with pytest.raises(CommandFault, match=words):
        command_from_dict(record)


def test_events_are_plain_and_keep_every_field() -> None:
    """An event's dictionary is what JSON can hold, its class name under `event`."""
    world = World()
    events = world.send(RegisterUser(CAROL), Deposit(CAROL, "BTC", 5))
    written = json.loads(json.dumps([event_to_dict(event) for event in events]))
    registered = {"user_id": 3, "spot_wallet": 2, "vip_level": 0, "parent_id": 0}
    assert written[0] == {"event": "UserRegistered", "time": world.time, **registered}
    assert written[1]["event"] == "Entry"
    assert (written[1]["asset"], written[1]["amount"], written[1]["wallet"]) == ("BTC", 5, 2)


def test_a_venue_run_from_records_is_the_same_venue(world: World, record_of: Callable[[World], list[Any]]) -> None:
    """The commands of a venue, written and read back, lead another venue to the same state."""
    world.cross(1, USDT="1000")
    world.maker()
    world.send(world.limit(1, "BTCUSDT", True, "0.01", "60010", kind=1, side_effect=1))
    again = World()
    for record, time in record_of(world)[len(again.history) :]:
        again.engine.apply(command_from_dict(record), time)
    assert again.engine.state_hash() == world.engine.state_hash()
