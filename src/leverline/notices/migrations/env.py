"""Alembic's entry: migrate over the connection that the store gives. Its versions are counted apart."""

from alembic import context

from leverline.notices.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table="notice_version",
)
with context.begin_transaction():
    context.run_migrations()
