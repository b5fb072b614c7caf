"""Messages between processes: hints only, never the truth.

What is published while somebody is cut off is lost to him; when he is back, he and all others are told so (`on_gap`) and
read from the database what they may have missed. A connection that is open and carries nothing is noticed as well: the
bus listens for its own echo.

The wires, by the scheme of YINGKE_BUS_URL: PostgreSQL's NOTIFY (the default), Redis or Valkey, NATS.
"""

from yingke.kit.bus.bus import LARGEST, Bus, Handler
from yingke.kit.bus.opening import open_bus

__all__ = ["LARGEST", "Bus", "Handler", "open_bus"]
