// Step time against completion tokens, both axes from zero, as an SVG without anything to install.

const [width, height] = [640, 400];
const edge = { left: 60, right: 20, top: 20, bottom: 50 };
const colours = { ours: "#0b6e4f", trl: "#b23a48", "trl-no-checkpointing": "#e09f3e" };
const labels = { ours: "RARL SDK", trl: "TRL", "trl-no-checkpointing": "TRL, no gradient checkpointing" };

export function growthPlot(measured) {
  const groups = measured.slice(0, -1);
  const wide = measured.at(-1);
  const tokens = ({ settings }) => settings.groupSize * settings.maxNewTokens;
  const most = Math.max(...measured.flatMap(({ sides }) => sides.map(({ median }) => median)));
  const [right, top] = [1.1 * Math.max(...groups.map(tokens)), 1.1 * most];
  const x = (value) => edge.left + (value / right) * (width - edge.left - edge.right);
  const y = (value) => height - edge.bottom - (value / top) * (height - edge.top - edge.bottom);
  const text = (at, up, content, anchor = "middle", colour = "#333") =>
    `<text x="${at.toFixed(1)}" y="${up.toFixed(1)}" text-anchor="${anchor}" fill="${colour}">${content}</text>`;
  const line = (x1, y1, x2, y2, colour, wide = 1) =>
    `<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}" ` +
    `stroke="${colour}" stroke-width="${wide}"/>`;
  const parts = [
    line(edge.left, y(0), width - edge.right, y(0), "#333"),
    line(edge.left, y(0), edge.left, edge.top, "#333"),
    text(width / 2, height - 10, "completion tokens of the step (open: image of twice the tokens)"),
    text(14, edge.top + 4, "s", "start"),
  ];
  for (const group of groups) parts.push(text(x(tokens(group)), y(0) + 18, String(tokens(group))));
  const tick = 10 ** Math.floor(Math.log10(top));
  for (let value = tick; value < top; value += tick) {
    parts.push(line(edge.left, y(value), width - edge.right, y(value), "#ddd"));
    parts.push(text(edge.left - 6, y(value) + 4, String(Number(value.toFixed(2))), "end"));
  }
  groups[0].sides.forEach(({ name }, side) => {
    const colour = colours[name];
    const points = groups.map((group) => [x(tokens(group)), y(group.sides[side].median)]);
    const path = points.map(([at, up]) => `${at.toFixed(1)},${up.toFixed(1)}`).join(" ");
    parts.push(`<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`);
    for (const [at, up] of points) parts.push(`<circle cx="${at}" cy="${up}" r="4" fill="${colour}"/>`);
    const [at, up] = [x(tokens(wide)), y(wide.sides[side].median)];
    parts.push(`<circle cx="${at}" cy="${up}" r="4" fill="white" stroke="${colour}" stroke-width="2"/>`);
    parts.push(text(edge.left + 12, edge.top + 14 + 18 * side, labels[name], "start", colour));
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
    `viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">\n` +
    `<rect width="${width}" height="${height}" fill="white"/>\n${parts.join("\n")}\n</svg>\n`
  );
}
