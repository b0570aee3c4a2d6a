"""Prices as people read them."""

from babel.numbers import format_currency

from studio.i18n import language

NO_MINOR = frozenset({"JPY", "KRW", "ISK", "HUF", "CLP", "VND"})


def price(minor: int, currency: str) -> str:
    """`249 kr.` or `249,50 kr.` in Danish, `DKK 249` in English."""
    amount = minor if currency in NO_MINOR else minor / 100
    danish = language() == "da"
    digits = "#,##0" if amount == int(amount) else "#,##0.00"
    pattern = f"{digits} ¤" if danish else f"¤¤ {digits}"
    return str(format_currency(amount, currency, pattern, locale="da_DK" if danish else "en_GB", currency_digits=False))
