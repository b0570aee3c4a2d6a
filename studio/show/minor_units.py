"""How many digits of a currency follow the point: the one table of ISO 4217 (list one, 2026), for the server and the page.

CLDR's digits (Babel, ICU, every browser's `Intl`) are how people write an amount in everyday life, differ from one version to the
next, and are not what shops count in: a forint has 100 fillér in ISO 4217 and none in Chromium. `assets/viewer/minor-units.js` is
the same table, and a test compares them.
"""

NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
THREE = "BHD IQD JOD KWD LYD OMR TND"
FOUR = "CLF UYW"
DIGITS = dict.fromkeys(NONE.split(), 0) | dict.fromkeys(THREE.split(), 3) | dict.fromkeys(FOUR.split(), 4)
"""What is not here has two."""


def digits_of(currency: str) -> int:
    """2 for DKK, 0 for JPY, 3 for KWD."""
    return DIGITS.get(currency, 2)
