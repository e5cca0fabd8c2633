"""What messages to people must not contain."""

from __future__ import annotations

import re

LIBRARY_WORDS = re.compile(
    r"Traceback|Errno|gaierror|surrogates not allowed|maximum recursion|set_int_max_str_digits|codec can't|"
    r"Expecting |Input should be|string indices|object is not|has no attribute|\(char \d|Exceeds the limit|"
    r"Value error|invalid literal|KeyError|TypeError|unable to parse|Port out of range|Invalid IPv6"
)
"""Words of Python and of libraries that say nothing to a person who is not a programmer."""
