// Keeps the shell at hand: the versioned files of /static, and one page for when the line is gone.
// Never a menu, a basket, an order or anything of money: those are the server's word alone.
// The server puts one line before this file: const SHELL = { version, page, files }.
const PREFIX = "meja-shell-";
const CACHE = PREFIX + SHELL.version;

// Whatever is neither a page nor a file of the shell goes straight to the server: no sleeping worker is woken for it.
const ROUTES = [
  { condition: { requestMode: "navigate" }, source: "fetch-event" },
  { condition: { urlPattern: { pathname: "/static/*" } }, source: "fetch-event" },
  { condition: { urlPattern: { pathname: "/*" } }, source: "network" },
];

const install = async () => {
  const cache = await caches.open(CACHE);
  await cache.addAll([new Request(SHELL.page, { cache: "reload" }), ...SHELL.files]);
  // Nothing but unchanging files is kept, so a new worker may take over pages that are open.
  await self.skipWaiting();
};

const activate = async () => {
  const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  // While the worker wakes up, the page itself is already asked for.
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
};

const file = async (request) => {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request, { ignoreVary: true });
  if (kept) return kept;
  const fresh = await fetch(request);
  if (fresh.status === 200 && fresh.headers.get("Cache-Control")?.includes("immutable")) await cache.put(request, fresh.clone());
  return fresh;
};

const page = async (event) => {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    // A form that did not get through leads back to its own page: what is reloaded there is never the form.
    const from = event.request.method === "GET" ? undefined : await self.clients.get(event.clientId);
    if (from) return Response.redirect(from.url, 303);
    const kept = await caches.match(SHELL.page, { ignoreVary: true });
    return kept ? new Response(kept.body, { status: 503, headers: kept.headers }) : Response.error();
  }
};

const is_kept = ({ method, headers }, { pathname, searchParams }) =>
  method === "GET" && !headers.has("range") && pathname.startsWith("/static/")
  && (searchParams.has("v") || pathname.startsWith("/static/vendor/"));

self.addEventListener("install", (event) => {
  // A browser without such routes, or with others, asks the worker every time, as below.
  event.waitUntil(Promise.resolve(event.addRoutes?.(ROUTES)).catch(() => {}));
  event.waitUntil(install());
});
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (address.origin !== location.origin) return;
  if (event.request.mode === "navigate") event.respondWith(page(event));
  else if (is_kept(event.request, address)) event.respondWith(file(event.request));
});
