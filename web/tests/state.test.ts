import { describe, expect, it } from "vitest";
import { changed, formatHash, parseHash, setting, settingList, settingNumber, settingOf } from "../src/state/hash";
import { queryOf } from "../src/completions/query";
import { queryText } from "../src/api/source";

describe("the address", () => {
  it("names a view and its settings, and reads the same again", () => {
    const route = changed(parseHash("#/completions"), {
      runs: ["a b", "ü,&=#?/%"],
      text: "1 + 1 <b>",
      group: "3.12",
      rewardMin: -0.5,
    });
    expect(parseHash(formatHash(route))).toEqual(route);
    expect(settingList(route, "runs")).toEqual(["a b", "ü,&=#?/%"]);
    expect(setting(route, "text")).toBe("1 + 1 <b>");
  });

  it("is the same for the same route, whatever the order of changes", () => {
    const one = changed(changed(parseHash(""), { x: "token" }), { smooth: 0.6 });
    const other = changed(changed(parseHash(""), { smooth: 0.6 }), { x: "token" });
    expect(formatHash(one)).toBe(formatHash(other));
    expect(formatHash(one)).toBe("#/curves?smooth=0.6&x=token");
  });

  it("that is strange is the first view, and nothing inherited is a setting", () => {
    expect(parseHash("#/nonsense?x=1").view).toBe("curves");
    expect(parseHash("").view).toBe("curves");
    expect(parseHash("#%%%").view).toBe("curves");
    expect(setting(parseHash("#/curves?__proto__=1"), "toString")).toBeUndefined();
    expect(setting(parseHash("#/curves?__proto__=1"), "__proto__")).toBe("1");
  });

  it("loses what is set to its default", () => {
    const route = changed(parseHash("#/curves?x=token&log=kl"), { x: null, log: [] });
    expect(formatHash(route)).toBe("#/curves");
  });

  it("gives words and numbers within bounds only", () => {
    const route = parseHash("#/curves?smooth=7&x=banana&count=5&low=");
    expect(settingNumber(route, "smooth", 0, 0, 0.99)).toBe(0);
    expect(settingNumber(route, "count", 0, 0, 9)).toBe(5);
    expect(settingNumber(route, "low", 3, 0, 9)).toBe(3);
    expect(settingOf(route, "x", ["update", "token"])).toBe("update");
  });
});

describe("the query of a list of groups", () => {
  const asked = (hash: string): string => queryText({ ...queryOf(parseHash(hash)) });

  it("has the server's names and counts updates from 0", () => {
    expect(asked("#/completions?fate=kept&fate=pruned&kind=neither&updateMin=1&updateMax=40&sort=-reward&text=x")).toBe(
      "fate=kept&fate=pruned&kind=neither&stepMin=0&stepMax=39&text=x&sort=-reward",
    );
  });

  it("leaves out what the server would refuse", () => {
    expect(asked("#/completions?fate=bad&rewardMin=abc&tokensMin=1.5&tokensMax=-3&updateMin=0&sort=nope")).toBe(
      "sort=step",
    );
    expect(asked(`#/completions?text=${"x".repeat(300)}`)).toBe(`text=${"x".repeat(200)}&sort=step`);
  });

  it("takes fractions and negative numbers for rewards", () => {
    expect(asked("#/completions?rewardMin=-0.5&rewardMax=1.25")).toBe("rewardMin=-0.5&rewardMax=1.25&sort=step");
  });
});
