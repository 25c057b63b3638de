"""Alembic's entry: migrate over the connection that the store gives. Its versions are counted apart."""

from alembic import context

from leverline.identity.schema import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table="identity_version",
)
with context.begin_transaction():
    context.run_migrations()
