"""Reads a small body before its request is admitted, so that a client that sends half of it holds no slot."""

from myedu.kit.asgi import Message, Receive

MOST_BYTES = 64 * 1024
"""What is read ahead; the application has the rest, and refuses it if that is more than it takes."""


async def read_ahead(receive: Receive) -> Receive | None:
    """A `receive` that gives what was read, then goes on; None if the client has gone.

    The server's protocol ends a connection whose body comes too slowly.
    """
    body, more = bytearray(), True
    while more and len(body) <= MOST_BYTES:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        more = message.get("more_body", False)
    first: list[Message] = [{"type": "http.request", "body": bytes(body), "more_body": more}]

    async def receive_again() -> Message:
        return first.pop() if first else await receive()

    return receive_again
