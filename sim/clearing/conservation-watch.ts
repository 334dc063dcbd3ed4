/**
 * Conservation at every mark without walking all accounts: what each block of them comes to
 * is kept, and only blocks are summed anew in which the ledger has written since. A write that
 * nobody noted would be missed so: every so many marks, and in tests at every event, all
 * accounts are walked and compared.
 */
import type { Accounts } from "./accounts.ts";
import type { Cash } from "./cash.ts";
import { type AccountSums, ConservationError, checkSums, positionsOf, sumAccounts, walletsOf } from "./conservation.ts";
import type { Pool } from "./insurance-fund.ts";
import type { Ledger } from "./ledger.ts";

/** Checks after which all accounts are walked. */
const CHECKS_TO_WHOLE = 1024;

export class ConservationWatch {
  readonly #ledgers: readonly Ledger[];
  readonly #cash: Cash;
  /** By block. */
  readonly #wallets: bigint[];
  /** By instrument, then by block. */
  readonly #nets: bigint[][];
  readonly #lots: bigint[][];
  #walletSum = 0n;
  readonly #sums: { net: bigint; lots: bigint }[];
  #checks = 0;

  /** @param ledgers of all instruments, which share their cash */
  constructor(ledgers: readonly Ledger[]) {
    this.#ledgers = ledgers;
    this.#cash = (ledgers[0] as Ledger).accounts.cash;
    const zeros = ({ changed: { blocks } }: Accounts | Cash) => Array.from({ length: blocks }, () => 0n);
    this.#wallets = zeros(this.#cash);
    this.#nets = ledgers.map(({ accounts }) => zeros(accounts));
    this.#lots = ledgers.map(({ accounts }) => zeros(accounts));
    this.#sums = ledgers.map(() => ({ net: 0n, lots: 0n }));
  }

  /**
   * Checks what has changed since the last check, and from time to time everything.
   * @param available of a pool after the waterfall, quanta (FUND-3)
   * @param whole whether all accounts are walked now in any case
   * @throws ConservationError as `sumAccounts` and `checkSums`, and when an account has changed unnoticed
   */
  check(available: (pool: Pool) => number, whole = false): void {
    const sums = this.#update();
    this.#checks += 1;
    if (whole || this.#checks % CHECKS_TO_WHOLE === 0) this.#compare(sums);
    checkSums(this.#ledgers, sums, available);
  }

  #compare(kept: AccountSums): void {
    const all = sumAccounts(this.#ledgers);
    all.positions.forEach(({ net, lots }, number) => {
      const of = `of instrument ${number} come to ${net} quanta and ${lots} lots`;
      if (net !== kept.positions[number]?.net || lots !== kept.positions[number]?.lots) unnoticed(`positions ${of}`);
    });
    if (all.wallets !== kept.wallets) unnoticed(`wallets come to ${all.wallets} quanta`);
  }

  #update(): AccountSums {
    this.#cash.changed.take((block, from, until) => {
      const sum = walletsOf(this.#ledgers, from, until);
      this.#walletSum += sum - (this.#wallets[block] as bigint);
      this.#wallets[block] = sum;
    });
    this.#ledgers.forEach(({ accounts }, number) => {
      const sums = this.#sums[number] as { net: bigint; lots: bigint };
      const [nets, lotsOf] = [this.#nets[number] as bigint[], this.#lots[number] as bigint[]];
      accounts.changed.take((block, from, until) => {
        const { net, lots } = positionsOf(accounts, from, until);
        sums.net += net - (nets[block] as bigint);
        sums.lots += lots - (lotsOf[block] as bigint);
        nets[block] = net;
        lotsOf[block] = lots;
      });
    });
    return { wallets: this.#walletSum, positions: this.#sums };
  }
}

function unnoticed(what: string): never {
  throw new ConservationError(`CONS-2 violated: ${what}, which is not what was noted of them`);
}
