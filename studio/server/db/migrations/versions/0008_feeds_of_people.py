"""Ids of products as long as shops make them (255), and how each feed is read."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

PRODUCTS = {
    "catalogue": ("id",),
    "staged": ("id",),
    "staged_offers": ("product", "variant"),
    "offers": ("product", "variant"),
    "planned": ("product",),
    "show_prices": ("product",),
    "tallies": ("product",),
    "visits": ("product",),
    "calls": ("shown",),
    "call_lines": ("product",),
}


def upgrade() -> None:
    op.add_column("feeds", sa.Column("convention", sa.Text, nullable=False, server_default="{}"))
    if op.get_bind().dialect.name == "sqlite":
        return  # its columns have no length
    for table, columns in PRODUCTS.items():
        for column in columns:
            op.alter_column(table, column, type_=sa.String(255))
