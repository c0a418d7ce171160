// Registering evidence: the file goes up in pieces with a progress bar, and goes on after any interruption.
// A page without this still works for small files: the form then carries the file itself.
import { one, say } from "./dom";

interface Upload { id: string; offset: number; size: number }

const RETRIES = 6;
const wait = (ms: number): Promise<void> => new Promise((done) => window.setTimeout(done, ms));

class Refused extends Error {
  constructor(readonly status: number, text: string) { super(text); }
}

export function startUpload(): void {
  const form = one<HTMLFormElement>("form[data-register]");
  const field = form && one<HTMLInputElement>("input[type=file]", form);
  const kind = form && one<HTMLSelectElement>("select[name=kind]", form);
  const panel = form && one<HTMLElement>("[data-progress]", form);
  if (!form || !field || !panel) return;
  const bar = one<HTMLProgressElement>("progress", panel)!;
  const words = one<HTMLElement>("[data-words]", panel)!;
  const stop = one<HTMLButtonElement>("[data-abort]", panel)!;
  const pieceBytes = Number(form.dataset.pieceBytes);
  const token = one<HTMLInputElement>("input[name=csrf]", form)!.value;
  const without = (form.dataset.withoutBytes ?? "").split(" ");
  let going: AbortController | null = null;
  let known: Upload | null = null;

  const ask = async (path: string, init: RequestInit): Promise<Upload> => {
    const headers = { accept: "application/json", "x-accord-csrf": token };
    const answer = await fetch(`/evidence/uploads/${path}`, { ...init, headers, signal: going?.signal });
    const told = await answer.json();
    if (!answer.ok) throw new Refused(answer.status, told.detail ?? answer.statusText);
    return told as Upload;
  };

  const show = (upload: Upload, began: number, from: number): void => {
    bar.max = upload.size;
    bar.value = upload.offset;
    const seconds = (performance.now() - began) / 1000;
    const rate = (upload.offset - from) / Math.max(seconds, 0.1);
    const left = rate > 0 ? Math.ceil((upload.size - upload.offset) / rate) : 0;
    const percent = Math.floor((100 * upload.offset) / upload.size);
    const mb = (n: number): string => (n >= 1e9 ? `${(n / 1e9).toFixed(2)} GB` : `${(n / 1e6).toFixed(1)} MB`);
    words.textContent = `${percent} % · ${mb(upload.offset)} of ${mb(upload.size)} · ${mb(rate)}/s${left > 1 ? ` · ${left} s left` : ""}`;
  };

  async function send(file: File): Promise<string> {
    const begun = JSON.stringify({ name: file.name, size: file.size, modified: file.lastModified });
    let upload = await ask("begin", { method: "POST", body: begun });
    known = upload;
    const began = performance.now();
    const from = upload.offset;
    let failures = 0;
    show(upload, began, from);
    while (upload.offset < upload.size) {
      const piece = file.slice(upload.offset, upload.offset + pieceBytes);
      try {
        upload = await ask(`${upload.id}?offset=${upload.offset}`, { method: "PUT", body: piece });
        failures = 0;
      } catch (error) {
        // A piece may have arrived although its answer did not: the node knows how far it is
        const lost = !(error instanceof Refused) || error.status === 409 || error.status >= 500;
        if (going?.signal.aborted || !lost || ++failures > RETRIES) throw error;
        words.textContent = form!.dataset.retrying ?? "";
        await wait(500 * 2 ** failures);
        upload = await ask(upload.id, { method: "GET" }).catch(() => upload);
      }
      show(upload, began, from);
    }
    return upload.id;
  }

  form.addEventListener("submit", (event) => {
    const file = field.files?.[0];
    if (!file || form.dataset.sent || (kind && without.includes(kind.value) && !file)) return;
    event.preventDefault();
    if (going) return;
    going = new AbortController();
    panel.hidden = false;
    const button = one<HTMLButtonElement>("button[data-submit]", form)!;
    button.disabled = true;
    send(file)
      .then((id) => {
        one<HTMLInputElement>("input[name=upload]", form)!.value = id;
        field.value = "";
        form.dataset.sent = "1";
        words.textContent = form.dataset.sealing ?? "";
        form.requestSubmit();
      })
      .catch((error: Error) => {
        button.disabled = false;
        words.textContent = going?.signal.aborted ? (form.dataset.aborted ?? "") : error.message;
        say(words.textContent);
      })
      .finally(() => (going = null));
  });

  stop.addEventListener("click", () => {
    going?.abort();
    const id = known?.id;
    if (id) fetch(`/evidence/uploads/${id}/abort`, { method: "POST", headers: { "x-accord-csrf": token } }).catch(() => {});
    known = null;
  });

  const drop = one<HTMLElement>(".drop", form);
  const over = (on: boolean) => (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    drop?.classList.toggle("over", on);
  };
  document.addEventListener("dragover", over(true));
  document.addEventListener("dragleave", over(false));
  document.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    drop?.classList.remove("over");
    field.files = event.dataTransfer.files;
  });
}
