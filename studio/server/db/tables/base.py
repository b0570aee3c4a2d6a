"""What all tables share."""

from sqlalchemy import MetaData

metadata = MetaData()
PRODUCT = 255
"""Characters of a product's or a variant's id."""
