"""Which token a desktop came with, and who may crowd out whom: clients, the token of each event, from where bookings and messages
came, and orders that several pages tell of."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "clients",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("seen_ms", sa.BigInteger, nullable=False),
    )
    op.add_column("events", sa.Column("token", sa.String(16), nullable=False, server_default=""))
    op.add_column("bookings", sa.Column("made_ms", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("bookings", sa.Column("network", sa.String(44), nullable=False, server_default=""))
    op.add_column("bookings", sa.Column("confirmed", sa.Boolean, nullable=False, server_default=sa.false()))
    op.execute("UPDATE bookings SET confirmed = true")  # their letters do not prove anything yet: it must not be asked of them
    op.add_column("call_messages", sa.Column("network", sa.String(44), nullable=False, server_default=""))
    op.create_table(
        "orders_new",
        sa.Column("number", sa.String(80), primary_key=True),
        sa.Column("claim", sa.String(44), primary_key=True),
        sa.Column("show", sa.String(64), sa.ForeignKey("shows.id", ondelete="CASCADE"), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("media_ms", sa.BigInteger, nullable=False),
        sa.Column("part", sa.String(8), nullable=False),
        sa.Column("value_minor", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("lines", sa.Text, nullable=False),
        sa.Column("verified", sa.Boolean, nullable=False),
        sa.Column("visitor", sa.String(32), nullable=False),
        sa.Column("consent", sa.String(3), nullable=False),
    )
    columns = "show, at_ms, media_ms, part, value_minor, currency, lines, verified, visitor, consent"
    op.execute(f"INSERT INTO orders_new (number, claim, {columns}) SELECT number, '', {columns} FROM orders")
    op.drop_index("orders_show", table_name="orders")
    op.drop_table("orders")
    op.rename_table("orders_new", "orders")
    op.create_index("orders_show", "orders", ["show"])
    op.create_index("orders_visitor", "orders", ["visitor"])
