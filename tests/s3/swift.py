"""A real S3 server for tests: OpenStack Swift with its s3api, four processes on one folder, as the distribution has them.

It checks signatures as S3 does, which the usual fakes do not.
"""

import asyncio
import contextlib
import getpass
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx
import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from tests.realtime.conftest import free_port

KEY, SECRET = "shop:files", "pine-trees-greet-guests"
_STORAGE = ("account", "container", "object")
_CONFIGURATION = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
user = {user}
swift_dir = {folder}
devices = {folder}/devices
mount_check = false
disable_fallocate = true
log_address = /nowhere
log_level = CRITICAL
"""
_STORAGE_PIPELINE = """
[pipeline:main]
pipeline = {kind}-server
[app:{kind}-server]
use = egg:swift#{kind}
"""
_PROXY_PIPELINE = """
[pipeline:main]
pipeline = catch_errors gatekeeper cache listing_formats s3api tempauth copy slo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:1
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
[filter:tempauth]
use = egg:swift#tempauth
user_shop_files = {secret} .admin
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
"""


@dataclass
class Swift:
    folder: Path
    port: int = field(default_factory=free_port)
    _processes: list[asyncio.subprocess.Process] = field(default_factory=list)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self, bucket: str) -> None:
        """Returns when `bucket` is there."""
        ports = {kind: free_port() for kind in _STORAGE}
        (self.folder / "devices" / "d1").mkdir(parents=True)
        (self.folder / "swift.conf").write_text("[swift-hash]\nswift_hash_path_suffix = test\n")
        for kind in _STORAGE:
            await self._ring(kind, ports[kind])
            self._write(kind, ports[kind], _STORAGE_PIPELINE.format(kind=kind))
        self._write("proxy", self.port, _PROXY_PIPELINE.format(secret=SECRET))
        for kind in (*_STORAGE, "proxy"):
            await self._start(kind)
        await self._make(bucket)

    async def stop(self) -> None:
        for process in self._processes:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
        for process in self._processes:
            await process.wait()

    async def _ring(self, kind: str, port: int) -> None:
        device = [
            "--region",
            "1",
            "--zone",
            "1",
            "--ip",
            "127.0.0.1",
            "--port",
            str(port),
            "--device",
            "d1",
            "--weight",
            "1",
        ]
        for arguments in (["create", "4", "1", "1"], ["add", *device], ["rebalance"]):
            building = await asyncio.create_subprocess_exec(
                "swift-ring-builder", str(self.folder / f"{kind}.builder"), *arguments, stdout=asyncio.subprocess.DEVNULL
            )  # fmt: skip
            assert await building.wait() == 0

    def _write(self, kind: str, port: int, pipeline: str) -> None:
        text = _CONFIGURATION.format(port=port, user=getpass.getuser(), folder=self.folder)
        (self.folder / f"{kind}.conf").write_text(text + pipeline)

    async def _start(self, kind: str) -> None:
        with (self.folder / "swift.log").open("ab") as log:
            started = await asyncio.create_subprocess_exec(
                f"swift-{kind}-server", str(self.folder / f"{kind}.conf"), stdout=log, stderr=log
            )
        self._processes.append(started)

    async def _make(self, bucket: str) -> None:
        """S3Store makes no buckets; a PUT that it signs for the bucket's own address does."""
        store = S3Store(
            access_key_id=KEY, secret_access_key=SECRET, endpoint=self.endpoint, region="us-east-1", bucket=bucket,
            client_options={"allow_http": True}, retry_config={"max_retries": 0},
        )  # fmt: skip
        async with asyncio.timeout(40), httpx.AsyncClient() as http:
            while True:
                with contextlib.suppress(httpx.HTTPError, BaseError):
                    signed = await obstore.sign_async(store, "PUT", "", timedelta(seconds=60))
                    answer = await http.put(signed)
                    if answer.status_code in (200, 409):
                        return
                await asyncio.sleep(0.2)
