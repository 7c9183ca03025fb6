// The service worker: keeps the last seen pages of the diary, so that a family can read them without a network.
//   static files   from the cache first, as their names have their hash
//   diary pages    from the network; after 3 s, or without a network, the last copy, which says that it is a copy
// The server marks pages of a signed-in viewer with `Myedu-Keep: <tag of the account>`. Only marked pages are
// kept. A page without the mark (signed out), or with another tag, deletes what was kept.
import { PAGES, STATIC } from "./caches";

declare const self: ServiceWorkerGlobalScope;
declare const STATIC_FILES: string[];
declare const STATIC_VERSION: string;

const WAIT_MS = 3000;
const MOST_PAGES = 40; // the weeks of two months and other pages
const DIARY = /^\/(c\/|children)/;
const LEAVE = "/leave";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(STATIC + STATIC_VERSION).then((cache) => cache.addAll(STATIC_FILES)));
  void self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  event.waitUntil(drop((name) => name.startsWith(STATIC) && name !== STATIC + STATIC_VERSION).then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method === "POST" && url.pathname === LEAVE) event.waitUntil(wipe());
  if (request.method !== "GET") return;
  if (url.pathname.startsWith("/static/")) event.respondWith(fromCacheFirst(request));
  else if (request.mode === "navigate") event.respondWith(page(event, DIARY.test(url.pathname)));
  else if (DIARY.test(url.pathname) && request.headers.has("HX-Request")) event.respondWith(orCopy(fetch(request), request));
});

async function fromCacheFirst(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}

async function page(event: FetchEvent, diary: boolean): Promise<Response> {
  const fresh = fetch(event.request);
  event.waitUntil(fresh.then((response) => keep(event.request, response.clone(), diary)).catch(() => {}));
  return diary ? orCopy(fresh, event.request) : fresh;
}

/** The network's response; after WAIT_MS, or at once without a network, the last copy if there is one. */
async function orCopy(fresh: Promise<Response>, request: Request): Promise<Response> {
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, WAIT_MS));
  const first = await Promise.race([fresh.catch(() => undefined), late]);
  return first ?? (await copyOf(request)) ?? fresh;
}

async function copyOf(request: Request): Promise<Response | undefined> {
  const kept = await caches.match(request.url, { ignoreVary: true });
  if (!kept) return undefined;
  const html = await kept.text();
  return new Response(html.replace('id="offline" hidden', 'id="offline"'), { headers: kept.headers });
}

async function keep(request: Request, response: Response, diary: boolean): Promise<void> {
  if (!response.ok) return; // a redirect or an error doesn't show who is signed in
  const tag = response.headers.get("Myedu-Keep");
  if (!tag) return wipe();
  await drop((name) => name.startsWith(PAGES) && name !== PAGES + tag);
  if (!diary) return;
  const cache = await caches.open(PAGES + tag);
  await cache.delete(request.url, { ignoreVary: true }); // added again, so that the oldest come first
  await cache.put(request.url, response);
  const kept = await cache.keys();
  await Promise.all(kept.slice(0, Math.max(0, kept.length - MOST_PAGES)).map((old) => cache.delete(old, { ignoreVary: true })));
}

const wipe = () => drop((name) => name.startsWith(PAGES));

async function drop(which: (name: string) => boolean): Promise<void> {
  await Promise.all((await caches.keys()).filter(which).map((name) => caches.delete(name)));
}
