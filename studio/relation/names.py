"""What a behaviour may be called: Segment's names (spec: e-commerce v2, video, e-mail), and ours for live shows and for rules."""

from difflib import get_close_matches

from studio.errors import InvalidValue
from studio.i18n import N_

PRODUCT_VIEWED, PRODUCT_ADDED, PRODUCT_REMOVED = "Product Viewed", "Product Added", "Product Removed"
ORDER_COMPLETED, ORDER_CANCELLED = "Order Completed", "Order Cancelled"
SHOW_WATCHED, SHOW_JOINED, PIN_SEEN, PIN_CLICKED = "Show Watched", "Show Joined", "Pin Seen", "Pin Clicked"
RULE_SHOWN, RULE_CLICKED, RULE_DISMISSED, ITEM_REFUSED = "Rule Shown", "Rule Clicked", "Rule Dismissed", "Item Refused"
PAGE_VIEWED, WISHED = "Page Viewed", "Product Added to Wishlist"

BROWSING = (
    PAGE_VIEWED,
    "Products Searched",
    "Product List Viewed",
    "Product List Filtered",
    "Product Clicked",
    PRODUCT_VIEWED,
)
CART = (
    PRODUCT_ADDED,
    PRODUCT_REMOVED,
    "Cart Viewed",
    "Coupon Entered",
    "Coupon Applied",
    "Coupon Denied",
    "Coupon Removed",
    "Checkout Started",
    "Checkout Step Viewed",
    "Checkout Step Completed",
    "Payment Info Entered",
)
ORDERS = (ORDER_COMPLETED, "Order Updated", "Order Refunded", ORDER_CANCELLED)
WISHES = (
    WISHED,
    "Product Removed from Wishlist",
    "Wishlist Product Added to Cart",
    "Product Shared",
    "Product Reviewed",
)
PROMOTIONS = ("Promotion Viewed", "Promotion Clicked")
VIDEO = (
    "Video Playback Started",
    "Video Playback Paused",
    "Video Playback Resumed",
    "Video Playback Completed",
    "Video Playback Exited",
    "Video Content Started",
    "Video Content Playing",
    "Video Content Completed",
)
MAIL = ("Email Delivered", "Email Opened", "Email Link Clicked", "Email Bounced", "Email Marked as Spam", "Unsubscribed")
LIVE = (
    SHOW_JOINED,
    SHOW_WATCHED,
    "Show Left",
    PIN_SEEN,
    PIN_CLICKED,
    "Poll Answered",
    "Question Asked",
    "Call Booked",
    "Call Ended",
    "Replay Started",
    "Clip Played",
    "Tool Used",
)
RULES = (RULE_SHOWN, RULE_CLICKED, RULE_DISMISSED, ITEM_REFUSED)
CONSENT = ("Consent Changed",)
NAMES = frozenset((*BROWSING, *CART, *ORDERS, *WISHES, *PROMOTIONS, *VIDEO, *MAIL, *LIVE, *RULES, *CONSENT))
SERVERS_ONLY = frozenset((*MAIL, *CONSENT, *ORDERS[1:]))
"""No page says these: they are what the brand's own machines know."""
WEIGHTS = {PRODUCT_VIEWED: 1.0, PIN_CLICKED: 2.0, PRODUCT_ADDED: 4.0, WISHED: 4.0, ORDER_COMPLETED: 8.0}
"""What each says about what somebody likes."""
IN_WORDS = {
    PAGE_VIEWED: N_("opened a page"),
    "Products Searched": N_("searched"),
    "Product List Viewed": N_("looked at a list"),
    PRODUCT_VIEWED: N_("looked at"),
    PRODUCT_ADDED: N_("put into the cart"),
    WISHED: N_("wished for"),
    "Checkout Started": N_("went to the checkout"),
    ORDER_COMPLETED: N_("bought"),
    SHOW_JOINED: N_("came to a show"),
    SHOW_WATCHED: N_("watched a show (minutes)"),
    PIN_SEEN: N_("saw in a show"),
    PIN_CLICKED: N_("chose in a show"),
    "Question Asked": N_("asked a question"),
    "Poll Answered": N_("voted"),
    "Call Booked": N_("booked a call"),
    "Clip Played": N_("watched a clip"),
    "Replay Started": N_("watched a replay"),
}
"""What somebody did, in plain words; what is not here is said by its name."""
_FOLDED = {name.casefold(): name for name in NAMES}


def known(name: str) -> str:
    """The name, as it is spelled. Raises `InvalidValue`, with the nearest one there is."""
    if name in NAMES:
        return name
    folded = name.casefold().replace("_", " ").strip()
    near = [_FOLDED[folded]] if folded in _FOLDED else [_FOLDED[one] for one in get_close_matches(folded, _FOLDED, 1, 0.4)]
    if near:
        raise InvalidValue("{name} is no behaviour; did you mean {near}?", field="name", name=name[:60], near=near[0])
    raise InvalidValue(N_("{name} is no behaviour; docs/relation.md lists them"), field="name", name=name[:60])
