// Passkeys (W3C WebAuthn): JSON in, JSON out. The server makes the challenges and decides; nothing here does.

type Json = Record<string, unknown>;
interface Named {
  id: string;
  transports?: AuthenticatorTransport[];
}

export function bytes(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  const made = new Uint8Array(plain.length);
  for (let n = 0; n < plain.length; n += 1) made[n] = plain.charCodeAt(n);
  return made;
}

export function words(given: ArrayBuffer | null): string {
  const plain = Array.from(new Uint8Array(given ?? new ArrayBuffer(0)), (byte) => String.fromCharCode(byte)).join("");
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

export function supported(): boolean {
  return typeof window.PublicKeyCredential === "function" && window.isSecureContext;
}

/** Lets the device make a passkey; the credential as JSON text. */
export async function register(options: Json): Promise<string> {
  const user = options.user as { id: string; name: string; displayName: string };
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge as string),
    user: { ...user, id: bytes(user.id) },
    excludeCredentials: named(options.excludeCredentials),
  } as unknown as PublicKeyCredentialCreationOptions;
  const made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
  const response = made.response as AuthenticatorAttestationResponse;
  return JSON.stringify({
    id: made.id,
    rawId: words(made.rawId),
    type: made.type,
    response: {
      clientDataJSON: words(response.clientDataJSON),
      attestationObject: words(response.attestationObject),
      transports: response.getTransports?.() ?? [],
    },
  });
}

/** Lets the owner show a passkey; the assertion as JSON text. */
export async function signIn(options: Json): Promise<string> {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge as string),
    allowCredentials: named(options.allowCredentials),
  } as unknown as PublicKeyCredentialRequestOptions;
  const shown = await ask(publicKey);
  const response = shown.response as AuthenticatorAssertionResponse;
  return JSON.stringify({
    id: shown.id,
    rawId: words(shown.rawId),
    type: shown.type,
    response: {
      clientDataJSON: words(response.clientDataJSON),
      authenticatorData: words(response.authenticatorData),
      signature: words(response.signature),
      userHandle: response.userHandle ? words(response.userHandle) : null,
    },
  });
}

async function ask(publicKey: PublicKeyCredentialRequestOptions): Promise<PublicKeyCredential> {
  return (await navigator.credentials.get({ publicKey })) as PublicKeyCredential;
}

function named(given: unknown): PublicKeyCredentialDescriptor[] {
  return ((given as Named[] | undefined) ?? []).map(({ id, transports }) => ({ type: "public-key", id: bytes(id), transports }));
}
