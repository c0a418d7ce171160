// Dropping files anywhere on the intake page: they join those already chosen, and the form previews them at once.
import { one, say } from "./dom";

export function startIntake(): void {
  const form = one<HTMLFormElement>("form[data-intake]");
  const field = form && one<HTMLInputElement>("input[type=file]", form);
  const zone = form && one<HTMLElement>(".drop", form);
  if (!form || !field || !zone) return;

  const over = (on: boolean) => (event: DragEvent) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    zone.classList.toggle("over", on);
  };
  document.addEventListener("dragover", over(true));
  document.addEventListener("dragleave", over(false));
  document.addEventListener("drop", (event) => {
    const dropped = event.dataTransfer?.files;
    if (!dropped?.length) return;
    event.preventDefault();
    zone.classList.remove("over");
    const together = new DataTransfer();
    for (const file of [...Array.from(field.files ?? []), ...Array.from(dropped)]) together.items.add(file);
    field.files = together.files;
    send();
  });
  field.addEventListener("change", send);

  function send(): void {
    if (!field?.files?.length) return;
    const limit = Number(form?.dataset.maxBytes ?? "0");
    const size = Array.from(field.files).reduce((sum, file) => sum + file.size, 0);
    if (limit && size > limit) {
      say(form?.dataset.tooLarge ?? "");
      return;
    }
    zone?.setAttribute("aria-busy", "true");
    form?.requestSubmit();
  }
}
