"""Answers HEAD for every page that can be got: monitors and link checkers ask so."""

from starlette.types import Message, Receive, Scope, Send

from core.web.layers import HttpLayer


class HeadAsGet(HttpLayer):
    """Lets the page be made, and keeps its body back. The JSON API says itself which verbs it knows."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "HEAD" or scope["path"].startswith("/api/"):
            await self.app(scope, receive, send)
            return

        async def send_without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {"type": "http.response.body", "body": b"", "more_body": message.get("more_body", False)}
            await send(message)

        await self.app({**scope, "method": "GET"}, receive, send_without_body)
