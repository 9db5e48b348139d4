"""How much one network may send us. No address of a client is kept: only keyed marks, in memory, for ten minutes.

Each worker process counts for itself, a fair share of the limit, and forgets everything when the day's key changes or
it ends.
"""

import hmac
import secrets
from collections import deque
from datetime import date, datetime, timedelta
from ipaddress import IPv6Address, ip_address

from flask import current_app, request

from eventsvc import clock
from eventsvc.errors import TooMany
from eventsvc.intake import current_settings

WINDOW = timedelta(minutes=10)
SWEEP_AT = 4096  # marks in memory before the old ones are looked for


class Networks:
    """When each network was last heard of, under a random key of the day."""

    def __init__(self) -> None:
        self._day = date.min
        self._key = b""
        self._seen: dict[bytes, deque[datetime]] = {}

    def count(self, network: str, limit: int, now: datetime, many: int = 1) -> None:
        """Count so many more of this network. Raises TooMany where the limit is reached; then they are not counted."""
        self._turn_day(now)
        times = self._seen.setdefault(hmac.digest(self._key, network.encode(), "sha256"), deque())
        _drop_old(times, now)
        if len(times) >= limit:
            raise TooMany
        times.extend([now] * many)
        if len(self._seen) > SWEEP_AT:
            self._sweep(now)

    def _turn_day(self, now: datetime) -> None:
        if now.date() != self._day:
            self._day, self._key = now.date(), secrets.token_bytes(32)
            self._seen.clear()

    def _sweep(self, now: datetime) -> None:
        for times in self._seen.values():
            _drop_old(times, now)
        self._seen = {mark: times for mark, times in self._seen.items() if times}


def _drop_old(times: deque[datetime], now: datetime) -> None:
    while times and times[0] <= now - WINDOW:
        times.popleft()


def network_of(address: str) -> str | None:
    """The /24 or /48 an address belongs to; None for this machine, and where no address is known (a Unix socket)."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    if ip.is_loopback:
        return None
    return ip.packed[: 3 if ip.version == 4 else 6].hex()


def count_request(what: str, limit: int, many: int = 1) -> None:
    """Count what is being sent to us, `many` at once, against the limit of its network for this. Raises TooMany."""
    network = network_of(request.remote_addr or "")
    if network is None:
        return
    networks: Networks = current_app.extensions.setdefault(f"eventsvc.networks.{what}", Networks())
    networks.count(network, -(-limit // current_settings().workers), clock.now(), many)
