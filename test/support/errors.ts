// What a call is refused with, as the UserError that its reader would see.
import { UserError } from "../../src/errors.js";

/** The UserError that `call` throws or rejects with; fails where it does neither, or where it is a bug. */
export async function refusal(call: () => unknown): Promise<UserError> {
  try {
    await call();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}
