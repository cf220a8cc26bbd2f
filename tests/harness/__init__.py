"""What the suites that drive the program share. It imports nothing of weir: it speaks bytes over sockets.

weir.py starts and stops the program, http1.py is a client and a reader of HTTP/1.1, framing.py cuts bodies into
pieces, upstream.py stands in for a provider and keeps every byte it was sent.
"""
