"""Guard addresses: decide which hosts may be requested at all, on the very address that is connected to.

A name is resolved once, each address found is judged, and the connection is made to a judged address by number:
a name that changes its address in between (DNS rebinding) gains nothing. What is refused gets no connection, so
nothing is sent to it. Ports other than 80 and 443 are requested only on hosts that sources.toml names with that port.
"""

from __future__ import annotations

import re
import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from storyfold.outcomes import Reason, Rejected
from storyfold.settings.fetch import FetchSettings

WEB_PORTS = frozenset({80, 443})
ADDRESSES = 4  # of one host, tried in turn; each may take the whole time to connect
LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
# Of IPv6, only the space that IANA gives out to hosts (RFC 4291, 2.4, and the IPv6 address space registry).
GLOBAL_UNICAST = ip_network("2000::/3")
NAT64 = ip_network("64:ff9b::/96")  # RFC 6052: the last four bytes are an IPv4 address
# Special ranges that the oldest Python we run on still calls global: 6to4 relays (RFC 7526), documentation (RFC 9637).
SPECIAL = (ip_network("192.88.99.0/24"), ip_network("3fff::/20"))
# The "ends in a number" check of the WHATWG URL standard (url.spec.whatwg.org, 3.5): such a host is an address.
_NUMBER = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)", re.IGNORECASE)
_OBSCURING = re.compile(r"[\\%@]")  # in an authority: user names, escapes, and what libraries read in different ways


class AddressGuard:
    """Checks addresses against what the settings allow."""

    def __init__(self, settings: FetchSettings) -> None:
        self._settings = settings

    def check(self, url: str) -> None:
        """Raise Rejected REFUSED_ADDRESS for an address whose host is written in a way that hides what it is."""
        netloc = urlsplit(url).netloc
        if _OBSCURING.search(netloc):
            raise _make_refusal(f"a user name, an escape or an odd character before the path: {netloc[:100]!r}")
        _check_spelling(urlsplit(url).hostname or "", in_brackets=netloc.startswith("["))

    def resolve(self, host: str, port: int) -> list[str]:
        """Return the addresses, as numbers, that may be connected to for a host; at most four.

        Raises Rejected REFUSED_ADDRESS where none of them may, and OSError where the host is not known.
        """
        host = host.strip("[]")
        _check_spelling(host, in_brackets=":" in host)
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        numbers = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        allowed = [number for number in numbers if self._is_allowed(number, host, port)]
        if not allowed:
            named = f"{host} is " if host != numbers[0] else ""
            raise _make_refusal(f"{named}{numbers[0]}, port {port}: not a public web server")
        return allowed[:ADDRESSES]

    def _is_allowed(self, number: str, host: str, port: int) -> bool:
        if "%" in number:  # an address of this link, with the name of the network card
            return False
        address = ip_address(number)
        if self._settings.allow_loopback and any(address in network for network in LOOPBACK):
            return True
        return is_public(address) and (port in WEB_PORTS or f"{host.lower()}:{port}" in self._settings.named)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Return whether an address is a host's on the public internet, also where it is wrapped in an IPv6 address."""
    if isinstance(address, IPv6Address):
        if address in NAT64:
            return is_public(IPv4Address(address.packed[-4:]))
        if address.sixtofour is not None and not is_public(address.sixtofour):
            return False
        if address not in GLOBAL_UNICAST:  # mapped, compatible, link-local, unique local, multicast, all else
            return False
    if any(address in network for network in SPECIAL):
        return False
    # Python's tables call multicast global.
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _check_spelling(host: str, *, in_brackets: bool) -> None:
    """Accept addresses only in their one plain spelling: 127.1, 0x7f000001 and ::ffff:127.0.0.1 are tricks."""
    if host.endswith(".") or "%" in host:
        raise _make_refusal(f"an odd spelling of a host: {host[:100]!r}")
    try:
        if in_brackets:
            if IPv6Address(host).ipv4_mapped is not None:
                raise _make_refusal(f"an IPv4 address written as IPv6: {host!r}")
        elif _NUMBER.fullmatch(host.rpartition(".")[2]):
            IPv4Address(host)
    except ValueError:
        raise _make_refusal(f"an odd spelling of an address: {host[:100]!r}") from None


def _make_refusal(detail: str) -> Rejected:
    return Rejected(Reason.REFUSED_ADDRESS, detail)
