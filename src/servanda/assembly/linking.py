"""The link of an open node to its peer: over HTTPS, or by bundle files that somebody carries.

Rules of this module:
- both ways carry the same bytes, and either may be used at any time;
- while a bundle is on its way, others may turn to the node;
- whom the link trusts is what the peer's key list says now.

Spec: record 9.2 (TLS), 10.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from servanda.adapters.folder import BundleFolder, bundle_bytes_max, read_bundle
from servanda.adapters.keyfiles import FileKeys
from servanda.base.errors import UsageError
from servanda.node.deliver import Brought
from servanda.node.node import Node
from servanda.node.ports import Courier
from servanda.seal.certificate import certificates_of, make_certificate
from servanda.settings import Settings

if TYPE_CHECKING:
    from servanda.adapters.http import HttpCourier, Server, TlsIdentity


class Link:
    """How bundles go and come.

    Args:
        lock: held by whoever turns to the node.
    """

    def __init__(self, node: Node, settings: Settings, keys: FileKeys, lock: threading.RLock) -> None:
        self._node = node
        self._settings = settings
        self._keys = keys
        self._lock = lock

    def sync(self) -> int:
        """Exchange with the peer until nothing is left to say on either side; the number of exchanges.

        Raises:
            UsageError: `link_missing` or `peer_unknown`.
            PeerError: the link is down, or the peer refuses; what was exchanged stays.
        """
        courier = self.courier()
        try:
            return self.sync_by(courier)
        finally:
            courier.close()

    def sync_by(self, courier: Courier) -> int:
        """As `sync`, by a courier at hand."""
        with self._lock:
            return self._node.sync(_Apart(courier, self._lock))

    def courier(self) -> HttpCourier:
        """The way to the peer over HTTPS.

        Raises:
            UsageError: `link_missing` or `peer_unknown`.
        """
        from servanda.adapters.http import HttpCourier  # slow import

        url = self._settings.peer.url
        if url is None:
            raise UsageError(
                "link_missing",
                "the settings name no `url` of the peer",
                action="add it under `[peer]`, or carry bundles as files",
            )
        return HttpCourier(url, own=self._tls(), peer=self._peer_certificates(), bytes_max=self._http_bytes_max())

    def listening(self, heard: Callable[[], None], refused: Callable[[str, str], None] | None = None) -> Server | None:
        """The listening end of the exchange, to be started; None where the settings bind none.

        Args:
            heard: called after every bundle of the peer that was taken.
            refused: called after every request that was refused, with its code and why.

        Raises:
            UsageError: `bind_failed` or `peer_unknown`.
        """
        from servanda.adapters.http import serve  # slow import

        bind, bounds = self._settings.link, self._settings.limits
        if bind is None:
            return None

        def answer(raw: bytes) -> bytes:
            with self._lock:
                answered = self._node.answer(raw)
            heard()
            return answered

        return serve(
            (bind.host, bind.port),
            answer,
            own=self._tls(),
            peer=self._peer_certificates(),
            bytes_max=self._http_bytes_max(),
            request_s=bounds.request_age_max_s,
            exchanges_max=bounds.exchanges_at_once_max,
            refused=refused,
        )

    def make_bundle(self, folder: Path | None = None) -> Path:
        """The next bundle for the peer, as a file.

        Args:
            folder: that of the settings, where none is named.

        Raises:
            UsageError: `folder_missing` or `folder_unwritable`.
        """
        into = folder or self._settings.peer.folder
        if into is None:
            raise UsageError(
                "folder_missing", "the settings name no `folder` of the peer", action="name one with `--to FOLDER`"
            )
        with self._lock:
            raw = self._node.make_bundle()
            number = self._node.correspondence().out_number
        return BundleFolder(into).write(self._settings.node.party, self._settings.peer.party, number, raw)

    def take_bundles(self, path: Path) -> Iterator[tuple[Path, Brought]]:
        """What a bundle file brings, or every bundle for this node that lies in a folder, lowest number first.

        Raises:
            UsageError: `folder_unreadable`.
            ServandaError: a bundle does not hold; nothing of it was applied.
        """
        if not path.is_dir():
            yield path, self._take(path)
            return
        folder = BundleFolder(path)
        for file in folder.pending(self._settings.node.party, author=self._settings.peer.party):
            yield file.path, self._take(file.path)
            with suppress(UsageError):  # a stick that cannot be written to: a bundle taken twice changes nothing
                folder.put_away(file)

    def _take(self, file: Path) -> Brought:
        expanded_max = self._settings.limits.stream_file_bytes_max
        raw = read_bundle(file, bytes_max=bundle_bytes_max(expanded_max))
        with self._lock:
            return self._node.take_bundle(raw, expanded_max=expanded_max)

    def _http_bytes_max(self) -> int:
        return bundle_bytes_max(self._settings.limits.stream_http_bytes_max)

    def _tls(self) -> TlsIdentity:
        from servanda.adapters.http import TlsIdentity  # slow import

        secret = self._keys.tls()
        return TlsIdentity(secret=secret, certificate=make_certificate(secret, self._settings.node.name))

    def _peer_certificates(self) -> tuple[bytes, ...]:
        with self._lock:
            return certificates_of(self._node.lists.peer, at=self._node.now())


class _Apart:
    """A courier that leaves the node to others while it is on its way."""

    def __init__(self, courier: Courier, lock: threading.RLock) -> None:
        self._courier = courier
        self._lock = lock

    def exchange(self, bundle: bytes) -> bytes:
        self._lock.release()
        try:
            return self._courier.exchange(bundle)
        finally:
            self._lock.acquire()
