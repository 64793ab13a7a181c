// What draw-letters.ts needs of opentype.js: its own package has no types, and those beside it bring a browser's with them.
declare module "opentype.js" {
  export interface Path {
    getBoundingBox(): { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number };
    toPathData(decimals: number): string;
  }
  export interface Font {
    charToGlyph(text: string): { readonly index: number; getPath(x: number, y: number, size: number): Path };
  }
  const opentype: { parse(bytes: ArrayBufferLike): Font };
  export default opentype;
}
