"""All of `/sandbox/v1`."""

from leverline.api.endpoint import Table
from leverline.sandbox import driving, funds, people, resetting, users

table = Table()
for part in (users, resetting, driving, funds, people):
    table.include(part.table)
