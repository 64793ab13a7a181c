// /demo as a student uses it: on the sample, by its buttons, on a picture of one's own, and with what is no picture.
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CommandRequest } from "../../src/commands/request.js";
import { decodePng } from "../support/png.js";
import { blockOf, buttonsOf, press, textOf } from "../support/replies.js";
import { action, command, messageTo, openWorld, user, type World } from "../support/world.js";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const ada = user("ada");

function withFile(bytes: Uint8Array, question: string): CommandRequest {
  const file = { name: "photo.png", mediaType: "image/png", size: bytes.length, read: async () => bytes };
  return { ...command(ada, "demo", { question, image: "photo.png" }), attachments: [file] };
}

describe("/demo", () => {
  test("shows a question's idea on the sample, and leads to the next one and to the question itself", async () => {
    const reply = await messageTo(world, command(ada, "demo", { question: "q8" }));
    const { png, alt } = blockOf(reply, "picture");
    const { width, height, at } = decodePng(png);
    expect([width, height > 800]).toEqual([1600, true]);
    // White paper of its own, so that it reads on dark and on light.
    expect(at(40, height - 12)).toBe("#ffffff");
    expect(alt).toContain("pooled once, three and five times");
    expect(textOf(reply)).toContain("This is a drawn sample.");
    expect(reply.blocks.filter(({ kind }) => kind === "text")).toHaveLength(3);
    const [next, quiz] = buttonsOf(reply).map(({ label }) => label);
    expect([next, quiz]).toEqual(["Next: First layer of the digits network", "Answer question 8"]);
    const following = await messageTo(world, action(ada, press(reply, String(next))));
    expect(textOf(following)).toContain("18 filters of 3×3");
    const asked = await messageTo(world, action(ada, press(reply, "Answer question 8")));
    expect(textOf(asked)).toContain("Question 8 of 10");
  });

  test("measures on the picture that is given, and says that it is not kept", async () => {
    const red = await sharp({ create: { width: 90, height: 60, channels: 4, background: "#ff000080" } })
      .png()
      .toBuffer();
    const reply = await messageTo(world, withFile(red, "q8"));
    expect(textOf(reply)).toContain("This picture is the same everywhere");
    expect(textOf(reply)).toContain("not kept");
    // Half transparent red over white, in the middle of the first tile.
    expect(decodePng(blockOf(reply, "picture").png).at(200, 300)).toBe("#ff7f7f");
  });

  test("refuses what is no picture, and a question without a demonstration, with the fix", async () => {
    const none = await messageTo(world, withFile(Buffer.from("no picture at all"), "q1"));
    expect(textOf(none)).toContain("no picture that is known here");
    const two = await messageTo(world, command(ada, "demo", { question: "q2" }));
    expect(textOf(two)).toContain("It is one of q1, q4, q5, q7, q8, q9, q10.");
  });
});
