"""Hostile pages, one after the other: each must be read or refused in time, in bounded memory, without a traceback.

``python tools/fuzz_pages.py [COUNT] [SEED]``: prints what happened; exit code 1 if a promise was broken.
"""

from __future__ import annotations

import random
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from narrate.errors import SourceError
from narrate.readers import read_bytes

LIMIT_S, LIMIT_MIB = 5.0, 1024
PAGE = b"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Harbour closes</title>
<meta property="og:title" content="Harbour closes after storm"><meta name="author" content="Jane Doe">
<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Harbour closes", "author": {"name": "J. Doe"}}
</script><style>p { color: red }</style></head><body class="page"><nav><ul><li><a href="/">Home</a></li></ul></nav>
<main><article class="story"><h1>Harbour closes after storm</h1><p>By Jane Doe</p><figure><img src="a.jpg">
<figcaption>Waves at the quay.</figcaption></figure><p>OSTRAND, May 18 (Reuters) - The harbour of Ostrand closed on
Monday after a storm tore dozens of boats from their moorings.</p><p>\xe2\x80\x9cWe have never seen waves like these,
\xe2\x80\x9d said the harbour master, Ole Lund.</p><h2>What next</h2>
<ul><li>The ferry waits.</li><li><a href="/x">Read
more: Storms</a></li></ul><blockquote>The sea gives and takes away.</blockquote><table><tr><td>Boat</td><td>Crew</td>
</tr></table><p>Two crews were taken ashore by helicopter on Monday night, the coastguard said.<br>Nobody was hurt.</p>
<p>Sign up for our newsletter here.</p></article></main>
<footer><p>&copy; 2026 The Ostrand Post</p></footer></body></html>
"""
PIECES = [
    b"<div>",
    b"</div>",
    b"<p>",
    b"</article>",
    b"<table><tr><td>",
    b"<script>",
    b"<!--",
    b"-->",
    b"<![CDATA[",
    b"<a href=",
    b"<b><i>",
    b"<svg><math>",
    b"<form><select>",
    b"<br><br>",
    b"&#x0;",
    b"&#xD800;",
    b"&#99999999;",
    b"&amp" * 9,
    b"\x00",
    b"\xff\xfe",
    b"\xc3",
    b"\xf0\x9f",
    b"\xed\xa0\x80",
    b"<h1>",
    b"<template>",
    b"<iframe>",
    b"<base href='file:///'>",
    b"<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'><!ENTITY f '&e;&e;&e;'>]>&e;&f;",
    b"<?xml version='1.0'?>",
    b"<p hidden>",
    b"<p style='display:none'>",
    b"<frameset>",
    b"</body></html>",
    b"<meta charset=utf-7>",
    b"<x-y>",
    b"<meta charset='utf-16'>",
    b"<blockquote class='twitter-tweet'>",
    b"<plaintext>",
    b"<noscript>",
    b" " * 500,
    b"\xe2\x80\x8f",
]
GIANTS = [
    b"<div>" * 100_000,
    b"<p>a" * 100_000,
    b"<b>" * 50_000 + b"x",
    b"<table><tr><td>" * 5000,
    b"&lt;" * 1_000_000,
    b"a " * 2_500_000,
    b"<a>" * 60_000,
    b"<p>" + b"word " * 900_000 + b"</p>",
    b"\xff" * 3_000_000,
    b"<" * 2_000_000,
    b"<!--" * 500_000,
    b"<p " + b"a=1 " * 500_000,
    b"<script>" + b"var a;" * 700_000,
    b"\x00" * 3_000_000,
    b"<p>a.</p>" * 9900,
    b"<ul><li>" * 3000,
    b"x" * 4_000_000,
    b"<p>" + b"By A B " * 400_000,
    b"<p>" + b"Jan 1 " * 400_000,
    b" " * 5_900_000,
    b"<p class='" + b"caption " * 400_000 + b"'>x",
    b"<br>" * 39_000,
    b"<p>" + b"Share | " * 400_000,
    b"<p>word word.</p>" * 30_000,
    b"<blockquote>word word word word word " * 100 + b"x",
    b"<p>" + b"AB " * 500_000 + b"- X",
    b"<p>.,;</p>" * 9000,
    b"<blockquote><p>We have never seen waves like these.</p></blockquote>" * 1900,
    b"a" * 50 * 2**20,
    b"<i>" * 17 * 2**20,
    b"<p>" + b"a<sup>1</sup>" * 9000,
    b"<p><a id=r href=#x>[1]</a>" + b"<a href=#r>^</a>" * 15_000 + b"<p id=x>x",
    b"<p>" + b"<a href=#x>[1]</a>" * 15_000 + b"<div id=x>" + b"<p>note</p>" * 2000,
    b"<figure>" * 80 + b"<blockquote>a</blockquote><figcaption>b</figcaption>" * 5000,
    b"<blockquote>" * 90 + b"<p class=author>" * 5000 + b"x",
    b"<p>" + b"<del>x</del> " * 9000 + b".",
    b"<style>.a{text-decoration:line-through}" + b".a," * 60_000 + b"</style><p>x",
    b"<table><tr>" + b"<td>a</td>" * 6000,
    b"<pre>" + b"a\n\n" * 1_000_000,
    b"<pre>" + b"<b>a</b>\n\n" * 9000,
]


def mutated(chance: random.Random) -> bytes:
    """The page with some pieces put in, cut out, doubled or changed."""
    data = bytearray(PAGE)
    for _ in range(chance.randrange(1, 25)):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(5):
            case 0:
                data[at:at] = chance.choice(PIECES) * chance.choice([1, 1, 1, 3, 50, 400])
            case 1:
                del data[at : at + chance.randrange(200)]
            case 2:
                data[at : at + 1] = bytes([chance.randrange(256)])
            case 3:
                data[at:at] = data[: chance.randrange(len(data) + 1)] * chance.choice([1, 1, 2])
            case _:
                data[at:at] = chance.randbytes(chance.randrange(30))
        del data[400_000:]
    return bytes(data)


def pages(count: int, seed: int) -> Iterator[bytes]:
    """``count`` hostile pages, the giants among them."""
    chance = random.Random(seed)
    head, tail = PAGE[: PAGE.index(b"<p>By")], PAGE[PAGE.index(b"<p>By") :]
    giants = [head + giant + tail for giant in GIANTS] + [b"<html>" + giant for giant in GIANTS]
    for number in range(count):
        yield giants[number] if number < len(giants) and count > len(giants) else mutated(chance)


def outcome(data: bytes) -> str:
    """ "read" or "refused"; whatever else is raised goes through."""
    try:
        read_bytes(data, name="page", format="html")
    except SourceError:
        return "refused"
    return "read"


def main(count: int = 5000, seed: int = 20260518) -> int:
    broken, slowest, seen = 0, 0.0, {"read": 0, "refused": 0}
    for number, data in enumerate(pages(count, seed)):
        began = time.monotonic()
        try:
            seen[outcome(data)] += 1
        except Exception as error:
            broken += 1
            Path(f"fuzz-{number}.html").write_bytes(data)
            print(f"page {number}: {type(error).__name__}: {str(error)[:200]} (kept as fuzz-{number}.html)")
        took = time.monotonic() - began
        slowest = max(slowest, took)
        if took > LIMIT_S:
            broken += 1
            print(f"page {number}: {took:.1f} s for {len(data)} bytes")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"pages {count}  {seen}  broken {broken}  slowest {slowest:.2f} s  peak memory {peak} MiB")
    return int(broken > 0 or peak > LIMIT_MIB)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))
