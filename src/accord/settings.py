"""Settings: one frozen object with units and bounds; nothing below may import it.

Each is read from the environment (`ACCORD_<NAME>`, the data folder from `ACCORD_DATA`) or given by the command line.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from accord.model.errors import NodeError


def default_data_dir() -> Path:
    """Where a node keeps its database and files unless told otherwise: the platform's folder for a user's data."""
    home = Path.home()
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "accord"
    return Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share") / "accord"


class Settings(BaseSettings):
    """What a node needs to know before it starts. Bounds are inclusive."""

    model_config = SettingsConfigDict(env_prefix="ACCORD_", frozen=True, extra="forbid", populate_by_name=True)

    data_dir: Path = Field(
        default_factory=default_data_dir,
        validation_alias=AliasChoices("data_dir", "ACCORD_DATA"),
        description="Folder of the node: files as received, the embedded database, its socket and locks.",
    )
    database_url: str | None = Field(
        default=None,
        description="An external PostgreSQL 16 or newer, as the application's role. None: Accord starts its own.",
    )
    owner_database_url: str | None = Field(
        default=None,
        description="The same external database as the role that owns its tables; needed when they are to change.",
    )
    host: str = Field(default="127.0.0.1", description="Address on which the pages are served.")
    port: int = Field(default=8400, ge=0, le=65535, description="TCP port of the pages; 0 lets the system choose.")
    public_url: str | None = Field(
        default=None,
        description="Where people reach the pages (https://accord.north.example). None: localhost and the port. "
        "Passkeys are made for this name: when it changes, everybody needs a new one.",
    )
    openid_issuer: str | None = Field(
        default=None, description="An OpenID Connect provider whose accounts people may link and sign in with."
    )
    openid_client_id: str | None = Field(default=None, description="This node's name at the provider.")
    openid_client_secret: SecretStr | None = Field(default=None, description="Its secret there.")
    statement_timeout_ms: int = Field(
        default=30_000, ge=100, le=3_600_000, description="Longest statement of a request; it is then cancelled."
    )
    job_statement_timeout_ms: int = Field(
        default=1_800_000, ge=1_000, le=86_400_000, description="Longest statement of a job of the node."
    )
    pool_size: int = Field(default=8, ge=1, le=50, description="Database connections a process keeps open.")
    job_concurrency: int = Field(default=1, ge=1, le=16, description="Jobs that one process works on at once.")
    max_blob_bytes: int = Field(
        default=4 * 2**30, ge=2**20, le=2**40, description="Largest file taken as received; 4 GiB unless set."
    )
    attest_every_s: float = Field(
        default=3_600.0,
        ge=0,
        le=604_800,
        description="How often a serving node has its log cosigned and stamped; 0: only by `accord custody attest`.",
    )
    start_wait_s: float = Field(
        default=600.0, ge=1, le=86_400, description="How long to wait for the database: crash recovery takes its time."
    )

    webhooks_to_private: bool = Field(
        default=False, description="Whether webhooks may go to private addresses and plain http: in closed networks."
    )
    exchange_with_private: bool = Field(
        default=False,
        description="Whether people may set up exchange with private addresses and plain http: in closed networks.",
    )

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, folder: Path) -> Path:
        return folder.expanduser().absolute()

    @field_validator("database_url", "owner_database_url")
    @classmethod
    def _is_postgresql(cls, url: str | None) -> str | None:
        if url and urlsplit(url).scheme not in {"postgresql", "postgres"}:
            raise ValueError("must begin with postgresql://")
        return url or None

    @field_validator("public_url")
    @classmethod
    def _is_an_address(cls, url: str | None) -> str | None:
        if not url:
            return None
        parts = urlsplit(url)
        if parts.scheme not in {"https", "http"} or not parts.hostname or parts.path.strip("/") or parts.query:
            raise ValueError("must be scheme, host and perhaps port alone: https://accord.north.example")
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"

    @field_validator("openid_issuer")
    @classmethod
    def _is_an_issuer(cls, url: str | None) -> str | None:
        # OpenID Connect Discovery 1.0, section 3: https; http only on this machine, for tries
        if url and urlsplit(url).scheme != "https" and urlsplit(url).hostname not in {"localhost", "127.0.0.1"}:
            raise ValueError("must begin with https://")
        return url or None

    @property
    def address(self) -> str:
        """Scheme, host and port at which people reach the pages. Passkeys need a name, so no number of an address."""
        if self.public_url:
            return self.public_url
        here = self.host in {"127.0.0.1", "::1", "0.0.0.0"}  # noqa: S104  # compared, not listened on
        return f"http://{'localhost' if here else self.host}:{self.port}"

    @model_validator(mode="after")
    def _openid_is_whole(self) -> Self:
        if self.openid_issuer and not self.openid_client_id:
            raise ValueError("ACCORD_OPENID_ISSUER is set but ACCORD_OPENID_CLIENT_ID is not: set both or neither")
        return self

    @model_validator(mode="after")
    def _owner_belongs_to_a_database(self) -> Self:
        if self.owner_database_url and not self.database_url:
            raise ValueError("ACCORD_OWNER_DATABASE_URL is set but ACCORD_DATABASE_URL is not: set both or neither")
        return self


def read_settings(**given: object) -> Settings:
    """The settings of this process; `given` (from the command line) wins over the environment.

    Raises `NodeError` naming each setting that cannot be used and why; values are not repeated, they may hold secrets.
    """
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc']) or 'settings'}: {fault['msg']}" for fault in error.errors()
        )
        raise NodeError(f"The settings cannot be used: {faults}.", action="Correct them and start again.") from None
