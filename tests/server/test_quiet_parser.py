"""What a stranger calls a part of a form is written nowhere."""

import subprocess
import sys


def test_what_a_part_calls_itself_is_not_written_anywhere() -> None:
    program = "import studio.server.app\nfrom aiohttp import multipart\n"
    program += "\n".join(
        f"multipart.parse_content_disposition({odd!r})" for odd in ('form-data; name="a', "form-data; =;;", "form-data; name*=x")
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=60, check=True)
    assert ran.stderr == b""
