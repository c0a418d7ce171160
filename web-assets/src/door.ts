// The door: forms that ask for a passkey, and a link's code that only the browser sees.
import { all, one } from "./dom";
import { register, signIn, supported } from "./passkey";

class Refused extends Error {}

async function send(address: string, form: FormData): Promise<Record<string, unknown>> {
  const body = new URLSearchParams();
  for (const [name, value] of form) if (typeof value === "string") body.set(name, value);
  const answer = await fetch(address, { method: "POST", body, headers: { accept: "application/json" } });
  const told = (await answer.json()) as Record<string, unknown>;
  if (!answer.ok) throw new Refused(String(told.detail ?? told.title ?? answer.status));
  return told;
}

function reason(error: unknown): string {
  if (error instanceof Refused) return error.message;
  const name = error instanceof Error ? error.name : "";
  if (name === "NotAllowedError") return "The device did not show a passkey: you stopped it, or it took too long.";
  if (name === "InvalidStateError") return "This device has a passkey of yours already.";
  if (name === "SecurityError") return "The browser does not allow passkeys at this address.";
  return "That did not work. Try again.";
}

function startPasskeys(form: HTMLFormElement): void {
  const said = one<HTMLElement>(".said", form);
  const say = (text: string): void => {
    if (said) said.textContent = text;
    if (said) said.hidden = !text;
  };
  const { ask = "", send: target = "", origin, passkey, second, to } = form.dataset;
  let goOn: (() => void) | undefined; // once one passkey was shown and another is needed: browsers want a press for each
  form.addEventListener("submit", (event) => {
    if (event.submitter?.hasAttribute("formaction")) return; // another button of the form: only to look
    event.preventDefault();
    say("");
    if (goOn) return goOn();
    const given = new FormData(form, event.submitter);
    const button = (event.submitter as HTMLButtonElement | null) ?? one<HTMLButtonElement>("button", form);
    if (button) button.disabled = true;
    send(ask, given)
      .then(async (options) => {
        // Without a challenge there is nothing to sign: what is asked for needs no consent.
        if (options.challenge) {
          if (origin && origin !== location.origin) {
            throw new Refused(`Passkeys of this node work at ${origin} alone: open it there.`);
          }
          if (!supported()) throw new Refused("This browser knows no passkeys.");
          given.set("credential", await (passkey === "make" ? register(options) : signIn(options)));
          if (options.vouching) {
            say(second ?? "");
            if (button) button.disabled = false;
            await new Promise<void>((pressed) => (goOn = pressed));
            if (button) button.disabled = true;
            given.set("vouching", await signIn(options.vouching as Record<string, unknown>));
          }
        }
        if (options.asked) given.set("asked", String(options.asked));
        return send(target, given);
      })
      .then((told) => location.assign(to ?? String(told.to ?? "/")))
      .catch((error: unknown) => say(reason(error)))
      .finally(() => {
        goOn = undefined;
        if (button) button.disabled = false;
      });
  });
}

/** A link is /enter#code: the code goes into the form, out of the address and the history, and nowhere else. */
function startLink(form: HTMLFormElement): void {
  const code = location.hash.slice(1);
  const field = one<HTMLInputElement>("input[name=token]", form);
  if (code.length < 20 || !field) return;
  history.replaceState(null, "", location.pathname);
  field.value = code;
  form.requestSubmit();
}

for (const form of all<HTMLFormElement>("form[data-passkey]")) startPasskeys(form);
for (const form of all<HTMLFormElement>("form[data-link]")) startLink(form);
