"""The line to an identity provider: deadlines, sizes, certificates, new keys, and a provider that misbehaves."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from serment.credentials import oidc, provider
from tests.fixtures.provider import certificate

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
TRIP = provider.Trip(redirect="http://localhost:8000/back", state="state", nonce="nonce", verifier="v" * 43)


class Fake:
    """A provider whose every answer the test chooses. `asked` holds what it was asked."""

    def __init__(self, folder: Path) -> None:
        certificate(folder)
        (folder / "secret").write_text(" se:cret/é \n", encoding="utf-8")
        self.folder, self.asked = folder, []  # type: ignore[var-annotated]
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.issuer = f"https://localhost:{self.server.server_port}"
        self.keys: list[ec.EllipticCurvePrivateKey] = [ec.generate_private_key(ec.SECP256R1())]
        self.claims: dict[str, Any] = {
            "iss": self.issuer, "aud": "serment", "sub": "f:1", "nonce": "nonce", "acr": "eidas1",
            "iat": int(NOW.timestamp()), "exp": int(NOW.timestamp()) + 60,
        }  # fmt: skip
        self.person: Any = {"sub": "f:1", "SubjectNameID": "810003456789"}
        self.instead: dict[str, tuple[int, bytes]] = {}

    def answer(self, path: str) -> tuple[int, bytes]:
        if path in self.instead:
            return self.instead[path]
        found = {
            "/.well-known/openid-configuration": {
                "issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys", "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token", "userinfo_endpoint": f"{self.issuer}/me?a=b",
            },
            "/keys": {"keys": [self._public(number) for number in range(len(self.keys))] + ["no key"]},
            "/token": {"access_token": "access", "id_token": self._token()},
            "/me": self.person,
        }[path]  # fmt: skip
        return 200, json.dumps(found).encode()

    def _public(self, number: int) -> dict[str, Any]:
        return {**json.loads(jwt.algorithms.ECAlgorithm.to_jwk(self.keys[number].public_key())), "kid": str(number)}

    def _token(self) -> str:
        return jwt.encode(self.claims, self.keys[-1], algorithm="ES256", headers={"kid": str(len(self.keys) - 1)})

    def _handler(fake) -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                fake.asked.append((self.command, self.path, dict(self.headers), body))
                status, answer = fake.answer(urlsplit(self.path).path)
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", f"{fake.issuer}/keys")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            do_POST = do_GET  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        return Handler

    def line(self, **changes: Any) -> provider.Line:
        known = {"issuer": self.issuer, "client_id": "serment", "secret_file": str(self.folder / "secret")}
        chosen = provider.Provider(**{**known, "ca_file": str(self.folder / "cert.pem"), **changes})
        self.seconds = 0.0
        return provider.Line(chosen, clock=lambda: self.seconds)

    def paths(self) -> list[str]:
        return [path for _, path, _, _ in self.asked]


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[Fake]:
    made = Fake(tmp_path)
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()


def number(line: provider.Line, **changes: Any) -> str:
    return line.number(TRIP, **{"code": "code", "state": "state", "issuer": "", "now": NOW, **changes})


def test_a_code_becomes_a_number(fake: Fake) -> None:
    assert number(fake.line(), issuer=fake.issuer) == "10003456789"
    assert fake.paths() == ["/.well-known/openid-configuration", "/keys", "/token", "/me?a=b"]
    method, _, headers, body = fake.asked[2]
    assert (method, headers["Authorization"]) == ("POST", "Basic c2VybWVudDpzZSUzQWNyZXQlMkYlQzMlQTk=")
    assert {name: values[0] for name, values in parse_qs(body).items()} == {
        "grant_type": "authorization_code", "code": "code", "redirect_uri": TRIP.redirect, "code_verifier": TRIP.verifier,
    }  # fmt: skip
    assert fake.asked[3][2]["Authorization"] == "Bearer access"


def test_a_provider_without_a_way_out_has_none(fake: Fake) -> None:
    assert fake.line().farewell("http://localhost:8000/sign-in/") == ""


@pytest.mark.parametrize(
    ("key", "algorithm"), [(ec.generate_private_key(ec.SECP256R1()), "ES256"), (rsa.generate_private_key(65537, 2048), "RS256")]
)
def test_a_client_with_a_private_key_signs_who_it_is(fake: Fake, key: Any, algorithm: str) -> None:
    (fake.folder / "client.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    number(fake.line(key_file=str(fake.folder / "client.pem")))
    _, _, headers, body = fake.asked[2]
    sent = {name: values[0] for name, values in parse_qs(body).items()}
    assert "Authorization" not in headers
    assert sent["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    options: Any = {"verify_exp": False, "verify_iat": False}
    claims = jwt.decode(
        sent["client_assertion"], key.public_key(), algorithms=[algorithm], audience=f"{fake.issuer}/token", options=options
    )
    assert (claims["iss"], claims["sub"], claims["exp"] - claims["iat"], claims["iat"]) == ("serment", "serment", 60, int(NOW.timestamp()))
    assert len(claims["jti"]) == 36


def test_a_client_key_of_another_kind_is_no_key(fake: Fake) -> None:
    pem = ed25519.Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (fake.folder / "client.pem").write_bytes(pem)
    with pytest.raises(provider.ProviderDown, match="key_file"):
        number(fake.line(key_file=str(fake.folder / "client.pem")))


def test_the_description_is_remembered_for_an_hour(fake: Fake) -> None:
    line = fake.line()
    for second in (0.0, provider.REMEMBERED_SECONDS):
        fake.seconds = second
        number(line)
    assert fake.paths().count("/keys") == 1
    fake.seconds = provider.REMEMBERED_SECONDS + 1
    number(line)
    assert fake.paths().count("/keys") == 2


def test_a_new_key_of_the_provider_is_looked_for_once_a_minute(fake: Fake) -> None:
    line = fake.line()
    number(line)
    fake.keys.append(ec.generate_private_key(ec.SECP256R1()))
    fake.seconds = provider.ASKED_AGAIN_SECONDS
    with pytest.raises(oidc.UnknownKey):
        number(line)
    assert fake.paths().count("/keys") == 1
    fake.seconds = provider.ASKED_AGAIN_SECONDS + 1
    assert number(line) == "10003456789"
    assert fake.paths().count("/keys") == 2


@pytest.mark.parametrize(("changes", "cause"), [({"state": "other"}, "state"), ({"issuer": "https://evil.example"}, "issuer")])
def test_an_answer_that_is_not_ours_is_not_even_shown_to_the_provider(fake: Fake, changes: dict[str, str], cause: str) -> None:
    with pytest.raises(oidc.NotProved, match=f"^{cause}$"):
        number(fake.line(), **changes)
    assert fake.asked == []


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_code_that_the_provider_did_not_give_is_declined(fake: Fake, status: int) -> None:
    fake.instead["/token"] = (status, b'{"error": "invalid_grant"}')
    with pytest.raises(provider.Declined, match=r"^declined$"):
        number(fake.line())


@pytest.mark.parametrize(
    ("path", "status", "answer"),
    [
        ("/.well-known/openid-configuration", 200, b'{"issuer": "https://evil.example"}'),
        ("/.well-known/openid-configuration", 200, b"[]"),
        ("/.well-known/openid-configuration", 200, b"<html>"),
        ("/.well-known/openid-configuration", 500, b"{}"),
        ("/keys", 200, b'{"keys": {}}'),
        ("/keys", 200, b"[" * 100_000),
        ("/keys", 200, b'{"keys": [], "x": "' + b"x" * provider.REPLY_BYTES_MAX + b'"}'),
        ("/token", 302, b"{}"),
        ("/me", 200, b"null"),
    ],
)
def test_a_provider_that_answers_beside_the_point_is_down(fake: Fake, path: str, status: int, answer: bytes) -> None:
    fake.instead[path] = (status, answer)
    with pytest.raises(provider.ProviderDown):
        number(fake.line())
    assert "/keys" not in fake.paths()[2:]


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"])
def test_a_description_without_an_address_is_none(fake: Fake, name: str) -> None:
    described = json.loads(fake.answer("/.well-known/openid-configuration")[1])
    fake.instead["/.well-known/openid-configuration"] = (200, json.dumps({**described, name: None}).encode())
    with pytest.raises(provider.ProviderDown, match=f"^{name}$"):
        fake.line().departure(TRIP)


def test_nothing_is_sent_in_clear(fake: Fake) -> None:
    described = json.loads(fake.answer("/.well-known/openid-configuration")[1])
    plain = {**described, "token_endpoint": described["token_endpoint"].replace("https:", "http:")}
    fake.instead["/.well-known/openid-configuration"] = (200, json.dumps(plain).encode())
    with pytest.raises(provider.ProviderDown, match=r"^scheme$"):
        number(fake.line())


def test_a_certificate_that_nobody_vouches_for_is_refused(fake: Fake) -> None:
    with pytest.raises(provider.ProviderDown, match="SSLCertVerificationError"):
        number(fake.line(ca_file=""))


def test_a_slow_provider_never_takes_all_threads(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provider, "WAIT_SECONDS", 0.01)
    line = fake.line()
    for _ in range(provider.AT_ONCE_MAX):
        line._turns.acquire()
    with pytest.raises(provider.ProviderDown, match=r"^busy$"):
        line.departure(TRIP)
    line._turns.release(provider.AT_ONCE_MAX)
    assert line.departure(TRIP).startswith(f"{fake.issuer}/authorize?response_type=code&client_id=serment&")


def test_one_line_serves_one_provider(fake: Fake) -> None:
    chosen = fake.line().provider
    assert provider.line(chosen) is provider.line(chosen)
    assert provider.line(fake.line(client_id="another").provider) is not provider.line(chosen)
