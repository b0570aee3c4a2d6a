"""A certificate of the tests' own, signed by itself."""

import subprocess
from pathlib import Path


def certificate(folder: Path, *names: str) -> tuple[Path, Path]:
    """A certificate for `names` (DNS:…, IP:…) and its key, valid for two days."""
    folder.mkdir(exist_ok=True)
    chain, key = folder / "fullchain.pem", folder / "privkey.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=vitrine-test", "-addext", f"subjectAltName={','.join(names)}"]
    subprocess.run([*command, "-keyout", str(key), "-out", str(chain)], check=True, capture_output=True, timeout=30)
    return chain, key
