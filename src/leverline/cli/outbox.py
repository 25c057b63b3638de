"""`leverline outbox`: notices that wait or have failed."""

from pathlib import Path

import click

from leverline.cli.history import placed, said


@click.command(short_help="Show notices that wait or have failed, and send them again.")
@placed
@click.option("--retry", "retried", metavar="ID", help="Try this delivery again at once; `all` for all that failed.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="Show at most so many.")
def outbox(config: Path | None, retried: str | None, limit: int, **options: str | None) -> None:
    """Show what waits in the outbox of notices and what has failed, with reasons. A venue may run on it.

    Exit code 2: there is no such database, or no such delivery to try again.
    """
    from leverline.cli.outbox_work import outbox_lines, retry_lines

    with said(config, options) as settings:
        for line in outbox_lines(settings, limit) if retried is None else retry_lines(settings, retried):
            click.echo(line)
