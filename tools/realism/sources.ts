/** Where each file of real figures was taken from: public repository, commit and path there. */

/** By file, without `.csv.gz`. */
export const SOURCES: Readonly<Record<string, string>> = {
  "2022-01-21_btc-perp_1m":
    "nautechsystems/nautilus_trader @a95c8042b001, tests/test_data/btc-perp-20211231-20220201_1m.csv; the venue is not stated",
  "2021-12-04_binance-spot_BTCUSDT_1m": "anisarrar/backup @50111903cde6, user_data/data/binance/BTC_USDT-1m.json",
  "2021-12-04_binance-spot_ETHUSDT_1m": "anisarrar/backup @50111903cde6, user_data/data/binance/ETH_USDT-1m.json",
  "depth_binance-perp_BTCUSDT_20240808_1s":
    "nkaz001/hftbacktest @5f3ec40b2afb, examples/usdm/btcusdt_20240808.gz, brought to seconds; the book begins with a snapshot of 1000 levels",
  "depth_binance-perp_ETHUSDT_20240808_1s":
    "nkaz001/hftbacktest @5f3ec40b2afb, examples/usdm/ethusdt_20240808.gz, brought to seconds; the book begins with a snapshot of 1000 levels",
  funding_binance_BTCUSDT_2020_2024: "supervik/historical-funding-rates-fetcher @66a085bc6814, data/BTC-USDT",
  funding_binance_ETHUSDT_2020_2024: "supervik/historical-funding-rates-fetcher @66a085bc6814, data/ETH-USDT",
  "funding_7venues_5coins_2025-03_2026-03": "0xknxwledge/group-m-finm33150-final @64385d37d069, data/funding_rates.parquet",
  hl_2023_liquidations: "hyperliquid-dex/historical_data @984357d36a46, liquidations.csv",
  hl_2023_non_mm_trades: "hyperliquid-dex/historical_data @984357d36a46, non_mm_trades.csv",
  hl_20251010_adl_by_user_fixed: "ConejoCapital/HyperMultiAssetedADL @79bad0fae259, adl_by_user_REALTIME.csv",
  "liq_volume_daily_2025-12_2026-01":
    "0xknxwledge/group-m-finm33150-final @64385d37d069, data/liquidation_volume.parquet; the venue is not stated, presumably Hyperliquid",
  "open_interest_7venues_5coins_2025-12_2026-03": "0xknxwledge/group-m-finm33150-final @64385d37d069, data/open_interest.parquet",
};
