// Keeps the last seen diary pages, so that a family can read them where there is no network.
//   static files   from the cache first: their names carry their hash
//   diary pages    from the network; after 3 s, or without one, the last copy, which says that it is one
// The server marks a page of someone signed in with `Myedu-Keep: <tag of the account>`. Only such pages
// are kept, and a page without the mark (signed out) or with another tag wipes what was kept.
import { PAGES, STATIC } from "./caches";

declare const self: ServiceWorkerGlobalScope;
declare const STATIC_FILES: string[];
declare const STATIC_VERSION: string;

const WAIT_MS = 3000;
const MOST_PAGES = 40; // two months of weeks and the pages around them
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

/** The network's answer, or after WAIT_MS (at once when there is no network) the last copy, if there is one. */
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
  if (!response.ok) return; // a redirect or an error says nothing about who is signed in
  const tag = response.headers.get("Myedu-Keep");
  if (!tag) return wipe();
  await drop((name) => name.startsWith(PAGES) && name !== PAGES + tag);
  if (!diary) return;
  const cache = await caches.open(PAGES + tag);
  await cache.delete(request.url, { ignoreVary: true }); // put again, so that the oldest stand first
  await cache.put(request.url, response);
  const kept = await cache.keys();
  await Promise.all(kept.slice(0, Math.max(0, kept.length - MOST_PAGES)).map((old) => cache.delete(old, { ignoreVary: true })));
}

const wipe = () => drop((name) => name.startsWith(PAGES));

async function drop(which: (name: string) => boolean): Promise<void> {
  await Promise.all((await caches.keys()).filter(which).map((name) => caches.delete(name)));
}
