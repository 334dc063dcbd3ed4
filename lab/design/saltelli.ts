/**
 * The points at which Sobol indices are estimated: two samples A and B of the factors, and for each factor A with that factor's
 * column from B (A. Saltelli and others, Computer Physics Communications 181 (2010) 259–270, section 3).
 */

/**
 * The points of a Saltelli design of k factors: per base row A, AB(1) … AB(k), B, so that the first n (k + 2) of them are the
 * design of the first n base rows.
 * @param base points of the unit cube of 2 k dimensions, the first k coordinates for A and the others for B. Of a Sobol sequence
 * take a power of two of points; A and B must be independent, so that k-dimensional points will not do twice
 * @throws RangeError naming the base point that has an odd number of coordinates, another number than the first, or one outside 0 to 1
 */
export function saltelliDesign(base: readonly (readonly number[])[]): number[][] {
  const width = base[0]?.length ?? 0;
  return base.flatMap((point, index) => {
    const refused = (reason: string) => new RangeError(`Cannot make a Saltelli design: base point ${index} has ${reason}`);
    if (point.length !== width) throw refused(`${point.length} coordinates, point 0 has ${width}`);
    if (width < 2 || width % 2 !== 0) throw refused(`${width} coordinates: not two per factor`);
    const outside = point.find((coordinate) => !(coordinate >= 0 && coordinate <= 1));
    if (outside !== undefined) throw refused(`the coordinate ${outside}: not from 0 to 1`);
    const [a, b] = [point.slice(0, width / 2), point.slice(width / 2)];
    return [a, ...a.map((_, factor) => a.with(factor, b[factor] as number)), b];
  });
}
