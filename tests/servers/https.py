"""A certificate for this machine, signed by an authority made on the spot."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import trustme

from tests.servers.lifeline import short_folder


class Certificate(NamedTuple):
    """PEM files, as gunicorn's `certfile` and `keyfile` take them, and the authority a client has to trust."""

    chain: Path
    key: Path
    authority: Path

    def for_servers(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.chain, self.key)
        return context

    def for_clients(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.authority)


@contextmanager
def certificate(*names: str) -> Iterator[Certificate]:
    """Good for localhost and 127.0.0.1, and for the names given."""
    with short_folder() as folder:
        made = Certificate(folder / "chain.pem", folder / "key.pem", folder / "authority.pem")
        authority = trustme.CA()
        leaf = authority.issue_cert("localhost", "127.0.0.1", *names)
        made.chain.write_bytes(b"".join(blob.bytes() for blob in leaf.cert_chain_pems))
        leaf.private_key_pem.write_to_path(made.key)
        authority.cert_pem.write_to_path(made.authority)
        yield made
