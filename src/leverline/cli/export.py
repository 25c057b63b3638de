"""`leverline export` and `leverline statement`: the past as files."""

from pathlib import Path

import click

from leverline.cli.history import placed, said

TABLES = click.argument("table")
SPAN_FROM = click.option("--from", "since", metavar="TIME", help="UTC, as 2026-11-01 or 2026-11-01T12:00; the first.")
SPAN_TO = click.option("--to", "until", metavar="TIME", help="UTC, not included; the last if not given.")
OUT = click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="File; standard output if not given.")


@click.command(short_help="Write a table of the past as CSV or Parquet.")
@TABLES
@SPAN_FROM
@SPAN_TO
@click.option("--format", "form", type=click.Choice(["csv", "parquet"]), default="csv", show_default=True)
@OUT
@placed
def export(
    table: str, since: str | None, until: str | None, form: str, out: Path | None, config: Path | None,
    **options: str | None,
) -> None:  # fmt: skip
    """Write a TABLE of the database of the past: order, trade, flow, loan, interest, transfer, candle, market_trade, …

    Amounts are decimals, times UTC. A venue may run meanwhile. Exit code 2: no such table or database, a time that
    is none, Parquet to standard output or without its library.
    """
    from leverline.cli.export_work import export_table

    with said(config, options) as settings:
        export_table(settings, table, (since, until), form, out)


@click.command(short_help="Write what became of a user's money.")
@click.argument("user", type=click.IntRange(1))
@SPAN_FROM
@SPAN_TO
@OUT
@placed
def statement(
    user: int, since: str | None, until: str | None, out: Path | None, config: Path | None, **options: str | None
) -> None:
    """Write the statement of the USER with this id as CSV: one line for each movement, in order.

    Purchases with their cost, sales with their proceeds, fees, interest, loans, transfers, deposits, withdrawals,
    liquidations, small exchanges; opening and closing balances of all accounts where the history is whole. Exit code 2:
    no such user or database.
    """
    from leverline.cli.export_work import write_statement

    with said(config, options) as settings:
        write_statement(settings, user, (since, until), out)
