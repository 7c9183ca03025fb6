// Registers the service worker for someone signed in, and wipes the kept pages at sign-out.
import { PAGES } from "./caches";

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
