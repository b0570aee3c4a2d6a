"""The shop in shows: products, orders, reports, and what is held of visitors."""

from aiohttp import web

from studio.server.config import read_secret
from studio.server.ground import Ground
from studio.server.part import Part
from studio.server.shop.report_routes import ReportRoutes
from studio.server.shop.routes import OrderRoutes, ShopRoutes, VisitorRoutes


class ShopPart(Part):
    """Raises `InvalidValue` where the secret that orders are signed with cannot be read. What runs is each show's own
    (`live/show`)."""

    def __init__(self, ground: Ground) -> None:
        shows, file = ground.asked, ground.config.shop.orders_secret_file
        secret = read_secret(file, "shop.orders_secret_file") if file else ""
        self.orders = OrderRoutes(ground.live_shows, secret, ground.clock)
        self._routes = (
            ShopRoutes(shows),
            self.orders,
            VisitorRoutes(shows, ground.visits, ground.visitors, ground.config.proxies),
            ReportRoutes(ground.engine, ground.admission, ground.live_shows),
        )

    def add_routes(self, router: web.UrlDispatcher) -> None:
        for routes in self._routes:
            routes.add_routes(router)
