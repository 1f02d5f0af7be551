"""What every message has in common, and the message that tells of an error."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Contract(BaseModel):
    """Base of every message: immutable, and unknown fields from a newer server are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", protected_namespaces=())


class Problem(Contract):
    """Any error, as ``application/problem+json`` (RFC 9457)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "about:blank",
                    "title": "Not Found",
                    "status": 404,
                    "detail": "There is no file “song.mp3”.",
                    "code": "audio_not_found",
                    "errors": [],
                }
            ]
        }
    )

    type: str = "about:blank"
    title: str
    status: int
    detail: str = Field(description="for people: what is wrong and what to do")
    code: str = Field(description="for programs: stable")
    errors: list[str] = Field(default_factory=list, description="each part of the request that was wrong")
