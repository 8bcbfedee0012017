import { store } from "./store";

/** How often the server answered again after it did not: what failed, and what an earlier server said, is asked for anew then. */
export const returns = store(0);
