"""Several serving processes on one machine: a parent that starts them, watches over them and replaces them.

The parent opens the listening sockets, one set for each process and all on one port (the kernel spreads connections over
them), and keeps them open: while a process is replaced, who connects waits in its queue, and nobody is refused. The
parent runs the embedded PostgreSQL and loads nothing of the product itself; a process that it starts is `serve` with
the database's address and the sockets handed over.

SIGTERM ends all of them gracefully, SIGHUP replaces one after the other by the release that is installed then.
"""
