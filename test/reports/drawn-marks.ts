/** What a chart's specification comes to on the page: marks with their places, as the renderer gets them. */
import * as vega from "vega";
import { compile, type TopLevelSpec } from "vega-lite";

/** A mark: places in pixels of its panel, and the row that it is of. */
export interface DrawnMark {
  readonly x: number;
  readonly y: number;
  readonly x2?: number;
  readonly y2?: number;
  readonly datum: Readonly<Record<string, unknown>>;
}

interface Node {
  readonly marktype?: string;
  readonly items?: readonly (Node & DrawnMark)[];
}

/** All marks of a type (`rule`, `symbol`, `rect`) that have a row. */
export async function drawnMarks(spec: Readonly<Record<string, unknown>>, type: string): Promise<DrawnMark[]> {
  const view = new vega.View(vega.parse(compile(spec as unknown as TopLevelSpec).spec), { renderer: "none" });
  await view.toSVG();
  const found: DrawnMark[] = [];
  const walk = ({ marktype, items = [] }: Node): void => {
    for (const item of items) {
      if (marktype === type && item.datum !== undefined) found.push(item);
      walk(item);
    }
  };
  walk((view.scenegraph() as unknown as { readonly root: Node }).root);
  view.finalize();
  return found;
}
