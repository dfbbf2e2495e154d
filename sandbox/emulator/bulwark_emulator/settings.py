"""What the whole emulator agrees on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ACCOUNT_ID = "123456789012"
GLOBAL_REGION = "us-east-1"
"""Global services write their events here, and moto keeps their state under the partition."""
PARTITION = "aws"


@dataclass
class Settings:
    """The command line, resolved."""

    port: int = 0
    gateway: str | None = None
    """Where functions send their calls; without a gateway they talk to the emulator itself."""
    token: str = ""
    state: Path = Path(".")
    speed: float = 20.0
    """How many times faster than AWS waiting goes by: redelivery after a failed batch, retries of event targets."""

    @property
    def endpoint(self) -> str:
        """The endpoint that functions and callbacks use."""
        return (self.gateway or f"http://127.0.0.1:{self.port}").replace("127.0.0.1", "localhost")


settings = Settings()
"""The one instance: moto's backends are process-wide too."""
