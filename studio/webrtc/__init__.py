"""WebRTC: everything that touches aiortc's insides lives here, so that an upgrade breaks one folder."""
