// A real PNG without a drawing library: colours by pixel, deflated, for pictures in the fake dispatcher's replies.
import { crc32, deflateSync } from "node:zlib";

/** `colour` gives red, green and blue (0–255) of each pixel. */
export function png(
  width: number,
  height: number,
  colour: (x: number, y: number) => readonly [number, number, number],
): Uint8Array {
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows.set(colour(x, y), y * (1 + width * 3) + 1 + x * 3);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return new Uint8Array(
    Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]),
  );
}

/** A loss curve that falls over `progress` (0–1) of its axis: something to look at while training runs. */
export function lossCurve(progress: number): Uint8Array {
  const [width, height] = [560, 240];
  return png(width, height, (x, y) => {
    const loss = (shift: number) =>
      30 + shift + 165 * (1 - Math.exp(-x / 120)) + 6 * Math.sin(x / 9 + shift) * Math.exp(-x / 260);
    if (x < 36 || y > height - 28) return x === 35 || y === height - 27 ? [60, 70, 85] : [255, 255, 255];
    if (x - 36 < progress * (width - 50)) {
      if (Math.abs(y - loss(0)) < 1.6) return [11, 107, 203];
      if (Math.abs(y - loss(-16)) < 1.6) return [180, 90, 0];
    }
    return y % 40 === 12 ? [228, 232, 238] : [255, 255, 255];
  });
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(body, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
