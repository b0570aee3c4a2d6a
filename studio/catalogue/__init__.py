"""Readers of product feeds: what shops export, however dirty, becomes `CatalogueProduct`s and a list of what was refused.

Pure parsing: no database, no network, no clock. A feed is hostile until read: `python -m studio.catalogue` reads it in a
process of its own with limits on memory and processor time, and the server takes the products from its output (`frames`).

Decision: a format reader yields drafts (`draft.py`) whose values are the file's own words, and one builder
(`product.py`) checks them all the same way. Rejected: a checker for each format, six of which would drift apart.
"""
