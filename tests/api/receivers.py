"""Receivers of webhooks on real sockets: one that answers, and one that never ends its answer."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer


class Came:
    def __init__(self, method, url, headers, body):
        self.method, self.url, self.headers, self.body = method, url, headers, body


@contextmanager
def receiving():
    came = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            url = f"http://{self.headers['host']}{self.path}"
            came.append(Came("POST", url, dict(self.headers.items()), body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}/hook?x=1", came
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def dripping(every_s=0.05):
    """A receiver that begins an answer and sends a byte of it now and then, for ever."""
    stopping, doors = threading.Event(), []
    listening = socket.create_server(("127.0.0.1", 0))

    def drip(door):
        try:
            door.sendall(b"HTTP/1.1 200 OK\r\nx-slow: ")
            while not stopping.wait(every_s):
                door.sendall(b".")
        except OSError:
            pass

    def listen():
        while not stopping.is_set():
            try:
                door, _ = listening.accept()
            except OSError:
                return
            doors.append(door)
            threading.Thread(target=drip, args=(door,), daemon=True).start()

    threading.Thread(target=listen, daemon=True).start()
    try:
        yield f"http://localhost:{listening.getsockname()[1]}/slow"
    finally:
        stopping.set()
        for one in (listening, *doors):
            one.close()
