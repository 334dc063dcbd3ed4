/** Negative balances of a multi-currency account are made good by selling its other assets to the house (ACCT-6). */
import type { Ratio } from "../../venue/whole.ts";
import { type Books, CONTRACT } from "./books.ts";
import { sell, worthOf } from "./collateral.ts";
import type { HouseAsset } from "./setup.ts";

/** Closes each hole in the order of assets, selling the wallet that is worth most first. Booked in both assets. */
export function convertNegative(books: Books, account: number): void {
  for (let hole = 0; hole < books.assetCount; hole++) {
    for (const asset of byWorth(books, account, hole)) {
      const missing = -books.contractCash(account, hole);
      if (missing <= 0) break;
      const sale = sell(
        books.contractCash(account, asset),
        haircutsOf(books, asset),
        books.indexPrice[asset] as Ratio,
        missing,
        books.indexPrice[hole] as Ratio,
      );
      books.credit(account, asset, CONTRACT, -sale.sold);
      books.creditHouse(asset, sale.sold);
      books.credit(account, hole, CONTRACT, sale.credited);
      books.creditHouse(hole, -sale.credited);
    }
  }
}

/** The other assets of an account that are worth anything, largest worth first, ties in the order of assets. */
function byWorth(books: Books, account: number, hole: number): number[] {
  if (books.contractCash(account, hole) >= 0) return [];
  const worths = books.setup.assets.map((_, asset) => {
    const cash = books.contractCash(account, asset);
    return cash <= 0 ? 0 : worthOf(cash, books.indexPrice[asset] as Ratio, haircutsOf(books, asset));
  });
  return worths
    .map((_, asset) => asset)
    .filter((asset) => asset !== hole && (worths[asset] as number) > 0)
    .sort((a, b) => (worths[b] as number) - (worths[a] as number) || a - b);
}

function haircutsOf(books: Books, asset: number) {
  return (books.setup.assets[asset] as HouseAsset).haircuts;
}
