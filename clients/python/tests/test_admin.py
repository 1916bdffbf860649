"""What administrators do, and that nobody else can."""

from __future__ import annotations

from pathlib import Path

import pytest

import parsec
from conftest import Service


def connect(devices: Service, name: str) -> parsec.Client:
    return parsec.Client(devices.endpoint, application=name, provider=parsec.Provider.SOFTWARE)


def test_an_administrator_sees_stops_and_clears_what_others_have(devices: Service) -> None:
    with connect(devices, "py-tenant") as tenant, connect(devices, "admin") as administrator:
        tenant.generate("kept")
        tenant.generate("revoked")
        assert "py-tenant" in administrator.admin.clients()
        [found] = [usage for usage in administrator.admin.usage() if usage["client"]["name"] == "py-tenant"]
        assert found["keys"] == 2
        assert "client" in administrator.admin.limits(found["client"])

        administrator.admin.disable(found["client"])
        with pytest.raises(parsec.NotPermitted, match="disabled"):
            tenant.keys()
        administrator.admin.enable(found["client"])
        assert len(tenant.keys()) == 2

        administrator.admin.revoke_key(found["client"], parsec.Provider.SOFTWARE, "revoked")
        assert [key["name"] for key in tenant.keys()] == ["kept"]
        administrator.admin.delete_client("py-tenant")
        assert tenant.keys() == []


def test_who_a_client_is_may_be_said(devices: Service, tmp_path: Path) -> None:
    with connect(devices, "py-named") as named:
        named.generate("mine")
    who = parsec.Authentication.direct("py-named")
    with parsec.Client(devices.endpoint, authentication=who) as same:
        assert [key["name"] for key in same.keys()] == ["mine"]
        same.open("mine").delete()
    assert repr(parsec.Authentication.jwt_svid("secret")) == "parsec.Authentication.jwt_svid()"
    nobody = parsec.Authentication.jwt_svid_file(tmp_path / "none")
    with (
        parsec.Client(devices.endpoint, authentication=nobody) as other,
        pytest.raises(parsec.NotAuthenticated, match="JWT-SVID"),
    ):
        other.keys()


def test_nobody_else_does(devices: Service) -> None:
    with connect(devices, "py-tenant") as tenant:
        client = {"authenticator": 1, "name": "admin"}
        for call in (
            tenant.admin.clients,
            tenant.admin.usage,
            lambda: tenant.admin.disable(client),
            lambda: tenant.admin.limits(client),
            lambda: tenant.admin.delete_client("admin"),
        ):
            with pytest.raises(parsec.NotPermitted):
                call()
