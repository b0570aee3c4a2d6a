"""The report after a show: one HTML file that needs no network and runs no script, for people and printers."""

import html
from collections.abc import Mapping
from typing import Any

from studio import paths
from studio.i18n import N_, translate
from studio.server.shop.report import Gathered, amounts, time_of
from studio.show.analytics import Figures, SoldLine
from studio.show.money import price
from studio.show.poll import Poll, shares

WIDE, HIGH = 960, 220

WORDS = {
    "report": N_("Report"),
    "viewers": N_("Viewers at most"),
    "unique": N_("Different viewers"),
    "average": N_("Watched on average"),
    "lines": N_("Messages"),
    "reactions": N_("Hearts"),
    "views": N_("Product views"),
    "carted": N_("Put into carts"),
    "checkouts": N_("Checkouts begun"),
    "orders": N_("Orders"),
    "value": N_("Sold for"),
    "unconfirmed": N_("Not confirmed yet"),
    "course": N_("The show, minute by minute"),
    "course_words": N_("The line is how many watched, the bars what was sold, the marks when a product was pinned."),
    "products": N_("Products"),
    "product": N_("Product"),
    "pinned": N_("Pinned at"),
    "sold": N_("Sold"),
    "later": N_("of these later"),
    "order": N_("Order"),
    "second": N_("In the show at"),
    "what": N_("What"),
    "verified": N_("Confirmed by the shop"),
    "page_only": N_("Said by the page"),
    "polls": N_("Polls"),
    "none": N_("Nothing was sold yet."),
    "live_at": N_("Live {time}"),
    "funnel": N_("From a look to an order"),
}


def as_html(gathered: Gathered, language: str) -> bytes:
    """One file, without scripts, that needs no network."""

    def say(key: str) -> str:
        return html.escape(translate(WORDS[key], language))

    f, e = gathered.figures, html.escape
    since = gathered.show["live_since_ms"]
    began = translate(WORDS["live_at"], language).format(time=time_of(since).replace("T", " ")[:16] + " UTC") if since else ""
    kpis: list[tuple[str, str]] = [
        ("viewers", str(f.peak)), ("unique", str(f.unique)), ("average", clock(round(f.average_s))), ("lines", str(f.lines)),
        ("reactions", str(f.reactions)), ("orders", str(f.orders)), ("value", amounts(f.value) or "–"),
        *([("unconfirmed", amounts(f.unconfirmed))] if f.unconfirmed else []),
    ]  # fmt: skip
    parts = [
        f"<header><p>{e(gathered.show['brand'])} · {say('report')}</p><h1>{e(gathered.show['title'])}</h1>",
        f"<p>{e(began)}</p></header>",
        '<div class="kpis">' + "".join(f'<div class="kpi"><b>{e(v)}</b>{say(k)}</div>' for k, v in kpis) + "</div>",
        f"<section><h2>{say('course')}</h2>{_chart(gathered)}<p>{say('course_words')}</p></section>",
        f"<section><h2>{say('funnel')}</h2>{_funnel(f, say)}</section>",
        f"<section><h2>{say('products')}</h2>{_product_table(f, say)}</section>",
        f"<section><h2>{say('orders')}</h2>{_order_table(gathered, say)}</section>",
    ]
    if gathered.polls:
        parts.append(f"<section><h2>{say('polls')}</h2>{''.join(_poll(poll) for poll in gathered.polls)}</section>")
    title = f"{e(gathered.show['title'])} – {say('report')}"
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    body = "\n".join(parts)
    return (
        f'<!doctype html>\n<html lang="{e(language)}">\n{head}{policy}\n<title>{title}</title>\n<style>{_style()}</style>\n'
        f"<body><main>\n{body}\n</main></body>\n</html>\n"
    ).encode()


def _chart(gathered: Gathered) -> str:
    f = gathered.figures
    top, low, left = 24, HIGH - 24, 36
    most, sold = max(1, f.peak), max([1, *(point.sold for point in f.course)])
    span = max(1, (len(f.course)) * f.step_s)

    def x(second: float) -> float:
        return left + (WIDE - left - 8) * min(1.0, second / span)

    shapes = [f'<line class="grid" x1="{left}" x2="{WIDE}" y1="{y}" y2="{y}"/>' for y in (top, (top + low) / 2, low)]
    shapes += [f'<text x="0" y="{top + 4}">{most}</text><text x="0" y="{low + 4}">0</text>']
    width = max(2.0, (WIDE - left) / max(1, len(f.course)) - 2)
    for point in f.course:
        if point.sold:
            high = (low - top) * 0.6 * point.sold / sold
            where = f'x="{x(point.second):.1f}" y="{low - high:.1f}" width="{width:.1f}" height="{high:.1f}"'
            shapes.append(f'<rect class="sold" {where}><title>{clock(point.second)}: {point.sold}</title></rect>')
    points = " ".join(f"{x(p.second):.1f},{low - (low - top) * p.viewers / most:.1f}" for p in f.course)
    shapes.append(f'<polyline class="view" points="{points}"/>')
    numbers = {product: number for number, product in enumerate(gathered.titles, 1)}
    for pin in gathered.pins:
        at = x(pin.media_ms / 1000)
        name = html.escape(gathered.titles.get(pin.product, pin.product))
        shapes.append(
            f'<g><line class="pin" x1="{at:.1f}" x2="{at:.1f}" y1="{top}" y2="{low}"/><text x="{at + 3:.1f}" y="{top - 8}">'
            f"{numbers.get(pin.product, '')}</text><title>{clock(pin.media_ms // 1000)} {name}</title></g>"
        )
    for part in range(5):
        second = span * part / 4
        anchor = "start" if part == 0 else "end" if part == 4 else "middle"
        shapes.append(f'<text x="{x(second):.1f}" y="{HIGH - 4}" text-anchor="{anchor}">{clock(round(second))}</text>')
    return f'<svg viewBox="0 0 {WIDE} {HIGH}" role="img">{"".join(shapes)}</svg>'


def _funnel(f: Figures, say: Any) -> str:
    steps = (("views", f.views), ("carted", f.carted), ("checkouts", f.checkouts), ("orders", f.orders))
    most = max(1, *(count for _, count in steps))
    return "".join(_bar(say(name), count / most, str(count)) for name, count in steps)


def _bar(words: str, part: float, figure: str) -> str:
    fill = f'<div class="fill" style="width:{100 * part:.1f}%"></div>'
    return f'<div class="share"><span>{words}</span><div class="track">{fill}</div><span>{figure}</span></div>'


def _poll(poll: Poll) -> str:
    bars = (
        _bar(html.escape(answer), share / 100, f"{share} %")
        for answer, share in zip(poll.answers, shares(poll.votes), strict=True)
    )
    return f"<p><b>{html.escape(poll.question)}</b> ({poll.total})</p>{''.join(bars)}"


def _product_table(f: Figures, say: Any) -> str:
    rows_ = "".join(
        f"<tr><td>{html.escape(p.title)}</td><td>{', '.join(clock(ms // 1000) for ms in p.pinned_ms)}</td>"
        f'<td class="n">{p.views}</td><td class="n">{p.carted}</td><td class="n">{p.sold}</td><td class="n">{p.later}</td>'
        f'<td class="n">{html.escape(amounts(p.value))}</td></tr>'
        for p in f.products
    )
    heads = "".join(
        f"<th{' class=n' if number > 1 else ''}>{say(key)}</th>"
        for number, key in enumerate(("product", "pinned", "views", "carted", "sold", "later", "value"))
    )
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows_}</tbody></table>"


def _order_table(gathered: Gathered, say: Any) -> str:
    if not gathered.orders:
        return f"<p>{say('none')}</p>"
    rows_ = "".join(
        f"<tr><td>{html.escape(o.number)}</td><td>{clock(o.media_ms // 1000)} · {html.escape(o.part)}</td>"
        f"<td>{html.escape(', '.join(_line(line, gathered.titles) for line in o.lines))}</td>"
        f'<td class="n">{html.escape(price(o.value_minor, o.currency))}</td>'
        f"<td>{say('verified' if o.verified else 'page_only')}</td></tr>"
        for o in gathered.orders
    )
    heads = f"<th>{say('order')}</th><th>{say('second')}</th><th>{say('what')}</th><th class=n>{say('value')}</th><th></th>"
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows_}</tbody></table>"


def _line(line: SoldLine, titles: Mapping[str, str]) -> str:
    return f"{line.quantity} × {titles.get(line.product, line.product)} ({clock(line.media_ms // 1000)})"


def _style() -> str:
    return (paths.assets() / "viewer" / "report.css").read_text()


def clock(seconds: int) -> str:
    """`1:05:09` or `5:09`."""
    minutes, second = divmod(max(0, seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"
