"""The built bundle needs nothing from elsewhere."""

import json
import re

from tests.playground.page.browsing import DIST, PAGE


def test_the_built_page_needs_nothing_from_elsewhere() -> None:
    html = (DIST / "index.html").read_text()
    assert "default-src 'none'" in html
    assert set(re.findall(r'(?:src|href)="(?!data:)([^"]+)"', html)) == {
        "assets/page.css",
        "assets/page.js",
    }
    css = (DIST / "assets" / "page.css").read_text()
    assert "@import" not in css
    assert re.findall(r"url\((?!['\"]?data:)", css) == []
    assert sorted(p.name for p in (DIST / "assets").iterdir()) == [
        "LICENSES.txt",
        "page.css",
        "page.js",
    ]


def test_the_lock_file_names_one_registry_and_what_is_asked_for_is_pinned() -> None:
    lock = json.loads((PAGE / "package-lock.json").read_text())
    packages = {name: package for name, package in lock["packages"].items() if name}
    hosts = {package["resolved"].split("/")[2] for package in packages.values()}
    assert hosts == {"registry.npmjs.org"}
    assert all(package["integrity"] for package in packages.values())
    asked = json.loads((PAGE / "package.json").read_text())["devDependencies"]
    assert all(
        packages[f"node_modules/{name}"]["version"] == version for name, version in asked.items()
    )
