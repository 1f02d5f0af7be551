"""The local HTTP API. ``app.api:app`` is what Uvicorn serves."""

from app.api.application import create_app

__all__ = ["app", "create_app"]

app = create_app()
