// The thread that draws: several at once, mistakes told apart, and the event loop free meanwhile.
import { expect, test } from "vitest";
import { toPng } from "../../src/charts/svg.js";
import { decodePng } from "../support/png.js";

const square = (colour: string, side = 4) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}"><rect width="${side}" height="${side}" fill="${colour}"/></svg>`;

test("each of several pictures drawn at once comes to whoever asked for it; what is no SVG is refused alone", async () => {
  const colours = ["#ff0000", "#00ff00", "#0000ff"];
  const [broken, ...drawn] = await Promise.allSettled([
    toPng("no svg"),
    ...colours.map((colour) => toPng(square(colour))),
  ]);
  expect(broken).toMatchObject({ status: "rejected", reason: { message: expect.stringMatching(/svg|xml|parse/i) } });
  const found = drawn.map((each) => (each.status === "fulfilled" ? decodePng(each.value).at(2, 2) : "none"));
  expect(found).toEqual(colours);
});

test("other work goes on while a large picture is drawn", async () => {
  let turns = 0;
  let drawing = true;
  const turn = () => {
    turns += 1;
    if (drawing) setImmediate(turn);
  };
  setImmediate(turn);
  await toPng(square("#123456", 1500));
  drawing = false;
  expect(turns).toBeGreaterThan(10);
});
