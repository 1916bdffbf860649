"""Operations of administrators, which other callers may not use."""

from __future__ import annotations

from pathlib import Path

import pytest

import parsec_client as parsec
from conftest import Service


def connect(devices: Service, name: str) -> parsec.Client:
    return parsec.Client(devices.endpoint, application=name, provider=parsec.Provider.SOFTWARE)


def test_administrators_list_revoke_delete_and_disable(devices: Service) -> None:
    with connect(devices, "py-tenant") as tenant, connect(devices, "admin") as administrator:
        tenant.generate("kept")
        tenant.generate("revoked")
        assert "py-tenant" in administrator.admin.clients()
        usages = administrator.admin.usage()
        [found] = [usage for usage in usages if usage["client"]["name"] == "py-tenant"]
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


def test_authenticates_by_the_given_method(devices: Service, tmp_path: Path) -> None:
    with connect(devices, "py-named") as named:
        named.generate("mine")
    direct = parsec.Authentication.direct("py-named")
    with parsec.Client(devices.endpoint, authentication=direct) as same:
        assert [key["name"] for key in same.keys()] == ["mine"]
        same.open("mine").delete()
    secret = parsec.Authentication.jwt_svid("secret")
    assert repr(secret) == "parsec_client.Authentication.jwt_svid()"
    missing = parsec.Authentication.jwt_svid_file(tmp_path / "none")
    with (
        parsec.Client(devices.endpoint, authentication=missing) as other,
        pytest.raises(parsec.NotAuthenticated, match="JWT-SVID"),
    ):
        other.keys()


def test_other_callers_are_refused(devices: Service) -> None:
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
