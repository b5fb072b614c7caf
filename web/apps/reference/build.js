// The readable page of the HTTP API, from a library and served by us: it works without internet.
import { copyFile, mkdir, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const library = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "../../../src/yingke/assets/reference");

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
for (const name of ["swagger-ui.css", "swagger-ui-bundle.js"]) await copyFile(join(library, name), join(target, name));
await copyFile(join(here, "start.js"), join(target, "start.js"));
