"""The exchange of bundles over HTTPS: who calls (`courier`), who listens (`listening`), whom both trust (`tls`).

Spec: record 9.2 (TLS), 10.4, 12 (limits).
"""

from servanda.adapters.http.courier import HttpCourier
from servanda.adapters.http.listening import Server, serve
from servanda.adapters.http.tls import TlsIdentity

__all__ = ["HttpCourier", "Server", "TlsIdentity", "serve"]
