(() => {
  const scripts = SCRIPTS;
  const programs = PROGRAMS;
  let fetched = false;
  let begun = false;
  const link = (rel, href, more) =>
    document.head.append(Object.assign(document.createElement("link"), { rel, href }, more));
  const preload = (program) => link("preload", program, { as: "fetch", crossOrigin: "anonymous" });
  const fetchFirst = () => {
    if (fetched) return;
    fetched = true;
    preload(programs[0]);
    for (const script of scripts) link("modulepreload", script);
  };
  const begin = async () => {
    if (begun) return;
    begun = true;
    fetchFirst();
    // Each in a task of its own: beginning to load costs a slow phone ten milliseconds.
    for (const program of programs.slice(1)) setTimeout(preload, 0, program);
    const { default: load, hydrate } = await import(scripts[0]);
    await load({ module_or_path: programs[0] });
    if (document.readyState === "loading") {
      await new Promise((done) => document.addEventListener("DOMContentLoaded", done));
    }
    hydrate();
  };
  if (navigator.connection?.rtt >= 150) fetchFirst();
  try {
    new PerformanceObserver(begin).observe({ type: "paint", buffered: true });
  } catch {
    begin();
  }
  setTimeout(begin, 2000);
})();
