/** The known crashes that come with Breakwater, by the day they began: one file each in `templates/`. */
export const TEMPLATE_NAMES = ["2020-03-12", "2021-05-19", "2022-05-09", "2025-10-10"] as const;
