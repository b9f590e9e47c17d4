"""Fetches one file: with progress, going on where it broke off, whole and right or not at all."""

from __future__ import annotations

import contextlib
import errno
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from bridge.errors import ModelError

_TIMEOUT = httpx.Timeout(15.0, connect=10.0)
_LARGEST = 64 * 1024 * 1024

Progress = Callable[[int, "int | None"], None]
"""Is told how many bytes are here, and of how many when that is known."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to fetch. addresses: where it may lie; the first that has it is taken.

    name: for messages. part: where what has come is kept until it is whole.
    """

    name: str
    addresses: Sequence[str]
    sha256: str
    part: Path


def download(wanted: Wanted, progress: Progress = lambda done, total: None) -> Path:
    """Gives `wanted.part`, whole, its hash checked.

    Raises ModelError in one sentence. Only after a broken connection something is left behind:
    the part, from which the next call goes on.
    """
    try:
        wanted.part.parent.mkdir(parents=True, exist_ok=True)
        resumed = wanted.part.exists() and wanted.part.stat().st_size > 0
        _fetch(wanted, progress)
        if resumed and not _is_right(wanted):
            # What was begun may have been of another file: once more from the start.
            wanted.part.unlink()
            _fetch(wanted, progress)
        good = _is_right(wanted)
    except OSError as error:
        _remove(wanted.part)
        raise ModelError(_disk_trouble(wanted, error)) from error
    if not good:
        _remove(wanted.part)
        raise ModelError(
            f"{wanted.name} came from {wanted.addresses[0]} with a wrong hash: it is not the file "
            "that tagwire knows, so it was thrown away; try again, or another --mirror"
        )
    return wanted.part


def _client() -> httpx.Client:
    try:
        return httpx.Client(timeout=_TIMEOUT, follow_redirects=True)
    except (ImportError, ValueError) as error:
        raise ModelError(
            f"the proxy that this computer names cannot be used ({error}); see HTTPS_PROXY"
        ) from error


def _fetch(wanted: Wanted, progress: Progress) -> None:
    with _client() as client:
        for address in wanted.addresses:
            try:
                if _fetch_from(client, address, wanted, progress):
                    return
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise ModelError(_network_trouble(wanted, address, error)) from error
    raise ModelError(
        f"{wanted.name} is not at {' nor at '.join(wanted.addresses)} (not found); "
        "check the --mirror address"
    )


def _fetch_from(client: httpx.Client, address: str, wanted: Wanted, progress: Progress) -> bool:
    """False when it isn't there."""
    begun = wanted.part.stat().st_size if wanted.part.exists() else 0
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={begun}-"} if begun else {})
    with client.stream("GET", address, headers=headers) as response:
        if response.status_code in (404, 410):
            return False
        if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE and begun:
            wanted.part.unlink()
            return _fetch_from(client, address, wanted, progress)
        response.raise_for_status()
        goes_on = response.status_code == httpx.codes.PARTIAL_CONTENT
        _write(response, wanted, begun if goes_on else 0, progress)
    return True


def _write(response: httpx.Response, wanted: Wanted, begun: int, progress: Progress) -> None:
    length = response.headers.get("Content-Length", "")
    total = begun + int(length) if length.isdecimal() else None
    done = begun
    with wanted.part.open("ab" if begun else "wb") as file:
        for piece in response.iter_bytes():
            file.write(piece)
            done += len(piece)
            progress(done, total)
            if done > _LARGEST:
                file.truncate(0)
                raise ModelError(f"{wanted.name} is far too large at {response.url}")


def _is_right(wanted: Wanted) -> bool:
    return hashlib.sha256(wanted.part.read_bytes()).hexdigest() == wanted.sha256


def _network_trouble(wanted: Wanted, address: str, error: Exception) -> str:
    here = wanted.part.stat().st_size if wanted.part.exists() else 0
    if not here:
        _remove(wanted.part)
    kept = f"; {here} bytes are kept at {wanted.part}, and the next pull goes on there"
    end = kept if here else "; nothing was left behind"
    if isinstance(error, httpx.HTTPStatusError):
        said = f"{error.response.status_code} {error.response.reason_phrase}".strip()
        return f"{wanted.name} cannot be fetched: {address} answers “{said}”{end}"
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return f"{address} is no address to fetch from; expected one such as https://host/folder"
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return (
            f"{wanted.name} cannot be fetched: {httpx.URL(address).host} cannot be reached (is "
            f"this computer offline?){end}"
        )
    return f"{wanted.name} came only in part: the connection to {address} broke off{end}"


def _disk_trouble(wanted: Wanted, error: OSError) -> str:
    folder = wanted.part.parent
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"there is no space left for {wanted.name} in {folder}; make room and pull again"
    reason = (error.strerror or str(error)).lower()
    return (
        f"{wanted.name} cannot be written to {folder} ({reason}); make the folder writable, or "
        "set TAGWIRE_DATA to another one"
    )


def _remove(part: Path) -> None:
    # If it can't be removed, the folder itself can't be written: nothing of ours is in it.
    with contextlib.suppress(OSError):
        part.unlink(missing_ok=True)
