"""PHP, MariaDB and the files of WordPress, from Debian's packages."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from connector.rehearsal.processes import CannotBringUp, run, which

PROGRAMS = (
    "mariadb-client-core",
    "mariadb-server-core",
    "php-cli",
    "php-gd",
    "php-mbstring",
    "php-mysql",
    "php-xml",
)
"""Debian packages to install."""

FILES = (
    "wordpress",
    "wordpress-theme-twentytwentythree",
    # Debian's WordPress links to the files of these three.
    "libjs-cropper",
    "libjs-underscore",
    "php-getid3",
)
"""Debian packages to unpack only: installed, they would bring a web server along."""

PHP_MODULES = frozenset({"gd", "mbstring", "mysqli", "xml"})


def install_packages() -> Path:
    """
    Make sure that PHP, MariaDB and the files of WordPress are on this machine.

    Returns:
        The folder of WordPress, to be copied and never written to.

    Raises:
        CannotBringUp: something is missing and cannot be installed here.
    """
    cache = Path(
        os.environ.get("CONNECTOR_TEST_CACHE")
        or Path.home() / ".cache/library-connector/wordpress",
    )
    tree = cache / "tree"
    if _programs_are_there() and tree.is_dir():
        return tree

    cache.mkdir(parents=True, exist_ok=True)
    # Two test runs may start at the same moment on a fresh machine.
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _programs_are_there():
            _install_programs()
        if not tree.is_dir():
            _unpack_files(tree)
    return tree


def _programs_are_there() -> bool:
    if not all(map(which, ("php", "mariadbd", "mariadb-install-db", "mariadb"))):
        return False
    modules = run("php", "-m").split()
    return set(modules) >= PHP_MODULES


def _install_programs() -> None:
    if shutil.which("apt-get") is None:
        raise CannotBringUp(
            "PHP and MariaDB are not installed, and this is not Debian.",
        )
    if os.geteuid() != 0:
        packages = " ".join(PROGRAMS)
        raise CannotBringUp(f"Only root can install what is missing of {packages}.")
    _apt_get("install", "--yes", "--no-install-recommends", *PROGRAMS)


def _unpack_files(tree: Path) -> None:
    if shutil.which("apt-get") is None:
        raise CannotBringUp(
            "The files of WordPress are not there, and this is not Debian.",
        )
    with tempfile.TemporaryDirectory(dir=tree.parent) as name:
        folder = Path(name)
        _apt_get("download", *FILES, cwd=folder)
        for package in folder.glob("*.deb"):
            run("dpkg-deb", "--extract", str(package), str(folder / "root"))
        debian = folder / "root/usr/share/wordpress"
        # It expects the configuration in /etc; ours is written for each site.
        (debian / "wp-config.php").unlink()
        for path in debian.rglob("*"):
            if path.is_symlink() and path.readlink().is_absolute():
                path.unlink()
        shutil.copytree(debian, folder / "tree")
        # Renamed when complete, so that a folder that is there is whole.
        (folder / "tree").rename(tree)


def _apt_get(*arguments: str, cwd: Path | None = None) -> None:
    command = ("apt-get", "--quiet", "-o", "DPkg::Lock::Timeout=300")
    try:
        try:
            run(*command, *arguments, cwd=cwd)
        except subprocess.CalledProcessError:
            # The lists may be missing or stale.
            run(*command, "update")
            run(*command, *arguments, cwd=cwd)
    except subprocess.CalledProcessError as error:
        last = error.stderr.strip().splitlines()[-1:]
        reason = f"apt-get {arguments[0]} failed: {''.join(last)}"
        raise CannotBringUp(reason) from error
