/** The kinds of fields that manifest and summary of a run are made of. */
import { z } from "zod";

/** How many. */
export const count = () => {
  const error = "expected a whole number of at least 0";
  return z.int({ error }).min(0, { error });
};
/** A time span or a ratio. */
export const measure = () => {
  const error = "expected a number of at least 0";
  return z.number({ error }).min(0, { error });
};
/** A number of either sign. */
export const ratio = () => z.number({ error: "expected a number" });
/** Money of either sign. */
export const amount = () => {
  const error = "expected an amount as decimal text";
  return z.string({ error }).regex(/^-?\d+(\.\d+)?$/, { error });
};
/** Money, none or more. */
export const amountNotNegative = () => {
  const error = "expected an amount of at least 0 as decimal text";
  return z.string({ error }).regex(/^\d+(\.\d+)?$/, { error });
};
