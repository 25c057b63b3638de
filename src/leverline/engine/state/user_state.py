"""Users and their margin accounts. Their wallets are made anew under the same ids; holdings are read afterwards."""

from leverline.engine.state.stream import Sink, Source
from leverline.ledger.ledger import Ledger
from leverline.ledger.wallet import CROSS, ISOLATED, SPOT, Wallet
from leverline.margin.account import MarginAccount, User
from leverline.market.exchange import Exchange


def write_users(sink: Sink, users: dict[int, User]) -> None:
    """Write all users in order of registration, each with its accounts in order of opening."""
    sink.put(len(users))
    for user in users.values():
        _write_user(sink, user)
        accounts = user.margin_accounts()
        sink.put(len(accounts))
        for account in accounts:
            _write_account(sink, account)


def _write_user(sink: Sink, user: User) -> None:
    """Write one user."""
    for truth in (user.is_bnb_fee, user.is_suspended, user.is_bnb_interest, user.is_vip_fixed):
        sink.put(truth)
    sink.put_all(
        [
            user.user_id, user.spot.wallet_id, user.vip_level, user.maker_fee, user.taker_fee, user.parent_id,
            user.group_id, user.permissions, user.borrow_barred_until, user.deficits, user.volume_today,
            user.dust_at.get(SPOT, 0), user.dust_at.get(CROSS, 0), user.debts_exchanged_at,
        ]
    )  # fmt: skip
    sink.put_all(user.volumes)
    sink.put(len(user.waivers))
    for asset, day in user.waivers.items():
        sink.put(asset)
        sink.put(day)


def _write_account(sink: Sink, account: MarginAccount) -> None:
    """Write one margin account."""
    sink.put(account.pair.symbol if account.pair is not None else "")
    for truth in (account.is_enabled, account.is_locked, account.is_narrow_band):
        sink.put(truth)
    sink.put_all(
        [
            account.wallet_id, account.mode, account.leverage, account.fixed_tier, account.disabled_at, account.status,
            account.called_at, account.liquidation_started, account.next_turn, account.rounds_without_fill,
        ]
    )  # fmt: skip


def read_users(source: Source, users: dict[int, User], ledger: Ledger, exchange: Exchange) -> None:
    """Read all users and register their wallets by id."""
    wallets: dict[int, Wallet] = {}
    for _ in range(source.integer()):
        user = _read_user(source)
        users[user.user_id] = user
        wallets[user.spot.wallet_id] = user.spot
        for _ in range(source.integer()):
            account = _read_account(source, user, exchange)
            wallets[account.wallet_id] = account
    for wallet_id in sorted(wallets):
        ledger.add_wallet(wallets[wallet_id])


def _read_user(source: Source) -> User:
    """Read one user."""
    is_bnb_fee, is_suspended = source.truth(), source.truth()
    is_bnb_interest, is_vip_fixed = source.truth(), source.truth()
    numbers = source.integers()
    user = User(numbers[0], numbers[1], numbers[3], numbers[4])
    user.is_bnb_fee, user.is_suspended = is_bnb_fee, is_suspended
    user.is_bnb_interest, user.is_vip_fixed = is_bnb_interest, is_vip_fixed
    user.vip_level, user.parent_id, user.group_id = numbers[2], numbers[5], numbers[6]
    user.permissions, user.borrow_barred_until, user.deficits = numbers[7], numbers[8], numbers[9]
    user.volume_today = numbers[10]
    user.dust_at = {SPOT: numbers[11], CROSS: numbers[12]}
    user.debts_exchanged_at = numbers[13]
    user.volumes = source.integers()
    for _ in range(source.integer()):
        asset = source.text()
        user.waivers[asset] = source.integer()
    return user


def _read_account(source: Source, user: User, exchange: Exchange) -> MarginAccount:
    """Read one margin account and give it to its user."""
    symbol = source.text()
    pair = exchange.pairs[symbol] if symbol else None
    is_enabled, is_locked, is_narrow_band = source.truth(), source.truth(), source.truth()
    numbers = source.integers()
    account = MarginAccount(numbers[0], user, CROSS if pair is None else ISOLATED, pair)
    account.is_enabled, account.is_locked, account.is_narrow_band = is_enabled, is_locked, is_narrow_band
    account.mode, account.leverage, account.fixed_tier = numbers[1], numbers[2], numbers[3]
    account.disabled_at, account.status, account.called_at = numbers[4], numbers[5], numbers[6]
    account.liquidation_started, account.next_turn, account.rounds_without_fill = numbers[7], numbers[8], numbers[9]
    if pair is None:
        user.cross = account
    else:
        user.isolated[symbol] = account
    return account
