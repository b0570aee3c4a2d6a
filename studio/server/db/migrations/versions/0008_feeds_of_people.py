"""Ids of products as long as shops make them (255), how each feed is read, and orders that are changed, refunded or cancelled."""

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
    op.add_column("orders", sa.Column("returned_minor", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("orders", sa.Column("returns", sa.Text, nullable=False, server_default="[]"))
    op.add_column("orders", sa.Column("cancelled", sa.Boolean, nullable=False, server_default=sa.false()))
    if op.get_bind().dialect.name == "sqlite":
        return  # its columns have no length
    for table, columns in PRODUCTS.items():
        for column in columns:
            op.alter_column(table, column, type_=sa.String(255))
