"""A witness at another member, over HTTP: C2SP tlog-witness, `add-checkpoint`."""

from __future__ import annotations

import httpx

from accord.model.errors import NodeError

MAX_ANSWER_BYTES = 1 << 16
"""A cosignature has 200 bytes, with ML-DSA-44 3.4 kB; a witness may have several keys."""
TIMEOUT_S = 10.0
_TEXT = "text/plain; charset=utf-8"


class HttpWitness:
    """`custody.outside.WitnessLink`. `url`: the witness's prefix, as in the policy file."""

    def __init__(self, name: str, url: str, *, timeout_s: float = TIMEOUT_S) -> None:
        self.name = name
        self._url = url.rstrip("/") + "/add-checkpoint"
        self._timeout_s = timeout_s

    def add_checkpoint(self, body: bytes) -> tuple[int, bytes]:
        """Status and body of the answer. Raises `NodeError` when there is none, or one that is too large."""
        return post(
            self._url, body, _TEXT, limit=MAX_ANSWER_BYTES, who=f"The witness {self.name}", timeout_s=self._timeout_s
        )


def post(
    url: str, body: bytes, media_type: str, *, limit: int, who: str, timeout_s: float = TIMEOUT_S
) -> tuple[int, bytes]:
    """Sends bytes and reads at most `limit` of the answer; follows no redirect. Raises `NodeError`."""
    found = bytearray()
    try:
        with (
            httpx.Client(timeout=timeout_s, follow_redirects=False) as client,
            client.stream("POST", url, content=body, headers={"Content-Type": media_type}) as answer,
        ):
            for chunk in answer.iter_bytes():
                found += chunk
                if len(found) > limit:
                    raise NodeError(f"{who} answers with more than {limit} bytes.", action="Ask its operator.")
            return answer.status_code, bytes(found)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NodeError(
            f"{who} cannot be reached ({type(error).__name__}).", action="Try later, or ask its operator."
        ) from error
