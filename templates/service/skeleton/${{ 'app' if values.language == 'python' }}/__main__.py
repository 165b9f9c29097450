"""Starts ${{ values.name }}."""

from http.server import BaseHTTPRequestHandler, HTTPServer

ANSWERS = {"/": "Hello from ${{ values.name }}", "/healthz": "ok"}


class Handler(BaseHTTPRequestHandler):
    """Answers what it knows and 404 to the rest."""

    def do_GET(self):  # noqa: N802 (the name is the library's)
        body = ANSWERS.get(self.path)
        self.send_response(404 if body is None else 200)
        self.end_headers()
        self.wfile.write((body or "not found").encode())


def main(port=${{ values.port }}):
    """Serves until it is stopped."""
    server = HTTPServer(("127.0.0.1", port), Handler)
    print(f"${{ values.name }} listens on http://127.0.0.1:{server.server_port}")
    server.serve_forever()


if __name__ == "__main__":
    main()
