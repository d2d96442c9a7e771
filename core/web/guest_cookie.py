"""Adds the guest's cookie to whatever a route answered, when the route asked who the guest is."""

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.web.cookies import GUEST_HOURS, Cookies
from core.web.layers import HttpLayer


class GuestCookie(HttpLayer):
    """A layer of its own, because routes make their answers themselves."""

    def __init__(self, app: ASGIApp, cookies: Cookies) -> None:
        super().__init__(app)
        self.cookies = cookies

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:

        state = scope.setdefault("state", {})

        async def send_with_cookie(message: Message) -> None:
            guest = state.get("guest")
            if guest and message["type"] == "http.response.start":
                carrier = Response()
                self.cookies.write(carrier, "meja_guest", self.cookies.seal_guest(guest), hours=GUEST_HOURS)
                message["headers"] = [*message["headers"], *(h for h in carrier.raw_headers if h[0] == b"set-cookie")]
            await send(message)

        await self.app(scope, receive, send_with_cookie)
