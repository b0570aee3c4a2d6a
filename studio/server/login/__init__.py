"""Who the shop's visitors are, told by whoever logs them in: OpenID Connect, or Facebook."""
