"""The press on 127.0.0.1: a plain server in a thread, with validators, that ends with the demo."""

from __future__ import annotations

import contextlib
import hashlib
import http.server
import threading
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from veille_sahel.demo.press import Document, documents

HOST = "127.0.0.1"


class _Handler(http.server.BaseHTTPRequestHandler):
    """Answers a document, "not modified" to whoever has it already, or 404."""

    documents: ClassVar[Mapping[str, Document]] = {}

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        document = self.documents.get(self.path)
        etag = f'"{hashlib.sha256(document.body).hexdigest()[:16]}"' if document else ""
        is_known = bool(document) and self.headers.get("If-None-Match") == etag
        self.send_response(404 if document is None else 304 if is_known else 200)
        body = document.body if document and not is_known else b""
        if document:
            self.send_header("Content-Type", document.content_type)
            self.send_header("ETag", etag)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextlib.contextmanager
def serving(port: int) -> Iterator[str]:
    """Serve the press until the block ends, at the address that is yielded. OSError: the port is taken (0: any free one)."""

    class Handler(_Handler):
        pass

    server = http.server.ThreadingHTTPServer((HOST, port), Handler)
    server.daemon_threads = True
    base = f"http://{HOST}:{server.server_address[1]}"
    Handler.documents = documents(base)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield base
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
