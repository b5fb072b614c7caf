"""Sockets of the product's class with nothing behind them, for the bare limit of an idle one."""

import sys
from http import HTTPStatus

import uvicorn
import uvloop
from picows import WSFrame, WSListener, WSMsgType, WSTransport, WSUpgradeRequest

from benchmarks.bare import no_http
from yingke.realtime.protocol import protocol_class


class Answering(WSListener):
    """Answers the first frame as if it were a hello."""

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type == WSMsgType.TEXT:
            transport.send(WSMsgType.TEXT, b'{"op":"welcome"}')


def _listener(request: WSUpgradeRequest, peer: str) -> WSListener | HTTPStatus:
    return Answering()


if __name__ == "__main__":
    config = uvicorn.Config(
        no_http, port=int(sys.argv[1]), ws=protocol_class(_listener), lifespan="off", log_config=None, backlog=4096
    )
    uvloop.run(uvicorn.Server(config).serve())
