/**
 * Builds what a visitor's browser loads into `src/yingke/assets/widget/`, and fails when it grew over its budget.
 *
 *   loader.js        the launcher; the server puts the site's configuration in
 *   early.js         stands before it when visits are recorded: keeps what the page says, and fetches
 *   tracker.js       what reports visits
 *   invite.js        what shows invitations, and watches for what their rules wait for; comes when a site has any
 *   frame.LANG.html  the panel: one file for each language, script and style inlined, the same configuration
 *   assets/*         what only some visitors need, loaded when they need it
 *   sw.js            keeps the panel openable while the server is away
 *   csp.json         hashes of the inlined script and style for the Content-Security-Policy
 */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { minify } from "terser";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const OUT = here("../../../src/yingke/assets/widget/");
const PLACE = "__YINGKE_CONFIG__";
/** Gzipped bytes; those of tracking are what is added to the loader. A site's own configuration comes on top: 130 bytes in the loader, up to 2 kB in the frame. */
const BUDGET = { loader: 2_930, tracking: 1_450, invitations: 3_850, everything: 24_000 };
const LANGUAGES = ["zh-CN", "zh-TW", "en"];

const shared = {
  bundle: true,
  minify: true,
  write: false,
  charset: "utf8",
  target: ["es2022", "chrome94", "safari15.4", "firefox100"],
  legalComments: "none",
};

async function bundle(entry, options = {}) {
  const { outputFiles } = await build({ ...shared, entryPoints: [here(entry)], outdir: "/", ...options });
  return outputFiles[0].text.trim();
}

/** A second, slower pass over what everybody downloads: a few per cent that the budget is glad of. */
async function squeezed(entry, options = {}, format = "iife") {
  const code = await bundle(entry, { ...options, format, minify: false });
  const compress = { passes: 3, unsafe_arrows: true, pure_getters: true };
  return (await minify(code, { ecma: 2020, toplevel: true, module: format === "esm", compress })).code;
}

const hash = (text, encoding) => createHash("sha256").update(text).digest(encoding);
const gzipped = (text) => gzipSync(text, { level: 9 }).length;

function put(path, text) {
  mkdirSync(new URL(".", `file://${OUT}${path}`).pathname, { recursive: true });
  writeFileSync(OUT + path, text);
}

/** Brought along by the parts that need them. */
const SHARED = new Set(["asking", "fields", "say", "upload"]);

/** Each on its own, without shared code: a shared chunk would be one more request before the first message. */
async function laterParts(language) {
  const names = {};
  for (const file of readdirSync(here("src/later"))) {
    const name = basename(file, ".ts");
    if (SHARED.has(name)) continue;
    names[name] = putHashed(name, "js", await bundle(`src/later/${file}`, { format: "esm", plugins: [speaking(language)] }));
  }
  return names;
}

/** The name changes with the content, so that a browser may keep it for ever. */
function putHashed(name, kind, text) {
  const file = `${name}-${hash(text, "hex").slice(0, 10)}.${kind}`;
  put(`assets/${file}`, text);
  return file;
}

/** The texts of one language take the place of the `chosen.ts` beside them. */
const speaking = (language) => ({
  name: "language",
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/chosen\.ts$/ }, ({ path, resolveDir }) => ({ path: join(resolveDir, path, "..", `${language}.ts`) })),
});

/** Leaves out custom properties that nothing uses: the widget shares its tokens with larger pages. */
function pruned(style, script) {
  const used = new Set((style + script).match(/var\(--[\w-]+/g).map((use) => use.slice(4)));
  const kept = style.replace(/(--[\w-]+):[^;{}]*(;|(?=\}))/g, (declared, name) => (used.has(name) ? declared : ""));
  return kept === style ? kept : pruned(kept, script);
}

rmSync(OUT, { recursive: true, force: true });
const loader = await squeezed("../loader/src/main.ts");
const early = await squeezed("../loader/src/tracking/early.ts", { external: ["__YINGKE_TRACKER__"] });
const tracker = await squeezed("../loader/src/tracking/tracker.ts", {}, "esm");
const invite = await squeezed("../loader/src/tracking/invite.ts", {}, "esm");
const laterStyle = JSON.stringify(putHashed("later", "css", await bundle("src/style/later.css")));
const style = pruned(await bundle("src/style/widget.css"), "");
const template = readFileSync(here("src/frame.html"), "utf8").replaceAll("\n", "");
const csp = { style: `sha256-${hash(style, "base64")}`, script: {} };
const sizes = { loader: gzipped(loader), tracking: gzipped(early + loader) - gzipped(loader) + gzipped(tracker), invitations: gzipped(invite), everything: 0 };

for (const language of LANGUAGES) {
  const define = { __CHUNKS__: JSON.stringify(await laterParts(language)), __LATER_STYLE__: laterStyle };
  const code = await squeezed("src/main.ts", { define, plugins: [speaking(language)] });
  const script = code.replaceAll("</script", "<\\/script");
  const parts = { language, style, script };
  const frame = template.replace(/\/\* (\w+) \*\//g, (_, name) => parts[name]);
  if (frame.split(PLACE).length !== 2) throw new Error("the frame must name its configuration exactly once");
  put(`frame.${language}.html`, frame);
  csp.script[language] = `sha256-${hash(script, "base64")}`;
  sizes.everything = Math.max(sizes.everything, sizes.loader + gzipped(frame));
}
if (loader.split(`"${PLACE}"`).length !== 2) throw new Error("the loader must name its configuration exactly once");
put("loader.js", loader);
put("early.js", early);
put("tracker.js", tracker);
put("invite.js", invite);
put("sw.js", await bundle("src/worker/sw.ts", { format: "iife" }));
put("csp.json", JSON.stringify(csp, null, 2));

for (const [name, limit] of Object.entries(BUDGET)) {
  console.log(`${name}: ${sizes[name]} of ${limit} bytes gzipped`);
  if (sizes[name] > limit) throw new Error(`${name} is over its budget`);
}
