// Writing the wire format of protocol buffers: just the four kinds of field that ONNX uses.
// Source: protobuf.dev/programming-guides/encoding (varint, fixed32 and length-delimited records).

/** A message in the making: fields in the order in which they are added. Numbers are the field numbers of the schema. */
export class Message {
  private readonly parts: Uint8Array[] = [];
  private bytes = 0;

  get length(): number {
    return this.bytes;
  }

  /** int32, int64, enum: a varint; negative numbers as 64-bit two's complement. */
  integer(field: number, value: number | bigint): this {
    this.push(varint(BigInt(field) << 3n));
    return this.push(varint(BigInt.asUintN(64, BigInt(value))));
  }

  /** Fixed 32 bits, little-endian. */
  float(field: number, value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    this.push(varint((BigInt(field) << 3n) | 5n));
    return this.push(bytes);
  }

  text(field: number, value: string): this {
    return this.raw(field, new TextEncoder().encode(value));
  }

  /** The bytes are kept, not copied, until `finish`. */
  raw(field: number, value: Uint8Array): this {
    this.push(varint((BigInt(field) << 3n) | 2n));
    this.push(varint(BigInt(value.length)));
    return this.push(value);
  }

  message(field: number, value: Message): this {
    this.push(varint((BigInt(field) << 3n) | 2n));
    this.push(varint(BigInt(value.length)));
    for (const part of value.parts) this.push(part);
    return this;
  }

  finish(): Uint8Array {
    const whole = new Uint8Array(this.bytes);
    let at = 0;
    for (const part of this.parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  private push(part: Uint8Array): this {
    this.parts.push(part);
    this.bytes += part.length;
    return this;
  }
}

/** Seven bits a byte, the lowest first; the high bit says that more follow. */
function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
