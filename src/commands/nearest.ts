// "Did you mean …" for what people say; the same as everywhere.
export { nearest } from "../nearest.js";
