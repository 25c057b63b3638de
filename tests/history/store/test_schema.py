"""The schema: what migrations make is what the tables say, and amounts of any width keep their order."""

import msgspec
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import given
from hypothesis import strategies as st

from leverline.history.store.database import Database
from leverline.history.store.schema import STREAMS, metadata
from leverline.history.store.statements import rows_as_json, rows_of_json, wide_number, wide_text

WIDE = st.integers(2**63, 2**100) | st.integers(-(2**100), -(2**63) - 1)


class Row(msgspec.Struct, array_like=True):
    """What a query answers."""

    text: str
    amounts: list[int]


def test_the_migrations_make_what_the_tables_say(url: str) -> None:
    """Alembic finds no difference; identity's tables are none of its business."""
    database = Database(url)
    database.open()
    database.open()
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": "history_version", "compare_type": True}
        )
        assert compare_metadata(context, metadata) == []
        found = sqlalchemy.inspect(connection)
        for stream in STREAMS.values():
            assert found.get_pk_constraint(stream.table.name)["constrained_columns"] == [
                column.name for column in stream.table.primary_key
            ]
    database.close()


@given(st.lists(WIDE))
def test_wide_amounts_keep_their_order(values: list[int]) -> None:
    """As texts they sort as they do as numbers, and come back."""
    assert [wide_number(text) for text in sorted(map(wide_text, values))] == sorted(values)


@given(st.lists(st.integers(-(2**100), 2**100)), st.text(st.characters(exclude_categories=("Cs",))))
def test_any_integer_goes_to_json_and_back(values: list[int], text: str) -> None:
    """Exactly, for either database."""
    for dialect in ("sqlite", "postgresql"):
        body = rows_as_json([(1, 2, 3, Row(text, values))], dialect)
        wanted = text.replace("\0", "\ufffd") if dialect == "postgresql" else text
        assert rows_of_json(body, list[tuple[int, int, int, Row]]) == [(1, 2, 3, Row(wanted, values))]
