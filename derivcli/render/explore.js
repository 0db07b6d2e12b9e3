"use strict";
// Shows what stands in the data, and computes nothing but where to draw it.
const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";
const number = (text) => (text === "" || text.startsWith("<") ? NaN : Number(text.replace("≈ ", "")));

function chart(name) {
  const svg = byId(name + "-chart");
  if (!svg) return null;
  const [left, right, bottom, top] = svg.dataset.axes.split(" ").map(Number);
  const [x0, x1, y0, y1] = svg.dataset.frame.split(" ").map(Number);
  const logarithmic = svg.dataset.logarithmic === "yes";
  const group = svg.querySelector(".moving");
  const scale = (value) => (logarithmic ? Math.log10(value) : value);
  const at = ([x, y]) => [
    x0 + ((scale(x) - left) / (right - left)) * (x1 - x0),
    y0 + ((scale(y) - bottom) / (top - bottom)) * (y1 - y0),
  ];
  const add = (tag, attributes) => {
    const element = document.createElementNS(SVG, tag);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    group.append(element);
    return element;
  };
  return {
    ends: [left, right],
    clear: () => group.replaceChildren(),
    line: (dots, ink, more = {}) => {
      const places = dots.map(at).filter((place) => place.every(Number.isFinite));
      const points = places.map((place) => place.map((each) => each.toFixed(1)).join(",")).join(" ");
      if (places.length > 1) add("polyline", { points, stroke: ink, "stroke-width": 2, ...more });
    },
    dot: (place, ink, radius = 4) => {
      const [x, y] = at(place);
      const inside = x >= x0 - 1 && x <= x1 + 1 && y <= y0 + 1 && y >= y1 - 1;
      if (inside) add("circle", { cx: x.toFixed(1), cy: y.toFixed(1), r: radius, fill: ink });
    },
    word: (text, place, ink, across, anchor) => {
      const [x, y] = at(place);
      if (!Number.isFinite(x + y) || x < x0 || x > x1 || y > y0 || y < y1) return;
      const halo = { "paint-order": "stroke", stroke: "var(--paper)", "stroke-width": 4 };
      add("text", { x: x + across[0], y: y + across[1], fill: ink, "text-anchor": anchor, ...halo })
        .textContent = text;
    },
  };
}

const charts = { curve: chart("curve"), slope: chart("slope"), error: chart("error") };
const INK = "var(--ink)", GREY = "var(--grey)";
const TANGENT = "var(--series-1)", CHORD = "var(--series-2)", FLOAT = "var(--series-1)", EXACT = "var(--series-0)";

function drawCurve(point, eps, row) {
  const drawn = charts.curve;
  if (!drawn) return;
  drawn.clear();
  const w = number(point.w), J = number(point.J), [slope, left, right] = point.slopes.map(number);
  if (!Number.isFinite(J)) return;
  const [low, high] = drawn.ends;
  const tangent = (k, start, end) =>
    drawn.line([[start, J + k * (start - w)], [end, J + k * (end - w)]], TANGENT, { "stroke-dasharray": "8 4" });
  if (Number.isFinite(slope)) tangent(slope, low, high);
  else {
    if (Number.isFinite(left)) tangent(left, low, w);
    if (Number.isFinite(right)) tangent(right, w, high);
  }
  const end = [number(row[0]), number(row[1])];
  if (end.every(Number.isFinite)) {
    const corner = [end[0], J], grey = { "stroke-width": 1, "stroke-dasharray": "2 3" };
    drawn.line([[w, J], corner, end], GREY, grey);
    drawn.line([[w, J], end], CHORD);
    drawn.dot(end, CHORD, 3);
    const up = end[1] >= J ? 1 : -1, right = end[0] >= w ? 1 : -1;
    drawn.word(eps, [(w + end[0]) / 2, J], GREY, [0, up > 0 ? 16 : -7], "middle");
    drawn.word(row[2], [end[0], (J + end[1]) / 2], GREY, [right * 7, 4], right > 0 ? "start" : "end");
  }
  drawn.dot([w, J], INK);
}

function drawSlope(point, row) {
  const drawn = charts.slope;
  if (!drawn) return;
  drawn.clear();
  const w = number(point.w);
  drawn.dot([w, number(row[3])], CHORD, 3);
  drawn.dot([w, number(point.slopes[0])], INK);
}

function drawError(point, step) {
  const drawn = charts.error;
  if (!drawn) return;
  drawn.clear();
  const side = (text) => text.startsWith("-");
  const same = data.eps.map((eps, index) => index).filter((index) => side(data.eps[index]) === side(data.eps[step]));
  for (const [column, ink, dashes] of [[4, EXACT, ""], [6, FLOAT, "8 4"]]) {
    const dots = same.map((index) => [index, point.rows[index] || []])
      .map(([index, row]) => [Math.abs(number(data.eps[index])), Math.abs(number(row[column] || ""))])
      .filter((dot) => dot[1] > 0);
    drawn.line(dots, ink, { "stroke-dasharray": dashes });
    const here = Math.abs(number((point.rows[step] || [])[column] || ""));
    if (here > 0) drawn.dot([Math.abs(number(data.eps[step])), here], ink);
  }
}

function sentence(point, eps, row) {
  const template = data.sentences[row[7]];
  if (template === undefined) return "";
  const told = { a: eps, b: row[0], c: row[2], d: row[3], e: point.slopes[0], f: point.w };
  return template.replace(/\{(\w)\}/g, (_, letter) => {
    const text = told[letter.toLowerCase()].replace("≈ ", "");
    return letter === letter.toLowerCase() ? text : text.replace(/^-/, "");
  });
}

function show() {
  const at = Number(byId("w").value), step = Number(byId("eps").value);
  const point = data.points[at], eps = data.eps[step], row = point.rows[step] || ["", "", "", "", "", "", "", -1];
  byId("w").setAttribute("aria-valuetext", data.variable + " = " + point.w);
  byId("eps").setAttribute("aria-valuetext", "eps = " + eps);
  if (document.activeElement !== byId("w-typed")) byId("w-typed").value = point.w;
  if (document.activeElement !== byId("eps-typed")) byId("eps-typed").value = eps;
  byId("told").textContent = point.told.join("\n");
  byId("eps-shown").textContent = eps;
  ["point", "value", "change", "estimate", "error"].forEach((name, index) => {
    byId(name + "-shown").textContent = row[index];
  });
  byId("estimate-float").textContent = row[5];
  byId("error-float").textContent = row[6];
  byId("sentence").textContent = sentence(point, eps, row);
  drawCurve(point, eps, row);
  drawSlope(point, row);
  drawError(point, step);
}

// What is typed is looked for among what was computed: the nearest of it is shown.
function typed(id, texts) {
  byId(id + "-typed").addEventListener("change", (event) => {
    const wanted = number(event.target.value.trim());
    if (Number.isFinite(wanted)) {
      const off = texts.map((text) => Math.abs(number(text) - wanted));
      byId(id).value = off.indexOf(Math.min(...off));
    }
    event.target.blur();
    show();
  });
}

typed("w", data.points.map((point) => point.w));
typed("eps", data.eps);
for (const id of ["w", "eps"]) byId(id).addEventListener("input", show);
byId("w").value = data.start;
byId("eps").value = data.step;
byId("otherwise").hidden = true;
byId("live").hidden = false;
show();
