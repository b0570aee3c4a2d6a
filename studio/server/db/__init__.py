"""What the server keeps: tables (SQLAlchemy Core), migrations (Alembic), one file of queries a domain."""
