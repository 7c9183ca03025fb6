// Registers the service worker for a signed-in viewer, and deletes the kept pages at sign-out.
import { PAGES } from "./caches";

/** The address of the service worker is in data-worker of the body, if the viewer is signed in. */
export function startWorker(): void {
  if (!("serviceWorker" in navigator)) return;
  const address = document.body.dataset.worker;
  if (address) navigator.serviceWorker.register(address);
  document.addEventListener("submit", (event) => {
    if ((event.target as HTMLElement).matches("[data-leave]")) void wipePages();
  });
}

async function wipePages(): Promise<void> {
  for (const name of await caches.keys()) if (name.startsWith(PAGES)) await caches.delete(name);
}
