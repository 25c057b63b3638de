"""The schema: what migrations make is what the tables say, and amounts of any width keep their order."""

import msgspec
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import given
from hypothesis import strategies as st

from leverline.history.codec import WORD_MAX
from leverline.history.flows import FlowRecord
from leverline.history.store.database import Database
from leverline.history.store.reader import Query, records_of
from leverline.history.store.schema import STREAMS, metadata
from leverline.history.store.statements import rows_of_json, wide_number, wide_text, write_rows

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
    """Exactly, as a number or as the text of a wide one."""
    wanted = [Row(text, values)]
    assert rows_of_json(msgspec.json.encode(wanted).decode(), list[Row]) == wanted
    texts = [wide_text(value) if abs(value) > WORD_MAX else value for value in values]
    assert rows_of_json(msgspec.json.encode([Row(text, texts)]).decode(), list[Row]) == wanted  # type: ignore[arg-type]


def test_rows_come_back_whatever_their_number(url: str) -> None:
    """Statements for SQLite are of powers of two; amounts of any width and texts of any letters are among them."""
    database = Database(url)
    database.open()
    amounts = [2**90, -(2**90), WORD_MAX, -1, *range(1, 3_000)]
    texts = ["BTC", "", '{"a",\\n}', "NULL", "é\n\t"]
    flows = [FlowRecord(place, 7, 5, 8, texts[place % 5], "", 1, amount) for place, amount in enumerate(amounts)]
    rows = [(5, flow.flow_id, 7, flow) for flow in flows]
    with database.engine.begin() as connection:
        write_rows(connection, database.dialect, "flow", rows)
        write_rows(connection, database.dialect, "flow", rows, is_repeated=True)
        assert records_of(connection, database.dialect, Query("flow", (), 10_000)) == flows
    database.close()
