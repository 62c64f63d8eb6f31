"""A network that leads nowhere, where everything that tries to leave is written down.

    unshare -rn python sinkhole.py LOG COMMAND…

Runs COMMAND in a network namespace whose only interface is ``lo``. All of IPv4 is put on it, so that the resolver of
``/etc/resolv.conf`` is us, every name resolves to a trap, and no connection has anyone to answer it. LOG receives, as
a JSON list, ``"lookup NAME"`` for each name asked for and ``"connect ADDRESS:PORT"`` for each packet that is not for
``127.0.0.0/8`` or ``::1``. Exits with COMMAND's own code. Standard library only; Linux only.
"""

from __future__ import annotations

import fcntl
import json
import socket
import struct
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

TRAP = "10.255.255.54"
ALL_PROTOCOLS = 0x0003  # ETH_P_ALL
OUTGOING = 4  # PACKET_OUTGOING: what is sent to oneself is seen twice.
SIOCADDRT, SIOCSIFFLAGS, SIOCSIFADDR, SIOCSIFNETMASK = 0x890B, 0x8914, 0x8916, 0x891C
UP_AND_RUNNING = 0x41
IP_PKTINFO = 8
RESET = 0x04


def raise_loopback() -> None:
    """Bring ``lo`` up and make every IPv4 address its own: on this interface, a whole prefix is local."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sH22x", b"lo", UP_AND_RUNNING))
        for bit in range(8):  # 1.0.0.0/8, 2.0.0.0/7, 4.0.0.0/6 … 128.0.0.0/1
            for request, value in ((SIOCSIFADDR, [1 << bit, 0, 0, 1]), (SIOCSIFNETMASK, [256 - (1 << bit), 0, 0, 0])):
                packed = struct.pack("16sHH4s16x", b"lo:%d" % bit, socket.AF_INET, 0, bytes(value))
                fcntl.ioctl(control, request, packed)
    with suppress(OSError), socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as control:
        # An address, and a route for all others, which the kernel takes as a refusal: it sends the packet back.
        own = socket.inet_pton(socket.AF_INET6, "fd00::1")
        index = socket.if_nametoindex("lo")
        fcntl.ioctl(control, SIOCSIFADDR, struct.pack("16sIi", own, 128, index))
        fcntl.ioctl(control, SIOCADDRT, struct.pack("48sIHHIQIi", bytes(48), 1, 0, 0, 1, 0, 1, index))


class Sniffer(threading.Thread):
    """Notes every packet that would have left."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.seen: dict[str, None] = {}
        self._packets = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ALL_PROTOCOLS))
        self._packets.bind(("lo", ALL_PROTOCOLS))

    def run(self) -> None:
        while True:
            packet, (_, _, direction, *_) = self._packets.recvfrom(65535)
            note = describe(packet) if direction == OUTGOING else None
            if note is not None:
                self.seen[note] = None


def describe(packet: bytes) -> str | None:
    """What a packet is after; None for what stays on this machine, and for the refusals of this network."""
    if packet[0] >> 4 == 4:
        protocol, body = packet[9], packet[4 * (packet[0] & 15) :]
        target = socket.inet_ntoa(packet[16:20])
    else:
        protocol, body = packet[6], packet[40:]
        target = socket.inet_ntop(socket.AF_INET6, packet[24:40])
        if protocol == socket.IPPROTO_ICMPV6 and body[0] == 1:
            return describe(body[8:])
    source_port, port = struct.unpack("!HH", body[:4])
    if protocol == socket.IPPROTO_UDP and port == 53:
        return f"lookup {queried(body[8:])}"
    if protocol == socket.IPPROTO_UDP:
        going_out = source_port != 53
    else:
        going_out = protocol == socket.IPPROTO_TCP and not body[13] & RESET
    inside = target.startswith("127.") or target == "::1"
    return f"connect {target}:{port}" if going_out and not inside else None


def queried(message: bytes) -> str:
    """The name in a DNS question."""
    labels, at = [], 12
    while length := message[at]:
        labels.append(message[at + 1 : at + 1 + length].decode("latin-1"))
        at += length + 1
    return ".".join(labels)


def resolve_all(server: socket.socket) -> None:
    """Answer every question for an IPv4 address with the trap, and every other with nothing."""
    server.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
    while True:
        message, [(_, _, info)], _, client = server.recvmsg(4096, socket.CMSG_SPACE(12))
        end = message.index(0, 12) + 5
        question = message[12:end]
        answer = b"\xc0\x0c\0\1\0\1" + bytes(4) + b"\0\4" + socket.inet_aton(TRAP) if question[-3] == 1 else b""
        head = message[:2] + b"\x81\x80\0\1" + (b"\0\1" if answer else b"\0\0") + bytes(4)
        # A resolver believes an answer only if it comes from the address it asked, which this is.
        server.sendmsg([head, question, answer], [(socket.IPPROTO_IP, IP_PKTINFO, info)], 0, client)


def main(log: Path, command: list[str]) -> int:
    raise_loopback()
    sniffer = Sniffer()
    sniffer.start()
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("0.0.0.0", 53))
    threading.Thread(target=resolve_all, args=(server,), daemon=True).start()
    code = subprocess.run(command, check=False).returncode
    time.sleep(0.2)  # The sniffer reads what is already sent; there is nothing of ours to wait for.
    log.write_text(json.dumps(list(sniffer.seen), indent=1), encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
