// Reading the wire format of protocol buffers: one message's fields, checked against its end.
// Source: protobuf.dev/programming-guides/encoding.
import { UserError } from "../../errors.js";

type Field = number | Uint8Array;

/** Of one message; ResNet50's graph has 700. More than that only fills memory. */
const MOST_FIELDS = 1_000_000;

/** The fields of one message. Where a field that may stand once stands twice, the last counts. Throws UserError `onnx-unreadable`. */
export class Fields {
  private readonly found = new Map<number, Field[]>();

  constructor(source: Uint8Array) {
    let at = 0;
    for (let count = 0; at < source.length; count += 1) {
      if (count >= MOST_FIELDS) throw damaged("a part of it has too many fields");
      const [tag, start] = varint(source, at);
      const [field, wire] = [Math.floor(tag / 8), tag % 8];
      if (field === 0) throw damaged("a field has the number 0");
      at = start;
      if (wire === 0) {
        const [value, end] = varint(source, at);
        this.add(field, value);
        at = end;
      } else if (wire === 2) {
        const [length, begin] = varint(source, at);
        if (length < 0 || begin + length > source.length) throw damaged("it ends in the middle");
        this.add(field, source.subarray(begin, begin + length));
        at = begin + length;
      } else if (wire === 1 || wire === 5) {
        const end = at + (wire === 1 ? 8 : 4);
        if (end > source.length) throw damaged("it ends in the middle");
        this.add(field, source.subarray(at, end));
        at = end;
      } else {
        throw damaged(`it has a field of the unknown kind ${wire}`);
      }
    }
  }

  integer(field: number): number | undefined {
    const value = this.found.get(field)?.at(-1);
    if (value !== undefined && typeof value !== "number") throw damaged(`field ${field} is no number`);
    return value;
  }

  /** Of fixed 32 bits, little-endian. */
  float(field: number): number | undefined {
    const bytes = this.bytes(field);
    if (bytes === undefined) return undefined;
    if (bytes.length !== 4) throw damaged(`field ${field} is no number of 32 bits`);
    return new DataView(bytes.buffer, bytes.byteOffset, 4).getFloat32(0, true);
  }

  /** One a field, or packed into one. */
  integers(field: number): number[] {
    return (this.found.get(field) ?? []).flatMap((value) => (typeof value === "number" ? [value] : unpacked(value)));
  }

  bytes(field: number): Uint8Array | undefined {
    return this.allBytes(field).at(-1);
  }

  text(field: number): string {
    return new TextDecoder().decode(this.bytes(field) ?? new Uint8Array());
  }

  texts(field: number): string[] {
    return this.allBytes(field).map((bytes) => new TextDecoder().decode(bytes));
  }

  message(field: number): Fields | undefined {
    const bytes = this.bytes(field);
    return bytes === undefined ? undefined : new Fields(bytes);
  }

  messages(field: number): Fields[] {
    return this.allBytes(field).map((bytes) => new Fields(bytes));
  }

  /** Of a field that may stand often. */
  allBytes(field: number): Uint8Array[] {
    return (this.found.get(field) ?? []).map((value) => {
      if (typeof value === "number") throw damaged(`field ${field} is a number`);
      return value;
    });
  }

  private add(field: number, value: Field): void {
    const before = this.found.get(field);
    if (before === undefined) this.found.set(field, [value]);
    else before.push(value);
  }
}

function unpacked(bytes: Uint8Array): number[] {
  if (bytes.length > MOST_FIELDS) throw damaged("a list is too long");
  const values: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [value, end] = varint(bytes, at);
    values.push(value);
    at = end;
  }
  return values;
}

/** [value, position after it]; as a signed 64-bit number, exact to 2^53. */
function varint(bytes: Uint8Array, start: number): [number, number] {
  let value = 0n;
  for (let at = start; at < bytes.length && at < start + 10; at += 1) {
    const byte = bytes[at] ?? 0;
    value |= BigInt(byte & 127) << BigInt(7 * (at - start));
    if (byte < 128) return [Number(BigInt.asIntN(64, value)), at + 1];
  }
  throw damaged("a number does not end");
}

/** UserError `onnx-unreadable`. */
export function damaged(why: string): UserError {
  return new UserError(
    "onnx-unreadable",
    `This is no ONNX file that can be read: ${why}.`,
    "Take the file from where it was made, or export the model again.",
  );
}
