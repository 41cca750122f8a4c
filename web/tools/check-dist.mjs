// Builds the application into a temporary folder and compares it with dist byte by byte, so that what is committed is what the
// source builds. Also bounds the size of the scripts, as the browser fetches them.
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";

const most = 600_000;
const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");
const fresh = await mkdtemp(join(tmpdir(), "wangge-dist-"));

try {
  await build({ root, configFile: join(root, "vite.config.ts"), logLevel: "warn", build: { outDir: fresh, emptyOutDir: true } });
  const faults = [...(await differences()), ...(await tooLarge())];
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) {
    console.error('Run "npm run build" in web and commit web/dist with the change of its source.');
    process.exitCode = 1;
  }
} finally {
  await rm(fresh, { recursive: true, force: true });
}

async function differences() {
  const [old, now] = [await filesOf(dist), await filesOf(fresh)];
  const out = [];
  for (const name of new Set([...old, ...now])) {
    if (!now.includes(name)) out.push(`dist/${name}: the source no longer builds it`);
    else if (!old.includes(name)) out.push(`dist/${name}: missing`);
    else if (!(await readFile(join(dist, name))).equals(await readFile(join(fresh, name)))) out.push(`dist/${name}: differs from what the source builds`);
  }
  return out;
}

async function tooLarge() {
  let bytes = 0;
  for (const name of (await filesOf(fresh)).filter((n) => n.endsWith(".js"))) bytes += gzipSync(await readFile(join(fresh, name)), { level: 9 }).length;
  console.log(`scripts: ${Math.round(bytes / 1000)} kB compressed of ${most / 1000}`);
  return bytes > most ? [`the scripts have ${bytes} bytes compressed, more than ${most}`] : [];
}

async function filesOf(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((e) => e.isFile()).map((e) => relative(folder, join(e.parentPath, e.name)));
}
