// What a browser sees of a page: run in each frame by browser_test.go.
(async () => {
  const seen = {width: innerWidth, problems: []};
  const say = (what, text) => { if (seen.problems.length < 40) seen.problems.push(what + ": " + text); };
  const name = (e) => (e.tagName + " " + (e.textContent || "").trim().replace(/\s+/g, " ").slice(0, 60)).trim();
  for (const r of performance.getEntriesByType("resource")) say("request", r.name.slice(0, 80));
  const root = document.documentElement;
  if (root.scrollWidth > innerWidth) say("overflow", root.scrollWidth + " px in " + innerWidth);
  const scrolls = (e) => { for (; e && e !== document.body; e = e.parentElement) { const o = getComputedStyle(e).overflowX; if (o === "auto" || o === "scroll") return true; } return false; };
  const hidden = (e) => { for (; e; e = e.parentElement) if (getComputedStyle(e).clipPath !== "none") return true; return false; }; // but for screen readers
  for (const e of document.body.querySelectorAll("*")) {
    if (e.closest("svg") || hidden(e)) continue;
    const b = e.getBoundingClientRect();
    if (b.width && !scrolls(e) && (b.right > innerWidth + 1 || b.left < -1)) say("outside", name(e));
    const o = getComputedStyle(e).overflowX;
    if ((o === "hidden" || o === "clip") && e.scrollWidth > e.clientWidth + 1) say("cut off", name(e));
  }
  for (const svg of document.querySelectorAll("svg")) {
    const frame = svg.getBoundingClientRect();
    if (!frame.width) continue;
    const texts = [];
    for (const e of svg.querySelectorAll("text")) {
      const b = e.getBoundingClientRect();
      if (!b.width || !e.textContent.trim()) continue;
      if (b.left < frame.left - 2 || b.right > frame.right + 2 || b.top < frame.top - 2 || b.bottom > frame.bottom + 2) say("label outside of its picture", name(e));
      // Of the line of a text, the letters take about the middle two thirds.
      const trim = b.height / 6;
      texts.push({e, left: b.left + 0.5, right: b.right - 0.5, top: b.top + trim, bottom: b.bottom - trim});
    }
    for (let i = 0; i < texts.length; i++) for (let k = i + 1; k < texts.length; k++) {
      const a = texts[i], b = texts[k];
      if (a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom) say("labels overlap", name(a.e) + " | " + name(b.e));
    }
  }
  if (window.axe) {
    const r = await axe.run(document, {resultTypes: ["violations"]});
    seen.passes = r.passes.length;
    for (const v of r.violations) say("axe " + v.id, v.nodes.length + " times, first " + v.nodes[0].target.join(" ") + ": " + v.help);
  }
  return seen;
})()
