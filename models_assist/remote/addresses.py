"""Which addresses of the network may be asked: looked up once, and the very one looked up is used.

A name could lead to another address a moment later, so nothing here answers yes or no: the answer
is the address to connect to.
"""

import ipaddress
import socket

from models_assist.remote.errors import EndpointFailed, EndpointRefused

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# RFC 6052: the last 32 bits are an IPv4 address that a gateway leads to.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def address_for(host: str, port: int, *, is_private: bool) -> str:
    """The address of a host. Raises EndpointRefused, and EndpointFailed when there is none.

    With `is_private` it may be one of the own network or of this machine; never one that is only
    of the link, where clouds keep their secrets. If any address of the name is not allowed, none
    is: a name that leads both inside and outside means no good.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise EndpointFailed("Its name cannot be looked up.") from error
    addresses = [str(entry[4][0]) for entry in found]
    for address in addresses:
        if not is_allowed(address, is_private=is_private):
            raise EndpointRefused(
                "Its name leads to an address that is not allowed. A private one must be allowed "
                "by the administrator."
            )
    return addresses[0]


def is_allowed(address: str, *, is_private: bool) -> bool:
    """Whether one address may be connected to, whatever it is wrapped in."""
    return all(
        _is_public(inner) or (is_private and _is_near(inner))
        for inner in _unwrapped(ipaddress.ip_address(address.partition("%")[0]))
    )


def _unwrapped(address: Address) -> list[Address]:
    """The address, and every IPv4 address that it stands for."""
    found: list[Address] = [address]
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return [address.ipv4_mapped]
        found += [inner for inner in (address.sixtofour, *(address.teredo or ())) if inner]
        if address in _NAT64:
            return [ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)]
    return found


def _is_public(address: Address) -> bool:
    return address.is_global and not address.is_multicast


def _is_near(address: Address) -> bool:
    """Of this machine or the own network."""
    if address.is_loopback:
        return True
    return not (
        address.is_link_local
        or address.is_multicast
        or address.is_unspecified
        or address.is_reserved
    )
