"""The shop in the show: catalogue, price history, plans, chat, polls, counts, orders, visitors."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "keys",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("value", sa.String(100), nullable=False),
    )
    op.create_table(
        "catalogue",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("feed", sa.String(16), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("search", sa.Text, nullable=False),
        sa.Column("product", sa.Text, nullable=False),
        sa.Column("digest", sa.String(32), nullable=False),
        sa.Column("updated_ms", sa.BigInteger, nullable=False),
        sa.Column("gone_ms", sa.BigInteger),
    )
    op.create_index("catalogue_feed", "catalogue", ["feed"])
    op.create_index("catalogue_title", "catalogue", ["title"])
    op.create_table(
        "staged",
        sa.Column("import", sa.String(16), primary_key=True),
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("search", sa.Text, nullable=False),
        sa.Column("product", sa.Text, nullable=False),
        sa.Column("digest", sa.String(32), nullable=False),
    )
    op.create_table(
        "staged_offers",
        sa.Column("import", sa.String(16), primary_key=True),
        sa.Column("product", sa.String(64), primary_key=True),
        sa.Column("variant", sa.String(64), primary_key=True),
        sa.Column("at_ms", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("price_minor", sa.BigInteger, nullable=False),
        sa.Column("sale_minor", sa.BigInteger),
        sa.Column("sale_from_ms", sa.BigInteger),
        sa.Column("sale_until_ms", sa.BigInteger),
        sa.Column("currency", sa.String(3), nullable=False),
    )
    op.create_table(
        "offers",
        sa.Column("product", sa.String(64), primary_key=True),
        sa.Column("variant", sa.String(64), primary_key=True),
        sa.Column("at_ms", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("price_minor", sa.BigInteger, nullable=False),
        sa.Column("sale_minor", sa.BigInteger),
        sa.Column("sale_from_ms", sa.BigInteger),
        sa.Column("sale_until_ms", sa.BigInteger),
        sa.Column("currency", sa.String(3), nullable=False),
    )
    op.create_table(
        "feeds",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("url", sa.String(2000), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("every_minutes", sa.Integer, nullable=False),
        sa.Column("read_ms", sa.BigInteger),
        sa.Column("result", sa.Text, nullable=False),
    )
    op.create_table(
        "planned",
        sa.Column("show", sa.String(64), sa.ForeignKey("shows.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("product", sa.String(64), sa.ForeignKey("catalogue.id"), primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("hidden", sa.Boolean, nullable=False),
        sa.Column("sold_out", sa.Boolean, nullable=False),
        sa.Column("show_price", sa.Text, nullable=False),
        sa.Column("pinned_ms", sa.BigInteger),
    )
    op.create_index("planned_order", "planned", ["show", "position"])
    op.create_table(
        "product_sets",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("products", sa.Text, nullable=False),
    )
    op.create_table(
        "pictures",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("url", sa.String(2000), nullable=False),
        sa.Column("file", sa.String(80), nullable=False),
        sa.Column("problem", sa.String(300), nullable=False),
        sa.Column("fetched_ms", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "chat_lines",
        sa.Column("show", sa.String(64), sa.ForeignKey("shows.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("id", sa.String(24), primary_key=True),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("media_ms", sa.BigInteger, nullable=False),
        sa.Column("visitor", sa.String(32), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("text", sa.String(300), nullable=False),
        sa.Column("staff", sa.Boolean, nullable=False),
        sa.Column("reply_to", sa.String(24), nullable=False),
        sa.Column("private", sa.Boolean, nullable=False),
        sa.Column("asked", sa.Boolean, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("why", sa.String(8), nullable=False),
    )
    op.create_index("chat_lines_order", "chat_lines", ["show", "at_ms"])
    op.create_index("chat_lines_visitor", "chat_lines", ["visitor"])
    op.create_table(
        "bans",
        sa.Column("show", sa.String(64), sa.ForeignKey("shows.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("visitor", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("network", sa.String(44), nullable=False),
        sa.Column("until_ms", sa.BigInteger),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "polls",
        sa.Column("show", sa.String(64), sa.ForeignKey("shows.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("id", sa.String(24), primary_key=True),
        sa.Column("question", sa.String(200), nullable=False),
        sa.Column("answers", sa.Text, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "votes",
        sa.Column("show", sa.String(64), sa.ForeignKey("shows.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("poll", sa.String(24), primary_key=True),
        sa.Column("voter", sa.String(44), primary_key=True),
        sa.Column("answer", sa.Integer, nullable=False),
    )
    op.create_table(
        "tallies",
        sa.Column("show", sa.String(64), sa.ForeignKey("shows.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("second", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("name", sa.String(16), primary_key=True),
        sa.Column("product", sa.String(64), primary_key=True),
        sa.Column("part", sa.String(8), primary_key=True),
        sa.Column("count", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "uniques",
        sa.Column("show", sa.String(64), sa.ForeignKey("shows.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("digest", sa.String(44), primary_key=True),
    )
    op.create_table(
        "orders",
        sa.Column("number", sa.String(80), primary_key=True),
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
    op.create_index("orders_show", "orders", ["show"])
    op.create_table(
        "visitors",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("first_ms", sa.BigInteger, nullable=False),
        sa.Column("seen_ms", sa.BigInteger, nullable=False),
        sa.Column("consent", sa.Text, nullable=False),
    )
    op.create_table(
        "visits",
        sa.Column("visitor", sa.String(32), sa.ForeignKey("visitors.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("show", sa.String(64), sa.ForeignKey("shows.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("at_ms", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("name", sa.String(16), primary_key=True),
        sa.Column("product", sa.String(64), primary_key=True),
        sa.Column("media_ms", sa.BigInteger, nullable=False),
        sa.Column("part", sa.String(8), nullable=False),
        sa.Column("consent", sa.String(3), nullable=False),
    )
    op.create_table(
        "show_prices",
        sa.Column("product", sa.String(64), primary_key=True),
        sa.Column("show", sa.String(64), primary_key=True),
        sa.Column("at_ms", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("until_ms", sa.BigInteger),
        sa.Column("price_minor", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
    )
    op.create_index("events_type", "events", ["show", "type", "seq"])
    # Not in a batch: SQLite would build the table anew, and dropping the old one takes its events and products along.
    op.add_column("shows", sa.Column("shop", sa.Text, nullable=False, server_default="{}"))
    _move_products()
    op.drop_table("products")


def _move_products() -> None:
    """What shows sold so far becomes the catalogue; of two products with one id the newer show's stays."""
    bind = op.get_bind()
    rows = bind.execute(
        sa.text(
            "SELECT products.*, shows.created_ms FROM products JOIN shows ON shows.id = products.show "
            "ORDER BY shows.created_ms DESC, products.position"
        )
    ).mappings()
    known: set[str] = set()
    for row in rows.all():
        if row["id"] not in known:
            known.add(row["id"])
            bind.execute(sa.insert(_catalogue), _catalogue_row(row))
            bind.execute(sa.insert(_offers), _offer_row(row))
        bind.execute(
            sa.insert(_planned),
            {
                "show": row["show"],
                "product": row["id"],
                "position": row["position"],
                "hidden": False,
                "sold_out": False,
                "show_price": "",
            },
        )


def _offer(row: sa.RowMapping) -> dict[str, int]:
    price, before = row["price_minor"], row["before_minor"]
    return {"price_minor": before, "sale_minor": price} if before and before > price else {"price_minor": price}


def _catalogue_row(row: sa.RowMapping) -> dict[str, object]:
    offer = _offer(row) | ({} if row["stock"] is None else {"stock": row["stock"]})
    images = [row["image"]] if row["image"] else []
    product = {"id": row["id"], "title": row["title"], "url": row["url"], "currency": row["currency"], "images": images}
    return {
        "id": row["id"],
        "feed": "",
        "title": row["title"],
        "search": f"{row['title']} {row['id']}".casefold(),
        "product": json.dumps(product | {"offer": offer}),
        "digest": "",
        "updated_ms": row["created_ms"],
    }


def _offer_row(row: sa.RowMapping) -> dict[str, object]:
    return {"product": row["id"], "variant": "", "at_ms": row["created_ms"], "currency": row["currency"]} | _offer(row)


_catalogue = sa.table(
    "catalogue",
    *(sa.column(name) for name in ("id", "feed", "title", "search", "product", "digest", "updated_ms")),
)
_offers = sa.table(
    "offers", *(sa.column(name) for name in ("product", "variant", "at_ms", "currency", "price_minor", "sale_minor"))
)
_planned = sa.table("planned", *(sa.column(name) for name in ("show", "product", "position", "hidden", "sold_out", "show_price")))


def downgrade() -> None:
    raise NotImplementedError("the catalogue does not fit into the old table")
