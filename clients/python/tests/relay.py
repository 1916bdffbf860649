"""A relay to the service that can hold requests back."""

from __future__ import annotations

import contextlib
import socket
import threading
from pathlib import Path

from typing_extensions import Self


class Relay:
    """A socket that forwards all bytes to the service and back."""

    def __init__(self, service: Path, place: Path) -> None:
        self._service = service
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(place))
        self._listener.listen(256)
        self._lock = threading.Lock()
        self._held: dict[socket.socket, bytes] | None = None
        self._open: set[socket.socket] = set()
        self.endpoint = f"unix:{place}"

    @property
    def held(self) -> int:
        """The number of connections whose requests are held back."""
        with self._lock:
            return len(self._held or {})

    def hold(self) -> None:
        """Hold back all bytes that clients send from now on."""
        with self._lock:
            self._held = {}

    def release(self) -> None:
        """Forward the bytes that were held back, and all further ones."""
        with self._lock:
            held, self._held = self._held or {}, None
            for behind, data in held.items():
                behind.sendall(data)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # Closing the listener ends it.
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        behind = socket.socket(socket.AF_UNIX)
        behind.connect(str(self._service))
        with self._lock:
            self._open.add(client)
        back = threading.Thread(target=self._back, args=(behind, client), daemon=True)
        back.start()
        with contextlib.suppress(OSError):
            while data := client.recv(65536):
                self._take(behind, data)
        with self._lock:
            self._open.discard(client)
            if self._held is not None:
                self._held.pop(behind, None)
        # Ends the other direction, which may wait for the service.
        with contextlib.suppress(OSError):
            behind.shutdown(socket.SHUT_RDWR)
        back.join()
        behind.close()
        client.close()

    def _take(self, behind: socket.socket, data: bytes) -> None:
        with self._lock:
            if self._held is None:
                behind.sendall(data)
            else:
                self._held[behind] = self._held.get(behind, b"") + data

    def _back(self, behind: socket.socket, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := behind.recv(65536):
                client.sendall(data)
            client.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self._acceptor.start()
        return self

    def __exit__(self, *_: object) -> None:
        # Closing alone does not wake the thread that accepts.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._acceptor.join()
        self._listener.close()
        with self._lock:
            self._held = None
            for client in self._open:
                with contextlib.suppress(OSError):
                    client.shutdown(socket.SHUT_RDWR)
